"""Whether a buyer says that the goods arrived, measured on sentences in five languages: none may be read wrongly."""

from __future__ import annotations

import pytest
from support import cases as c

from a2z_defense.model.assessment import Assessment, Item
from a2z_defense.model.mail import Reason
from a2z_defense.policy.assess import assess
from a2z_defense.policy.phrases import sentences
from a2z_defense.policy.receipt import About, acknowledgement, harmless, may_acknowledge, not_received
from a2z_defense.policy.tables import load_tables

TABLES = load_tables()
GOODS = About(
    titles=(
        "Table lamp Ærø, brass, 40 cm",
        "Tischlampe Ærø, Messing",
        "Lampe de table Ærø, laiton",
        "Lámpara de mesa Ærø, latón",
        "Lampada da tavolo Ærø, ottone",
    ),
    names=("Zoé Marchand", "Nicolò Dell’Acquàzzurra", "Jane Roe"),
)

RECEIVED = {
    "en": """
It arrived, thanks!
It has arrived, thank you very much.
Hello, my parcel arrived today. Thank you!
I have received the lamp.
I received my order yesterday
I've received the package, many thanks.
We have received the lamp. Thank you for your help!
Hi, just wanted to let you know that my parcel has arrived. Best regards, Jane
The table lamp came this morning, it is perfect.
Good morning, I can confirm that I received the item. Kind regards
Finally received my order, thank you so much!
The order arrived safely on Monday.
I received it on 12 November, thanks. Jane Roe
Everything arrived, thank you 😊
I have received everything, all good.
I got the lamp, thank you.
The lamp works perfectly, thank you!
I am very happy with the lamp, thanks.
My package came yesterday. It was at our door, we had not looked.
It arrived in perfect condition. Have a nice day!
The parcel arrived on 12/11/2026 at 10:30.
Dear seller, we have now received the parcel.
""",
    "de": """
Das Paket ist heute angekommen, danke.
Ich habe die Lampe gestern erhalten.
Guten Tag, das Paket ist inzwischen eingetroffen. Vielen Dank!
Hallo, ich habe meine Bestellung heute bekommen. LG Jane
Die Ware ist gut angekommen, vielen Dank.
Wir haben das Paket am Montag erhalten. Mit freundlichen Grüßen
Sehr geehrte Damen und Herren, die Sendung ist gestern angekommen.
Heute ist die Lampe endlich angekommen. Alles bestens!
Paket erhalten, danke!
Ich habe alles erhalten, danke schön.
Die Tischlampe ist angekommen, alles in Ordnung.
Habe das Paket bekommen, danke.
Ich bestätige, dass ich das Paket am 12. November erhalten habe... danke
Ich bin sehr zufrieden mit der Lampe.
Es ist angekommen, danke.
Das Paket ist am 12.11.2026 um 10:30 Uhr angekommen.
""",
    "fr": """
J'ai bien reçu la lampe, merci.
Bonjour, le colis est bien arrivé. Merci beaucoup !
Le colis est arrivé hier, merci.
C’est bien arrivé, merci !
J'ai reçu ma commande ce matin. Bonne journée
Nous avons bien reçu le colis, cordialement
Bonjour, je vous confirme que j'ai reçu l'article. Cordialement, Zoé Marchand
Colis bien reçu, merci.
Ma commande est enfin arrivée, merci pour votre aide.
Je l'ai bien reçue, merci.
J'ai reçu le colis le 12 novembre, tout est parfait.
Je suis très contente de la lampe, merci !
""",
    "es": """
Mi lámpara ya me llegó, gracias.
Hola, el paquete ha llegado hoy. Muchas gracias.
He recibido el pedido, gracias.
Buenos días, ya he recibido el paquete. Un saludo
Recibí la lámpara ayer, todo perfecto.
Por fin ha llegado el paquete, gracias.
El pedido llegó ayer en perfecto estado.
Ya lo he recibido, gracias.
Hemos recibido el artículo, muchas gracias.
Paquete recibido, gracias.
Les confirmo que he recibido el pedido el 12 de noviembre.
""",
    "it": """
Il pacco è arrivato.
Ho ricevuto la lampada, grazie
È arrivato, grazie!
Buongiorno, il pacco è arrivato ieri, grazie.
Salve, ho ricevuto il mio ordine stamattina. Grazie mille!
L'ho ricevuto ieri, grazie.
La lampada è arrivata, tutto a posto.
È arrivato il pacco, grazie.
Abbiamo ricevuto il pacco, cordiali saluti
Vi confermo che ho ricevuto l'articolo il 12 novembre.
Sono molto contenta della lampada, grazie.
Ho ricevuto tutto, grazie. Nicolò
""",
}

NOT = {
    "en": """
Hello, I received your message, thank you. I am waiting for my money.
I received your message, thank you.
I got your email. Please refund.
I received the refund, thank you.
I received it, thank you for the refund.
I received a parcel with a brick inside.
I got the box. Inside was a brick.
We have received the parcel for the last time from your courier, what a joke
I have received only one of the two lamps.
I received one lamp, the second is missing.
I received half of the order.
I got the notification that it was delivered. I am at home, there is a photo of a red door; mine is blue.
The order arrived at the depot yesterday, the courier told
It arrived at the sorting centre in Leeds.
They arrived in Leeds on Monday according to tracking.
Item came to the wrong address.
It has arrived at my old address.
Everything arrived broken.
I got it for my son's birthday. Where is it?
I received my order from another shop today, yours is missing.
I got my money back, thanks
I have received a card that I missed you.
i received the tracking number, but the parcel is missing
I got everything refunded by the bank.
I received it 3 weeks late after claim; box had been opened and the lamp stolen.
My order came with a used charger.
It came yesterday but the box was just full of paper.
The package arrived damaged and leaking.
I received it. The envelope had a hole and was bare.
I am happy with a refund.
We are satisfied with your answer, please refund.
I'm very happy with your fast answer. Still waiting.
Works fine for me: refund please.
A refund works fine.
Sorry, that was the parcel of my daughter. Mine is missing.
Has it arrived at your warehouse? I got a refund notice, thanks.
It arrived at your place, right?
Has my parcel arrived
It has not arrived.
I never received it.
If it arrived I would tell you.
The site says it arrived.
Nobody received the parcel.
Amazon told me it has arrived. I was at home, nobody rang, there is really nothing at the door.
The parcel never came. My other order arrived, thank you.
It has arrived. It has not.
I would be happy with a lamp, once it arrived.
Everything arrived except the lamp.
I have not got my parcel; my sister's parcel arrived.
I got it back to the post office.
The lamp arrived. The shade did not.
The parcel arrived empty.
I received the parcel, however it is not mine.
You received the parcel.
You have received my parcel, I want my money.
The seller received my parcel.
I received the parcel for my neighbour.
Got it, thanks.
Received, thank you.
The delivery driver arrived.
The claim arrived, thanks.
I expect it arrived somewhere.
They said my package arrived.
I received the parcel 😡
The package arrived open.
It arrived 1/2.
I received 1 lamp.
I received two lamps instead of three.
Your apology arrived, thank you.
I received the label, thank you.
I got the label and sent the lamp back.
The replacement arrived, thank you.
It was delivered, they say.
My lamp came on 12 November and stopped on 14 November.
It arrived yesterday and it is broken.
I received my order late.
I want my parcel, thank you.
""",
    "de": """
Ich habe Ihre Nachricht erhalten, danke.
Ich habe die Erstattung erhalten.
Ich habe das Paket bekommen, darin war ein Stein.
Die Bestellung ist im Verteilzentrum angekommen.
Das Paket ist im Depot eingetroffen.
Ich habe eine Benachrichtigung erhalten, dass es zugestellt wurde.
Ich habe bis heute weder Paket noch Nachricht erhalten.
Ich habe nur eine Lampe erhalten, es fehlt die zweite.
Ich habe eine Abholkarte bekommen, aber die Filiale hatte geschlossen.
Sie haben mein Geld erhalten, ich warte.
Sie haben die Rücksendung erhalten.
Sie haben das Paket erhalten.
Die Ware ist kaputt angekommen.
Das Paket ist angeblich angekommen.
Das Paket ist angekommen? Nein, hier liegt nichts.
Ist mein Paket angekommen
Das Paket ist leer angekommen.
Das Paket ist beim Nachbarn angekommen.
Ich habe die Rechnung erhalten, danke.
Ich habe die Lampe erhalten, leider ohne Schirm.
Laut DHL ist das Paket angekommen.
Mein Paket ist immer noch nicht angekommen.
Ich habe das falsche Paket erhalten.
Ich habe ein Paket erhalten, das für jemand anderen ist.
Die Ersatzlieferung ist angekommen.
Habe Mail erhalten, danke.
Mein Bruder hat das Paket erhalten.
Ich habe die Lampe zurück erhalten.
Das Paket ist in Leipzig angekommen.
""",
    "fr": """
J'ai bien reçu votre message.
J'ai reçu le remboursement merci
Le colis est arrivé au dépôt de Lyon.
J'ai reçu un avis de passage.
J'ai reçu une seule lampe sur deux.
J'ai reçu le colis mais il y avait une pierre dedans.
J'ai reçu la notification de livraison mais je suis absent.
Vous avez... j'ai enfin reçu un mail du transporteur
Le colis est arrivé ouvert.
La commande est arrivée chez mes anciens propriétaires.
Le colis est arrivé selon le transporteur.
Vous avez bien reçu mon colis.
Bien reçu, merci.
Je n'ai jamais reçu le colis.
Le colis est arrivé vide.
J'ai reçu la facture, merci.
Mon voisin a reçu le colis.
J'ai reçu le retour, merci.
J'ai reçu ma lampe cassée.
Le colis est-il arrivé
Je crois que le colis est arrivé.
J'ai reçu deux colis, pas le vôtre.
""",
    "es": """
He recibido su mensaje, gracias.
Ya recibí el reembolso.
He recibido solo una de las dos lámparas.
Recibí el aviso del cartero.
Ha llegado al almacén de Madrid.
He recibido la caja con piedras.
Han llegado dos mensajes del transportista.
Me ha llegado roto.
Recibí la caja abierta.
Por fin llegó el mensaje de MRW.
El pedido ha llegado según la web.
Ustedes han recibido el paquete.
¿Ha llegado el paquete?
Ha llegado el paquete
No me ha llegado el pedido.
He recibido el pedido pero falta una lámpara.
El pedido llegó a otra dirección.
Mi vecino ha recibido el paquete.
He recibido la factura, gracias.
Ya ha llegado mi devolución.
""",
    "it": """
Ho ricevuto il rimborso, grazie.
Ho ricevuto il suo messaggio.
Ho ricevuto il pacco con dentro un sasso.
Ho ricevuto la notifica di consegna, ma ero fuori.
È arrivato al centro di smistamento di Bologna.
Ho ricevuto il pacco aperto.
Ho ricevuto l'avviso di giacenza.
Sono soddisfatto della risposta, aspetto il rimborso.
Abbiamo ricevuto la lampada rotta.
È arrivato il corriere ma ero al lavoro.
È arrivata la risposta di Poste: smarrito.
È arrivato il mio reso?
È arrivato il pacco
Non è arrivato niente.
Risulta che il pacco è arrivato.
Ho ricevuto solo una lampada.
Avete ricevuto il pacco.
Il vicino ha ricevuto il pacco.
Ho ricevuto la fattura, grazie.
Ho ricevuto il pacco vuoto.
Il pacco è arrivato a un altro indirizzo.
È arrivato il rimborso, grazie.
""",
}


def lines(table: dict[str, str]) -> list[str]:
    return [line for text in table.values() for line in text.strip().splitlines()]


@pytest.mark.parametrize("text", lines(RECEIVED))
def test_the_buyer_says_that_the_goods_arrived(text: str) -> None:
    assert acknowledgement(text, TABLES, GOODS) is not None


@pytest.mark.parametrize("text", lines(NOT))
def test_what_else_buyers_write_is_no_acknowledgement(text: str) -> None:
    assert acknowledgement(text, TABLES, GOODS) is None


def test_the_sentences_are_many_and_told_once() -> None:
    told = lines(RECEIVED) + lines(NOT)
    assert len(told) == len(set(told))
    assert len(told) >= 220


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("I got the box. Inside was a brick.", True),
        ("I received it, but one is missing.", True),
        ("Ich habe das Paket bekommen, darin war ein Stein.", True),
        ("Ho ricevuto il pacco con dentro un sasso.", True),
        ("Everything arrived broken.", True),
        ("The parcel arrived empty.", True),
        ("I received your message, thank you.", False),
        ("Ich habe Ihre Nachricht erhalten, danke.", False),
        ("J'ai bien reçu votre message.", False),
        ("Ho ricevuto il rimborso, grazie.", False),
        ("He recibido su mensaje, gracias.", False),
        ("It has not arrived.", False),
        ("i received the tracking number, but the parcel is missing", False),
    ],
)
def test_what_may_say_so_is_for_a_person_to_read(text: str, may: bool) -> None:
    assert (may_acknowledge(text, TABLES) is not None) is may


@pytest.mark.parametrize(
    "text",
    [
        "I haven't received an answer from you.",
        "I did not receive the invoice.",
        "I have not received a refund yet.",
        "Ich habe noch keine Antwort erhalten.",
        "Je n'ai pas reçu de réponse.",
        "No he recibido respuesta.",
        "Non ho ricevuto risposta.",
    ],
)
def test_an_answer_that_did_not_come_is_no_parcel_that_did_not(text: str) -> None:
    assert not_received(text, TABLES) is None
    assert not_received(f"{text} And my parcel never arrived.", TABLES) is not None
    found = assess(c.case(notices=[c.notice(reason=None)], messages=[c.message(text)]), TABLES)
    assert found.reason.key is not Reason.NOT_RECEIVED


def test_one_of_several_units_is_not_the_order() -> None:
    several = About(titles=GOODS.titles, several=True)
    for text in ("I received the lamp, thanks.", "It arrived, thanks!", "My parcel arrived.", "The item arrived."):
        assert acknowledgement(text, TABLES, several) is None, text
        assert acknowledgement(text, TABLES, GOODS) is not None, text
    for text in ("I received my order, thanks.", "Everything arrived, thanks!", "All the parcels arrived."):
        assert acknowledgement(text, TABLES, several) is not None, text


def test_a_pronoun_may_mean_what_the_seller_wrote_of() -> None:
    told = About(titles=GOODS.titles, before=("We have issued the refund, please confirm.",))
    assert acknowledgement("It arrived, thanks!", TABLES, told) is None
    assert acknowledgement("My parcel arrived, thanks!", TABLES, told) is not None


@pytest.mark.parametrize("title", ["Broken plate repair kit", "Message board", "One lamp", "Refund policy poster"])
def test_a_title_makes_no_word_harmless(title: str) -> None:
    spoken = About(titles=(title,))
    for text in ("I received your message.", "I received the refund.", "I received one lamp.", "It arrived broken."):
        assert acknowledgement(text, TABLES, spoken) is None, text


@pytest.mark.parametrize(
    ("text", "nothing"), [("Thank you very much!", True), ("Mine is missing.", False), ("Danke, alles gut.", True)]
)
def test_a_later_message_that_changes_nothing(text: str, nothing: bool) -> None:
    assert harmless(text, TABLES) is nothing


def judged(*messages: str, **more: object) -> Assessment:
    told = [c.message(text, when, name=text) for when, _, text in (one.partition("|")[::1] for one in messages)]
    return assess(c.case(messages=told, **more), TABLES)  # type: ignore[arg-type]


def item(found: Assessment) -> Item:
    one = found.item("buyer_acknowledges")
    assert one is not None
    return one


def test_a_correction_of_two_days_later_takes_it_back() -> None:
    yes, no = "03-07 12:00|I received my order, thank you.", "03-09 12:00|Sorry, that was the parcel of my daughter."
    assert item(judged(yes)).state.value == "held"
    assert item(judged(yes, "03-09 12:00|Thank you!")).state.value == "held"
    found = item(judged(yes, no))
    assert (found.state.value, found.exhibits) == ("unknown", (c.ev(yes[12:]), c.ev(no[12:])))
    assert item(judged(yes, no.replace("daughter.", "daughter. Mine is missing."))).state.value == "contradicted"


def test_a_receipt_from_before_the_delivery_is_a_contradiction() -> None:
    found = judged("03-05 12:00|I received my order, thank you.")
    assert item(found).state.value == "contradicted"
    assert [one.id.partition("-")[0] for one in found.contradictions] == ["received_before"]


def test_what_may_say_so_is_unknown_and_names_the_message() -> None:
    text = "I got the box. Inside was a brick."
    found = judged(f"03-07 12:00|{text}")
    assert (item(found).state.value, item(found).exhibit) == ("unknown", c.ev(text))
    assert "state buyer_acknowledged_receipt" in item(found).why


def test_a_story_that_changed_is_told() -> None:
    found = judged("03-13 12:00|I received the parcel. The lamp is broken.")
    assert item(found).state.value == "unknown"
    assert any("points to not as described" in words for words in found.warnings)
    assert not any("points to not as described" in words for words in judged("03-13 12:00|It arrived.").warnings)


def test_a_message_that_names_no_order_or_another_one_may_be_about_that_one() -> None:
    mail = c.message("It has arrived, thank you!", "03-07 12:00", name="loose")
    loose = mail.model_copy(update={"read": mail.read.model_copy(update={"order_ids": ()})})
    found = item(assess(c.case(messages=[loose]), TABLES))
    assert (found.state.value, found.exhibit) == ("unknown", c.ev("loose"))
    assert acknowledgement("Order 210-9999999-0000009 has arrived, thank you! I received it.", TABLES, GOODS) is None


def test_what_the_seller_read_decides() -> None:
    for text in ("I got the box. Inside was a brick.", "It arrived, thanks!"):
        for value, state in (("yes", "held"), ("no", "missing")):
            stated = [c.stated("buyer_acknowledged_receipt", value, source=text)]
            assert item(judged(f"03-07 12:00|{text}", entries=stated)).state.value == state


def test_our_own_words_under_a_reply_are_not_the_buyers() -> None:
    ours = c.message("The parcel has arrived on 6 March.", "03-06 18:00", by="seller")
    theirs = c.message("Thank you.\n\nThe parcel has arrived on 6 March.", "03-07 12:00")
    assert item(assess(c.case(messages=[ours, theirs]), TABLES)).state.value == "unknown"
    assert item(assess(c.case(messages=[theirs]), TABLES)).state.value == "held"


def test_a_message_of_before_the_order_is_about_another_one() -> None:
    found = judged("02-20 12:00|I received my order, thank you.")
    assert item(found).state.value == "missing"
    assert not any("had no answer" in words for words in found.warnings)


@pytest.mark.parametrize("text", ["returned no " * 8000, "a" * 80_000, "i have received " * 5000])
def test_a_message_without_an_end_is_read_in_short_pieces(text: str) -> None:
    """What an expression costs grows faster than the sentence: no piece is long, and none is lost but of one word."""
    pieces = sentences(text)
    assert max(len(piece) for piece in pieces) <= 900
    assert sum(len(piece) for piece in pieces) >= len(text.strip()) - 80_000 * (" " not in text) - len(pieces)
    assert acknowledgement(text, TABLES, GOODS) is None
    assert may_acknowledge(text + "? ?", TABLES) is None


@pytest.mark.parametrize(
    ("day", "held"), [("3 January 2020", False), ("03/01/2020", False), ("6 March 2026", True), ("6 March", True)]
)
def test_a_receipt_of_a_year_before_the_order_is_another_orders(day: str, held: bool) -> None:
    assert (item(judged(f"03-07 12:00|I received my order on {day}.")).state.value == "held") is held
