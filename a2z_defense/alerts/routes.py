"""Whom an alert goes to: the route that the claim falls under, else everybody of `alert.notify`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from a2z_defense.alerts.kinds import Alert
from a2z_defense.base.config import Settings
from a2z_defense.model.money import Money
from a2z_defense.model.queue import QueueRow
from a2z_defense.policy.triage import routed


def everybody(settings: Settings) -> tuple[str, ...]:
    """Every notifier of the configuration, in its order."""
    urls = (*settings.alert.notify, *(url for route in settings.routes for url in route.notify))
    return tuple(dict.fromkeys(urls))


def recipients(alert: Alert, rows: Mapping[str, QueueRow], settings: Settings) -> Sequence[str]:
    """The notifiers of one alert. What belongs to no claim, or to one that no route names, goes to `alert.notify`."""
    row = rows.get(alert.claim_id or "")
    route = None
    if row is not None:
        money = Money(amount=Decimal(row.amount), currency=row.currency) if row.amount and row.currency else None
        route = routed(settings.routes, reason=row.reason, country=row.marketplace, amount=money)
    if route is not None and route.notify:
        return route.notify
    return settings.alert.notify or everybody(settings)
