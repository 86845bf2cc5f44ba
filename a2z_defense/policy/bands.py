"""How long is left: the only place where the case clock meets a deadline. Stdlib only, `alert` imports it."""

from __future__ import annotations

import datetime as dt

DUE_SOON = dt.timedelta(hours=24)
_BANDS = (
    (dt.timedelta(0), "overdue"),
    (dt.timedelta(hours=6), "6h"),
    (dt.timedelta(hours=24), "24h"),
    (dt.timedelta(hours=48), "48h"),
)
"""How much is left at most, and the band; more is `later`."""


def edges(now: dt.datetime) -> list[tuple[dt.datetime, str]]:
    """The last instant of each band, most urgent first; past the last one it is `later`."""
    return [(now + limit, band) for limit, band in _BANDS]


def band_of(act_by: dt.datetime | None, now: dt.datetime, *, kind: str) -> str:
    """`overdue`, `6h`, `24h`, `48h`, `later`, or `none` without a deadline.

    A precautionary check never bands above due soon: looking late is not losing the claim.
    """
    if act_by is None:
        return "none"
    left = act_by - now
    if kind == "check" and left < DUE_SOON:
        return "24h"
    for limit, band in _BANDS:
        if left <= limit:
            return band
    return "later"


def is_overdue(act_by: dt.datetime | None, now: dt.datetime, *, kind: str) -> bool:
    """True when the moment has come or gone; never for a precautionary check."""
    return kind != "check" and act_by is not None and act_by <= now


def is_due_soon(act_by: dt.datetime | None, now: dt.datetime, *, due_soon: dt.timedelta = DUE_SOON) -> bool:
    """True when `act_by` is that near or past."""
    return act_by is not None and act_by - now <= due_soon
