"""Reads an mbox of mixed mails, and says how many times as long it takes as the standard library's bare parsing.

    python tests/bench/mail_reading.py [number of mails]

Baseline, in the same run on the same file: `mailbox.mbox` and `email.message_from_bytes` for every mail, nothing read
from them. Measured: our own splitting of the mbox and `read_mail` for every mail; naming the evidence apart.
"""

from __future__ import annotations

import email
import mailbox
import random
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[2])]

from support import mail_maker  # noqa: E402
from support.mail_maker import Made  # noqa: E402

from a2z_defense.model.evidence import observation_id  # noqa: E402
from a2z_defense.readers.mail.read import read_mail  # noqa: E402
from a2z_defense.sources.mail.interface import MailOptions, RawMail  # noqa: E402
from a2z_defense.sources.mail.observe import observation  # noqa: E402
from a2z_defense.sources.mail.open import open_mailbox  # noqa: E402

GOAL = 2.0
OPTIONS = MailOptions(now=lambda: mail_maker.SENT)


def layout(chance: random.Random, rows: int) -> str:
    """Layout tables as long as those of real mails: styles, spacers, signed links."""
    row = (
        '<tr><td style="padding:0 12px;font:12px/16px Arial,sans-serif;color:#333" valign="top">'
        '<table><tr><td width="20">'
        '<img src="https://images.amazon.example/spacer.gif" width="1" height="1" alt=""></td><td>'
        '<a href="https://www.amazon.example/gp/r.html?C={a:x}&K={b:x}&M=urn:rtn:msg:{c:x}&R={a:x}&T=C&U=https%3A%2F%2F'
        'sellercentral.amazon.example&H={b:x}&ref_=pe_{c}" style="text-decoration:none">Invented link {a}</a></td></tr>'
        "</table></td></tr>"
    )
    numbers = [{name: chance.getrandbits(60) for name in "abc"} for _ in range(rows)]
    return "<table>" + "".join(row.format(**found) for found in numbers) + "</table>"


def mixed(number: int) -> Iterator[bytes]:
    """What a seller's mailbox holds: messages most of all, some claims, returns, refunds, other mail of Amazon."""
    chance = random.Random(7)
    kinds = list(mail_maker.WORDS)
    for index in range(number):
        order = f"402-{index:07d}-{chance.randrange(10**7):07d}"
        kind = chance.random()
        if kind < 0.1:
            made: Made = mail_maker.notice(*chance.choice(kinds), order=order)
        elif kind < 0.15:
            language, what = chance.choice(kinds)
            made = mail_maker.forwarded(mail_maker.notice(language, what, order=order), language)
        elif kind < 0.5:
            made = mail_maker.buyer_message("Where is my parcel?\n" * chance.randrange(1, 30), order=order)
        elif kind < 0.6:
            made = mail_maker.return_request()
        elif kind < 0.7:
            made = mail_maker.refund_issued()
        elif kind < 0.75:
            photo = chance.randbytes(60_000)
            made = mail_maker.buyer_message("See the photo", order=order, attachments=(("p.jpg", "image/jpeg", photo),))
        else:
            made = mail_maker.plain_mail("Your weekly numbers", "no-reply@amazon.com", "Numbers\n" * 40)
            made.html = f"<html><body><p>Numbers of the week {index}</p></body></html>"
        if made.html is not None:
            made.html = made.html.replace("</body>", layout(chance, chance.randrange(5, 40)) + "</body>")
        made.message_id = f"<{index}@eu-west-1.amazonses.com>"
        made.received = (mail_maker.SENT, mail_maker.SENT)
        made.authentication = (mail_maker.PASS.format(tld="it"),)
        yield bytes(made)


def timed(work: Callable[[], object]) -> float:
    """Seconds of processor time: other programs on the machine do not count."""
    started = time.process_time()
    work()
    return time.process_time() - started


def baseline(path: Path) -> None:
    box = mailbox.mbox(path)
    for key in box.iterkeys():
        email.message_from_bytes(box.get_bytes(key))


def reading(path: Path) -> None:
    for found in open_mailbox(str(path), OPTIONS).fetch(None):
        if isinstance(found, RawMail):
            read_mail(found.raw, trusted_receivers=("mx.shop.example",))


def naming(path: Path) -> None:
    for found in open_mailbox(str(path), OPTIONS).fetch(None):
        if isinstance(found, RawMail):
            observation_id(observation(found, account="", clock=None))


def peak(path: Path) -> int:
    """Most bytes of memory that reading the mailbox holds at a time."""
    tracemalloc.start()
    reading(path)
    found = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return found


def write(path: Path, number: int) -> Path:
    with path.open("wb") as stream:
        for raw in mixed(number):
            stream.write(b"From a@b.example Fri Aug 14 07:31:00 2026\n" + raw.replace(b"\r\n", b"\n") + b"\n")
    return path


def main(number: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder) / "mixed.mbox", number)
        reading(write(Path(folder) / "warm.mbox", 200))
        base = min(timed(lambda: baseline(path)) for _ in range(2))
        ours = min(timed(lambda: reading(path)) for _ in range(2))
        names = timed(lambda: naming(path))
        small = peak(write(Path(folder) / "small.mbox", max(1, number // 10)))
        large = peak(path)
        size = path.stat().st_size
    out = sys.stdout.write
    out(f"{number:,} mails, {size / 1e6:.1f} MB\n")
    out(f"standard library, parsing alone: {base:.2f} s\n")
    out(f"a2z, splitting and reading:      {ours:.2f} s, {ours / base:.2f} times (goal {GOAL})\n")
    out(f"a2z, naming the evidence:        {names:.2f} s, {names / base:.2f} times\n")
    out(f"memory at most: {small / 1e6:.1f} MB for a tenth of the mails, {large / 1e6:.1f} MB for all\n")
    return 0 if ours / base <= GOAL else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
