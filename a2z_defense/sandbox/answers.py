"""What the simulator can answer: Amazon's own JSON, read from scenario folders.

A folder `spapi/` holds one order's answers, each a file named for its operation: `getOrder.json`,
`listFinancialEventsByOrderId.json`, `getTracking.<number>.json`, `getShipment.<id>.json`,
`getMessagingActionsForOrder.json`, `getListingsItem.<sku>.json`, `getCatalogItem.<asin>.json`, `returns.tsv` (rows of
the returns report) and `GET_V2_SELLER_PERFORMANCE_REPORT.json`.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from a2z_defense.base.errors import ConfigurationError
from a2z_defense.sandbox.exchange import Json


@dataclass
class Answers:
    """Amazon's answers by id. The dictionaries may be changed while the simulator runs: the next call sees it."""

    orders: dict[str, Json] = field(default_factory=dict)
    """getOrder with every data set, by order id."""
    finances: dict[str, Json] = field(default_factory=dict)
    """listFinancialEventsByOrderId with all events on one page, by order id."""
    tracking: dict[str, Json] = field(default_factory=dict)
    shipments: dict[str, Json] = field(default_factory=dict)
    messaging: dict[str, Json] = field(default_factory=dict)
    listings: dict[str, Json] = field(default_factory=dict)
    """By SKU."""
    catalog: dict[str, Json] = field(default_factory=dict)
    """By ASIN."""
    returns: list[dict[str, str]] = field(default_factory=list)
    """Rows of the returns report, by column name."""
    account_health: Json | None = None
    pictures: dict[str, bytes] = field(default_factory=dict)
    """Listings' pictures by file name, served under /images/I/. No scenario folder holds any."""


def read_answers(folders: Sequence[Path]) -> Answers:
    """The answers of every `spapi/` folder at or below `folders`.

    Raises ConfigurationError for a file that cannot be read as what its name says.
    """
    found = Answers()
    for folder in folders:
        for spapi in sorted(folder.rglob("spapi")):
            for path in sorted(spapi.iterdir()):
                try:
                    _take(found, path)
                except (ValueError, KeyError, TypeError, AttributeError, OSError) as why:
                    raise ConfigurationError(
                        f"the scenario file {path} cannot be used: {type(why).__name__}",
                        expected="an SP-API answer named for its operation, like getOrder.json",
                        remedy="mend or remove that file",
                    ) from None
    return found


def _take(found: Answers, path: Path) -> None:
    operation, _, rest = path.name.partition(".")
    subject = unquote(rest.rpartition(".")[0])
    if path.suffix == ".tsv" and operation == "returns":
        with path.open(encoding="utf-8", newline="") as lines:
            found.returns.extend(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
        return
    if path.suffix != ".json":
        raise ValueError(path.suffix)
    content: Json = json.loads(path.read_text(encoding="utf-8"))
    match operation:
        case "getOrder":
            found.orders[content["order"]["orderId"]] = content
        case "listFinancialEventsByOrderId":
            found.finances[_order_beside(path)] = content
        case "getMessagingActionsForOrder":
            found.messaging[_order_beside(path)] = content
        case "getTracking":
            found.tracking[subject] = content
        case "getShipment":
            found.shipments[subject] = content
        case "getListingsItem":
            found.listings[subject] = content
        case "getCatalogItem":
            found.catalog[subject] = content
        case "GET_V2_SELLER_PERFORMANCE_REPORT":
            found.account_health = content
        case _:
            raise ValueError(operation)


def _order_beside(path: Path) -> str:
    """The order id of the getOrder.json in the same folder: these answers do not name their order themselves."""
    beside: Json = json.loads((path.parent / "getOrder.json").read_text(encoding="utf-8"))
    return str(beside["order"]["orderId"])
