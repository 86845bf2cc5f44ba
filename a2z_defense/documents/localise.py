"""Instants, days, durations and money in a language and a zone. Every time is printed with its zone."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

from a2z_defense.base.instants import as_limit
from a2z_defense.model.money import Money

_TERRITORY = {"en": "en_GB", "it": "it_IT", "de": "de_DE", "fr": "fr_FR", "es": "es_ES"}
"""en_GB: day before month, and `12 Nov 2026` is read the same everywhere."""
_DAY = {"en": "d", "it": "g", "de": "Tg.", "fr": "j", "es": "d"}
_AMBIGUOUS = frozenset({"IST"})
"""Irish and Indian: two marketplaces of ours share the letters."""
_THIN = str.maketrans({"\u202f": " ", "\u00a0": " ", "\u2009": " "})


class Localise:
    """One language and one zone. Babel is imported here and nowhere else."""

    def __init__(self, language: str, zone: str, *, limits: bool = False) -> None:
        """`limits`: its instants are ends of a time, and one at midnight is told as 24:00 of the day before."""
        self.language = language
        self.zone = ZoneInfo(zone)
        self._limits = limits
        self._locale = _TERRITORY[language]

    def zone_name(self, instant: dt.datetime) -> str:
        """`CET`, `EST`; for a zone without a name of its own `UTC+04`, `UTC+05:30`."""
        local = instant.astimezone(self.zone)
        name = local.tzname() or "UTC"
        if name in _AMBIGUOUS or name[:1] in "+-":
            name = f"UTC{local.isoformat()[-6:].removesuffix(':00')}"
        return name

    def day(self, instant: dt.datetime) -> str:
        """`9 Nov 2026`, in the zone."""
        return self.date(instant.astimezone(self.zone).date())

    def date(self, day: dt.date) -> str:
        """`9 Nov 2026`, of a day that is told without a zone."""
        from babel.dates import format_date

        pattern = "d. MMM y" if self.language == "de" else "d MMM y"
        return self._first(day, format_date(day, pattern, locale=self._locale).translate(_THIN))

    def short_day(self, instant: dt.datetime) -> str:
        """`9 Nov`, in the zone."""
        from babel.dates import format_date

        day = instant.astimezone(self.zone).date()
        pattern = "d. MMM" if self.language == "de" else "d MMM"
        return self._first(day, format_date(day, pattern, locale=self._locale).translate(_THIN))

    def _first(self, day: dt.date, shown: str) -> str:
        """French counts the first of a month: `1er mars`."""
        return f"1er{shown[1:]}" if self.language == "fr" and day.day == 1 else shown

    def midnight_after(self, instant: dt.datetime, days: int = 1) -> dt.datetime:
        """The midnight of the zone, `days` days after the day of `instant` has begun."""
        day = instant.astimezone(self.zone).date() + dt.timedelta(days=days)
        return dt.datetime.combine(day, dt.time(), tzinfo=self.zone).astimezone(dt.UTC)

    def at(self, instant: dt.datetime) -> str:
        """`9 Nov 2026, 14:32 CET`."""
        local = instant.astimezone(self.zone)
        day, clock = as_limit(local) if self._limits else (local.date(), f"{local:%H:%M}")
        return f"{self.date(day)}, {clock} {self.zone_name(instant)}"

    def clock(self, instant: dt.datetime) -> str:
        """`14:32 CET`."""
        return f"{instant.astimezone(self.zone):%H:%M} {self.zone_name(instant)}"

    def utc(self, instant: dt.datetime) -> str:
        """`2026-11-09 13:32 UTC`: the same in every language."""
        return f"{instant.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC"

    def both(self, instant: dt.datetime) -> str:
        """`9 Nov 2026, 14:32 CET (2026-11-09 13:32 UTC)`; once in a zone that is UTC."""
        return self.at(instant) if self.is_utc else f"{self.at(instant)} ({self.utc(instant)})"

    @property
    def is_utc(self) -> bool:
        """True when local time is UTC: then one of the two is enough."""
        return self.zone.key in {"UTC", "Etc/UTC"}

    def money(self, money: Money) -> str:
        """`119.00 EUR`, `1.119,00 EUR`: the currency's code, so that it is never a question which dollar."""
        return f"{self.number(money.amount)} {money.currency}"

    def number(self, value: Decimal) -> str:
        """A decimal with the places that it has."""
        from babel.numbers import format_decimal

        places = max(0, -int(value.as_tuple().exponent)) if value.is_finite() else 0
        pattern = "#,##0" + ("." + "0" * places if places else "")
        return format_decimal(value, format=pattern, locale=self._locale).translate(_THIN)

    def lasting(self, span: dt.timedelta) -> str:
        """`3 h 20 min`, `2 d 4 h`: hours and minutes read the same in our languages."""
        minutes = int(span.total_seconds() // 60)
        days, rest = divmod(minutes, 1440)
        hours, left = divmod(rest, 60)
        if days:
            return f"{days} {_DAY[self.language]} {hours} h"
        return f"{hours} h {left} min" if hours else f"{left} min"
