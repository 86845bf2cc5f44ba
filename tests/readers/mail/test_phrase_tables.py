"""Every line of every phrase table is exercised: its example matches and means what it says."""

from __future__ import annotations

import pytest
from support import mail_maker

from a2z_defense.model.mail import Counted, Funder, MailKind, Outcome
from a2z_defense.readers.mail import tables
from a2z_defense.readers.mail.amazon import writes
from a2z_defense.readers.mail.forwards import find_blocks, read_subject
from a2z_defense.readers.mail.limits import conditional
from a2z_defense.readers.mail.read import read_mail
from a2z_defense.readers.mail.words import flat

NAMES = ("notices", "programmes", "decisions", "reasons", "limits", "subjects")
ROWS = [
    pytest.param(row, id=f"{name}-{index}-{row.means}-{row.language}")
    for name in NAMES
    for index, row in enumerate(tables.rows(name))
]
ORDER = mail_maker.ORDER


@pytest.mark.parametrize("row", ROWS)
def test_a_row_matches_its_example(row: tables.Row) -> None:
    assert row.pattern.search(flat(row.example))


def rows(name: str, where: str | None = None) -> list[tables.Row]:
    return [row for row in tables.rows(name) if where is None or row.where == where]


@pytest.mark.parametrize("row", rows("notices", "subject"), ids=lambda row: row.example)
def test_a_notice_subject_alone_gives_a_claim_of_its_family(row: tables.Row) -> None:
    made = mail_maker.notice("en", "received", subject=row.example, html="<p>Hello</p>", type=None, marketplace_id=None)
    expected = {
        "action": MailKind.ACTION_REQUIRED,
        "received": MailKind.ACTION_REQUIRED,  # nothing says that there is nothing to do: undecided
        "received_old": MailKind.ACTION_REQUIRED,
        "decision": MailKind.DECISION,
        "appeal": MailKind.APPEAL_RESULT,
    }
    read = read_mail(bytes(made))
    assert read.kind is expected[row.means]
    assert read.notice is not None
    assert read.notice.undecided is row.means.startswith("received")
    assert read.order_ids == (ORDER,)


@pytest.mark.parametrize("row", rows("notices", "body"), ids=lambda row: row.example)
def test_a_notice_sentence_decides_within_the_claim_family(row: tables.Row) -> None:
    made = mail_maker.notice("en", "received", subject=f"{ORDER}", html=f"<p>{row.example}</p>")
    expected = {
        "action": (MailKind.ACTION_REQUIRED, False),
        "received": (MailKind.ACTION_REQUIRED, True),
        "nothing_now": (MailKind.CLAIM_RECEIVED, False),
        # The header says claim, the words say decision: a person must look.
        "decision": (MailKind.CLAIM_UNRECOGNISED, True),
        "appeal": (MailKind.APPEAL_RESULT, False),
    }
    read = read_mail(bytes(made))
    assert read.notice is not None
    assert (read.kind, read.notice.undecided) == expected[row.means]
    assert read.language == row.language


@pytest.mark.parametrize("row", rows("decisions"), ids=lambda row: row.example)
def test_a_decision_sentence_says_what_its_row_means(row: tables.Row) -> None:
    made = mail_maker.notice("en", "denied", html=f"<p>{row.example}</p>")
    decision = read_mail(bytes(made)).notice
    assert decision is not None
    assert decision.decision is not None
    field, _, value = row.means.partition(".")
    found: dict[str, Outcome | Funder | Counted] = {
        "outcome": decision.decision.outcome,
        "funded": decision.decision.funded_by,
        "odr": decision.decision.odr,
    }
    assert found[field].value == value


@pytest.mark.parametrize("row", rows("reasons"), ids=lambda row: row.example)
def test_a_reason_sentence_states_its_reason(row: tables.Row) -> None:
    made = mail_maker.notice("en", "denied", html=f"<p>{row.example}</p>")
    notice = read_mail(bytes(made)).notice
    assert notice is not None
    assert notice.reason is not None
    assert notice.reason.value == row.means


@pytest.mark.parametrize("row", rows("limits"), ids=lambda row: row.example)
def test_a_limit_is_read_from_an_action_required_mail(row: tables.Row) -> None:
    made = mail_maker.notice("en", "action", html=f"<p>{row.example}</p>", marketplace_id="APJ6JRA9NG5V4")
    notice = read_mail(bytes(made)).notice
    assert notice is not None
    kinds = {reading.kind.value for reading in notice.due}
    expected = {
        "hours": {"hours"},
        "days": {"calendar_days"},
        "business_days": {"calendar_days"},
        "plain_days": {"calendar_days", "hours"},
        "weeks": {"calendar_days", "hours"},
        "date": {"instant"},
        "today": {"instant"},
        "tomorrow": {"instant"},
    }
    assert kinds == expected[row.means]


@pytest.mark.parametrize("row", rows("subjects"), ids=lambda row: row.example)
def test_a_subject_alone_gives_the_kind(row: tables.Row) -> None:
    made = mail_maker.plain_mail(row.example, "donotreply@amazon.com", "Hello")
    assert read_mail(bytes(made)).kind.value == row.means


@pytest.mark.parametrize("row", rows("programmes", "subject"), ids=lambda row: row.example)
def test_another_programme_is_never_a_claim(row: tables.Row) -> None:
    made = mail_maker.plain_mail(row.example, "someone@amazon.com", f"About the order {ORDER}: $12.00")
    assert read_mail(bytes(made)).kind.value == row.means


@pytest.mark.parametrize("row", rows("programmes", "body"), ids=lambda row: row.example)
def test_another_programme_is_told_by_its_sentence(row: tables.Row) -> None:
    made = mail_maker.plain_mail("About an order", "someone@amazon.com", row.example)
    assert read_mail(bytes(made)).kind.value == row.means


@pytest.mark.parametrize("row", rows("programmes", ""), ids=lambda row: row.example)
def test_the_programmes_name_in_any_language_is_a_claim_to_look_at(row: tables.Row) -> None:
    made = mail_maker.plain_mail(f"{row.example} {ORDER}", "someone@amazon.de", f"Xyzzy {ORDER} 12,00 EUR")
    assert read_mail(bytes(made)).kind is MailKind.CLAIM_UNRECOGNISED or row.language == "en"


@pytest.mark.parametrize("name", sorted(tables.load("senders")["local_parts"]))
def test_a_sender_writes_only_from_amazons_own_domains(name: str) -> None:
    expected = tables.load("senders")["local_parts"][name]
    assert writes(f"{name}@amazon.it") == expected
    assert writes(f"{name}@amazon.it.evil.example") is None
    assert writes(f"{name}@notamazon.it") is None


@pytest.mark.parametrize("name", sorted(tables.load("senders")["types"]))
def test_a_type_header_decides_the_family(name: str) -> None:
    made = mail_maker.plain_mail("Xyzzy", "donotreply@amazon.com", "Hello", type=name)
    kind = read_mail(bytes(made)).kind.value
    family = tables.load("senders")["types"][name]
    assert kind == {"claim": "claim_unrecognised"}.get(family, family)


@pytest.mark.parametrize(
    ("language", "label", "name"),
    [
        (language, label, name)
        for language, fields in tables.load("forwards")["labels"].items()
        for name, labels in fields.items()
        for label in labels
    ],
)
def test_a_forward_label_is_read_in_a_block(language: str, label: str, name: str) -> None:
    labels = {field: names[0] for field, names in tables.load("forwards")["labels"][language].items() if names}
    labels[name] = label
    values = {"from": "Amazon <a@amazon.it>", "sent": "2026-08-14 09:31", "to": "me", "subject": "Hi", "other": "x"}
    lines = [
        f"{labels[field].title()}: {values[field]}"
        for field in ("from", "sent", "to", "subject", "other")
        if field in labels
    ]
    blocks = find_blocks([*lines, "", "Hello"])
    assert len(blocks) == 1
    assert blocks[0].fields["from"] == values["from"]
    assert blocks[0].fields["sent"] == values["sent"]
    assert blocks[0].fields["subject"] == values["subject"]


@pytest.mark.parametrize("prefix", tables.load("forwards")["prefixes"])
def test_a_forward_prefix_is_seen_through(prefix: str) -> None:
    found = read_subject(f"{prefix.upper()}: RE: [EXTERNAL] {prefix} : Hello")
    assert (found.text, found.forwarded, found.answered) == ("Hello", True, True)


@pytest.mark.parametrize("prefix", tables.load("forwards")["replies"])
def test_a_reply_prefix_is_seen_through(prefix: str) -> None:
    found = read_subject(f"{prefix}[2]: Hello")
    assert (found.text, found.forwarded, found.answered) == ("Hello", False, True)


@pytest.mark.parametrize(
    "words", ["[EXTERNAL]", "[EXT]", "[Extern]", "[ESTERNO]", "[Externe]", "External:", "***EXTERNAL***", "[SPAM?]"]
)
def test_a_gateways_tag_is_seen_through(words: str) -> None:
    assert read_subject(f"{words} Claim received").text == "Claim received"


@pytest.mark.parametrize("begin", tables.load("messages")["begin"])
@pytest.mark.parametrize("end", tables.load("messages")["end"])
def test_delimiters_hold_the_buyers_words(begin: str, end: str) -> None:
    dashes = "-" * 13
    text = f"# {ORDER}:\n\n{dashes} {begin.capitalize()} {dashes}\n\nMy words\n\n{dashes} {end} {dashes}\nFooter"
    made = mail_maker.buyer_message("", html=None, plain=text)
    message = read_mail(bytes(made)).message
    assert message is not None
    assert (message.text, message.anchored) == ("My words", True)


CONDITIONAL = [
    "If we need more information, you must respond within 3 calendar days.",
    "We will contact you if more information is needed.",
    "If you have already refunded the buyer, no action is required.",
    "Should we need anything else, we will ask.",
    "In that case please respond within 3 days.",
    "Se avremo bisogno di altre informazioni ti scriveremo.",
    "In tal caso dovrai rispondere entro 3 giorni di calendario.",
    "Qualora servissero altri dati, avrai 3 giorni.",
    "Si necesitamos más información, tendrá 3 días.",
    "Falls wir weitere Informationen benötigen, haben Sie 3 Tage.",
    "Si nous avons besoin de plus d’informations, vous aurez 3 jours.",
]
NOT_CONDITIONAL = [
    "If you do not respond within 72 hours, we will grant the claim.",
    "If we don't hear from you by August 17, 2026, the claim is granted.",
    "If you want to dispute this claim, respond within 72 hours.",
    "Se non rispondi entro 3 giorni di calendario, il reclamo sarà accolto.",
    "Si no responde en un plazo de 72 horas, se concederá la reclamación.",
    "Wenn Sie nicht innerhalb von 48 Stunden antworten, wird dem Antrag stattgegeben.",
    "Please respond within 72 hours.",
]


@pytest.mark.parametrize("sentence", CONDITIONAL)
def test_what_may_come_is_not_asked_yet(sentence: str) -> None:
    assert conditional(flat(sentence))


@pytest.mark.parametrize("sentence", NOT_CONDITIONAL)
def test_what_happens_without_an_answer_is_the_limit(sentence: str) -> None:
    assert not conditional(flat(sentence))
