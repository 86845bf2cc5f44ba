"""Stories 10 to 14: Claims Protection, a return that was offered, a decision to appeal, a forward, a forgery."""

from __future__ import annotations

import textwrap
from decimal import Decimal

from a2z_defense.sandbox import mails, shapes
from a2z_defense.sandbox.exchange import Json
from a2z_defense.sandbox.shapes import Home, Parcel, Thing
from support.examples import paper
from support.examples.first_stories import FROM_IVREA
from support.examples.story import EN, EN_OWN, MAILBOX, STORE, Story, s10, scan, town


def claims_protection() -> Story:
    """AU: the label was bought through Amazon with the badge, scanned in time; the carrier then lost the parcel."""
    story = Story(
        slug="10-claims-protection", country="AU", order_id="250-8813347-6602915", buyer="Aoife Nguyễn-Björk",
        case="6cc0d8e7", item="Stovetop moka pot «Gressoney», 6 cups", asin="B0A2ZAAU01",
    )  # fmt: skip
    home = Home("Aoife Nguyễn-Björk", ("27 Café Lane",), "Thirroul", "2515", "AU", "NSW")
    pot = Thing("25012345678911", story.item, story.asin, "MOKA-6-AU", Decimal("64.00"))
    number, shipment_id = "36LB45032230", "7d1f6a52-0c3e-4b84-9a51-2f0e6d9b7c11"
    bought, shipped = story.at("2026-10-27 09:12"), story.at("2026-10-27 16:30")
    warehouse = ("Melbourne", "3000", "AU")
    story.order(
        shapes.order(
            order_id=story.order_id, marketplace=story.shop, created=story.at("2026-10-26 21:15"),
            updated=story.at("2026-11-05 10:00"),
            ship_by=(story.at("2026-10-27 00:00"), story.at("2026-10-28 23:59:59")),
            deliver_by=(story.at("2026-10-30 00:00"), story.at("2026-11-04 23:59:59")),
            home=home, email=story.email, things=[pot],
            parcels=[
                Parcel("Australia Post", "Parcel Post", number, shipped, ((pot.item_id, 1),), "IN_TRANSIT", "PICKED_UP")
            ],
        ),
    )  # fmt: skip
    story.charged(shipped, [pot])
    story.answer(
        f"getShipment.{shipment_id}", _shipment(story, shipment_id, number, home, pot, warehouse, bought.isoformat())
    )
    story.carrier_json(
        "carrier-australia-post",
        {
            "tracking_number": number,
            "carrier": "Australia Post",
            "service": "Parcel Post",
            "events": [
                scan("Shipping information received", "label", bought, warehouse),
                scan("Received and ready for processing", "collected", story.at("2026-10-27 17:05"), warehouse),
                scan("In transit", "in_transit", story.at("2026-10-29 02:40"), ("Chullora", "2190", "AU")),
                scan("Under investigation", "lost", story.at("2026-11-05 10:00"), ("Chullora", "2190", "AU")),
            ],
        },
    )
    story.files["files/buy-shipping-invoice.pdf"] = paper.document(
        "Shipping label purchase",
        [
            ("Bought through", "Buy Shipping, Manage Orders"),
            ("Order", story.order_id),
            ("Shipment", shipment_id),
            ("Service", "Australia Post Parcel Post"),
            ("Tracking number", number),
            ("Bought on", "27 October 2026, 09:12 AEDT"),
            ("Label cost", "AUD 12.95"),
        ],
    )
    story.files["files/badge.png"] = paper.screenshot(
        "Manage Orders: shipping service",
        [
            ("Order", story.order_id),
            ("Service", "Australia Post Parcel Post"),
            ("Protection", "Claims Protected"),
            ("Tracking number", number),
            ("Label bought", "27 Oct 2026 09:12 AEDT"),
        ],
    )
    asked = story.buyer_says(
        "01-buyer", story.at("2026-11-05 18:11"),
        f"Order delivery inquiry from Amazon customer Aoife (Order: {story.order_id})",
        "Hi there, my parcel has not arrived and tracking has not moved since the 29th.\nAoife",
        EN,
    )  # fmt: skip
    story.we_said(
        "02-our-answer", story.at("2026-11-06 09:20"),
        "Good morning Aoife,\nAustralia Post is looking for the parcel; its investigation was opened on 5 November."
        "\nKind regards",
        EN_OWN, references=(asked,),
    )  # fmt: skip
    story.notice(
        "03-action-required", story.at("2026-11-11 13:15"),
        f"Action required: Claim received on order {story.order_id}",
        [
            f"Hello {STORE},",
            "",
            f"We received an A-to-z Guarantee claim of $64.00 on the order {story.order_id}.",
            "The customer states that the package was not received.",
            "",
            "Please respond within 72 hours from the Action required tab of your A-to-z Guarantee claims page.",
            "",
            "Regards,",
            "Amazon.com.au",
        ],
    )  # fmt: skip
    return story


def _shipment(
    story: Story, shipment_id: str, number: str, home: Home, pot: Thing, warehouse: tuple[str, str, str], bought: str
) -> Json:
    """A getShipment answer whose service includes the protection."""
    rate = {"CurrencyCode": story.shop.currency, "Amount": 12.95}
    return {
        "payload": {
            "ShipmentId": shipment_id,
            "AmazonOrderId": story.order_id,
            "ItemList": [{"OrderItemId": pot.item_id, "Quantity": 1}],
            "ShipFromAddress": {
                "Name": STORE, "AddressLine1": "5 Fucìna Street", "City": warehouse[0], "PostalCode": warehouse[1],
                "CountryCode": warehouse[2], "Email": "store@store.example", "Phone": "+000000000",
            },
            "ShipToAddress": {
                "Name": home.name, "AddressLine1": home.lines[0], "City": home.city, "PostalCode": home.postal_code,
                "CountryCode": home.country, "StateOrProvinceCode": "NSW", "Email": story.email, "Phone": home.phone,
            },
            "PackageDimensions": {"Length": 24.0, "Width": 18.0, "Height": 16.0, "Unit": "centimeters"},
            "Weight": {"Value": 940.0, "Unit": "g"},
            "Insurance": {"CurrencyCode": story.shop.currency, "Amount": 100.0},
            "ShippingService": {
                "ShippingServiceName": "Australia Post Parcel Post",
                "CarrierName": "Australia Post",
                "ShippingServiceId": "AUSPOST_PARCEL_POST",
                "ShippingServiceOfferId": "synthetic-offer",
                "ShipDate": bought,
                "LatestEstimatedDeliveryDate": "2026-11-03T23:59:59+11:00",
                "Rate": rate,
                "RateWithAdjustments": rate,
                "ShippingServiceOptions": {
                    "DeliveryExperience": "DeliveryConfirmationWithoutSignature",
                    "CarrierWillPickUp": False,
                },
                "RequiresAdditionalSellerInputs": False,
                "Benefits": {"IncludedBenefits": ["CLAIMS_PROTECTED"], "ExcludedBenefits": []},
            },
            "Label": {
                "Dimensions": {"Length": 150, "Width": 100, "Unit": "centimeters"},
                "FileContents": {"Contents": "", "FileType": "application/pdf", "Checksum": "1B2M2Y8AsgTpgAmY7PhCfg=="},
                "LabelFormat": "PDF",
            },
            "Status": "Purchased",
            "TrackingId": number,
            "CreatedDate": bought,
            "LastUpdatedDate": bought,
        }
    }  # fmt: skip


def return_offered() -> Story:
    """SE: the buyer says it is not as described; a return with a prepaid label was authorised and never used."""
    story = Story(
        slug="11-return-offered", country="SE", order_id="171-9904412-0057236", buyer="Åsa Öhrn-Lindström",
        case="d3071fb9", item="Taklampa «Älvdalen» i linne, 45 cm, sandfärgad", asin="B0A2ZBSE01",
    )  # fmt: skip
    home = Home("Åsa Öhrn-Lindström", ("Ängsvägen 5",), "Linköping", "582 46", "SE")
    lamp = Thing("17112345678912", story.item, story.asin, "LAMPA-ALV-45", Decimal("1249.00"))
    number, back_number = s10("LX", "71320459", "SE"), s10("LX", "71326640", "SE")
    shipped, delivered = story.at("2026-10-20 14:00"), story.at("2026-10-23 16:31")
    story.order(
        shapes.order(
            order_id=story.order_id, marketplace=story.shop, created=story.at("2026-10-19 19:19"), updated=delivered,
            ship_by=(story.at("2026-10-20 00:00"), story.at("2026-10-21 23:59:59")),
            deliver_by=(story.at("2026-10-23 00:00"), story.at("2026-10-27 23:59:59")),
            home=home, email=story.email, things=[lamp], ship_from=FROM_IVREA,
            parcels=[
                Parcel("PostNord", "MyPack Home", number, shipped, ((lamp.item_id, 1),), "DELIVERED", "DELIVERED")
            ],
        ),
    )  # fmt: skip
    story.charged(shipped, [lamp])
    story.answer(
        f"getListingsItem.{lamp.sku}",
        {
            "sku": lamp.sku,
            "summaries": [
                {
                    "marketplaceId": story.shop.id, "asin": story.asin, "productType": "LIGHT_FIXTURE",
                    "conditionType": "new_new", "status": ["BUYABLE", "DISCOVERABLE"], "itemName": story.item,
                    "createdDate": "2025-03-02T08:00:00Z", "lastUpdatedDate": "2026-08-14T09:30:00Z",
                    "mainImage": {"link": "https://images.example/lampa-alvdalen.jpg", "height": 1200, "width": 1200},
                }
            ],
            "attributes": {
                "item_name": [{"value": story.item, "language_tag": "sv_SE", "marketplace_id": story.shop.id}],
                "color": [{"value": "Sand", "language_tag": "sv_SE", "marketplace_id": story.shop.id}],
                "bullet_point": [
                    {"value": "Linneskärm, diameter 45 cm", "language_tag": "sv_SE", "marketplace_id": story.shop.id},
                    {"value": "Färgen är varm sand", "language_tag": "sv_SE", "marketplace_id": story.shop.id},
                ],
            },
        },
    )  # fmt: skip
    story.files["spapi/returns.tsv"] = story.returns_row(
        {
            "Order date": "19-Oct-2026", "Return request date": "02-Nov-2026", "Return request status": "Approved",
            "Amazon RMA ID": "DSEk4Z7pLRRMA", "Label type": "AmazonPrePaidLabel", "Label cost": "79.00",
            "Currency code": "SEK", "Return carrier": "PostNord", "Tracking ID": back_number,
            "Label to be paid by": "Seller", "A-to-Z Claim": "Y", "Is prime": "N", "Merchant SKU": lamp.sku,
            "Return quantity": "1", "Return Reason": "Inaccurate website description", "In policy": "Y",
            "Return type": "C-Returns", "Order Amount": "1249.00", "Order quantity": "1",
        }
    )  # fmt: skip
    story.files["files/return-label.pdf"] = paper.document(
        "Retursedel",
        [
            ("Order", story.order_id),
            ("RMA", "DSEk4Z7pLRRMA"),
            ("Transportör", "PostNord, förbetald"),
            ("Kollinummer", back_number),
            ("Till", f"{STORE}, Fabriksgatan 12, 602 23 Norrköping"),
            ("Utfärdad", "2026-11-02"),
            ("Giltig till", "2026-12-02"),
        ],
    )
    asked = story.buyer_says(
        "01-buyer", story.at("2026-11-01 20:40"),
        f"Product details inquiry from Amazon customer Åsa (Order: {story.order_id})",
        "Hej,\nlampan stämmer inte med beskrivningen, färgen är gråare än på bilden.\nVänliga hälsningar, Åsa",
        EN,
    )  # fmt: skip
    story.we_said(
        "02-our-answer", story.at("2026-11-02 08:55"),
        "Hej Åsa,\ntack för ditt meddelande. Du kan returnera lampan utan kostnad; returen är godkänd och en förbetald"
        " retursedel finns under Mina beställningar.\nVänliga hälsningar",
        EN_OWN, references=(asked,),
    )  # fmt: skip
    story.listed(
        "03-return-request", story.at("2026-11-02 08:20"), f"Return authorization request for order {story.order_id}",
        mails.RETURN_REQUEST,
        [
            f"Order ID: {story.order_id}",
            "Request date: 2026-11-02",
            "Return policy check: In policy",
            "Return authorization: Authorized",
        ],
        ["Item", "ASIN", "SKU", "Quantity", "Return reason", "Customer comment"],
        [[story.item, story.asin, lamp.sku, "1", "Inaccurate website description", "Färgen är gråare än på bilden"]],
        ["Return carrier: PostNord", f"Return tracking number: {back_number}"],
    )  # fmt: skip
    story.notice(
        "04-action-required", story.at("2026-11-11 14:00"),
        f"Action required: Claim received on order {story.order_id}",
        [
            f"Hello {STORE},",
            "",
            f"We received an A-to-z Guarantee claim of SEK 1,249.00 on the order {story.order_id}.",
            "The customer states that the item is not as described.",
            "",
            "Please respond within 72 hours from the Action required tab of your A-to-z Guarantee claims page.",
            "",
            "Regards,",
            "Amazon.se",
        ],
    )  # fmt: skip
    return story


def granted_seller_funded() -> Story:
    """IE: granted against the seller and debited; the carrier's photo came only after the decision."""
    story = Story(
        slug="12-granted-seller-funded", country="IE", order_id="206-7715530-4429981", buyer="Íde Ní Fhloinn",
        case="f20a6613", item="Slate wall clock “Dún Aonghasa”", asin="B0A2ZCIE01",
    )  # fmt: skip
    home = Home("Íde Ní Fhloinn", ("11 Bóthar na Trá",), "Galway", "H91 X0X0", "IE", "Co. na Gaillimhe")
    clock = Thing("20612345678913", story.item, story.asin, "CLOCK-SLATE", Decimal("54.20"))
    number = s10("CE", "44130827", "IE")
    shipped, delivered = story.at("2026-10-21 15:20"), story.at("2026-10-24 11:47")
    decided, debited = story.at("2026-11-10 11:00"), story.at("2026-11-10 14:05")
    story.order(
        shapes.order(
            order_id=story.order_id, marketplace=story.shop, created=story.at("2026-10-20 12:58"), updated=debited,
            ship_by=(story.at("2026-10-21 00:00"), story.at("2026-10-22 23:59:59")),
            deliver_by=(story.at("2026-10-24 00:00"), story.at("2026-10-29 23:59:59")),
            home=home, email=story.email, things=[clock],
            parcels=[Parcel("An Post", "Standard", number, shipped, ((clock.item_id, 1),), "DELIVERED", "DELIVERED")],
        ),
    )  # fmt: skip
    story.charged(shipped, [clock], GuaranteeClaimEventList=debited)
    story.carrier_json(
        "carrier-an-post",
        {
            "tracking_number": number,
            "carrier": "An Post",
            "service": "Standard",
            "events": [
                scan("ITEM POSTED", "collected", story.at("2026-10-21 17:30"), ("Dublin", "D12 X9X9", "IE")),
                scan(
                    "OUT FOR DELIVERY", "out_for_delivery", story.at("2026-10-24 08:20"), ("Galway", "H91 Y0Y0", "IE")
                ),
                scan("DELIVERED", "delivered", delivered, town(home), left_with="recipient"),
            ],
        },
    )
    story.files["files/delivery-photo.jpg"] = paper.doorstep(
        ["An Post", number, "24.10.2026 11:47", "H91 X0X0 Galway"],
        taken="2026:10:24 11:47:12", latitude=53.2592, longitude=-9.0753,
    )  # fmt: skip
    story.buyer_says(
        "01-buyer", story.at("2026-11-03 10:30"),
        f"Order delivery inquiry from Amazon customer Íde (Order: {story.order_id})",
        "Hello, the clock did not arrive. Where is my order?\nÍde",
        EN,
    )  # fmt: skip
    story.notice(
        "02-action-required", story.at("2026-11-05 09:10"),
        f"Action required: Claim received on order {story.order_id}",
        [
            f"Hello {STORE},",
            "",
            f"We received an A-to-z Guarantee claim of €54.20 on the order {story.order_id}.",
            "The customer states that the package was not received.",
            "",
            "Please respond within 72 hours from the Action required tab of your A-to-z Guarantee claims page.",
            "",
            "Regards,",
            "Amazon.ie",
        ],
    )  # fmt: skip
    story.notice(
        "03-decision", decided, f"Claim decision on order {story.order_id}",
        [
            f"Hello {STORE},",
            "",
            f"We have granted an A-to-z Guarantee claim of €54.20 on the order {story.order_id}.",
            "",
            "Why is this happening?",
            "We did not receive a response to our request for information, and the tracking information does not show"
            " who received the package.",
            "",
            "We have debited €54.20 from your account and this claim will count towards your Order Defect Rate.",
            "If you disagree with this decision, you can appeal within 30 calendar days.",
            "",
            "Regards,",
            "Amazon.ie",
        ],
        kind=mails.DECISION,
    )  # fmt: skip
    return story


def forwarded() -> Story:
    """BE: a colleague forwarded the notice by hand; Amazon's headers are gone, the date of the original is inside."""
    story = Story(
        slug="13-forwarded", country="BE", order_id="408-5126673-9930048", buyer="Élodie Vanderstraeten-Đorđević",
        case="90b7c2aa", item="Cafetière émaillée « Forêt », 1 l", asin="B0A2ZDBE01",
    )  # fmt: skip
    home = Home("Élodie Vanderstraeten-Đorđević", ("Rue de l’Abbaye 31, bte 2",), "Ixelles", "1050", "BE")
    pot = Thing("40812345678914", story.item, story.asin, "CAFETIERE-1L", Decimal("39.90"))
    number = "323200581120904712340156"
    shipped, delivered = story.at("2026-10-28 15:40"), story.at("2026-11-03 12:06")
    story.order(
        shapes.order(
            order_id=story.order_id, marketplace=story.shop, created=story.at("2026-10-27 08:31"), updated=delivered,
            ship_by=(story.at("2026-10-28 00:00"), story.at("2026-10-29 23:59:59")),
            deliver_by=(story.at("2026-10-31 00:00"), story.at("2026-11-05 23:59:59")),
            home=home, email=story.email, things=[pot], ship_from=FROM_IVREA,
            parcels=[Parcel("bpost", "bpack", number, shipped, ((pot.item_id, 1),), "DELIVERED", "DELIVERED")],
        ),
    )  # fmt: skip
    story.charged(shipped, [pot])
    story.carrier_json(
        "carrier-bpost",
        {
            "tracking_number": number,
            "carrier": "bpost",
            "service": "bpack",
            "events": [
                scan("Colis pris en charge", "collected", story.at("2026-10-28 18:10"), ("Bruxelles", "1120", "BE")),
                scan("En tournée", "out_for_delivery", story.at("2026-11-03 08:14"), ("Bruxelles", "1050", "BE")),
                scan("Livré", "delivered", delivered, town(home), signed_by="E. Vanderstraeten", left_with="recipient"),
            ],
        },
    )
    story.files["files/delivery-photo.jpg"] = paper.doorstep(
        ["bpost bpack", number[:12], number[12:], "03.11.2026 12:06"],
        taken="2026:11:03 12:06:40", latitude=50.8191, longitude=4.3722,
    )  # fmt: skip
    inner = [
        f"Hello {STORE},",
        "",
        f"We received an A-to-z Guarantee claim of €39.90 on the order {story.order_id}.",
        "The customer states that the package was not received.",
        "",
        "Please respond within 72 hours from the Action required tab of your A-to-z Guarantee claims page.",
        "",
        "Regards,",
        "Amazon.com.be",
    ]
    subject = f"Action required: Claim received on order {story.order_id}"
    body = "\n".join(
        [
            "Bonjour, ceci est arrivé sur mon ancienne adresse. Tu peux regarder ?",
            "Amélie",
            "",
            "-----Message d'origine-----",
            f"De : Amazon A-to-z Guarantee <atoz-guarantee-no-reply@{story.shop.domain}>",
            "Envoyé : mardi 10 novembre 2026 18:40",
            f"À : {MAILBOX}",
            f"Objet : {subject}",
            "",
            *inner,
            "",
        ]
    )
    story.files["mail/01-forwarded-notice.eml"] = _plain(
        sender="Amélie Ôtelet", address="amelie@store.example", subject=f"TR: {subject}", body=body,
        date="Wed, 11 Nov 2026 09:12:44 +0100", message_id="<a9f0c1d2e3@store.example>",
        results="dkim=pass header.d=store.example; dmarc=pass header.from=store.example",
    )  # fmt: skip
    story.buyer_says(
        "02-buyer", story.at("2026-11-08 16:20"),
        f"Demande de renseignements de la part du client Amazon Élodie (Commande : {story.order_id})",
        "Bonjour, je n’ai pas reçu mon colis.\nÉlodie",
        EN,
    )  # fmt: skip
    return story


def forged() -> Story:
    """MX: dressed as an A-to-z notice, sent from a look-alike domain, failing every check."""
    story = Story(
        slug="14-forged", country="MX", order_id="701-0000419-5530276", buyer="", item="", asin="",
    )  # fmt: skip
    domain = f"{story.shop.domain}.atoz-desk.example"
    letter = mails.Letter(
        marketplace=story.shop,
        at=story.at("2026-11-11 22:31"),
        subject=f"Action required: Claim received on order {story.order_id}",
        sender=f"atoz-guarantee-no-reply@{domain}",
        display="Amazon A-to-z Guarantee",
        to=MAILBOX,
        html=mails.page(
            mails.sentences(
                [
                    f"Hello {STORE},",
                    "",
                    f"We received an A-to-z Guarantee claim of $2,480.00 on the order {story.order_id}.",
                    "Your account will be suspended. Please respond within 12 hours.",
                    "",
                ]
            )
            + f'<a href="https://{domain}/signin">Confirm your bank details to respond to this claim</a>',
            marketplace=story.shop,
            key=story.slug,
        ),
        notification=mails.CLAIM,
        authentication="fail",
    )
    story.files["mail/01-forged-notice.eml"] = mails.write(letter)
    return story


def _plain(
    *, sender: str, address: str, subject: str, body: str, date: str, message_id: str, results: str
) -> bytes:  # fmt: skip
    """A plain mail of a colleague, as a desk client writes it."""
    head = textwrap.dedent(
        f"""\
        Return-Path: <{address}>
        Authentication-Results: {mails.RECEIVER}; {results}
        Date: {date}
        From: {mails._encoded(sender)} <{address}>
        To: {MAILBOX}
        Message-ID: {message_id}
        Subject: {subject}
        MIME-Version: 1.0
        Content-Type: text/plain; charset=UTF-8
        Content-Transfer-Encoding: 8bit
        """
    )
    return (head + "\n").encode("ascii") + body.encode()
