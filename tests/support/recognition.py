"""A generated corpus of every kind of mail, in every language, with Amazon's headers kept, lost, or the mail forwarded
by hand; and how it is recognised: right, asked, or wrong.

    python tests/support/recognition.py        writes docs/mail-recognition.md

*Right*: the kind and, of a decision, what it says. *Asked*: kept and shown, and a person is asked to look: wording that
no table knows, a received claim that might be a request, a decision whose result is unknown, a mail that is filed as
"other". *Wrong*: anything else, and a claim that is filed as "other".
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
if __name__ == "__main__":
    sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from a2z_defense.model.mail import Funder, MailKind, MailRead, Outcome  # noqa: E402
from a2z_defense.readers.mail.read import read_mail  # noqa: E402
from support.mail_maker import ORDER, Made, buyer_message, forwarded, layout, plain_mail  # noqa: E402

DOCUMENT = ROOT / "docs" / "mail-recognition.md"
LANGUAGES = {
    "en": ("com", "$1,019.00"),
    "it": ("it", "119,00 €"),
    "es": ("es", "49,90 EUR"),
    "de": ("de", "49,90 €"),
    "fr": ("fr", "49,90 €"),
    "pt": ("com.br", "R$ 49,90"),
    "ja": ("co.jp", "￥4,990"),
    "nl": ("nl", "€ 49,90"),
    "pl": ("pl", "49,90 zł"),
    "sv": ("se", "499 kr"),
    "tr": ("com.tr", "499,90 TL"),
    "ar": ("sa", "SAR 199.00"),
}
WAYS = ("headers kept", "headers lost", "forwarded")

NAMES = {
    "en": "A-to-z Guarantee",
    "it": "Garanzia dalla A alla Z di Amazon",
    "es": "Garantía de la A a la Z",
    "de": "A-bis-z-Garantie",
    "fr": "Garantie A à Z",
    "pt": "Garantia de A a Z",
    "ja": "Amazonマーケットプレイス保証",
    "nl": "A-tot-z-garantie",
    "pl": "Gwarancja od A do Z",
    "sv": "A till Ö-garanti",
    "tr": "A'dan Z'ye Garanti",
    "ar": "ضمان من الألف إلى الياء",
}
RECEIVED = {
    "en": (
        f"Claim received on order {ORDER}",
        "We received an A-to-z Guarantee claim of {amount} on the order {order}.",
        "You do not need to do anything at this time. If we need more, you will have 3 calendar days to respond.",
    ),
    "it": (
        f"Richiesta di rimborso ricevuta per l’ordine {ORDER}",
        "abbiamo ricevuto un reclamo dalla A alla Z di {amount} per l’ordine {order}.",
        "Al momento non è necessario fare nulla. Se serviranno altre informazioni, avrai 3 giorni di calendario.",
    ),
    "es": (
        f"Reclamación recibida: pedido {ORDER}",
        "Hemos recibido una reclamación de {amount} del pedido {order}.",
        "No es necesario hacer nada por ahora.",
    ),
    "de": (
        f"Antrag erhalten: Bestellung {ORDER}",
        "Wir haben einen Antrag über {amount} zu Bestellung {order} erhalten.",
        "Sie müssen derzeit nichts unternehmen.",
    ),
    "fr": (
        f"Réclamation reçue : commande {ORDER}",
        "Nous avons reçu une réclamation de {amount} pour la commande {order}.",
        "Vous n’avez rien à faire pour le moment.",
    ),
    "pt": (
        f"Reivindicação recebida: pedido {ORDER}",
        "Recebemos uma reivindicação de {amount} do pedido {order}.",
        "Não é preciso fazer nada agora.",
    ),
    "ja": (
        f"申請を受け付けました 注文 {ORDER}",
        "注文 {order} について {amount} の申請を受け付けました。",
        "現時点では、対応していただく必要はありません。",
    ),
    "nl": (
        f"Claim ontvangen: bestelling {ORDER}",
        "We hebben een claim van {amount} voor bestelling {order} ontvangen.",
        "U hoeft nu niets te doen.",
    ),
    "pl": (
        f"Otrzymano roszczenie: zamówienie {ORDER}",
        "Otrzymaliśmy roszczenie na {amount} do zamówienia {order}.",
        "Nie trzeba teraz nic robić.",
    ),
    "sv": (
        f"Anspråk mottaget: order {ORDER}",
        "Vi har fått ett anspråk på {amount} för order {order}.",
        "Du behöver inte göra något nu.",
    ),
    "tr": (
        f"Talep alındı: sipariş {ORDER}",
        "{order} numaralı sipariş için {amount} tutarında talep aldık.",
        "Şimdi bir şey yapmanız gerekmiyor.",
    ),
    "ar": (
        f"تم استلام مطالبة: الطلب {ORDER}",
        "استلمنا مطالبة بمبلغ {amount} للطلب {order}.",
        "لا يلزم اتخاذ أي إجراء الآن.",
    ),
}
ACTION = {
    "en": (f"Action required: Claim received on order {ORDER}", RECEIVED["en"][1], "Please respond within 72 hours."),
    "it": (
        f"Azione richiesta: Richiesta di rimborso ricevuta per l’ordine {ORDER}",
        RECEIVED["it"][1],
        "Rispondi entro 3 giorni di calendario.",
    ),
    "es": (
        f"Se requiere una acción: pedido {ORDER}",
        RECEIVED["es"][1],
        "Responda a esta reclamación en un plazo de 72 horas.",
    ),
    "de": (
        f"Handlung erforderlich: Bestellung {ORDER}",
        RECEIVED["de"][1],
        "Bitte antworten Sie innerhalb von 48 Stunden.",
    ),
    "fr": (f"Action requise : commande {ORDER}", RECEIVED["fr"][1], "Veuillez répondre dans un délai de 72 heures."),
    "pt": (f"Ação necessária: pedido {ORDER}", RECEIVED["pt"][1], "Responda em 72 horas."),
    "ja": (f"対応が必要です 注文 {ORDER}", RECEIVED["ja"][1], "72時間以内にご返信ください。"),
    "nl": (f"Actie vereist: bestelling {ORDER}", RECEIVED["nl"][1], "Reageer binnen 72 uur."),
    "pl": (f"Wymagane działanie: zamówienie {ORDER}", RECEIVED["pl"][1], "Odpowiedz w ciągu 72 godzin."),
    "sv": (f"Åtgärd krävs: order {ORDER}", RECEIVED["sv"][1], "Svara inom 72 timmar."),
    "tr": (f"İşlem gerekli: sipariş {ORDER}", RECEIVED["tr"][1], "72 saat içinde yanıt verin."),
    "ar": (f"مطلوب إجراء: الطلب {ORDER}", RECEIVED["ar"][1], "يرجى الرد خلال 72 ساعة."),
}
DECISIONS: dict[str, tuple[Outcome, Funder, dict[str, tuple[str, str]]]] = {
    "granted, seller-funded": (
        Outcome.GRANTED,
        Funder.SELLER,
        {
            "en": (
                f"Claim decision on order {ORDER}",
                "We have granted an A-to-z Guarantee claim of {amount} on the order {order}. We will debit your account.",
            ),
            "it": (
                f"Decisione: ordine {ORDER}",
                "Abbiamo accolto un reclamo dalla A alla Z di {amount} per l’ordine {order}. L’importo è stato addebitato.",
            ),
            "es": (
                f"Su reclamación bajo la Garantía de la A a la Z de Amazon para el pedido {ORDER}",
                "Hemos concedido la reclamación por {amount} del pedido {order}. Hemos cargado el importe en su cuenta.",
            ),
        },
    ),
    "granted, Amazon-funded": (
        Outcome.GRANTED,
        Funder.AMAZON,
        {
            "en": (
                f"Claim decision on order {ORDER}",
                "We have granted an A-to-z Guarantee claim of {amount} on the order {order}. You should not be held responsible, so we covered the cost.",
            ),
            "it": (
                f"Decisione: ordine {ORDER}",
                "Abbiamo accolto un reclamo dalla A alla Z di {amount} per l’ordine {order}. Non addebiteremo il tuo account.",
            ),
            "es": (
                f"Su reclamación bajo la Garantía de la A a la Z de Amazon para el pedido {ORDER}",
                "Hemos concedido la reclamación por {amount} del pedido {order}. No cargaremos el importe en su cuenta.",
            ),
        },
    ),
    "denied": (
        Outcome.DENIED,
        Funder.UNKNOWN,
        {
            "en": (
                f"Claim decision on order {ORDER}",
                "We have decided the claim of {amount} on the order {order} in your favor.",
            ),
            "it": (
                f"Decisione: ordine {ORDER}",
                "Abbiamo deciso il reclamo di {amount} per l’ordine {order} a tuo favore.",
            ),
            "es": (
                f"Su reclamación bajo la Garantía de la A a la Z de Amazon para el pedido {ORDER}",
                "Hemos resuelto la reclamación de {amount} del pedido {order} a su favor.",
            ),
        },
    ),
    "withdrawn": (
        Outcome.WITHDRAWN,
        Funder.UNKNOWN,
        {
            "en": (
                f"Claim decision on order {ORDER}",
                "The buyer has withdrawn the claim of {amount} on the order {order}.",
            )
        },
    ),
    "closed": (
        Outcome.CLOSED,
        Funder.UNKNOWN,
        {"en": (f"Claim decision on order {ORDER}", "We have closed the claim of {amount} on the order {order}.")},
    ),
}
MORE_DECISIONS = {
    "granted, seller-funded": {
        "de": "Wir haben dem Antrag über {amount} zu Bestellung {order} stattgegeben. Ihr Konto wurde mit dem Betrag belastet.",
        "fr": "Nous avons accordé la réclamation de {amount} pour la commande {order}. Le montant a été débité de votre compte.",
        "pt": "Concedemos a reivindicação de {amount} do pedido {order}. A quantia foi debitada da sua conta.",
        "ja": "注文 {order} の申請 {amount} が認められました。アカウントから申請金額が引き落とされます。",
        "nl": "We hebben de claim van {amount} voor bestelling {order} toegekend. Je account is voor het claimbedrag gedebiteerd.",
        "pl": "Uznaliśmy roszczenie na {amount} do zamówienia {order}. Twoje konto zostało obciążone.",
        "sv": "Vi har beviljat anspråket på {amount} för order {order}. Vi har debiterat ditt konto.",
    },
    "granted, Amazon-funded": {
        "de": "Wir haben dem Antrag über {amount} zu Bestellung {order} stattgegeben. Ihr Konto wird nicht belastet.",
        "fr": "Nous avons accordé la réclamation de {amount} pour la commande {order}. Votre compte ne sera pas débité.",
        "pt": "Concedemos a reivindicação de {amount} do pedido {order}. O valor não será debitado da sua conta.",
        "ja": "注文 {order} の申請 {amount} が認められました。アカウントから引き落とされません。",
        "nl": "We hebben de claim van {amount} voor bestelling {order} toegekend. Je account wordt niet gedebiteerd.",
        "pl": "Uznaliśmy roszczenie na {amount} do zamówienia {order}. Twoje konto nie zostanie obciążone.",
        "sv": "Vi har beviljat anspråket på {amount} för order {order}. Vi kommer inte att debitera ditt konto.",
    },
    "denied": {
        "de": "Wir haben den Antrag über {amount} zu Bestellung {order} abgelehnt.",
        "fr": "Nous avons rejeté la réclamation de {amount} pour la commande {order}.",
        "pt": "Negamos a reivindicação de {amount} do pedido {order}.",
        "ja": "注文 {order} の申請 {amount} は却下されました。",
        "nl": "We hebben de claim van {amount} voor bestelling {order} afgewezen.",
        "pl": "Odrzuciliśmy roszczenie na {amount} do zamówienia {order}.",
        "sv": "Vi har avslagit anspråket på {amount} för order {order}.",
    },
    "withdrawn": {
        "it": "Il cliente ha ritirato il reclamo di {amount} per l’ordine {order}.",
        "es": "El comprador ha retirado la reclamación de {amount} del pedido {order}.",
        "de": "Der Käufer hat den Antrag über {amount} zu Bestellung {order} zurückgezogen.",
        "fr": "Le client a retiré la réclamation de {amount} pour la commande {order}.",
        "pt": "O cliente retirou a reivindicação de {amount} do pedido {order}.",
        "ja": "注文 {order} について購入者が申請 {amount} を取り下げました。",
        "nl": "De klant heeft de claim van {amount} voor bestelling {order} ingetrokken.",
        "pl": "Klient wycofał roszczenie na {amount} do zamówienia {order}.",
        "sv": "Kunden har dragit tillbaka anspråket på {amount} för order {order}.",
    },
    "closed": {
        "it": "Abbiamo chiuso il reclamo di {amount} per l’ordine {order}.",
        "es": "Hemos cerrado la reclamación de {amount} del pedido {order}.",
        "de": "Wir haben den Antrag über {amount} zu Bestellung {order} geschlossen.",
        "fr": "Nous avons clôturé la réclamation de {amount} pour la commande {order}.",
        "pt": "Encerramos a reivindicação de {amount} do pedido {order}.",
        "ja": "注文 {order} の申請 {amount} を終了しました。",
        "nl": "We hebben de claim van {amount} voor bestelling {order} gesloten.",
        "pl": "Zamknęliśmy roszczenie na {amount} do zamówienia {order}.",
        "sv": "Vi har stängt anspråket på {amount} för order {order}.",
    },
}
"""In the terms of Seller Central's help pages of those languages; the subjects are nobody's."""
APPEALS = {
    "it": "Abbiamo esaminato il caso e accolto il tuo ricorso.",
    "es": "Hemos revisado el caso y aceptado su apelación.",
    "de": "Ihrem Widerspruch wurde stattgegeben.",
    "fr": "Votre contestation a été acceptée.",
    "pt": "Analisamos o caso e aceitamos seu recurso.",
    "ja": "異議申し立てが認められました。",
    "nl": "Je bezwaar is goedgekeurd.",
    "pl": "Odwołanie zostało uwzględnione.",
    "sv": "Din överklagan har beviljats.",
}
THREATS = {
    "en": "Please answer our questions. If you do not respond within 48 hours, the claim will be granted in favor of the customer and your account will be debited.",
    "it": "Rispondi alle nostre domande. Se non rispondi entro 48 ore, il reclamo verrà accolto a favore del cliente e l’importo addebitato.",
    "es": "Responda a nuestras preguntas. Si no responde en un plazo de 48 horas, la reclamación será concedida a favor del cliente y se cargará en su cuenta.",
    "de": "Beantworten Sie unsere Fragen. Wenn Sie nicht innerhalb von 48 Stunden antworten, wird der Antrag zugunsten des Käufers genehmigt und Ihr Konto mit dem Betrag belastet.",
    "fr": "Veuillez répondre à nos questions. Si vous ne répondez pas dans un délai de 48 heures, la réclamation sera accordée en faveur du client et le montant sera débité de votre compte.",
    "pt": "Responda às nossas perguntas. Se você não responder em até 48 horas, a reivindicação será concedida a favor do cliente e a quantia será debitada da sua conta.",
    "ja": "ご質問にご回答ください。48時間以内に回答がない場合、申請は購入者に有利に認められ、アカウントから申請金額が引き落とされます。",
    "nl": "Beantwoord onze vragen. Als je niet binnen 48 uur reageert, wordt de claim toegekend ten gunste van de klant en wordt je account gedebiteerd.",
    "pl": "Odpowiedz na nasze pytania. Jeśli nie odpowiesz w ciągu 48 godzin, roszczenie zostanie uznane na korzyść klienta, a Twoje konto zostanie obciążone.",
    "sv": "Svara på våra frågor. Om du inte svarar inom 48 timmar beviljas anspråket till kundens fördel och ditt konto debiteras.",
    "tr": "Sorularımızı yanıtlayın. Eğer 48 saat içinde yanıt vermezseniz talep müşteri lehine kabul edilir.",
    "ar": "يرجى الرد على أسئلتنا. إذا لم ترد خلال 48 ساعة فسيتم قبول المطالبة لصالح العميل.",
}
"""A request that names the decision to come without an answer: no decision."""
NOT_GRANTED = {
    "en": "We have not granted the claim of {amount} on the order {order}. We will not debit your account.",
    "it": "Non abbiamo accolto il reclamo di {amount} per l’ordine {order}. Non addebiteremo il tuo account.",
    "es": "No hemos concedido la reclamación de {amount} del pedido {order}. No cargaremos el importe en su cuenta.",
    "de": "Wir haben dem Antrag über {amount} zu Bestellung {order} nicht stattgegeben. Ihr Konto wird nicht belastet.",
    "fr": "Nous n’avons pas accordé la réclamation de {amount} pour la commande {order}. Votre compte ne sera pas débité.",
    "pt": "Não concedemos a reivindicação de {amount} do pedido {order}. O valor não será debitado da sua conta.",
    "ja": "注文 {order} の申請 {amount} は認められませんでした。アカウントから引き落とされません。",
    "nl": "We hebben de claim van {amount} voor bestelling {order} niet toegekend. Je account wordt niet gedebiteerd.",
    "pl": "Nie uznaliśmy roszczenia na {amount} do zamówienia {order}. Twoje konto nie zostanie obciążone.",
    "sv": "Vi har inte beviljat anspråket på {amount} för order {order}. Vi kommer inte att debitera ditt konto.",
    "tr": "{order} numaralı sipariş için {amount} tutarındaki talebi kabul etmedik.",
    "ar": "لم نقبل المطالبة بمبلغ {amount} للطلب {order}.",
}
UNANSWERED = {
    "en": "Because you did not respond within 48 hours we have granted the claim of {amount} on the order {order}, will debit your account and count it against your ODR.",
    "it": "Poiché non hai risposto entro 48 ore, abbiamo accolto il reclamo di {amount} per l’ordine {order} e l’importo è stato addebitato sul tuo account.",
    "es": "Como no respondió en 48 horas, hemos concedido la reclamación de {amount} del pedido {order} y hemos cargado el importe en su cuenta.",
    "de": "Da Sie nicht innerhalb von 48 Stunden geantwortet haben, wurde dem Antrag über {amount} zu Bestellung {order} stattgegeben und Ihr Konto mit dem Betrag belastet.",
    "fr": "Vous n’avez pas répondu dans les 48 heures, nous avons accordé la réclamation de {amount} pour la commande {order} et le montant a été débité de votre compte.",
    "pt": "Como você não respondeu em 48 horas, concedemos a reivindicação de {amount} do pedido {order} e a quantia foi debitada da sua conta.",
    "ja": "48時間以内に回答がなかったため、注文 {order} の申請 {amount} が認められました。アカウントから申請金額が引き落とされます。",
    "nl": "Omdat je niet binnen 48 uur hebt gereageerd is de claim van {amount} voor bestelling {order} toegekend en is je account gedebiteerd.",
    "pl": "Ponieważ nie odpowiedziano w ciągu 48 godzin, uznaliśmy roszczenie na {amount} do zamówienia {order} i obciążyliśmy Twoje konto.",
    "sv": "Eftersom du inte svarade inom 48 timmar har vi beviljat anspråket på {amount} för order {order} och debiterat ditt konto.",
    "tr": "48 saat içinde yanıt vermediğiniz için {order} numaralı sipariş için {amount} tutarındaki talep kabul edildi.",
    "ar": "لأنك لم ترد خلال 48 ساعة فقد تم قبول المطالبة بمبلغ {amount} للطلب {order}.",
}
"""A grant that is told with its cause: the denial in it is of the seller's answer, not of the claim."""
NO_SUBJECT = "{name}: {order}"
UNKNOWN_DECISION = ("{name}: {order}", "Xyzzy plugh {amount} {order} frobnicate.")
SUBJECT_WORDS = {
    "en": "Inquiry from Amazon customer Ada (Order: {order})",
    "de": "Frage von Amazon-Kunde Ada (Bestellung: {order})",
    "fr": "Demande de renseignements de la part du client Amazon Ada (Commande : {order})",
    "es": "Consulta del cliente de Amazon Ada (Pedido: {order})",
    "ja": "お問い合わせ (注文: {order})",
}
RETURN_SUBJECTS = {
    "en": "Return authorization request for order {order}",
    "it": "Notifica di autorizzazione del reso per l'ordine {order}",
    "es": "Notificación de autorización de devolución para el pedido {order}",
}
REFUND_SUBJECTS = {
    "en": "Refund of {amount} initiated - order {order}",
    "it": "rimborso {amount} avviato - ordine {order}",
}


@dataclass(frozen=True)
class Sample:
    """One mail of the corpus and what it is."""

    name: str
    language: str
    way: str
    raw: bytes
    kinds: frozenset[MailKind]
    outcome: Outcome | None = None
    funder: Funder = Funder.UNKNOWN


def _ways(
    name: str,
    language: str,
    made: Made,
    kinds: set[MailKind],
    outcome: Outcome | None = None,
    funder: Funder = Funder.UNKNOWN,
) -> Iterator[Sample]:
    kept = bytes(made)
    made.type = made.marketplace_id = None
    lost = bytes(made)
    by_hand = bytes(
        forwarded(
            made,
            language if language in ("en", "it", "es", "de", "fr", "pt", "ja", "nl", "pl", "sv", "tr", "ar") else "en",
        )
    )
    for way, raw in zip(WAYS, (kept, lost, by_hand), strict=True):
        yield Sample(name, language, way, raw, frozenset(kinds), outcome, funder)


def _claim(language: str, subject: str, *sentences: str, kind: str) -> Made:
    tld, amount = LANGUAGES[language]
    filled = [line.format(amount=amount, order=ORDER, name=NAMES[language]) for line in sentences]
    return Made(
        subject=subject.format(order=ORDER, name=NAMES[language]),
        sender=f'"{NAMES[language]}" <atoz-guarantee-no-reply@amazon.{tld}>',
        html=layout(*filled),
        type=kind,
        marketplace_id="APJ6JRA9NG5V4",
    )


def corpus() -> Iterator[Sample]:
    """Every kind in every language in every way."""
    for language, (tld, amount) in LANGUAGES.items():
        yield from _ways(
            "claim received",
            language,
            _claim(language, *RECEIVED[language], kind="A_Z_CLAIM_RESPONDENT_NOTIFY"),
            {MailKind.CLAIM_RECEIVED},
        )
        yield from _ways(
            "action required",
            language,
            _claim(language, *ACTION[language], kind="A_Z_CLAIM_RESPONDENT_NOTIFY"),
            {MailKind.ACTION_REQUIRED},
        )
        threat = _claim(
            language, ACTION[language][0], RECEIVED[language][1], THREATS[language], kind="A_Z_CLAIM_RESPONDENT_NOTIFY"
        )
        yield from _ways("request with a threat", language, threat, {MailKind.ACTION_REQUIRED})
        silent = _claim(language, NO_SUBJECT, UNANSWERED[language], kind="A_Z_CLAIM_RESPONDENT_CLOSE")
        yield from _ways(
            "granted without answer", language, silent, {MailKind.DECISION}, Outcome.GRANTED, Funder.SELLER
        )
        refused = _claim(language, NO_SUBJECT, NOT_GRANTED[language], kind="A_Z_CLAIM_RESPONDENT_CLOSE")
        yield from _ways("not granted", language, refused, {MailKind.DECISION}, Outcome.DENIED, Funder.AMAZON)
        for name, (outcome, funder, words) in DECISIONS.items():
            more = MORE_DECISIONS[name].get(language)
            told = words.get(language) or ((NO_SUBJECT, more) if more else UNKNOWN_DECISION)
            made = _claim(language, *told, kind="A_Z_CLAIM_RESPONDENT_CLOSE")
            yield from _ways(name, language, made, {MailKind.DECISION}, outcome, funder)
        appeal = (
            ("Decision on your appeal for order {order}", "We have reviewed your appeal and reversed our decision.")
            if language == "en"
            else (NO_SUBJECT, APPEALS[language])
            if language in APPEALS
            else UNKNOWN_DECISION
        )
        made = _claim(language, *appeal, kind="A_Z_CLAIM_RESPONDENT_CLOSE")
        yield from _ways("appeal result", language, made, {MailKind.APPEAL_RESULT}, Outcome.REVERSED)
        yield from _messages(language, tld)
        yield from _others(language, tld, amount)


def _messages(language: str, tld: str) -> Iterator[Sample]:
    subject = SUBJECT_WORDS.get(language, "{order}").format(order=ORDER)
    words = RECEIVED[language][2]
    relay = f'"Ada - Amazon Marketplace" <abcd1234@marketplace.amazon.{tld}>'
    yield from _ways(
        "buyer message", language, buyer_message(words, subject=subject, sender=relay), {MailKind.BUYER_MESSAGE}
    )
    staff = f"Dear Amazon seller,\n{words}\nReason for contact: order"
    yield from _ways(
        "Amazon's staff", language, buyer_message(staff, subject=subject, sender=relay), {MailKind.AMAZON_MESSAGE}
    )
    own = plain_mail(f"Re: {subject}", "lia@shop.example", words, to=f"abcd1234@marketplace.amazon.{tld}")
    yield Sample("seller's own mail", language, WAYS[1], bytes(own), frozenset({MailKind.SELLER_MESSAGE}))
    copy = buyer_message(
        words,
        subject=f"Order information from Amazon seller Shop (Order: {ORDER})" if language == "en" else ORDER,
        sender="donotreply@amazon.com",
        type="BBC_MESSAGE_CONFIRMATION_TO_MERCHANT",
    )
    yield from _ways("copy of the seller's", language, copy, {MailKind.SELLER_MESSAGE})


def _others(language: str, tld: str, amount: str) -> Iterator[Sample]:
    words = f"{RECEIVED[language][2]} {ORDER}"
    for name, kind, header, subject in (
        ("return request", MailKind.RETURN_REQUEST, "RETURN_REQUEST", RETURN_SUBJECTS.get(language, "{order}")),
        ("refund issued", MailKind.REFUND_ISSUED, "REFUND_ISSUED", REFUND_SUBJECTS.get(language, "{order}")),
        (
            "cancellation",
            MailKind.CANCELLATION_REQUEST,
            "BRC_SELLER_NOTIFICATION",
            "Cancellation request for order {order}" if language == "en" else "{order}",
        ),
        (
            "opt-out",
            MailKind.OPT_OUT,
            "BUYER_OPTED_OUT_BSM_MESSAGES",
            "The buyer has opted out of messages ({order})" if language == "en" else "{order}",
        ),
    ):
        made = plain_mail(subject.format(order=ORDER, amount=amount), "donotreply@amazon.com", words, type=header)
        yield from _ways(name, language, made, {kind})
    for name, kind, sender in (
        ("Amazon Pay claim", MailKind.AMAZON_PAY, "amazon-pay-seller-guarantee@amazon.com"),
        ("chargeback", MailKind.CHARGEBACK, "cb-seller-notification@amazon.com"),
    ):
        yield from _ways(name, language, plain_mail(f"{NAMES[language]} {ORDER}", f"Amazon <{sender}>", words), {kind})
    safe_t = plain_mail(f"SAFE-T claim {ORDER}", f"Amazon <seller-notification@amazon.{tld}>", words)
    yield from _ways("SAFE-T", language, safe_t, {MailKind.SAFE_T})
    failure = plain_mail("Xyzzy", "MAILER-DAEMON@mx.shop.example", words)
    yield Sample("delivery failure", language, WAYS[1], bytes(failure), frozenset({MailKind.DELIVERY_FAILURE}))


CLAIMS = frozenset({MailKind.CLAIM_RECEIVED, MailKind.ACTION_REQUIRED, MailKind.DECISION, MailKind.APPEAL_RESULT})


def judged(sample: Sample) -> str:
    """`right`, `asked` or `wrong`."""
    found = read_mail(sample.raw)
    is_claim = bool(sample.kinds & CLAIMS)
    if found.kind is MailKind.CLAIM_UNRECOGNISED:
        return "asked" if is_claim or found.order_ids else "wrong"
    if found.kind is MailKind.OTHER:
        return "wrong" if is_claim else "asked"
    if found.notice is not None and found.notice.undecided and is_claim:
        return "asked"
    if found.kind not in sample.kinds:
        unread = found.kind is MailKind.DECISION and _result_unknown(found) and MailKind.APPEAL_RESULT in sample.kinds
        return "asked" if unread else "wrong"
    if sample.outcome is not None:
        assert found.notice is not None
        assert found.notice.decision is not None
        if _result_unknown(found):
            return "asked"
        said = (found.notice.decision.outcome, found.notice.decision.funded_by)
        return "right" if said == (sample.outcome, sample.funder) else "wrong"
    return "right"


def _result_unknown(found: MailRead) -> bool:
    return (
        found.notice is not None
        and found.notice.decision is not None
        and found.notice.decision.outcome is Outcome.UNKNOWN
    )


def table() -> tuple[dict[tuple[str, str], dict[str, str]], dict[str, int]]:
    """(kind, way) -> language -> verdict, and how many of each verdict there are."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    counts = {"right": 0, "asked": 0, "wrong": 0}
    for sample in corpus():
        verdict = judged(sample)
        found.setdefault((sample.name, sample.way), {})[sample.language] = verdict
        counts[verdict] += 1
    return found, counts


def document() -> str:
    """docs/mail-recognition.md."""
    found, counts = table()
    total = sum(counts.values())
    lines = [
        "# How mails are recognised",
        "",
        "Written by `python tests/support/recognition.py` from a generated corpus: every kind of mail, in every language,",
        "as Amazon sends it, with Amazon's headers gone, and forwarded by hand. The words are synthetic: real notices are",
        "known in English, Italian and (one decision) Spanish; those of the other languages are put together from the terms",
        "of Amazon's public help pages for sellers, and none are known for Turkish and Arabic. Three rows are traps: a request",
        "that names the decision to come, a decision that is told by a denial, a grant because nobody answered.",
        "",
        "- **right**: the kind and, of a decision, what it says.",
        "- *asked*: kept and shown, and a person is asked to look: wording that no table knows, a received claim that might be",
        "  a request, a decision whose result is unknown, a mail without its header that no subject tells. A claim is never",
        "  passed over in silence: it is then treated as an information request, with its deadline.",
        "- wrong: there are none; a test keeps it so.",
        "",
        f"{counts['right']} right, {counts['asked']} asked, {counts['wrong']} wrong, of {total}.",
        "",
        f"| mail | way | {' | '.join(LANGUAGES)} |",
        f"|---|---|{'---|' * len(LANGUAGES)}",
    ]
    marks = {"right": "**right**", "asked": "*asked*", "wrong": "WRONG"}
    for (name, way), row in found.items():
        cells = " | ".join(marks[row[language]] if language in row else "" for language in LANGUAGES)
        lines.append(f"| {name} | {way} | {cells} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
