"""An empty message thread is evidence only when the mail that was read reaches back to the order."""

from __future__ import annotations

import pytest
from support import cases as c

from a2z_defense.model.assessment import ItemState
from a2z_defense.model.case import SourceState
from a2z_defense.policy.assess import assess
from a2z_defense.policy.tables import load_tables


@pytest.mark.parametrize(
    ("begins", "state"),
    [
        ("02-01", ItemState.HELD),
        ("03-01 10:00", ItemState.HELD),
        ("03-12 07:00", ItemState.UNKNOWN),
        (None, ItemState.UNKNOWN),
    ],
)
def test_the_mail_must_reach_back(begins: str | None, state: ItemState) -> None:
    report = c.report("mail", SourceState.ANSWERED)
    reach = {"covers_from": c.at(begins) if begins else None, "covers_to": c.at("03-12 07:00")}
    covers = report.model_copy(update=reach)
    notices = [c.notice(when="03-12 07:00")]
    found = assess(c.case(notices=notices, messages=[], sources=[covers]), load_tables()).item("message_thread")
    assert found is not None
    assert found.state is state
