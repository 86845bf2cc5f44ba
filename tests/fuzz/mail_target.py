"""What the fuzzer runs: one mail, read whole, and what must hold whatever its bytes.

Run by `tests/fuzz/run.py`; alone: `python tests/fuzz/mail_target.py [libFuzzer options] [corpus]`.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[2])]

import atheris  # noqa: E402

with atheris.instrument_imports(include=["a2z_defense.readers.mail", "a2z_defense.sources.mail"]):
    from a2z_defense.model.mail import NOTICE_KINDS, MailRead, StartBasis, Trust
    from a2z_defense.readers.mail.read import read_mail, read_mails
    from a2z_defense.sources.mail.observe import mail_identity

INVISIBLE = "\N{RIGHT-TO-LEFT OVERRIDE}\N{ZERO WIDTH SPACE}\x00"


def target(raw: bytes) -> None:
    """Reads one mail; an exception or a false assertion is a finding."""
    reads = read_mails(raw)
    assert read_mails(raw) == reads, "the same bytes must give the same reading"
    assert read_mail(raw) == reads[0]
    for found in reads:
        judge(found)
    assert mail_identity(raw) == mail_identity(raw.replace(b"\r\n", b"\n")) or b"\r" in raw.replace(b"\r\n", b"\n")


def judge(found: MailRead) -> None:
    """What holds of every reading."""
    assert (found.notice is not None) == (found.kind in NOTICE_KINDS)
    assert (found.sent_at is None) == (found.start_basis is StartBasis.UNKNOWN)
    assert found.trust is not Trust.AUTHENTICATED, "nobody is trusted without trusted receivers"
    assert not any(sign in found.subject for sign in INVISIBLE)
    if found.message is not None:
        assert not any(sign in found.message.text for sign in INVISIBLE)


if __name__ == "__main__":
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()
