"""The promise of `a2z alert --json`, for the JSON Schema in docs/. The command itself writes it without this model,
which would cost it time at every run."""

from __future__ import annotations

from a2z_defense.alerts.kinds import AlertKind
from a2z_defense.model.assessment import Band
from a2z_defense.model.frozen import Frozen, Instant


class PrintedAlert(Frozen):
    """One alert, most urgent first."""

    claim_id: str | None
    """None: it is about no one claim."""
    kind: AlertKind
    band: Band
    act_by: Instant | None
    next: str
    """The one command to run next."""
