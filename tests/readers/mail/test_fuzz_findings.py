"""Every mail that a fuzzer ever broke the readers with, and every seed that it starts from, is read."""

from __future__ import annotations

from pathlib import Path

import pytest
from fuzz.run import FINDINGS, seeds

from a2z_defense.model.mail import MailKind
from a2z_defense.readers.mail.read import read_mail


def kept() -> list[Path]:
    return sorted(FINDINGS.iterdir()) if FINDINGS.is_dir() else []


@pytest.mark.parametrize("path", kept(), ids=lambda path: path.name)
def test_a_finding_is_read(path: Path) -> None:
    assert read_mail(path.read_bytes()).content_key


def test_the_fuzzer_starts_from_mails_of_every_family() -> None:
    kinds = {read_mail(raw).kind for raw in seeds()}
    assert kinds >= {
        MailKind.CLAIM_RECEIVED,
        MailKind.ACTION_REQUIRED,
        MailKind.DECISION,
        MailKind.BUYER_MESSAGE,
        MailKind.RETURN_REQUEST,
        MailKind.REFUND_ISSUED,
    }
