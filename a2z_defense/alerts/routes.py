"""Whom an alert goes to: the route that the claim falls under, else everybody of `alert.notify`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from a2z_defense.alerts.kinds import Alert
from a2z_defense.base.config import Route, Settings
from a2z_defense.model.queue import QueueRow


def route_of(row: QueueRow, routes: Sequence[Route]) -> Route | None:
    """The first route whose every condition holds for the claim. An unknown amount reaches no minimum."""
    for route in routes:
        if (
            route.reason in ("", row.reason)
            and route.marketplace.upper() in ("", row.marketplace or "?")
            and (not route.min_amount or (row.amount is not None and Decimal(row.amount) >= Decimal(route.min_amount)))
        ):
            return route
    return None


def everybody(settings: Settings) -> tuple[str, ...]:
    """Every notifier of the configuration, in its order."""
    urls = (*settings.alert.notify, *(url for route in settings.routes for url in route.notify))
    return tuple(dict.fromkeys(urls))


def recipients(alert: Alert, rows: Mapping[str, QueueRow], settings: Settings) -> Sequence[str]:
    """The notifiers of one alert. What belongs to no claim, or to one that no route names, goes to `alert.notify`."""
    row = rows.get(alert.claim_id or "")
    route = None if row is None else route_of(row, settings.routes)
    if route is not None and route.notify:
        return route.notify
    return settings.alert.notify or everybody(settings)
