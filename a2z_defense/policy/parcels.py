"""Parcels: an order's packages with what the carriers and labels say of each, and the units that they hold."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from a2z_defense.model.case import Case
from a2z_defense.model.entries import EntryKind
from a2z_defense.model.order import Order, Package, PackageContent
from a2z_defense.model.tracking import Label, Leg, Scan, ScanKind, Shipment
from a2z_defense.policy.readings import squeezed

RETURN_SIGNS = frozenset({ScanKind.REJECTED, ScanKind.UNDELIVERABLE, ScanKind.RETURNING})
"""After one of these a parcel is on its way back: a later "Delivered" is the sender's."""
PHYSICAL = frozenset(set(ScanKind) - {ScanKind.LABEL, ScanKind.OTHER})
"""Scans that the carrier can only make with the parcel in hand, or once had it."""


@dataclass(frozen=True)
class Parcel:
    """One package with everything known of it."""

    key: str
    """Its tracking number; without one, the package's reference."""
    order_exhibit: str | None = None
    package: Package | None = None
    shipments: tuple[Shipment, ...] = ()
    labels: tuple[Label, ...] = ()
    contents: tuple[tuple[str, int], ...] = ()
    """(order item id, units)."""
    contents_told: bool = True
    claimed: bool = True
    """It holds a claimed unit, or may."""

    @property
    def tracking_number(self) -> str | None:
        """The number that the order, a tracking answer or the label gives."""
        if self.package is not None and self.package.tracking_number:
            return self.package.tracking_number
        found = [
            *(s.tracking_number for s in self.shipments),
            *(x.tracking_number for x in self.labels if x.tracking_number),
        ]
        return found[0] if found else None

    @property
    def scans(self) -> tuple[Scan, ...]:
        """Every scan of every answer, in order of time; those without a time come last, as the carrier lists them."""
        found = [scan for shipment in self.shipments for scan in shipment.scans]
        timed = sorted((scan for scan in found if scan.at is not None), key=_when)
        return (*timed, *(scan for scan in found if scan.at is None))

    def leg(self, scan: Scan) -> Leg:
        """The scan's leg; one that the carrier does not tell is a return's after a sign of return."""
        if scan.leg is not Leg.UNKNOWN:
            return scan.leg
        signs = [other for other in self.scans if other.kind in RETURN_SIGNS or other.leg is Leg.RETURN]
        if not signs:
            return Leg.FORWARD
        if scan.at is None or any(sign.at is None or sign.at <= scan.at for sign in signs):
            return Leg.RETURN
        return Leg.FORWARD

    def deliveries(self) -> tuple[Scan, ...]:
        """Deliveries on the forward leg, the first of them first."""
        return tuple(s for s in self.scans if s.kind is ScanKind.DELIVERED and self.leg(s) is Leg.FORWARD)

    def return_scans(self) -> tuple[Scan, ...]:
        """Scans that show the parcel going back or back."""
        return tuple(s for s in self.scans if s.kind in RETURN_SIGNS or self.leg(s) is Leg.RETURN)

    def physical_scans(self) -> tuple[Scan, ...]:
        """Forward scans that the carrier made with the parcel in hand; the first is the *first scan*."""
        return tuple(s for s in self.scans if s.kind in PHYSICAL and self.leg(s) is Leg.FORWARD)


NOWHERE = Parcel(key="", contents_told=False)
"""Stands for the parcel when none is known: what would be told of it is missing or unknown."""


_LAST = dt.datetime.max.replace(tzinfo=dt.UTC)


def _when(scan: Scan) -> tuple[dt.datetime, str, str]:
    return scan.at or _LAST, scan.kind.value, scan.evidence


def claimed_units(case: Case) -> dict[str, int]:
    """Units that the buyer claims for, by order item id: what the seller set, else every unit of the order."""
    for entry in reversed(case.entries):
        if entry.kind is EntryKind.SET and entry.claimed is not None:
            return dict(entry.claimed)
    return {item.id: item.quantity for item in case.order.items} if case.order else {}


def ordered_units(case: Case) -> dict[str, int]:
    """For each claimed item every unit of it that was ordered: of several alike nobody knows which the buyer means, and
    one that did not arrive is surely among them."""
    ordered = {item.id: item.quantity for item in case.order.items} if case.order else {}
    claimed = {item_id: units for item_id, units in claimed_units(case).items() if units > 0}
    return {item_id: max(units, ordered.get(item_id, 0)) for item_id, units in claimed.items()}


def forward_numbers(case: Case) -> frozenset[str]:
    """Tracking numbers, squeezed, under which the order was sent out: those of no return."""
    told = [package.tracking_number for package in case.order.packages] if case.order else []
    told += [label.tracking_number for label in case.labels]
    told += [entry.value for entry in case.entries if entry.fact == "tracking_number"]
    return frozenset(squeezed(number) for number in told if number)


def parcels_of(case: Case) -> tuple[Parcel, ...]:
    """The case's parcels, in the order's own order; cancelled packages are none."""
    units = claimed_units(case)
    packages = _by_number([found for found in case.order.packages if found.status != "CANCELLED"] if case.order else [])
    if case.order is not None and packages:
        return tuple(_from_package(case, case.order, found, units, alone=len(packages) == 1) for found in packages)
    return tuple(_from_shipments(case, units))


def _by_number(packages: list[Package]) -> list[Package]:
    """The packages, those of one tracking number as one: it is one parcel, and holds what each of them tells."""
    found: dict[str, list[Package]] = {}
    for package in packages:
        found.setdefault(squeezed(package.tracking_number or package.reference), []).append(package)
    return [same[0] if len(same) == 1 else _as_one(same) for same in found.values()]


def _as_one(packages: list[Package]) -> Package:
    units: Counter[str] = Counter()
    for part in (part for package in packages for part in package.contents):
        units[part.item_id] += part.quantity
    told = all(package.contents for package in packages)
    contents = tuple(PackageContent(item_id=item_id, quantity=number) for item_id, number in units.items())
    return packages[0].model_copy(update={"contents": contents if told else ()})


def _from_package(case: Case, order: Order, package: Package, units: dict[str, int], *, alone: bool) -> Parcel:
    contents = tuple((part.item_id, part.quantity) for part in package.contents)
    told = bool(contents)
    if not told and alone:
        contents, told = tuple((item.id, item.quantity) for item in order.items), True
    number = squeezed(package.tracking_number or "")
    numbers = {number, *_stated_numbers(case, package, alone=alone)} - {""}
    return Parcel(
        key=package.tracking_number or package.reference,
        order_exhibit=order.evidence,
        package=package,
        shipments=tuple(s for s in case.shipments if squeezed(s.tracking_number) in numbers),
        labels=tuple(x for x in case.labels if number and x.tracking_number and squeezed(x.tracking_number) == number),
        contents=contents,
        contents_told=told,
        # An order that tells no unit of anything leaves open what is claimed: every parcel may be.
        claimed=not told or not any(units.values()) or any(units.get(item_id, 0) > 0 for item_id, _ in contents),
    )


def _stated_numbers(case: Case, package: Package, *, alone: bool) -> Iterator[str]:
    """Other numbers, squeezed, that the seller states for the package: its carrier handed it on to another one."""
    own = squeezed(package.tracking_number or package.reference)
    for entry in case.entries:
        named = alone if entry.parcel is None else squeezed(entry.parcel) == own
        if entry.kind is EntryKind.STATED and entry.fact == "tracking_number" and entry.value and named:
            yield squeezed(entry.value)


def _from_shipments(case: Case, units: dict[str, int]) -> Iterator[Parcel]:
    """No package is told: the tracking numbers that the seller or a carrier gave stand for parcels."""
    returns = {squeezed(s.return_tracking_number) for s in case.shipments if s.return_tracking_number}
    returns |= {squeezed(row.tracking_number) for row in case.returns if row.tracking_number}
    numbers: dict[str, str] = {}
    for text in (
        *(s.tracking_number for s in case.shipments),
        *(x.tracking_number for x in case.labels if x.tracking_number),
        *(e.value for e in case.entries if e.fact == "tracking_number" and e.value),
    ):
        if squeezed(text) not in returns:
            numbers.setdefault(squeezed(text), text)
    for plain, text in numbers.items():
        yield Parcel(
            key=text,
            shipments=tuple(s for s in case.shipments if squeezed(s.tracking_number) == plain),
            labels=tuple(x for x in case.labels if x.tracking_number and squeezed(x.tracking_number) == plain),
            contents=tuple(units.items()) if len(numbers) == 1 else (),
            contents_told=len(numbers) == 1,
        )
