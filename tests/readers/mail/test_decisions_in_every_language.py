"""Decisions as Amazon's help pages for sellers word them in each language: what is granted, who pays, what counts."""

from __future__ import annotations

import datetime as dt

import pytest
from support.mail_maker import ORDER, layout, notice

from a2z_defense.model.mail import Counted, DueKind, Funder, MailRead, Outcome
from a2z_defense.readers.mail.read import read_mail


def decision(*sentences: str) -> MailRead:
    made = notice("en", "denied", html=layout(*(line.format(order=ORDER) for line in sentences)))
    return read_mail(bytes(made))


GRANTED = {
    "de": (
        "Der A-bis-Z-Garantieantrag über 49,90 € für Bestellung {order} wurde zugunsten des Käufers genehmigt und Ihr "
        "Konto mit dem Betrag belastet.",
        "Sie haben 30 Kalendertage Zeit, Widerspruch einzulegen.",
        "Der Antrag wirkt sich auf Ihre Rate an Bestellmängeln aus.",
    ),
    "fr": (
        "La réclamation au titre de la Garantie A à Z de 49,90 € pour la commande {order} a été accordée en faveur du "
        "client.",
        "Le montant de la réclamation sera débité de votre compte.",
        "Vous disposez de 30 jours calendaires pour contester cette décision.",
        "La réclamation aura un impact sur votre taux de commandes défectueuses.",
    ),
    "es": (
        "Hemos aprobado la reclamación de la Garantía de la A a la Z de 49,90 EUR del pedido {order}.",
        "El importe se cargará en su cuenta.",
        "Esta reclamación afectará a su porcentaje de pedidos defectuosos.",
        "Dispone de 30 días naturales para presentar una apelación.",
    ),
    "it": (
        "Abbiamo accolto il reclamo dalla A alla Z di 49,90 € per l’ordine {order}.",
        "L’importo verrà addebitato e il reclamo inciderà sulla percentuale di ordini difettosi.",
        "Puoi presentare ricorso entro 30 giorni di calendario.",
    ),
    "ja": (
        "注文 {order} のAmazonマーケットプレイス保証申請（￥4,990）を調査した結果、購入者の申請が認められました。",
        "出品者様のアカウントから申請金額が引き落とされ、注文不良率に反映されます。",
        "この決定に同意できない場合は、30日以内に異議申し立てを行ってください。",
    ),
    "pt": (
        "A reivindicação da Garantia de A a Z de R$ 49,90 do pedido {order} foi concedida a favor do cliente.",
        "A quantia será debitada da sua conta. A reivindicação afetará seu Índice de pedidos com problemas.",
        "Você pode recorrer em até 30 dias corridos.",
    ),
    "nl": (
        "De A-tot-Z-garantieclaim van € 49,90 voor bestelling {order} is toegekend ten gunste van de klant.",
        "Je account wordt gedebiteerd. De claim heeft invloed op je Percentage defecte bestellingen.",
        "Je kunt binnen 30 kalenderdagen bezwaar maken.",
    ),
    "pl": (
        "Roszczenie z Gwarancji od A do Z na kwotę 49,90 zł do zamówienia {order} zostało uznane na korzyść klienta.",
        "Twoje konto zostanie obciążone. Roszczenie wpłynie na wskaźnik wadliwych zamówień.",
        "Możesz złożyć odwołanie w ciągu 30 dni kalendarzowych.",
    ),
    "sv": (
        "Anspråket på A-to-z guarantee på 499 kr för order {order} har beviljats till kundens fördel.",
        "Ditt konto kommer att debiteras. Anspråket påverkar din frekvens av felaktiga ordrar.",
        "Du kan överklaga inom 30 kalenderdagar.",
    ),
}


@pytest.mark.parametrize("language", GRANTED)
def test_a_grant_that_the_seller_pays_is_read_whole(language: str) -> None:
    found = decision(*GRANTED[language]).notice
    assert found is not None
    assert found.decision is not None
    said = found.decision
    assert (said.outcome, said.funded_by, said.odr) == (Outcome.GRANTED, Funder.SELLER, Counted.YES)
    assert DueKind.CALENDAR_DAYS in {one.kind for one in found.due}
    assert {one.count for one in found.due} <= {30, 30 * 24}
    # "Defective orders" are the metric's name and no reason of the buyer.
    assert found.reason is None


@pytest.mark.parametrize(
    "sentence",
    [
        "The claim on the order {order} was not decided in your favor.",
        "Il reclamo per l’ordine {order} non è stato deciso a tuo favore.",
        "La reclamación del pedido {order} no se ha resuelto a su favor.",
        "Der Antrag zu Bestellung {order} wurde nicht zu Ihren Gunsten entschieden.",
        "La réclamation pour la commande {order} n’a pas été tranchée en votre faveur.",
        "A reivindicação do pedido {order} não foi decidida a seu favor.",
        "De claim voor bestelling {order} is niet in je voordeel beslist.",
        "Roszczenie do zamówienia {order} nie zostało rozstrzygnięte na Twoją korzyść.",
        "Anspråket för order {order} har inte avgjorts till din fördel.",
    ],
)
def test_what_is_not_in_the_sellers_favour_is_not_read_as_if_it_were(sentence: str) -> None:
    found = decision(sentence).notice
    assert found is not None
    assert found.decision is not None
    assert found.decision.outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    "sentence",
    [
        "Da Sie nicht geantwortet haben, wird Ihr Konto belastet und der Antrag wirkt sich auf Ihre Rate "
        "an Bestellmängeln aus.",
        "Vous n’avez pas répondu, votre compte sera débité et la réclamation aura un impact sur votre taux de "
        "commandes défectueuses.",
        "Como no respondió, cargaremos el importe en su cuenta y la reclamación contará para su porcentaje "
        "de defectos.",
        "Poiché non hai risposto, l’importo verrà addebitato e il reclamo verrà conteggiato nel tuo ODR.",
        "Como você não respondeu, a quantia será debitada da sua conta e a reivindicação afetará seu Índice de "
        "pedidos com problemas.",
        "Omdat je niet hebt gereageerd wordt je account gedebiteerd en heeft de claim invloed op je Percentage defecte "
        "bestellingen.",
        "Ponieważ nie odpowiedziano, Twoje konto zostanie obciążone, a roszczenie wpłynie na wskaźnik "
        "wadliwych zamówień.",
        "Eftersom du inte svarade debiterar vi ditt konto och anspråket påverkar din frekvens av felaktiga ordrar.",
    ],
)
def test_a_denial_of_something_else_takes_no_debit_and_no_count_away(sentence: str) -> None:
    found = decision(sentence).notice
    assert found is not None
    assert found.decision is not None
    assert (found.decision.funded_by, found.decision.odr) == (Funder.SELLER, Counted.YES)


@pytest.mark.parametrize(
    "words",
    [
        "We reviewed your appeal and our decision has not changed. This decision is final.",
        "After reviewing your appeal we are upholding our original decision.",
        "We have completed our review of your appeal. The original decision is unchanged.",
    ],
)
def test_an_appeal_that_changed_nothing_is_upheld(words: str) -> None:
    made = notice("en", "action", html=f"<p>{words}</p>", type="A_Z_CLAIM_RESPONDENT_CLOSE")
    made.subject = f"Claim decision on order {ORDER}"
    read = read_mail(bytes(made))
    assert read.notice is not None
    assert read.notice.decision is not None
    assert read.notice.decision.outcome is Outcome.UPHELD
    assert read.notice.due == ()


def test_an_appeals_result_that_states_a_limit_for_more_is_read_with_it() -> None:
    words = "We have reviewed your appeal. Our decision remains unchanged. You may provide new information until "
    made = notice("en", "action", html=f"<p>{words}August 30, 2026.</p>", type="A_Z_CLAIM_RESPONDENT_CLOSE")
    made.subject = f"Decision on your appeal for order {ORDER}"
    read = read_mail(bytes(made))
    assert read.notice is not None
    assert read.notice.decision is not None
    assert read.notice.decision.outcome is Outcome.UPHELD
    assert min(one.at for one in read.notice.due if one.at).date() == dt.date(2026, 8, 30)
