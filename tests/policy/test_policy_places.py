"""Where a parcel was left, who may say so, and places and names in the many ways that carriers write them."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import cases as c

from a2z_defense.model.assessment import Assessment
from a2z_defense.model.entries import AttachmentKind
from a2z_defense.model.tracking import Place
from a2z_defense.policy.addresses import Likeness, compare_places, compare_town, same_town, same_words
from a2z_defense.policy.assess import assess
from a2z_defense.policy.names import same_person
from a2z_defense.policy.parcels import parcels_of
from a2z_defense.policy.tables import load_tables

TABLES = load_tables()


def judged(**more: object) -> Assessment:
    return assess(c.case(**more), TABLES)  # type: ignore[arg-type]


def state(found: Assessment, item_id: str) -> str:
    item = found.item(item_id)
    assert item is not None, (item_id, found.defence)
    return item.state.value


# who may say that the buyer named the place


NEIGHBOUR = c.shipment(scans=c.delivered_scans(left_with="neighbor"))


@pytest.mark.parametrize(
    ("source", "kind", "taken"),
    [
        ("file message.png", AttachmentKind.SCREENSHOT, True),
        ("file message.png", AttachmentKind.OTHER, True),
        ("file pod.pdf", AttachmentKind.POD, False),
        ("file scan.json", AttachmentKind.CARRIER, False),
        ("file photo.jpg", AttachmentKind.DELIVERY_PHOTO, False),
        ("order", None, True),
        ("buyer 03-04", None, True),
        ("seller 03-05", None, False),
        (f"tracking {c.TRACKING}", None, False),
    ],
)
def test_only_the_buyers_words_or_the_order_say_that_the_buyer_named_the_place(
    source: str, kind: AttachmentKind | None, taken: bool
) -> None:
    name = source.partition(" ")[2]
    entries = [c.attached(kind, name=name)] if kind else []
    messages = [
        c.message("Please leave it with the neighbour.", "03-04 09:00", name="buyer 03-04"),
        c.message("We left it there.", "03-05 09:00", by="seller", name="seller 03-05"),
    ]
    said = c.stated("place_named_by_buyer", "yes", source=source)
    found = judged(shipments=[NEIGHBOUR], messages=messages, entries=[*entries, said])
    assert state(found, "left_elsewhere") == ("missing" if taken else "held")
    assert any("holds no word of the buyer" in words for words in found.warnings) is not taken


@pytest.mark.parametrize(
    ("source", "kind", "taken"),
    [
        ("file pod.pdf", AttachmentKind.POD, True),
        ("file page.png", AttachmentKind.SCREENSHOT, True),
        ("file scan.csv", AttachmentKind.CARRIER, True),
        ("file notes.txt", AttachmentKind.OTHER, False),
        ("file serial.jpg", AttachmentKind.SERIAL, False),
        ("order", None, False),
        ("action_required 03-12 07:00", None, False),
        ("seller 03-05", None, False),
    ],
)
def test_only_what_a_carrier_made_tells_of_the_carrier(source: str, kind: AttachmentKind | None, taken: bool) -> None:
    entries = [c.attached(kind, name=source.partition(" ")[2])] if kind else []
    told = {"delivered_at": "2026-03-06T11:20:00Z", "signed_by": "N. Dell’Acquàzzurra", "pod_document": "yes"}
    said = [c.stated(fact, value, source=source) for fact, value in told.items()]
    messages = [c.message("We left it there.", "03-05 09:00", by="seller", name="seller 03-05")]
    found = judged(shipments=[], messages=messages, entries=[*entries, *said])
    for item in ("delivered_scan", "signature", "pod_document"):
        assert (state(found, item) == "held") is taken
    assert any("nothing of the carrier's" in words for words in found.warnings) is not taken


def test_a_photo_is_what_shows_a_delivery() -> None:
    for kind, taken in ((AttachmentKind.DELIVERY_PHOTO, True), (AttachmentKind.CARRIER, False)):
        entries = [c.attached(kind, name="x"), c.stated("photo_shows_delivery", "yes", source="file x")]
        assert (state(judged(entries=entries), "delivery_photo") == "held") is taken


# packages of one number


def test_packages_of_one_tracking_number_are_one_parcel_with_all_that_they_hold() -> None:
    two = [c.package(reference="1"), c.package(reference="2")]
    case = c.case(order=c.order(items=[c.item(quantity=2)], packages=two, total="238.00 EUR"))
    (parcel,) = parcels_of(case)
    assert parcel.contents == ((c.ITEM, 2),)
    assert not [one for one in assess(case, TABLES).units if not one.defended]


def test_an_order_that_tells_no_unit_keeps_its_parcels() -> None:
    found = judged(order=c.order(items=[c.item(quantity=0)]))
    assert state(found, "tracking_pair") == "held"


# towns and postcodes


def town(city: str | None, code: str | None = "99974", country: str | None = "DE") -> Place:
    return Place(lines=("Mühlgasse 5",), city=city, postal_code=code, country=country)


@pytest.mark.parametrize(
    ("country", "first", "second"),
    [
        ("DE", "Mühlhausen/Thür.", "MUEHLHAUSEN"),
        ("DE", "Mühlhausen/Thür.", "Muhlhausen (Thüringen)"),
        ("DE", "Frankfurt am Main", "Frankfurt"),
        ("DE", "Frankfurt/M.", "Frankfurt am Main"),
        ("DE", "Neustadt a. d. Weinstraße", "Neustadt an der Weinstrasse"),
        ("DE", "Groß-Umstadt", "GROSS UMSTADT"),
        ("PL", "Łódź", "LODZ"),
        ("DK", "Tårnby", "TAARNBY"),
        ("DK", "Rødovre", "Roedovre"),
        ("FR", "Saint-Étienne", "SAINT ETIENNE"),
        ("FR", "Lyon", "LYON 3E ARRONDISSEMENT"),
        ("FR", "Paris", "Paris Cedex 11"),
        ("IT", "Roma", "ROMA RM"),
        ("IT", "Cento", "Cento (FE)"),
        ("ES", "Alicante/Alacant", "Alacant"),
        ("ES", "A Coruña", "LA CORUNA"),
        ("ES", "L'Hospitalet de Llobregat", "Hospitalet de Llobregat"),
        ("FR", "Le Havre", "HAVRE"),
        ("IT", "L’Aquila", "L'AQUILA"),
    ],
)
def test_one_town_in_two_spellings_under_one_postcode(country: str, first: str, second: str) -> None:
    ours, others = town(first, country=country), town(second, country=country)
    assert compare_town(ours, others).likeness is Likeness.SAME
    assert compare_town(others, ours).likeness is Likeness.SAME
    far = others.model_copy(update={"postal_code": "11111"})
    assert compare_town(ours, far).likeness is Likeness.DIFFERS


DIFFERENT_TOWNS = [
    *(
        "Frankfurt am Main",
        "Frankfurt (Oder)",
        "Neustadt an der Weinstraße",
        "Neustadt am Rübenberge",
        "Neustadt (Dosse)",
    ),
    *(
        "Mühlhausen/Thür.",
        "Mühlheim",
        "Mühlenau",
        "Halle (Saale)",
        "Halle (Westf.)",
        "Bergen auf Rügen",
        "Bargen",
        "Lünen",
    ),
    *("Lüneburg", "Marburg", "Magdeburg", "Köln", "Kolin", "Essen", "Gießen", "Füssen", "Fußach", "Villers-le-Lac"),
    *("Villers-Bocage", "Leeds", "Leek", "Reading", "Readingham", "San Severo", "San Severino", "Łódź", "Lodi"),
]


@pytest.mark.parametrize("country", ["DE", "GB", "FR", "IT", "PL", ""])
def test_two_towns_are_never_one(country: str) -> None:
    for first, second in itertools.permutations(DIFFERENT_TOWNS, 2):
        assert not same_town(first, second, country), (first, second)
        assert compare_town(town(first), town(second)).likeness is Likeness.DIFFERS


@pytest.mark.parametrize(("own", "told"), [("LS6 2AB", "LS6"), ("SW1A 1AA", "SW1A"), ("M1 1AE", "m1")])
@pytest.mark.parametrize("country", ["GB", "UK"])
def test_an_outward_code_agrees_in_part_and_never_more(own: str, told: str, country: str) -> None:
    ours, theirs = town("Leeds", own, "GB"), town("LEEDS", told, country)
    for first, second in ((ours, theirs), (theirs, ours)):
        found = compare_places(first, second)
        assert found.likeness is Likeness.UNKNOWN
        assert "first part of the postcode" in found.why
    assert compare_town(ours, town(None, told, country)).likeness is Likeness.UNKNOWN
    assert compare_town(ours, town("Leeds", "LS7", country)).why == "the postcodes differ"
    assert compare_town(ours, town("York", told, country)).likeness is Likeness.DIFFERS
    assert compare_town(ours, town("Leeds", own, "FR")).why == "the countries differ"


@pytest.mark.parametrize(("own", "told"), [("B1 5AB", "B15"), ("12345", "123"), ("1016 PC", "10"), ("M1 1AE", "M11")])
def test_what_merely_begins_alike_is_another_postcode(own: str, told: str) -> None:
    assert compare_town(town("Ort", own, "GB"), town("Ort", told, "GB")).likeness is Likeness.DIFFERS


# names


DIFFERENT_NAMES = [
    *("Jürgen Größel", "Jürgen Gressel", "Jürgen Grosse", "Jan Möller", "Jan Mahler", "Ana Muñoz", "Ana Munz"),
    *("Łukasz Wójcik", "Łucja Wojak", "Søren Kjær", "Sara Kjar", "Åse Lund", "Ase Lind", "Jane Roe", "Jane Doe"),
]


def test_two_people_are_never_one() -> None:
    for first, second in itertools.permutations(DIFFERENT_NAMES, 2):
        assert not same_person(first, second), (first, second)


@pytest.mark.parametrize(
    ("own", "signer"),
    [
        ("Jürgen Größel", "GROESSEL"),
        ("Jürgen Größel", "J. Grossel"),
        ("Jürgen Größel", "Juergen Grossel"),
        ("Ju\u0308rgen Gro\u00dfel", "JUERGEN GROSSEL"),
        ("Łukasz Wójcik", "LUKASZ WOJCIK"),
        ("Søren Kjær", "Soeren Kjaer"),
        ("Søren Kjær", "SOREN KJAER"),
        ("Åse Lund", "Aase Lund"),
        ("Zoë Müller", "Zoe Mueller"),
        ("Mueller, Jörg", "JOERG MÜLLER"),
    ],
)
def test_a_name_without_its_letters_is_the_same_name(own: str, signer: str) -> None:
    assert same_person(own, signer)
    assert same_person(signer, own)


WORDS = st.text(st.sampled_from("äöüßøåæłéçñ aeouslJM.-/(,1"), max_size=14)


@settings(max_examples=300, deadline=None)
@given(WORDS, WORDS, st.sampled_from(["DE", "IT", "FR", "GB", ""]))
def test_likeness_has_no_direction_and_everything_is_itself(first: str, second: str, country: str) -> None:
    for alike in (same_person, lambda a, b: same_town(a, b, country), lambda a, b: same_words(a, b, country)):
        assert alike(first, second) == alike(second, first)
    assert same_words(first, first, country)
    assert same_town(first, first, country)


# lockers and pickup points


@pytest.mark.parametrize(
    ("line", "left", "found"),
    [
        ("Packstation 123", "Packstation 123", "missing"),
        ("Packstation 123", "DHL Packstation Nr. 123", "missing"),
        ("DHL Packstation 123", "PACKSTATION 123, Hauptstr. 5", "missing"),
        ("Packstation 123", "Packstation", "unknown"),
        ("Packstation 123", "Packstation 124", "held"),
        ("Packstation 124 Ring 123", "Packstation 123", "held"),
        ("Postfiliale 506", "Postfiliale 506", "missing"),
        ("Postfiliale 506", "Filiale 506", "held"),
        ("Point Relais Tabac du Port", "POINT RELAIS TABAC DU PORT", "missing"),
        ("Point Relais Tabac du Port", "Point Relais Tabac du Pont", "held"),
        ("Paczkomat KRA01M", "Paczkomat KRA01M", "missing"),
        ("Paczkomat KRA01M", "Paczkomat WAW01M", "held"),
        ("Apartado de Correos 33", "apartado de correos 33", "missing"),
        ("Hermes PaketShop Kiosk Blau", "Paketshop Kiosk Blau", "missing"),
        ("Hermes PaketShop Kiosk Blau", "Paketshop Kiosk Rot", "held"),
        ("Post Office Lane 3", "Post Office", "held"),
        ("Store Street 5", "store", "held"),
        ("Via delle Tre Lanterne 12", "Packstation 123", "held"),
        ("Via delle Tre Lanterne 12", "locker", "held"),
        ("Packstation 123", "neighbor", "held"),
    ],
)
def test_a_pickup_point_that_is_the_orders_own_address_was_chosen_by_the_buyer(
    line: str, left: str, found: str
) -> None:
    address = c.ADDRESS.model_copy(update={"lines": (line, "Postnummer 12345678")})
    scans = c.delivered_scans(left_with=left, place=c.place_of(lines=("Bahnhofstraße 7",)))
    known = judged(order=c.order(address=address), shipments=[c.shipment(scans=scans)])
    assert state(known, "left_elsewhere") == found
    assert (state(known, "another_address") == "held") is (found != "missing")


def test_a_pickup_point_in_another_town_is_another_address() -> None:
    address = c.ADDRESS.model_copy(update={"lines": ("Packstation 123",)})
    far = c.place_of(lines=("Packstation 123",), city="Altrove Inventata", postal_code="99999")
    record = c.shipment(scans=c.delivered_scans(left_with="Packstation 123", place=far))
    assert state(judged(order=c.order(address=address), shipments=[record]), "another_address") == "held"
