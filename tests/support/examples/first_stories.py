"""Stories 01 to 05: signed for, delivered without a time, not due yet, returned to sender, never shipped."""

from __future__ import annotations

from decimal import Decimal

from a2z_defense.sandbox import shapes
from a2z_defense.sandbox.shapes import Home, Parcel, Thing, scan_event
from support.examples import paper
from support.examples.story import EN, EN_OWN, STORE, Frame, Story, mod10, scan, town

FROM_IVREA = {
    "name": STORE,
    "addressLine1": "Via della Fucìna 3",
    "city": "Ivrea",
    "stateOrRegion": "TO",
    "postalCode": "10015",
    "countryCode": "IT",
}
IVREA = ("Ivrea", "10015", "IT")


def signed_delivery() -> Story:
    """IT: delivered to the address on the order, signed for by the buyer."""
    story = Story(
        slug="01-signed-delivery", country="IT", order_id="407-2290145-8863310", buyer="Nicolò D’Alòia",
        case="a1c07f3e", item="Moka in alluminio 6 tazze «Gressoney», manico in noce", asin="B0A2Z1IT01",
    )  # fmt: skip
    home = Home("Nicolò D’Alòia", ("Via dell’Università 12/B", "Scala C, interno 4"), "Torino", "10124", "IT", "TO")
    moka = Thing("40712345678901", story.item, story.asin, "MOKA-6-NOCE", Decimal("119.00"))
    number = "084220011947"
    shipped, delivered = story.at("2026-10-29 16:40"), story.at("2026-11-04 10:12")
    story.order(
        shapes.order(
            order_id=story.order_id, marketplace=story.shop, created=story.at("2026-10-28 18:22"), updated=delivered,
            ship_by=(story.at("2026-10-29 00:00"), story.at("2026-10-30 23:59:59")),
            deliver_by=(story.at("2026-11-02 00:00"), story.at("2026-11-05 23:59:59")),
            home=home, email=story.email, things=[moka], ship_from=FROM_IVREA,
            parcels=[Parcel("BRT", "Espresso", number, shipped, ((moka.item_id, 1),), "DELIVERED", "DELIVERED")],
        ),
    )  # fmt: skip
    story.charged(shipped, [moka])
    story.carrier_json(
        "carrier-brt",
        {
            "tracking_number": number,
            "carrier": "BRT",
            "service": "Espresso",
            "events": [
                scan("DATI SPEDIZIONE TRASMESSI", "label", story.at("2026-10-29 15:10"), IVREA),
                scan("RITIRATA", "collected", story.at("2026-10-29 18:05"), IVREA),
                scan("PARTITA", "in_transit", story.at("2026-10-30 21:47"), IVREA),
                scan("ARRIVATA IN FILIALE", "in_transit", story.at("2026-11-03 05:20"), ("Torino", "10156", "IT")),
                scan("IN CONSEGNA", "out_for_delivery", story.at("2026-11-04 07:58"), ("Torino", "10156", "IT")),
                scan("CONSEGNATA", "delivered", delivered, town(home), signed_by="N. D'Alòia", left_with="recipient"),
            ],
        },
    )
    story.files["files/signature-brt.png"] = paper.signature(
        "N. D'Alòia", [f"Spedizione {number}", "Consegnata 04.11.2026 ore 10:12, Torino 10124"], seed=1
    )
    story.files["files/pod-brt.pdf"] = paper.document(
        "Prova di consegna",
        [
            ("Vettore", "BRT"),
            ("Spedizione", number),
            ("Colli", "1"),
            ("Mittente", f"{STORE}, 10015 Ivrea TO"),
            ("Destinatario", "Nicolò D’Alòia"),
            ("Indirizzo di consegna", "Via dell’Università 12/B, 10124 Torino TO"),
            ("Consegnata il", "04.11.2026 alle 10:12"),
            ("Firmato da", "N. D’Alòia"),
        ],
        ["Documento di esempio, emesso il 11.11.2026 su richiesta del mittente."],
    )
    words = ("Messaggio:", "Fine messaggio")
    asked = story.buyer_says(
        "01-buyer", story.at("2026-11-08 19:40"), "Messaggio dall'acquirente",
        "Buonasera,\nnon ho ricevuto il pacco. Dove si trova?\nGrazie, Nicolò D’Alòia",
        Frame(*words, "Hai ricevuto un messaggio."),
    )  # fmt: skip
    story.we_said(
        "02-our-answer", story.at("2026-11-09 09:05"),
        "Buongiorno,\nil corriere BRT indica la consegna il 04.11.2026 alle 10:12 all'indirizzo dell'ordine, con firma."
        "\nAbbiamo chiesto al corriere la prova di consegna.\nCordiali saluti",
        Frame(*words, "Il tuo messaggio è stato inviato."), references=(asked,),
    )  # fmt: skip
    story.notice(
        "03-claim-received", story.at("2026-11-09 20:14"),
        f"Richiesta di rimborso ricevuta per l’ordine {story.order_id}",
        [
            f"Gentile {STORE},",
            "",
            f"abbiamo ricevuto un reclamo dalla A alla Z di 119,00\u00a0€ per l’ordine {story.order_id}.",
            "",
            "Al momento non è necessaria alcuna azione da parte tua. Stiamo esaminando il reclamo.",
            "Se avremo bisogno di altre informazioni, ti scriveremo e dovrai rispondere entro 3 giorni di calendario.",
            "",
            "Cordiali saluti,",
            "Amazon.it",
        ],
        display="Garanzia dalla A alla Z di Amazon",
    )  # fmt: skip
    story.notice(
        "04-action-required", story.at("2026-11-11 16:20"),
        f"Azione richiesta: Richiesta di rimborso ricevuta per l’ordine {story.order_id}",
        [
            f"Gentile {STORE},",
            "",
            f"abbiamo ricevuto un reclamo dalla A alla Z di 119,00\u00a0€ per l’ordine {story.order_id}.",
            "",
            "Abbiamo bisogno di ulteriori informazioni per decidere sul reclamo.",
            "Rispondi dalla scheda Azione richiesta di Seller Central entro 3 giorni di calendario.",
            "Se non rispondi, il reclamo sarà accolto e l’importo addebitato sul tuo account.",
            "",
            "Cordiali saluti,",
            "Amazon.it",
        ],
        display="Garanzia dalla A alla Z di Amazon",
    )  # fmt: skip
    return story


def delivered_without_time() -> Story:
    """DE: Amazon's package status says delivered, and nobody says when, where or to whom."""
    story = Story(
        slug="02-delivered-without-time", country="DE", order_id="302-7741906-5520338",
        buyer="Jürgen Weißenböck-Öztürk", case="5d20b8c4",
        item="Kaffeemühle „Käthe“ aus Nussbaum, Kegelmahlwerk", asin="B0A2Z2DE01",
    )  # fmt: skip
    home = Home("Jürgen Weißenböck-Öztürk", ("Mühlstraße 3",), "Esslingen am Neckar", "73728", "DE")
    mill = Thing("30212345678902", story.item, story.asin, "MUEHLE-NUSS", Decimal("84.90"))
    number = mod10("0034043400112233445")
    shipped = story.at("2026-10-27 11:05")
    story.order(
        shapes.order(
            order_id=story.order_id, marketplace=story.shop, created=story.at("2026-10-26 21:48"),
            updated=story.at("2026-11-02 06:00"),
            ship_by=(story.at("2026-10-27 00:00"), story.at("2026-10-28 23:59:59")),
            deliver_by=(story.at("2026-10-30 00:00"), story.at("2026-11-03 23:59:59")),
            home=home, email=story.email, things=[mill], shipping=Decimal("4.90"), ship_from=FROM_IVREA,
            parcels=[Parcel("DHL", "DHL Paket", number, shipped, ((mill.item_id, 1),), "DELIVERED", "DELIVERED")],
        ),
    )  # fmt: skip
    story.charged(shipped, [mill], shipping=Decimal("4.90"))
    story.files["files/seller-central.png"] = paper.screenshot(
        "Seller Central: A-to-z Guarantee claim",
        [
            ("Bestellung", story.order_id),
            ("Grund", "Paket nicht erhalten (package not received)"),
            ("Kommentar des Käufers", "Laut Tracking zugestellt, aber hier ist nichts."),
            ("Betrag", "89,80 EUR"),
        ],
    )
    story.buyer_says(
        "01-buyer", story.at("2026-11-06 12:31"), f"Frage von Amazon-Kunde Jürgen (Bestellung: {story.order_id})",
        "Guten Tag,\nmein Paket ist nicht angekommen. Laut Sendungsverfolgung zugestellt, aber hier ist nichts.\n"
        "Mit freundlichen Grüßen\nJ. Weißenböck-Öztürk",
        Frame("Begin message", "End message", "Sie haben eine Nachricht erhalten."),
    )  # fmt: skip
    story.notice(
        "02-action-required", story.at("2026-11-09 09:02"),
        f"Handlung erforderlich: A-bis-z-Garantieantrag für Bestellung {story.order_id}",
        [
            f"Guten Tag, {STORE},",
            "",
            f"wir haben einen A-bis-z-Garantieantrag über 89,80 € für die Bestellung {story.order_id} erhalten.",
            "",
            "Bitte antworten Sie innerhalb von 48 Stunden in Seller Central.",
            "",
            "Freundliche Grüße",
            "Amazon.de",
        ],
        display="Amazon A-bis-z-Garantie",
    )  # fmt: skip
    return story


def out_for_delivery() -> Story:
    """FR: claimed before the delivery window had passed; the parcel is on the van."""
    story = Story(
        slug="03-out-for-delivery", country="FR", order_id="403-1183920-6617754", buyer="Chloé Lefèvre-N’Diaye",
        case="77e0d91b", item="Théière en grès émaillé « Céladon », 0,8 l", asin="B0A2Z3FR01",
    )  # fmt: skip
    home = Home("Chloé Lefèvre-N’Diaye", ("8 impasse de l’Étoile-Bleue",), "Strasbourg", "67000", "FR")
    pot = Thing("40312345678903", story.item, story.asin, "THEIERE-08-CEL", Decimal("56.40"))
    number = "FR3008412957"
    shipped, now = story.at("2026-11-09 14:20"), story.at("2026-11-12 08:31")
    story.order(
        shapes.order(
            order_id=story.order_id, marketplace=story.shop, created=story.at("2026-11-06 22:09"), updated=now,
            ship_by=(story.at("2026-11-09 00:00"), story.at("2026-11-10 23:59:59")),
            deliver_by=(story.at("2026-11-11 00:00"), story.at("2026-11-13 23:59:59")),
            home=home, email=story.email, things=[pot], ship_from=FROM_IVREA,
            parcels=[
                Parcel(
                    "Amazon Shipping", "Standard", number, shipped, ((pot.item_id, 1),),
                    "IN_TRANSIT", "OUT_FOR_DELIVERY",
                )
            ],
        ),
    )  # fmt: skip
    story.charged(shipped, [pot])
    lyon = ("Lyon", "69007", "FR")
    story.answer(
        f"getTracking.{number}",
        shapes.tracking(
            number,
            "OutForDelivery",
            [
                scan_event("ReadyForReceive", story.at("2026-11-09 13:02"), lyon),
                scan_event("PickupDone", story.at("2026-11-09 17:45"), lyon),
                scan_event("ArrivedAtCarrierFacility", story.at("2026-11-11 04:12"), ("Strasbourg", "67200", "FR")),
                scan_event("OutForDelivery", now, ("Strasbourg", "67200", "FR")),
            ],
            promised=story.at("2026-11-13 20:00"),
        ),
    )
    story.buyer_says(
        "01-buyer", story.at("2026-11-11 13:58"),
        f"Demande de renseignements de la part du client Amazon Chloé (Commande : {story.order_id})",
        "Bonjour,\nje n’ai pas reçu mon colis. C’était un cadeau !\nChloé L.-N.",
        Frame("Début du message", "Fin du message", "Vous avez reçu un message."),
    )  # fmt: skip
    story.notice(
        "02-action-required", story.at("2026-11-11 17:45"),
        f"Action requise : réclamation Garantie A à Z reçue pour la commande {story.order_id}",
        [
            f"Bonjour {STORE},",
            "",
            f"Nous avons reçu une réclamation Garantie A à Z de 56,40\u00a0€ pour la commande {story.order_id}.",
            "Le client indique ne pas avoir reçu sa commande.",
            "",
            "Veuillez répondre dans un délai de 48 heures dans Seller Central.",
            "",
            "Cordialement,",
            "Amazon.fr",
        ],
        display="Garantie A à Z d’Amazon",
    )  # fmt: skip
    return story


def returned_to_sender() -> Story:
    """ES: a "Delivered" scan, but on the return leg: the parcel came back to the store."""
    story = Story(
        slug="04-returned-to-sender", country="ES", order_id="404-9902213-1145827", buyer="Íñigo Peña Núñez",
        case="0b93fa22", item="Lámpara de sobremesa «Ñandú», latón envejecido", asin="B0A2Z4ES01",
    )  # fmt: skip
    home = Home("Íñigo Peña Núñez", ("Calle de la Cigüeña 7, 3.º izq.",), "Valladolid", "47001", "ES", "Valladolid")
    lamp = Thing("40412345678904", story.item, story.asin, "LAMP-NANDU", Decimal("72.30"))
    number = "ES5120098734"
    shipped, back = story.at("2026-10-26 12:00"), story.at("2026-11-06 10:05")
    store, town_depot = ("Zaragoza", "50014", "ES"), ("Valladolid", "47012", "ES")
    story.order(
        shapes.order(
            order_id=story.order_id, marketplace=story.shop, created=story.at("2026-10-25 09:30"), updated=back,
            ship_by=(story.at("2026-10-26 00:00"), story.at("2026-10-27 23:59:59")),
            deliver_by=(story.at("2026-10-29 00:00"), story.at("2026-11-02 23:59:59")),
            home=home, email=story.email, things=[lamp],
            ship_from={"name": STORE, "addressLine1": "Camino de los Álamos 18", "city": "Zaragoza",
                       "postalCode": "50014", "countryCode": "ES"},
            parcels=[
                Parcel(
                    "Amazon Shipping", "Standard", number, shipped, ((lamp.item_id, 1),),
                    "UNDELIVERABLE", "RETURNED_TO_SELLER",
                )
            ],
        ),
    )  # fmt: skip
    story.charged(shipped, [lamp])
    story.answer(
        f"getTracking.{number}",
        shapes.tracking(
            number,
            "Undeliverable",
            [
                scan_event("PickupDone", story.at("2026-10-26 18:30"), store),
                scan_event("ArrivedAtCarrierFacility", story.at("2026-10-28 03:50"), town_depot),
                scan_event("OutForDelivery", story.at("2026-10-29 08:02"), town_depot),
                scan_event("DeliveryAttempted", story.at("2026-10-29 12:41"), town(home)),
                scan_event("DeliveryAttempted", story.at("2026-10-30 11:15"), town(home)),
                scan_event("Undeliverable", story.at("2026-10-31 19:00"), town_depot),
                scan_event("ReturnInitiated", story.at("2026-11-02 09:00"), town_depot, leg="RETURNS"),
                scan_event("Departed", story.at("2026-11-03 22:10"), town_depot, leg="RETURNS"),
                scan_event("Delivered", back, store, leg="RETURNS"),
            ],
            promised=story.at("2026-11-02 20:00"),
            forward=["CustomerUnavailable"],
        ),
    )
    asked = story.buyer_says(
        "01-buyer", story.at("2026-11-07 20:15"),
        f"Consulta del cliente de Amazon Íñigo (Pedido: {story.order_id})",
        "Hola:\n¿dónde está mi pedido? No ha llegado nada.\nUn saludo, Íñigo Peña",
        Frame("Message:", "Finalizar mensaje", "Ha recibido un mensaje."),
    )  # fmt: skip
    story.we_said(
        "02-our-answer", story.at("2026-11-08 09:40"),
        "Buenos días:\nel transportista intentó la entrega el 29 y el 30 de octubre y devolvió el paquete"
        " a nuestro almacén.\nAtentamente",
        Frame("Message:", "Finalizar mensaje", "Su mensaje se ha enviado."), references=(asked,),
    )  # fmt: skip
    story.notice(
        "03-action-required", story.at("2026-11-11 11:30"),
        f"Acción requerida: reclamación bajo la Garantía de la A a la Z de Amazon para el pedido {story.order_id}",
        [
            f"Estimado/a {STORE}:",
            "",
            "Hemos recibido una reclamación bajo la Garantía de la A a la Z de 72,30 EUR"
            f" para el pedido {story.order_id}.",
            "El cliente indica que no ha recibido el pedido.",
            "",
            "Responda en Seller Central en un plazo de 72 horas.",
            "",
            "Atentamente,",
            "Amazon.es",
        ],
        display="Garantía de la A a la Z de Amazon",
    )  # fmt: skip
    return story


def never_shipped() -> Story:
    """GB: ship-by passed and no parcel ever left."""
    story = Story(
        slug="05-unshipped", country="GB", order_id="026-5518290-7743165", buyer="Siân Ó Briain", case="c48e11d6",
        item="Welsh wool throw “Hiraeth”, 150 × 183 cm", asin="B0A2Z5GB01",
    )  # fmt: skip
    home = Home("Siân Ó Briain", ("4 Cae’r Ffynnon",), "Llanfairpwllgwyngyll", "LL61 5AA", "GB", "Ynys Môn")
    throw = Thing("02612345678905", story.item, story.asin, "THROW-HIRAETH", Decimal("46.50"), shipped=0)
    story.order(
        shapes.order(
            order_id=story.order_id, marketplace=story.shop, created=story.at("2026-10-27 07:55"),
            updated=story.at("2026-10-27 08:10"),
            ship_by=(story.at("2026-10-28 00:00"), story.at("2026-10-30 23:59:59")),
            deliver_by=(story.at("2026-11-02 00:00"), story.at("2026-11-05 23:59:59")),
            home=home, email=story.email, things=[throw], status="UNSHIPPED",
        ),
    )  # fmt: skip
    story.charged(None, [])
    asked = story.buyer_says(
        "01-buyer", story.at("2026-11-06 18:20"),
        f"Order delivery inquiry from Amazon customer Siân (Order: {story.order_id})",
        "Hi, my order has not arrived and it still says not yet dispatched. Could you tell me what is going on?\nSiân",
        EN,
    )  # fmt: skip
    story.we_said(
        "02-our-answer", story.at("2026-11-07 08:35"),
        "Good morning,\nwe are checking with our warehouse and will write to you here.\nKind regards",
        EN_OWN, references=(asked,),
    )  # fmt: skip
    story.notice(
        "03-action-required", story.at("2026-11-09 12:40"),
        f"Action required: Claim received on order {story.order_id}",
        [
            f"Hello {STORE},",
            "",
            f"We received an A-to-z Guarantee claim of £46.50 on the order {story.order_id}.",
            "The customer states that the package was not received.",
            "",
            "Please respond within 72 hours from the Action required tab of your A-to-z Guarantee claims page.",
            "If you do not respond, we will grant the claim and debit your account.",
            "",
            "Regards,",
            "Amazon.co.uk",
        ],
    )  # fmt: skip
    return story
