"""Whom an alert goes to: the route that the claim falls under, else everybody of `alert.notify`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from a2z_defense.alerts.kinds import Alert
from a2z_defense.base.config import Settings
from a2z_defense.model.money import Money
from a2z_defense.model.queue import QueueRow
from a2z_defense.policy.triage import routed


def each(url: str) -> tuple[str, ...]:
    """One notifier for each address of `to=a,b`: of two addresses in one, the good one would be told again at every
    run for as long as the other refuses."""
    head, _, query = url.partition("?")
    words = query.split("&")
    for number, word in enumerate(words):
        name, _, value = word.partition("=")
        addresses = value.replace("%2C", ",").replace("%2c", ",").split(",")
        if name == "to" and len(addresses) > 1:
            return tuple(
                f"{head}?{'&'.join([*words[:number], f'to={one.strip()}', *words[number + 1 :]])}"
                for one in addresses
                if one.strip()
            )
    return (url,)


def everybody(settings: Settings) -> tuple[str, ...]:
    """Every notifier of the configuration, in its order."""
    urls = (*settings.alert.notify, *(url for route in settings.routes for url in route.notify))
    return tuple(dict.fromkeys(one for url in urls for one in each(url)))


def recipients(alert: Alert, rows: Mapping[str, QueueRow], settings: Settings) -> Sequence[str]:
    """The notifiers of one alert. What belongs to no claim, or to one that no route names, goes to `alert.notify`."""
    row = rows.get(alert.claim_id or "")
    route = None
    if row is not None:
        money = Money(amount=Decimal(row.amount), currency=row.currency) if row.amount and row.currency else None
        route = routed(settings.routes, reason=row.reason, country=row.marketplace, amount=money)
    if route is not None and route.notify:
        return [one for url in route.notify for one in each(url)]
    return [one for url in settings.alert.notify for one in each(url)] or everybody(settings)
