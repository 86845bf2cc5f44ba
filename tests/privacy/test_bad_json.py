"""An answer whose shape is wrong at any one place is read as far as it goes, or refused in words that quote nothing."""

from __future__ import annotations

import copy
import datetime as dt
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.markers import plant

from a2z_defense.base.data import data_folder
from a2z_defense.base.errors import A2zError
from a2z_defense.model.evidence import EvidenceKind, Observation, Piece, Provenance, as_piece
from a2z_defense.readers.carrier_file import read_carrier_file
from a2z_defense.readers.finances import read_finances
from a2z_defense.readers.listing import read_listing
from a2z_defense.readers.messaging import read_messaging
from a2z_defense.readers.order import read_order
from a2z_defense.readers.shipment import read_shipment
from a2z_defense.readers.tracking import read_tracking

MARK = re.compile(r"xq\d{5}zq")
WRONG: tuple[Any, ...] = (None, 7, [], {}, ["xq99999zq"], {"xq99999zq": "xq99999zq"}, "xq99999zq " * 20)
"""What may stand where something else was expected."""
READERS: dict[str, tuple[EvidenceKind, Callable[[Piece], object]]] = {
    "getOrder": (EvidenceKind.ORDER, read_order),
    "getTracking": (EvidenceKind.TRACKING, read_tracking),
    "getShipment": (EvidenceKind.SHIPMENT, read_shipment),
    "getCatalogItem": (EvidenceKind.CATALOG, read_listing),
    "getListingsItem": (EvidenceKind.LISTING, read_listing),
    "getMessagingActionsForOrder": (EvidenceKind.MESSAGING, read_messaging),
    "listFinancialEventsByOrderId": (
        EvidenceKind.FINANCES,
        lambda piece: read_finances([piece], "407-2290145-8863310"),
    ),
    "carrier": (EvidenceKind.CARRIER, read_carrier_file),
}


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("marked") / "examples"
    plant(data_folder("examples"), target)
    return target


def places(found: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place of an answer."""
    yield path
    rows = found.items() if isinstance(found, dict) else enumerate(found) if isinstance(found, list) else ()
    for key, value in rows:
        yield from places(value, (*path, key))


def changed(found: Any, path: tuple[str | int, ...], value: Any) -> Any:
    if not path:
        return value
    copied = copy.deepcopy(found)
    at = copied
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return copied


def piece(kind: EvidenceKind, body: bytes) -> Piece:
    provenance = Provenance(source="spapi", operation="getOrder", obtained_at=dt.datetime(2026, 11, 12, tzinfo=dt.UTC))
    return as_piece(Observation(kind, "407-2290145-8863310", body, "application/json", provenance))


@pytest.mark.parametrize("operation", READERS)
def test_a_wrong_shape_is_refused_without_quoting_it(marked: Path, operation: str) -> None:
    kind, read = READERS[operation]
    path = max(marked.rglob(f"{operation}*.json"), key=lambda one: one.stat().st_size)
    whole = json.loads(path.read_text(encoding="utf-8"))
    bodies = [json.dumps(changed(whole, place, wrong)).encode() for place in places(whole) for wrong in WRONG]
    text = path.read_bytes()
    bodies += [text[:cut] for cut in range(0, len(text), 97)]
    refusals = [error for body in bodies if (error := refusal(read, piece(kind, body))) is not None]
    assert len(bodies) > 50
    assert len(refusals) > 5
    for error in refusals:
        assert not MARK.findall("\n".join(error.lines()) + repr(error) + str(error))
        assert error.__cause__ is None
        assert error.__suppress_context__ or error.__context__ is None


def refusal(read: Callable[[Piece], object], found: Piece) -> A2zError | None:
    """The error that reading ends in, if any."""
    try:
        read(found)
    except A2zError as error:
        return error
    return None
