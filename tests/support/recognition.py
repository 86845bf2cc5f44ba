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
        f"Reclamação recebida: pedido {ORDER}",
        "Recebemos uma reclamação de {amount} do pedido {order}.",
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
        for name, (outcome, funder, words) in DECISIONS.items():
            made = _claim(language, *words.get(language, UNKNOWN_DECISION), kind="A_Z_CLAIM_RESPONDENT_CLOSE")
            yield from _ways(name, language, made, {MailKind.DECISION}, outcome, funder)
        appeal = (
            ("Decision on your appeal for order {order}", "We have reviewed your appeal and reversed our decision.")
            if language == "en"
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
        "as Amazon sends it, with Amazon's headers gone, and forwarded by hand. The words are synthetic.",
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
