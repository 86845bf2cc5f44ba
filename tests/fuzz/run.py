"""`make fuzz`: the mail readers under a coverage-guided fuzzer, for a bounded time, from synthetic mails.

    python tests/fuzz/run.py [seconds]

A finding is kept as `tests/fuzz/findings/<name>`, where `tests/readers/mail/test_fuzz_findings.py` reads it for ever
after. The grown corpus is left in `.hypothesis/fuzz-corpus`, so that the next run goes on from it.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE.parent)]

from support import mail_maker  # noqa: E402

SECONDS = 60
FINDINGS = HERE / "findings"
CORPUS = ROOT / ".hypothesis" / "fuzz-corpus"


def seeds() -> list[bytes]:
    """One mail of every kind and way, small ones first."""
    notices = [mail_maker.notice(language, what) for language, what in mail_maker.WORDS]
    forwards = [mail_maker.forwarded(notices[0], language) for language in mail_maker.FORWARD_LABELS]
    others = [
        mail_maker.buyer_message("Where?\n\nOn Friday, Lia wrote:\n> old"),
        mail_maker.return_request(),
        mail_maker.refund_issued(),
        mail_maker.notice("it", "action", authentication=(mail_maker.PASS.format(tld="it"),)),
        mail_maker.plain_mail(
            "Fwd: x", "lia@shop.example", "y", attachments=(("a.eml", "message/rfc822", bytes(notices[1])),)
        ),
    ]
    return [bytes(made) for made in (*notices, *forwards, *others)]


def main(seconds: int) -> int:
    CORPUS.mkdir(parents=True, exist_ok=True)
    FINDINGS.mkdir(exist_ok=True)
    for number, raw in enumerate(seeds()):
        (CORPUS / f"seed-{number}").write_bytes(raw)
    before = set(FINDINGS.iterdir())
    options = [
        f"-max_total_time={seconds}",
        "-timeout=10",
        "-rss_limit_mb=1024",
        "-max_len=20000",
        "-print_final_stats=1",
    ]
    done = subprocess.run(
        [sys.executable, str(HERE / "mail_target.py"), *options, f"-artifact_prefix={FINDINGS}/", str(CORPUS)],
        cwd=ROOT,
        check=False,
        timeout=seconds + 300,
    )
    found = sorted(set(FINDINGS.iterdir()) - before)
    for path in found:
        sys.stdout.write(f"finding: {path.relative_to(ROOT)}\n")
    sys.stdout.write(f"{'no finding' if not found else 'findings kept'} after {seconds} s\n")
    return 1 if found or done.returncode else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else SECONDS))
