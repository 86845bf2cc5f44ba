"""Sentences that evidence almost supports: each was once written, and must not be."""

from __future__ import annotations

import pytest
from support import cases as c

from a2z_defense.model.assessment import Assessment, Decided
from a2z_defense.model.case import Mail
from a2z_defense.model.entries import AttachmentKind
from a2z_defense.model.finances import MovementKind
from a2z_defense.model.mail import Decision, Funder, MailKind, Outcome, Reason, Trust
from a2z_defense.model.tracking import Place, ScanKind
from a2z_defense.policy.addresses import compare_places, place_of
from a2z_defense.policy.assess import assess
from a2z_defense.policy.facts import facts_of
from a2z_defense.policy.names import same_person
from a2z_defense.policy.phrases import admissions, speaks_against
from a2z_defense.policy.probes.base import PROBES
from a2z_defense.policy.sent_back import sent_back
from a2z_defense.policy.tables import load_tables

TABLES = load_tables()
RETURN = "RR123456785GB"


def judged(**more: object) -> Assessment:
    return assess(c.case(**more), TABLES)  # type: ignore[arg-type]


def state(found: Assessment, item_id: str) -> str:
    item = found.item(item_id)
    assert item is not None, (item_id, found.defence)
    return item.state.value


# cancelled before shipment


UNPAID = c.finances().model_copy(update={"movements": ()})


def test_what_a_carrier_had_in_hand_was_not_cancelled_before_shipment() -> None:
    nothing = judged(order=c.order(fulfillment_status="CANCELLED", packages=()), finances=UNPAID, shipments=())
    assert (nothing.defence and nothing.defence.id, nothing.blockers) == ("cancelled", ())
    for packages, shipments in (
        ((c.package(),), (c.shipment(),)),
        ((c.package(status="CANCELLED"),), (c.shipment(),)),
        ((c.package(status="CANCELLED"),), ()),
        ((), (c.shipment(),)),
        ((), (c.shipment(scans=[c.scan(ScanKind.COLLECTED, None)]),)),
    ):
        order = c.order(fulfillment_status="CANCELLED", packages=packages)
        found = judged(order=order, finances=UNPAID, shipments=shipments)
        assert any(one.id.startswith("cancelled_shipped") for one in found.contradictions), packages
        assert not (found.defence and found.defence.id == "cancelled" and not found.blockers)


def test_a_cancelled_package_that_a_carrier_delivered_is_named() -> None:
    packages = (c.package(), c.package(c.SECOND_TRACKING, reference="2", status="CANCELLED", contents=()))
    for shipments, named in (((c.shipment(),), False), ((c.shipment(), c.shipment(tracking=c.SECOND_TRACKING)), True)):
        found = judged(order=c.order(packages=packages), shipments=shipments)
        assert any(one.id.startswith("cancelled_package") for one in found.contradictions) is named


def test_a_cancellation_of_before_the_first_scan_is_none_that_the_scan_contradicts() -> None:
    def told(at: str) -> Assessment:
        return judged(entries=[c.stated("cancelled_at", at)], finances=UNPAID)

    assert not any(x.id.startswith("cancelled_shipped") for x in told("2026-03-01T12:00:00Z").contradictions)
    assert any(x.id.startswith("cancelled_shipped") for x in told("2026-03-05T12:00:00Z").contradictions)


# nothing came back


def back(*texts: str, **more: object) -> Assessment:
    messages = [c.message(text, f"03-0{8 + number} 12:00", name=text) for number, text in enumerate(texts)]
    return judged(notices=[c.notice(reason=Reason.REFUND_NOT_ISSUED)], messages=messages, **more)


SENT = (
    "I sent the lamp back, where is my refund?",
    "I returned the lamp last week.",
    "I've already returned it.",
    "We dropped off the parcel, the lamp was sent back on Monday.",
    "My return was delivered to you.",
    "Ich habe die Lampe zurückgeschickt, wo bleibt mein Geld?",
    "Die Rücksendung ist bei der Post abgegeben.",
    "J'ai renvoyé la lampe lundi.",
    "Mon retour a été déposé hier.",
    "He devuelto la lámpara.",
    "Devolví el producto la semana pasada.",
    "Ho restituito la lampada, aspetto il rimborso.",
    "L'ho rispedita ieri.",
)
NOT_SENT = (
    "How do I send it back?",
    "I want to send it back.",
    "I have not sent it back yet.",
    "You sent it to the wrong address.",
    "If I returned the lamp, would you pay?",
    "When can I send the lamp back?",
    "Wie kann ich die Lampe zurückschicken?",
    "Ich habe sie noch nicht zurückgeschickt.",
    "Je voudrais qu'elle soit renvoyée, comment faire ?",
    "Je ne l'ai pas renvoyée.",
    "No la he devuelto todavía.",
    "Come posso restituire la lampada?",
    "Non l'ho ancora restituita.",
    "I want my money back.",
    "Please give me my money back.",
)


@pytest.mark.parametrize("text", SENT)
def test_who_writes_that_it_was_sent_back_is_not_told_that_nothing_came(text: str) -> None:
    found = back(text)
    assert state(found, "return_not_delivered") == "unknown"
    assert "return_not_delivered" in found.blockers
    item = found.item("return_not_delivered")
    assert item is not None
    assert item.exhibit == c.ev(text)


@pytest.mark.parametrize("text", NOT_SENT)
def test_who_asks_how_to_send_it_back_has_not_sent_it(text: str) -> None:
    assert sent_back(c.case(messages=[c.message(text)]), TABLES) == ()
    assert state(back(text), "return_not_delivered") == "held"


def test_a_number_that_the_buyer_names_and_a_record_holds_is_the_returns() -> None:
    record = c.shipment(tracking=RETURN, scans=c.delivered_scans(tracking=RETURN, when="03-10 10:00"))
    found = back(f"I sent the lamp back, tracking {RETURN}", shipments=[c.shipment(), record])
    facts = facts_of(
        c.case(messages=[c.message(f"I sent the lamp back, tracking {RETURN}")], shipments=[c.shipment(), record]),
        TABLES,
    )
    assert [reading.words for reading in facts.readings("return_tracking_number")] == [RETURN]
    assert facts.readings("return_received_at")
    assert found.decision is not Decided.DEFEND


def test_the_orders_own_number_is_no_returns_number() -> None:
    case = c.case(messages=[c.message(f"I sent it back, it came with {c.TRACKING}")], shipments=[c.shipment()])
    facts = facts_of(case, TABLES)
    assert not facts.readings("return_tracking_number")
    assert not facts.readings("return_received_at")


# what the seller wrote against the delivery


AGAINST = (
    "Royal Mail confirmed to us that your parcel was lost.",
    "The parcel got lost in the post.",
    "Your order has not been shipped.",
    "The parcel was returned to us.",
    "Das Paket ist leider verloren gegangen.",
    "Ihre Bestellung wurde noch nicht verschickt.",
    "Le colis a été perdu.",
    "El paquete se ha extraviado.",
    "Il pacco è andato smarrito.",
)
ELSEWHERE = (
    "The label had your old address on it.",
    "It was delivered to the wrong house.",
    "The driver left it with your neighbour.",
    "Wir haben das Paket an die alte Adresse geschickt.",
    "Le colis est parti à votre ancienne adresse.",
    "Lo enviamos a una dirección equivocada.",
    "Il pacco è partito per il vecchio indirizzo.",
)
NEITHER = (
    "If the parcel was lost, we will look into it.",
    "Please check whether it was left with a neighbour.",
    "It may have been delivered to a different address in the building.",
    "The parcel is not lost.",
    "The carrier recorded the delivery on 6 March.",
    "Könnte es beim Nachbarn abgegeben worden sein?",
    "Merci de vérifier si le colis a été remis à un voisin.",
    "Your parcel has been shipped.",
    "We have not received your message before.",
)


def wrote(text: str, when: str = "03-08 12:00", **more: object) -> Assessment:
    return judged(messages=[c.message(text, when, by="seller")], **more)


@pytest.mark.parametrize("text", AGAINST + ELSEWHERE)
def test_what_the_seller_wrote_against_the_delivery_is_a_contradiction(text: str) -> None:
    found = wrote(text)
    assert any(one.id.startswith("seller_wrote") for one in found.contradictions)
    assert state(found, "delivered_scan") == "contradicted"
    settled = wrote(text, entries=[c.stated("fault_admitted", "no")])
    assert not any(one.id.startswith("seller_wrote") for one in settled.contradictions)


@pytest.mark.parametrize("text", AGAINST)
def test_what_was_written_before_the_delivery_says_nothing_against_it(text: str) -> None:
    assert not any(one.id.startswith("seller_wrote") for one in wrote(text, "03-04 12:00").contradictions)


@pytest.mark.parametrize("text", NEITHER)
def test_what_only_supposes_says_nothing_against_the_delivery(text: str) -> None:
    assert not any(one.id.startswith("seller_wrote") for one in wrote(text).contradictions)


# danger


DANGEROUS = (
    "The lamp got so hot that it melted the table, my son cut his hand.",
    "There were sparks when I plugged it in.",
    "It gave me a shock when I touched the switch.",
    "A burning smell came out of it.",
    "The battery is swollen.",
    "Das Kabel ist geschmolzen und es roch nach Brand.",
    "Meine Tochter hat einen Schlag bekommen.",
    "Der Stecker wurde sehr heiß.",
    "Mein Sohn hat sich daran geschnitten.",
    "La prise a fondu.",
    "Il y a eu des étincelles.",
    "Mon fils s'est coupé la main.",
    "El enchufe se derritió.",
    "Saltaron chispas y hubo un cortocircuito.",
    "La spina si è sciolta.",
    "Mio figlio si è tagliato.",
    "Ha fatto scintille.",
)
HARMLESS = (
    "I am shocked by your service.",
    "It is brand new and I love it.",
    "The Fire TV stick does not connect.",
    "Cut the price in half please.",
    "I need a hot water bottle.",
    "Ist das eine neue Marke?",
    "Il fuso orario è sbagliato.",
    "L'appareil à fondue est trop petit.",
    "Me gusta el color sangría.",
    "The spark plugs do not fit.",
)


@pytest.mark.parametrize("text", DANGEROUS)
def test_words_of_danger_stop_everything(text: str) -> None:
    found = judged(messages=[c.message(text)])
    assert found.alarms
    assert found.decision is Decided.NEEDS_HUMAN


@pytest.mark.parametrize("text", HARMLESS)
def test_words_that_look_like_danger_and_are_none(text: str) -> None:
    assert not judged(messages=[c.message(text)]).alarms


# signatures


NO_NAMES = (
    "-",
    "C19",
    "Zusteller",
    "ILLEGIBLE",
    "OTP: 4471",
    "X",
    "...",
    "?",
    "null",
    "NaN",
    "1",
    "TBC",
    "DELIVERED",
    "POD",
    "yes",
    "SIGNATURE ON FILE",
    "Facteur",
    "corriere",
    "Abstellgenehmigung",
    "PIN 0412",
    "FIRMA ILEGIBLE",
)
PLACES = (
    "Letterbox",
    "FRONTDOOR",
    "Left safe",
    "Hausmeister",
    "Rezeption",
    "Front Porch",
    "Concierge desk",
    "Nachbar Schmidt, Haus 5",
    "neighbor at 12",
    "Jane Roe's neighbour",
    "InPost",
    "Relay point",
)


@pytest.mark.parametrize(
    "words",
    NO_NAMES,
)
def test_what_is_no_name_is_no_signature(words: str) -> None:
    found = judged(shipments=[c.shipment(scans=c.delivered_scans(signed_by=words))])
    item = found.item("signature")
    assert item is not None
    assert (item.state.value, item.exhibit) == ("missing", c.ev(f"tracking {c.TRACKING}"))
    assert words in item.why


@pytest.mark.parametrize(
    "words",
    PLACES,
)
def test_a_place_or_a_neighbour_signs_for_nobody(words: str) -> None:
    found = judged(shipments=[c.shipment(scans=c.delivered_scans(signed_by=words))])
    assert found.decision is Decided.NEEDS_HUMAN
    assert state(found, "left_elsewhere") == "held"


@pytest.mark.parametrize("name", ["N. Dell’Acquàzzurra", "DELL'ACQUAZZURRA", "Anna Zeta", "A. Vicini", "Li", "Müller"])
def test_a_name_is_a_signature(name: str) -> None:
    found = judged(shipments=[c.shipment(scans=c.delivered_scans(signed_by=name))])
    assert state(found, "signature") == "held"


# refunds that were taken back


def test_a_refund_that_was_taken_back_is_no_refund_and_is_told() -> None:
    told = [
        c.movement(MovementKind.CHARGE, when="03-02 17:00"),
        c.movement(MovementKind.REFUND_REVERSED, when="03-08 09:00"),
        c.movement(MovementKind.REFUND_REVERSAL, when="03-09 09:00"),
    ]
    found = judged(finances=c.finances(*told))
    assert state(found, "refunds_so_far") == "held"
    item = found.item("refunds_so_far")
    assert item is not None
    assert "no refund is recorded" in item.why
    assert any("was taken back on 2026-03-09T09:00:00Z" in words for words in found.warnings)
    assert found.defence is not None
    assert found.defence.id == "delivered"


# harm that another defence would hide


def test_a_neighbour_is_seen_also_when_protection_is_the_defence() -> None:
    scans = c.delivered_scans(signed_by=None, left_with="neighbor")
    record = c.shipment(scans=scans, bought_through_amazon=True, forward_details=("Signed",))
    found = judged(shipments=[record], labels=[c.label()])
    assert found.defence is not None
    assert found.defence.id == "claims_protection"
    assert state(found, "left_elsewhere") == "held"


def test_a_return_that_came_in_is_seen_also_when_the_goods_were_as_described() -> None:
    def told(**more: object) -> Assessment:
        photo = c.attached(AttachmentKind.PRE_SHIP_PHOTO, taken_at=c.at("03-02 09:00"))
        read = c.stated("pre_ship_photo_matches", "yes", source="file pre-ship-photo.jpg")
        kept = [c.listing(captured="02-28 09:00")]
        notices = [c.notice(reason=Reason.NOT_AS_DESCRIBED)]
        return judged(notices=notices, listings=kept, entries=[photo, read], **more)

    assert told().decision is Decided.DEFEND
    back = told(returns=[c.return_row(delivered_at=c.at("03-11 09:00"))])
    assert back.decision is not Decided.DEFEND
    assert state(back, "return_delivered") == "held"


def test_a_status_of_the_returns_report_answers_the_request_and_dates_no_authorisation() -> None:
    row = c.return_row(status="Approved", label_type="AmazonPrePaidLabel")
    found = judged(notices=[c.notice(reason=Reason.NOT_AS_DESCRIBED)], returns=[row])
    assert found.defence is not None
    assert found.defence.id == "return_offered"
    assert (state(found, "unanswered_return_request"), state(found, "return_offer")) == ("missing", "unknown")


@pytest.mark.parametrize(("when", "harm"), [("03-02 12:00", "held"), ("03-02 19:00", "missing")])
def test_a_wish_to_cancel_of_before_the_first_scan_is_told_beside_the_delivery(when: str, harm: str) -> None:
    found = judged(other_mails=[c.mail(MailKind.CANCELLATION_REQUEST, when)])
    assert found.defence is not None
    assert found.defence.id == "delivered"
    assert state(found, "cancellation_unanswered") == harm


def test_a_return_authorised_after_the_claim_is_told_as_such() -> None:
    def warned(at: str) -> bool:
        row = c.return_row(requested_at=c.at("03-05 09:00"), authorised_at=c.at(at))
        found = judged(notices=[c.notice(reason=Reason.RETURN_REFUSED)], returns=[row])
        return any("only after the claim" in words for words in found.warnings)

    assert warned("03-12 09:00")
    assert not warned("03-08 09:00")


# what a person read against what the record says


def test_a_reading_against_the_record_that_it_is_taken_from_is_a_contradiction() -> None:
    record = c.shipment(scans=c.delivered_scans(signed_by="P. Smith", left_with="neighbor"))
    source = f"tracking {c.TRACKING}"
    entries = [
        c.stated("delivery_place", "recipient", source=source),
        c.stated("signed_by", "Nicolò Dell’Acquàzzurra", source=source),
        c.stated("place_named_by_buyer", "yes", source=source),
    ]
    found = judged(shipments=[record], entries=entries)
    kinds = {one.id.partition("-")[0] for one in found.contradictions}
    assert {"delivery_place", "signed_by"} <= kinds
    assert found.decision is not Decided.DEFEND or found.blockers
    assert any("holds no word of the buyer" in words for words in found.warnings)


def test_a_record_of_another_number_is_named_and_can_be_tied() -> None:
    other = "H0001234567890"
    record = c.shipment(tracking=other, carrier="Evri", scans=c.delivered_scans(tracking=other), third_party=True)
    loose = judged(shipments=[record])
    assert any(other in words and "no number of this order" in words for words in loose.warnings)
    assert state(loose, "delivered_scan") == "unknown"
    tied = judged(shipments=[record], entries=[c.stated("tracking_number", other, source=f"tracking {other}")])
    assert not any("no number of this order" in words for words in tied.warnings)
    assert {state(tied, "delivered_scan"), state(tied, "tracking_pair")} == {"held"}
    assert any(one.id.startswith("handed_on") for one in tied.contradictions)


# places and names as carriers write them


def at_locker(line: str, left: str) -> str:
    address = c.ADDRESS.model_copy(update={"lines": (line, "Postnummer 12345678")})
    place = c.place_of(lines=(line,))
    record = c.shipment(scans=c.delivered_scans(left_with=left, place=place))
    return state(judged(order=c.order(address=address), shipments=[record]), "left_elsewhere")


def test_a_locker_that_is_the_orders_own_address_was_chosen_by_the_buyer() -> None:
    assert at_locker("Packstation 123", "Packstation 123") == "missing"
    assert at_locker("Packstation 123", "Packstation 124") == "held"
    assert at_locker("Via delle Tre Lanterne 12", "Packstation 123") == "held"
    assert at_locker("Garden Lane 14", "Garden 14") == "held"


@pytest.mark.parametrize(
    ("country", "own", "told", "city", "likeness"),
    [
        ("GB", "LS6 2AB", "LS6", "Leeds", "unknown"),
        ("GB", "LS6 2AB", "LS7", "Leeds", "differs"),
        ("GB", "LS6 2AB", "LS6", "York", "differs"),
        ("NL", "1016 PC", "1016", "Amsterdam", "unknown"),
        ("CA", "H2S 1B4", "H2S", "Montréal", "unknown"),
        ("DE", "99012", "990", "Musterstadt", "differs"),
    ],
)
def test_a_part_of_a_postcode_is_no_other_postcode(country: str, own: str, told: str, city: str, likeness: str) -> None:
    towns = {"GB": "Leeds", "NL": "Amsterdam", "CA": "Montréal", "DE": "Musterstadt"}
    first = Place(city=towns[country], postal_code=own, country=country)
    assert compare_places(first, Place(city=city, postal_code=told, country=country)).likeness.value == likeness


def test_a_house_is_not_the_flat() -> None:
    order = c.order(address=c.ADDRESS.model_copy(update={"lines": ("Mill Lane 14", "Flat 2")}))
    for lines, whole in (
        (("Mill Lane 14",), False),
        (("Mill Lane 14", "Flat 2"), True),
        (("Mill Lane 14 Flat 2",), True),
    ):
        found = compare_places(place_of(order.address), c.place_of(lines=lines))
        assert (found.likeness.value, found.whole) == ("same", whole), lines


def test_umlauts_and_a_region_behind_the_town_are_no_difference() -> None:
    assert same_person("Jürgen Größel", "GROESSEL")
    assert same_person("Jürgen Größel", "J. Grossel")
    assert not same_person("Jürgen Größel", "Gressel")
    one, other = (
        Place(lines=("Königstr. 5",), city=city, postal_code="99974", country="DE")
        for city in ("Mühlhausen/Thür.", "Muehlhausen")
    )
    assert compare_places(one, other).likeness.value == "same"
    far = other.model_copy(update={"postal_code": "99975"})
    assert compare_places(one, far).likeness.value == "differs"


# a label, a withdrawal, a delivery of the last minutes


@pytest.mark.parametrize(
    ("text", "state_"),
    [
        ("The return label you sent cannot be scanned, the post office refused it.", "contradicted"),
        ("I never received a label.", "contradicted"),
        ("Das Rücksendeetikett ist abgelaufen.", "contradicted"),
        ("L'étiquette de retour ne marche pas.", "contradicted"),
        ("La etiqueta no funciona.", "contradicted"),
        ("L'etichetta non si legge.", "contradicted"),
        ("Thank you for the return label.", "held"),
    ],
)
def test_a_label_that_the_buyer_says_fails_is_disputed(text: str, state_: str) -> None:
    row = c.return_row(authorised_at=c.at("03-08 12:00"), label_type="AmazonPrePaidLabel")
    message = c.message(text, "03-09 12:00")
    found = judged(notices=[c.notice(reason=Reason.NOT_AS_DESCRIBED)], returns=[row], messages=[message])
    assert state(found, "return_label") == state_


def test_a_withdrawal_that_anybody_may_have_forwarded_ends_nothing() -> None:
    def told(**more: object) -> Assessment:
        asked = c.notice(trust=Trust.UNAUTHENTICATED)
        said = c.decided(Outcome.WITHDRAWN, "03-13 09:00", trust=Trust.UNAUTHENTICATED)
        return judged(notices=[asked, said.model_copy(update={"read": said.read.model_copy(update=more)})])

    assert (own := told(forwarded=False).defence) is not None
    assert own.id == "withdrawn"
    loose = told(forwarded=True)
    assert not (loose.defence and loose.defence.id == "withdrawn" and not loose.blockers)


@pytest.mark.parametrize(("when", "known"), [("03-12 07:00", False), ("03-12 06:30", False), ("03-12 05:00", True)])
def test_what_was_delivered_minutes_before_the_notice_may_be_after_the_claim(when: str, known: bool) -> None:
    found = judged(shipments=[c.shipment(scans=c.delivered_scans(when=when))])
    assert state(found, "delivered_after_claim") == ("missing" if known else "unknown")


# admissions


ADMITS = (
    "Sorry, our mistake.",
    "We sent the wrong lamp.",
    "It was our fault, we apologise.",
    "We forgot the cable.",
    "The item was faulty.",
    "We will refund you.",
    "Es war unser Fehler.",
    "Wir haben die falsche Lampe geschickt.",
    "Wir erstatten Ihnen den Betrag.",
    "C'est notre erreur.",
    "Nous vous remboursons.",
    "Es nuestro error.",
    "Le reembolsaremos.",
    "È stato un nostro errore.",
    "La rimborseremo.",
)
DENIES = (
    "This was not our mistake.",
    "It is not our fault that the carrier was late.",
    "It was the carrier's error, not our error.",
    "The item was not defective when it left us.",
    "Our records show no error on our side.",
    "If the item is defective, please send a photo.",
    "You wrote that the item is defective; please send a photo.",
    "We cannot refund you.",
    "We will not issue a refund.",
    "Das war nicht unser Fehler.",
    "Es ist kein Versehen unsererseits.",
    "Die Lampe war nicht defekt.",
    "Falls die Lampe defekt ist, senden Sie ein Foto.",
    "Wir erstatten nicht.",
    "Wir können nicht erstatten.",
    "Ce n'est pas notre erreur.",
    "La lampe n'était pas défectueuse.",
    "Nous ne remboursons pas.",
    "Vérifiez que ce n'est pas une mauvaise adresse.",
    "No es nuestro error.",
    "La lámpara no era defectuosa.",
    "No le reembolsaremos.",
    "Non è un nostro errore.",
    "La lampada non era difettosa.",
    "Non la rimborseremo.",
    "Se la lampada è difettosa, ci mandi una foto.",
)


@pytest.mark.parametrize("text", ADMITS)
def test_the_seller_admits_or_promises(text: str) -> None:
    assert admissions(text, TABLES)


@pytest.mark.parametrize("text", DENIES)
def test_what_the_seller_denies_or_supposes_is_no_admission(text: str) -> None:
    assert admissions(text, TABLES) == ()


# refunded, of which unit is not told


def two_lamps(refunded: str, on: str, claimed: str) -> Assessment:
    refund = c.movement(MovementKind.REFUND, refunded, on, item_ids=(c.ITEM,))
    order = c.order(items=[c.item(quantity=2)], packages=[c.package(contents=((c.ITEM, 2),))], total="129.98 EUR")
    return judged(order=order, finances=c.finances(*c.finances().movements, refund), notices=[c.notice(amount=claimed)])


@pytest.mark.parametrize(
    ("refunded", "on", "claimed", "settled"),
    [
        ("64.99 EUR", "03-09 10:00", "64.99 EUR", False),  # one of two lamps, and then a claim for one lamp
        ("100.00 EUR", "03-09 10:00", "29.98 EUR", False),
        ("64.99 EUR", "03-12 10:00", "64.99 EUR", True),  # after the claim came
        ("129.98 EUR", "03-09 10:00", "64.99 EUR", True),
        ("100.00 EUR", "03-09 10:00", "64.99 EUR", True),
    ],
)
def test_a_refund_of_before_the_claim_that_leaves_as_much_settles_nothing(
    refunded: str, on: str, claimed: str, settled: bool
) -> None:
    found = two_lamps(refunded, on, claimed)
    chosen = found.defence.id if found.defence else None
    assert chosen == ("already_refunded" if settled else "delivered")


# a return under the number of the way out, and a refund that only the returns report tells


def test_a_return_under_the_number_of_the_way_out_is_seen() -> None:
    row = c.return_row(tracking_number=c.TRACKING)
    home = [c.scan(ScanKind.COLLECTED, "03-08 10:00"), c.scan(ScanKind.DELIVERED, "03-09 10:00")]
    notices = [c.notice(reason=Reason.REFUND_NOT_ISSUED)]
    back = judged(notices=notices, returns=[row], shipments=[c.shipment(scans=[*c.delivered_scans(), *home])])
    assert "the return was received at 2026-03-09" in " ".join(
        (back.decision_why, *(one.why for one in back.passed_over))
    )
    assert not (back.defence and back.defence.id == "nothing_came_back")
    unseen = judged(notices=notices, returns=[row])
    assert state(unseen, "return_not_delivered") == "unknown"


def test_a_refund_that_only_the_returns_report_tells_is_a_disagreement_and_no_refund_is_advised() -> None:
    row = c.return_row(refunded=c.money("119.00 EUR"), delivered_at=c.at("03-09 10:00"))
    found = judged(notices=[c.notice(reason=Reason.REFUND_NOT_ISSUED)], returns=[row])
    assert found.decision is not Decided.ACCEPT
    assert any(one.id.startswith("seller_refunded") for one in found.contradictions)
    assert state(found, "refunds_so_far") == "contradicted"


# what the seller wrote to have done


DONE = (
    "We are sorry. We have refunded you in full today.",
    "Your refund was issued this morning.",
    "We have sent you a new lamp today, tracking AB123456785GB.",
    "A replacement is on its way.",
    "We have received your return and refunded you by PayPal.",
    "Wir haben Ihnen den Betrag heute erstattet.",
    "Wir haben heute Ersatz verschickt.",
    "Wir haben Ihre Rücksendung erhalten.",
    "Nous vous avons remboursé ce matin.",
    "Nous avons expédié une nouvelle lampe hier.",
    "Nous avons bien reçu votre retour.",
    "Abbiamo rimborsato l'importo.",
    "Abbiamo inviato una nuova lampada.",
    "Abbiamo ricevuto il suo reso.",
    "Le hemos reembolsado hoy.",
    "Hemos enviado una nueva lámpara.",
    "Hemos recibido su devolución.",
)
NOT_DONE = (
    "We have not refunded you yet.",
    "We have sent another message to the carrier.",
    "If we have received your return, a person will write to you.",
    "We have sent you a new label.",
    "Wir haben Ihnen den Betrag noch nicht erstattet.",
    "Nous n'avons pas remboursé.",
    "Non abbiamo rimborsato.",
    "No le hemos reembolsado.",
    "We have sent the lamp on 2 March.",
)
SEARCHED = (
    "We do not know where your parcel is and have opened an investigation with Royal Mail.",
    "Wir haben einen Nachforschungsauftrag gestellt.",
    "Nous avons ouvert une enquête auprès du transporteur.",
    "Abbiamo aperto una ricerca presso il corriere.",
    "Hemos abierto una investigación.",
)


@pytest.mark.parametrize("text", DONE)
def test_what_the_seller_wrote_to_have_done_and_no_record_shows_is_a_contradiction(text: str) -> None:
    found = wrote(text)
    assert any(one.id.startswith("seller_wrote") and one.blocks for one in found.contradictions)
    assert not wrote(text, entries=[c.stated("fault_admitted", "no")]).blockers
    assert speaks_against(text, TABLES)


@pytest.mark.parametrize("text", NOT_DONE)
def test_what_the_seller_did_not_do_is_none(text: str) -> None:
    assert not any(one.id.startswith("seller_wrote") for one in wrote(text).contradictions)


@pytest.mark.parametrize("text", SEARCHED)
def test_a_parcel_that_the_seller_looks_for_was_not_delivered_for_certain(text: str) -> None:
    assert state(wrote(text), "delivered_scan") == "contradicted"


def test_a_refund_that_is_recorded_is_written_of_without_a_contradiction() -> None:
    refund = c.finances(*c.finances().movements, c.movement(MovementKind.REFUND, when="03-08 09:00"))
    found = wrote("We have refunded you in full today.", finances=refund)
    assert not any(one.id.startswith("seller_wrote") for one in found.contradictions)


# a request to cancel in the buyer's own words


CANCELS = (
    "Please cancel my order, I found it cheaper.",
    "I would like to have this cancelled. Please cancel it.",
    "Bitte stornieren Sie meine Bestellung.",
    "Je voudrais annuler ma commande.",
    "Vorrei annullare l'ordine.",
    "Quiero cancelar mi pedido, por favor.",
)
KEEPS = ("Please do not cancel my order.", "Where is my order?", "Bitte nicht stornieren.", "No cancelar el pedido.")


@pytest.mark.parametrize("text", CANCELS + KEEPS)
def test_a_request_to_cancel_in_plain_words_is_one(text: str) -> None:
    found = judged(messages=[c.message(text, "03-02 08:00")])
    assert state(found, "cancellation_unanswered") == ("held" if text in CANCELS else "missing")


def test_a_goodwill_refund_does_not_accept_the_whole_claim() -> None:
    lost = c.shipment(scans=[*c.delivered_scans()[:3], c.scan(ScanKind.LOST, "03-08 10:00")])
    part = c.finances(*c.finances().movements, c.movement(MovementKind.REFUND, "10.00 EUR", "03-11 09:00"))
    found = judged(shipments=[lost], order=c.order(packages=[c.package(status="LOST")]), finances=part)
    assert found.decision is Decided.NEEDS_HUMAN
    assert found.asks.odr is None
    assert "refunded the buyer 10.00 EUR" in " ".join((found.decision_why, *(one.why for one in found.passed_over)))


@pytest.mark.parametrize(("handed", "counts"), [("03-02 18:40", False), ("03-05 18:40", True)])
def test_what_the_carrier_lost_does_not_count_when_it_was_handed_over_in_time(handed: str, counts: bool) -> None:
    scans = [
        c.scan(ScanKind.LABEL, "03-02 15:00"),
        c.scan(ScanKind.COLLECTED, handed),
        c.scan(ScanKind.LOST, "03-08 10:00"),
    ]
    found = judged(shipments=[c.shipment(scans=scans)], order=c.order(packages=[c.package(status="LOST")]))
    assert found.decision in {Decided.NEEDS_HUMAN, Decided.ACCEPT}
    assert (found.asks.odr is None) is counts
    way = next(one for one in found.ways_out if one.id == "let_amazon_decide")
    assert way.odr.startswith("counts") is counts


# the amount that is in dispute


def granted(amount: str | None, outcome: Outcome = Outcome.GRANTED) -> Mail:
    decision = Decision(outcome=outcome, funded_by=Funder.SELLER)
    return c.notice(MailKind.DECISION, "03-15 09:00", amount=amount, reason=None, decision=decision)


def test_after_a_grant_the_amount_is_what_was_granted() -> None:
    asked = c.notice(amount="64.99 EUR")
    for mails, expected in (
        ([asked], "64.99 EUR"),
        ([asked, granted("20.00 EUR")], "20.00 EUR"),
        ([asked, granted(None)], "64.99 EUR"),
        ([asked, granted("20.00 EUR", Outcome.DENIED)], "64.99 EUR"),
        ([granted("20.00 EUR", Outcome.DENIED)], "20.00 EUR"),
        ([granted("64.99 EUR")], "64.99 EUR"),
    ):
        found = judged(notices=mails)
        assert (found.amount, found.amount_exhibit) == (c.money(expected), found.amount_exhibit)
        assert found.amount_exhibit in {mail.evidence for mail in mails}
    own = judged(notices=[asked, granted("20.00 EUR")], entries=[c.was_set(amount=c.money("30.00 EUR"))])
    assert own.amount == c.money("30.00 EUR")


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (ScanKind.COLLECTED, "contradicted"),
        (ScanKind.IN_TRANSIT, "contradicted"),
        (ScanKind.LOST, "unknown"),
        (ScanKind.DELIVERED, "unknown"),
        (ScanKind.ATTEMPTED, "unknown"),
        (ScanKind.UNDELIVERABLE, "unknown"),
    ],
)
def test_what_tells_nothing_of_the_handover_is_no_late_first_scan(kind: ScanKind, expected: str) -> None:
    scans = [c.scan(ScanKind.LABEL, "03-02 15:00"), c.scan(kind, "03-06 11:20", signed_by="N. Dell’Acquàzzurra")]
    case = c.case(shipments=[c.shipment(scans=scans)], order=c.order(packages=[c.package(status=None)]))
    facts = facts_of(case, TABLES)
    item = TABLES.item("first_scan_in_time")
    found = PROBES["first_scan_in_time"](facts, item, facts.parcels[0])
    assert found.state.value in ({expected, "missing"} if kind is ScanKind.LOST else {expected})
    assert assess(case, TABLES).decision is not Decided.ACCEPT or expected == "contradicted"
