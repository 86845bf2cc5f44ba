"""What a count of hours or days starts from, when the notice names something earlier than itself."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import cache, cached_property
from zoneinfo import ZoneInfo

from a2z_defense.model.mail import DueKind, DueReading
from a2z_defense.model.marketplaces import Marketplace
from a2z_defense.readers.mail import tables
from a2z_defense.readers.mail.dates import Written
from a2z_defense.readers.mail.short_dates import every_date
from a2z_defense.readers.mail.zones import EARLIEST_ZONE

LOOK_BACK = dt.timedelta(days=360)
"""A date without its year is the last one of that name: as if written this long ago, and then the next one."""
_CLAUSE_END = re.compile(r"[;!?)]|, (?:or|otherwise|sonst|oder|sinon|ou|oppure|altrimenti|o|u|de lo contrario)\b")
MOST_DATES = 5
MOST_LINES = 40
"""Sentences about the claim whose dates are looked at."""
_OVER = (
    "counted from “{words}” it was over before the notice was sent: look in Seller Central; until then it is due now"
)


class Anchors:
    """Finds what the counts of one notice start from."""

    def __init__(self, sentences: list[str], marketplace: Marketplace | None, sent_at: dt.datetime | None) -> None:
        self.sentences = sentences
        self.sent_at = sent_at
        self.zone: dt.tzinfo = ZoneInfo(marketplace.zone) if marketplace else EARLIEST_ZONE

    def counted(self, readings: list[DueReading], sentence: str, start: int, end: int) -> list[DueReading]:
        """The `readings` of a count that stands at `start` to `end` of the flat `sentence`, from where it says that it
        starts: at a date, at the claim or an earlier mail; as they are when it names neither."""
        words = _behind(sentence, start, end) if self.sent_at is not None else ""
        if self.sent_at is None or not words:
            return readings
        dates = list(self._dates(words, self.sent_at))
        if not dates:
            claim = _claim().match(words)
            if claim is None or _search("itself", words[: claim.end() + 14]):
                return readings
            dates = self._told_dates
        if not dates:
            note = f"it says “{words.strip()[:40]}”: counted from the first notice of the claim that is held"
            return [_noted(one, note, from_claim=True) for one in readings]
        return self._from_dates(readings, dates, self.sent_at)

    @cached_property
    def _told_dates(self) -> list[tuple[str, Written]]:
        """The dates of the sentences that tell when the claim, or an earlier mail about it, came."""
        if self.sent_at is None:
            return []
        lines = [line for line in self.sentences if _search("told", line)][:MOST_LINES]
        return [found for line in lines for found in self._dates(line, self.sent_at)]

    def _dates(self, text: str, sent_at: dt.datetime) -> Iterator[tuple[str, Written]]:
        """The dates in `text` that were over when the mail was sent: their words and readings."""
        if not any(letter.isdecimal() for letter in text):
            return
        oldest = sent_at - LOOK_BACK
        for words, written in every_date(text, oldest.date(), MOST_DATES):
            for one in written:
                over = one.instant(self.zone) + dt.timedelta(days=0 if one.timed else 1)
                if oldest < over <= sent_at:
                    yield words, one

    def _from_dates(
        self, readings: list[DueReading], dates: list[tuple[str, Written]], sent_at: dt.datetime
    ) -> list[DueReading]:
        found = []
        for words, written in dates:
            for one in readings:
                if (at := self._end(written, one)) > sent_at:
                    changes = {"kind": DueKind.INSTANT, "count": None, "at": at}
                    found.append(_noted(one, f"counted from “{words.strip()}”", **changes))
        if found:
            return found
        note = _OVER.format(words=dates[0][0].strip())
        return [DueReading(kind=DueKind.INSTANT, at=sent_at, text=readings[0].text, note=note)]

    def _end(self, written: Written, one: DueReading) -> dt.datetime:
        count = one.count or 0
        if one.kind is DueKind.HOURS:
            return written.instant(self.zone) + dt.timedelta(hours=count)
        day = written.local.replace(hour=0, minute=0, second=0) + dt.timedelta(days=count)
        return Written(day, None, timed=True).instant(self.zone)


def _noted(one: DueReading, note: str, **changes: object) -> DueReading:
    return one.model_copy(update={**changes, "note": f"{one.note}; {note}" if one.note else note})


def _behind(sentence: str, start: int, end: int) -> str:
    """The words that tell what a count starts from; empty for none."""
    found = _from().match(sentence, end)
    if found:
        words = sentence[found.start("from") : found.end() + 100]
    elif (found := _before().search(sentence[:start])) or (
        (found := _first().match(sentence)) and found.end() <= start
    ):
        words = found[0]
    else:
        return ""
    return _CLAUSE_END.split(words)[0]


def _search(name: str, text: str) -> bool:
    return any(re.search(pattern, text) for pattern in tables.load("anchors")[name])


@cache
def _from() -> re.Pattern[str]:
    names = "|".join(tables.load("anchors")["behind"])
    return re.compile(rf"[ )]*(?:\((?!by)[^()]{{1,24}}\) )?(?P<from>(?:{names})(?![^\W_]))")


@cache
def _before() -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(tables.load('anchors')['before'])})$")


@cache
def _first() -> re.Pattern[str]:
    return re.compile(tables.load("anchors")["first"])


@cache
def _claim() -> re.Pattern[str]:
    table = tables.load("anchors")
    between = rf"(?:(?!(?:{table['stops']})\b)[\w'-]+ ){{0,8}}?"
    return re.compile(rf"{between}(?:[dl]'|dell'|dall')?(?:{'|'.join(table['claim'])})")
