"""Stories 06 to 09: fulfilled by Amazon, refunded already, "it arrived, thanks", two parcels of which one is lost."""

from __future__ import annotations

from decimal import Decimal

from a2z_defense.sandbox import mails, shapes
from a2z_defense.sandbox.shapes import Home, Parcel, Thing
from support.examples import paper
from support.examples.first_stories import FROM_IVREA
from support.examples.story import EN, EN_OWN, STORE, Frame, Story, s10, scan, town


def fulfilled_by_amazon() -> Story:
    """US: Amazon fulfils the order, so Amazon answers."""
    story = Story(
        slug="06-fulfilled-by-amazon", country="US", order_id="112-4471823-9902746", buyer="Zoë O’Keeffe-Muñoz",
        case="e2f9104b", item="Espresso cups, set of 4, «Fucìna» glaze", asin="B0A2Z6US01",
    )  # fmt: skip
    home = Home("Zoë O’Keeffe-Muñoz", ("415 Cañon Vista Rd Apt 9",), "Santa Fe", "87501", "US", "NM")
    cups = Thing("11212345678906", story.item, story.asin, "CUPS-4-FUC-FBA", Decimal("38.99"))
    shipped = story.at("2026-11-03 05:30")
    story.order(
        shapes.order(
            order_id=story.order_id, marketplace=story.shop, created=story.at("2026-11-01 16:12"), updated=shipped,
            ship_by=(story.at("2026-11-02 00:00"), story.at("2026-11-03 23:59:59")),
            deliver_by=(story.at("2026-11-05 00:00"), story.at("2026-11-07 23:59:59")),
            home=home, email=story.email, things=[cups], fulfilled_by="AMAZON",
        ),
        asked_for=(),
    )  # fmt: skip
    story.charged(shipped, [cups])
    story.notice(
        "01-claim-received", story.at("2026-11-11 13:05"), f"Claim received on order {story.order_id}",
        [
            f"Hello {STORE},",
            "",
            f"We received an A-to-z Guarantee claim of $38.99 on the order {story.order_id}.",
            "",
            "What should I do?",
            "You do not need to take any action at this time. If we need more information, we will contact you.",
            "",
            "Thank you,",
            "Amazon.com",
        ],
    )  # fmt: skip
    return story


def refunded_already() -> Story:
    """NL: the item came back and was refunded in full six days before the claim."""
    story = Story(
        slug="07-refunded-already", country="NL", order_id="171-3308846-2291570",
        buyer="Daniëlle van ’t Hoogeveen-Çelik", case="19aa5c70",
        item="Wollen deken «Noordzee», 140 × 200 cm", asin="B0A2Z7NL01",
    )  # fmt: skip
    home = Home("Daniëlle van ’t Hoogeveen-Çelik", ("Eerste Rozendwarsstraat 9-hs",), "Amsterdam", "1016 PC", "NL")
    throw = Thing("17112345678907", story.item, story.asin, "DEKEN-NZ-140", Decimal("89.95"))
    number, back_number = s10("CD", "48210377", "NL"), s10("CD", "48219924", "NL")
    shipped, refunded = story.at("2026-10-20 13:30"), story.at("2026-11-04 10:12")
    story.order(
        shapes.order(
            order_id=story.order_id, marketplace=story.shop, created=story.at("2026-10-19 11:02"), updated=refunded,
            ship_by=(story.at("2026-10-20 00:00"), story.at("2026-10-21 23:59:59")),
            deliver_by=(story.at("2026-10-23 00:00"), story.at("2026-10-27 23:59:59")),
            home=home, email=story.email, things=[throw], ship_from=FROM_IVREA,
            parcels=[Parcel("PostNL", "Pakket", number, shipped, ((throw.item_id, 1),), "DELIVERED", "DELIVERED")],
        ),
    )  # fmt: skip
    story.charged(shipped, [throw], RefundEventList=refunded)
    story.files["spapi/returns.tsv"] = story.returns_row(
        {
            "Order date": "19-Oct-2026", "Return request date": "28-Oct-2026", "Return request status": "Completed",
            "Amazon RMA ID": "DNLv8Q2kRRMA", "Label type": "AmazonPrePaidLabel", "Label cost": "5.95",
            "Currency code": "EUR", "Return carrier": "PostNL", "Tracking ID": back_number,
            "Label to be paid by": "Seller", "A-to-Z Claim": "Y", "Is prime": "N", "Merchant SKU": throw.sku,
            "Return quantity": "1", "Return Reason": "No longer needed", "In policy": "Y", "Return type": "C-Returns",
            "Resolution": "StandardRefund", "Return delivery date": "03-Nov-2026", "Order Amount": "89.95",
            "Order quantity": "1", "Refunded Amount": "89.95",
        }
    )  # fmt: skip
    story.listed(
        "01-return-request", story.at("2026-10-28 17:20"), f"Return authorization request for order {story.order_id}",
        mails.RETURN_REQUEST,
        [
            f"Order ID: {story.order_id}",
            "Request date: 2026-10-28",
            "Return policy check: In policy",
            "Return authorization: Authorized",
        ],
        ["Item", "ASIN", "SKU", "Quantity", "Return reason", "Customer comment"],
        [[story.item, story.asin, throw.sku, "1", "No longer needed", "Kleur past niet in de kamer"]],
        ["Return carrier: PostNL", f"Return tracking number: {back_number}"],
    )  # fmt: skip
    story.listed(
        "02-refund-issued", refunded, f"Refund of EUR 89.95 initiated - order {story.order_id}", mails.REFUND_ISSUED,
        [f"Order ID: {story.order_id}", "Fulfillment: Seller"],
        ["Item", "ASIN", "SKU", "Quantity", "Item refund", "Shipping refund", "Reason"],
        [[story.item, story.asin, throw.sku, "1", "EUR 89.95", "EUR 0.00", "Customer return"]],
        ["The refund was issued to the customer's original payment method."],
    )  # fmt: skip
    asked = story.buyer_says(
        "03-buyer", story.at("2026-11-09 21:14"),
        f"Return policy inquiry from Amazon customer Daniëlle (Order: {story.order_id})",
        "Beste verkoper,\nik heb de deken teruggestuurd maar mijn geld nog niet terug. Wanneer komt dat?\n"
        "Groeten, Daniëlle",
        EN,
    )  # fmt: skip
    story.we_said(
        "04-our-answer", story.at("2026-11-10 09:30"),
        "Goedemorgen,\nwe hebben op 4 november 2026 het volledige bedrag van EUR 89,95 terugbetaald."
        " Het kan enkele dagen duren voordat uw bank het bedrag toont.\nMet vriendelijke groet",
        EN_OWN, references=(asked,),
    )  # fmt: skip
    story.notice(
        "05-action-required", story.at("2026-11-10 21:31"),
        f"Action required: Claim received on order {story.order_id}",
        [
            f"Hello {STORE},",
            "",
            f"We received an A-to-z Guarantee claim of €89.95 on the order {story.order_id}.",
            "The customer states that they returned the item and did not receive a refund.",
            "",
            "Please respond within 72 hours from the Action required tab of your A-to-z Guarantee claims page.",
            "",
            "Regards,",
            "Amazon.nl",
        ],
    )  # fmt: skip
    return story


def arrived_thanks() -> Story:
    """CA: after the claim the buyer writes that the parcel arrived."""
    story = Story(
        slug="08-it-arrived-thanks", country="CA", order_id="701-6640925-3318472", buyer="Zoé Bélanger-Côté",
        case="b7716a0c", item="Bouilloire émaillée / Enamel kettle “Forêt”, 2 L", asin="B0A2Z8CA01",
    )  # fmt: skip
    home = Home("Zoé Bélanger-Côté", ("1187 rue Saint-Zotique Est",), "Montréal", "H2S 1N7", "CA", "QC")
    kettle = Thing("70112345678908", story.item, story.asin, "KETTLE-FORET-2L", Decimal("64.75"))
    number = "7023210039414604"
    montreal = "America/Toronto"
    shipped, delivered = story.local("2026-10-28 15:10", montreal), story.local("2026-11-09 14:26", montreal)
    depot = ("Mississauga", "L4W 1S2", "CA")
    story.order(
        shapes.order(
            order_id=story.order_id, marketplace=story.shop, created=story.local("2026-10-27 20:40", montreal),
            updated=delivered,
            ship_by=(story.local("2026-10-28 00:00", montreal), story.local("2026-10-29 23:59:59", montreal)),
            deliver_by=(story.local("2026-11-02 00:00", montreal), story.local("2026-11-05 23:59:59", montreal)),
            home=home, email=story.email, things=[kettle],
            parcels=[
                Parcel("Canada Post", "Expedited", number, shipped, ((kettle.item_id, 1),), "DELIVERED", "DELIVERED")
            ],
        ),
    )  # fmt: skip
    story.charged(shipped, [kettle])
    rows = [
        ("Shipping information received", "label", "2026-10-28 14:50", depot),
        ("Item accepted at the post office", "collected", "2026-10-28 18:22", depot),
        ("Item processed", "in_transit", "2026-11-06 03:05", ("Montréal", "H4T 1V6", "CA")),
        ("Item out for delivery", "out_for_delivery", "2026-11-09 08:44", ("Montréal", "H2P 1B2", "CA")),
        ("Delivered", "delivered", "2026-11-09 14:26", town(home)),
    ]
    story.carrier_csv(
        "carrier-canada-post",
        [
            {
                "tracking_number": number,
                "carrier": "Canada Post",
                "service": "Expedited Parcel",
                **scan(code, event, story.local(at, montreal), place),
            }
            for code, event, at, place in rows
        ],
    )  # fmt: skip
    words = ("Begin message / Début du message", "End message / Fin du message")
    asked = story.buyer_says(
        "01-buyer", story.local("2026-11-07 10:05", montreal),
        f"Order delivery inquiry from Amazon customer Zoé (Order: {story.order_id})",
        "Hello, my parcel has not arrived. It was due on the 5th.\nZoé B.-C.",
        Frame(*words, "You have received a message. / Vous avez reçu un message."),
    )  # fmt: skip
    answered = story.we_said(
        "02-our-answer", story.local("2026-11-07 15:48", montreal),
        "Hello,\nCanada Post has the parcel in Montréal and expects to deliver it on Monday.\nKind regards",
        Frame(*words, "Your message was sent. / Votre message a été envoyé."), references=(asked,),
    )  # fmt: skip
    story.notice(
        "03-action-required", story.local("2026-11-09 21:40", montreal),
        f"Action required: Claim received on order {story.order_id}",
        [
            f"Hello {STORE},",
            "",
            f"We received an A-to-z Guarantee claim of $64.75 on the order {story.order_id}.",
            "The customer states that the package was not received.",
            "",
            "Please respond within 72 hours from the Action required tab of your A-to-z Guarantee claims page.",
            "",
            "Regards,",
            "Amazon.ca",
        ],
    )  # fmt: skip
    story.buyer_says(
        "04-buyer-again", story.local("2026-11-10 17:05", montreal),
        f"RE: Order information from Amazon seller {STORE} (Order: {story.order_id})",
        "It arrived, thanks! It was at our door last evening, we had not looked.\nC’est bien arrivé, merci !\nZoé",
        Frame(*words, "You have received a message. / Vous avez reçu un message."), references=(asked, answered),
    )  # fmt: skip
    return story


def two_parcels() -> Story:
    """PL: two parcels; one was delivered and signed for, the carrier lost the other."""
    story = Story(
        slug="09-two-parcels", country="PL", order_id="304-5527719-8846203", buyer="Łukasz Żółć-Święcicki",
        case="48f0be15", item="Czajnik emaliowany „Źródło”, 2,5 l", asin="B0A2Z9PL01",
    )  # fmt: skip
    home = Home("Łukasz Żółć-Święcicki", ("ul. Źródlana 14/3",), "Kraków", "31-525", "PL")
    kettle = Thing("30412345678909", story.item, story.asin, "CZAJNIK-25", Decimal("129.00"))
    mugs = Thing("30412345678910", "Kubki emaliowane „Gżegżółka”, 2 szt.", "B0A2Z9PL02", "KUBKI-2", Decimal("59.00"))
    first, second = "13159800412977U", s10("RR", "55102348", "PL")
    shipped, delivered = story.at("2026-10-27 15:00"), story.at("2026-10-30 13:18")
    warehouse = ("Wrocław", "54-519", "PL")
    story.order(
        shapes.order(
            order_id=story.order_id, marketplace=story.shop, created=story.at("2026-10-26 19:33"),
            updated=story.at("2026-11-08 12:00"),
            ship_by=(story.at("2026-10-27 00:00"), story.at("2026-10-28 23:59:59")),
            deliver_by=(story.at("2026-10-30 00:00"), story.at("2026-11-04 23:59:59")),
            home=home, email=story.email, things=[kettle, mugs],
            ship_from={"name": STORE, "addressLine1": "ul. Żernicka 200", "city": "Wrocław", "postalCode": "54-519",
                       "countryCode": "PL"},
            parcels=[
                Parcel("DPD", "DPD Classic", first, shipped, ((kettle.item_id, 1),), "DELIVERED", "DELIVERED"),
                Parcel(
                    "Poczta Polska", "Pocztex", second, shipped, ((mugs.item_id, 1),), "UNDELIVERABLE", "LOST"
                ),
            ],
        ),
    )  # fmt: skip
    story.charged(shipped, [kettle, mugs])
    story.carrier_json(
        "carrier-dpd",
        {
            "tracking_number": first,
            "carrier": "DPD",
            "service": "DPD Classic",
            "events": [
                scan("Zarejestrowano dane przesyłki", "label", story.at("2026-10-27 14:20"), warehouse),
                scan("Przesyłka odebrana przez Kuriera", "collected", story.at("2026-10-27 17:40"), warehouse),
                scan("Wydanie przesyłki do doręczenia", "out_for_delivery", story.at("2026-10-30 08:10"),
                     ("Kraków", "30-740", "PL")),
                scan("Przesyłka doręczona", "delivered", delivered, town(home), signed_by="Ł. Żółć-Święcicki",
                     left_with="recipient"),
            ],
        },
    )  # fmt: skip
    story.carrier_json(
        "carrier-poczta-polska",
        {
            "tracking_number": second,
            "carrier": "Poczta Polska",
            "service": "Pocztex",
            "events": [
                scan("Przygotowanie przesyłki", "label", story.at("2026-10-27 14:25"), warehouse),
                scan("Nadanie", "collected", story.at("2026-10-28 10:31"), warehouse),
                scan("Wysłanie przesyłki", "in_transit", story.at("2026-10-29 02:15"), ("Katowice", "40-952", "PL")),
                scan("Zaginięcie potwierdzone", "lost", story.at("2026-11-08 11:40"), ("Katowice", "40-952", "PL")),
            ],
        },
    )
    story.files["files/signature-dpd.png"] = paper.signature(
        "Ł. Żółć-Święcicki", [f"DPD {first}", "Doręczona 30.10.2026 13:18, Kraków 31-525"], seed=9
    )
    asked = story.buyer_says(
        "01-buyer", story.at("2026-11-06 17:22"),
        f"Order delivery inquiry from Amazon customer Łukasz (Order: {story.order_id})",
        "Dzień dobry,\nkubki nie dotarły. Gdzie jest druga paczka?\nPozdrawiam, Łukasz",
        EN,
    )  # fmt: skip
    story.we_said(
        "02-our-answer", story.at("2026-11-07 11:02"),
        "Dzień dobry,\nczajnik dostarczono 30.10.2026, a w sprawie kubków zapytaliśmy Pocztę Polską.\nZ poważaniem",
        EN_OWN, references=(asked,),
    )  # fmt: skip
    story.notice(
        "03-action-required", story.at("2026-11-11 08:20"),
        f"Action required: Claim received on order {story.order_id}",
        [
            f"Hello {STORE},",
            "",
            f"We received an A-to-z Guarantee claim of PLN 188.00 on the order {story.order_id}.",
            "The customer states that the package was not received.",
            "",
            "Please respond within 72 hours from the Action required tab of your A-to-z Guarantee claims page.",
            "",
            "Regards,",
            "Amazon.pl",
        ],
    )  # fmt: skip
    return story
