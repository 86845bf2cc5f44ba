"""How long is left: the only place where the case clock meets a deadline. Stdlib only, `alert` imports it."""

from __future__ import annotations

import datetime as dt

DUE_SOON = dt.timedelta(hours=24)
_NOTHING = dt.timedelta(0)
_BANDS = tuple((dt.timedelta(hours=hours), f"{hours}h") for hours in (6, 24, 48))


def band_of(act_by: dt.datetime | None, now: dt.datetime, *, kind: str) -> str:
    """`overdue`, `6h`, `24h`, `48h`, `later`, or `none` without a deadline.

    A precautionary check never bands above due soon: looking late is not losing the claim.
    """
    if act_by is None:
        return "none"
    left = act_by - now
    if kind == "check" and left < DUE_SOON:
        return "24h"
    if left <= _NOTHING:
        return "overdue"
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
