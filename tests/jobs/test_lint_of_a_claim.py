"""`a2z lint FILE --claim CLAIM`: what the seller wrote beyond the evidence is found."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from support.homes import environment
from support.mail_maker import ORDER, SENT, buyer_message, notice

from a2z_defense.jobs.fetch import FetchWanted, fetch
from a2z_defense.jobs.lint import lint_text, spoken, supported_sentences


def test_a_sentence_that_the_seller_added_has_no_exhibit(tmp_path: Path) -> None:
    found = environment(tmp_path, now=SENT + dt.timedelta(days=1))
    asked = buyer_message("Where is my lamp?", tld="it", message_id="<m1@amazonses.com>")
    for number, mail in enumerate((notice("it", "action"), asked)):
        (tmp_path / f"{number}.eml").write_bytes(bytes(mail))
    fetch(found, FetchWanted(mail=tuple(str(path) for path in sorted(tmp_path.glob("*.eml"))), spapi=False))
    own = sorted(filter(None, supported_sentences(found, ORDER, "en")))
    assert any(ORDER in sentence for sentence in own)
    text = "\n".join([*own, f"{own[0]} The customer signed for it, probably."])
    told = lint_text(found, text, audience="amazon", language="en", claim=ORDER)
    assert [(one.line, one.rule) for one in told] == [(len(own) + 1, "guess"), (len(own) + 1, "no_exhibit")]
    assert told[1].found == "The customer signed for it, probably."
    assert [one.rule for one in lint_text(found, text, audience="amazon", language="en")] == ["guess"]
    assert (spoken(found, "it-IT"), spoken(found, "pl")) == (True, False)
