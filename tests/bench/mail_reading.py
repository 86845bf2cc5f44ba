"""Reads an mbox of mixed mails, and says how many times as long it takes as the standard library's bare parsing.

    python tests/bench/mail_reading.py [number of mails] [rounds]

Baseline, in the same run on the same file: `mailbox.mbox` and `email.message_from_bytes` for every mail, nothing read
from them. Measured: our own splitting of the mbox and `read_mail` for every mail, in turns with the baseline, median of
the ratios; then apart, storing: naming, encrypting, writing and indexing of the same mails in the store's own batches.
"""

from __future__ import annotations

import email
import mailbox
import random
import statistics
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[2])]

from support import homes, mail_maker  # noqa: E402
from support.mail_maker import Made  # noqa: E402

from a2z_defense.jobs.fetch_mail import BATCH_MAILS, MailFetched, fetch_mailbox  # noqa: E402
from a2z_defense.readers.mail.read import read_mail  # noqa: E402
from a2z_defense.sources.mail.interface import MailOptions, RawMail  # noqa: E402
from a2z_defense.sources.mail.observe import observation  # noqa: E402
from a2z_defense.sources.mail.open import open_mailbox  # noqa: E402
from a2z_defense.store import evidence  # noqa: E402
from a2z_defense.store.store import open_store  # noqa: E402

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


def storing(path: Path, home: Path) -> None:
    """Every mail named, encrypted and written, in the batches of a fetch; nothing of it is read."""
    batch = []
    with open_store(homes.environment(home)) as store:
        for found in open_mailbox(str(path), OPTIONS).fetch(None):
            if isinstance(found, RawMail):
                batch.append(observation(found, account="", clock=None))
            if len(batch) >= BATCH_MAILS:
                evidence.add(store, batch)
                batch = []
        evidence.add(store, batch)


def fetching(path: Path, home: Path) -> None:
    """What `a2z fetch` does with a mailbox: store, read again from the store, index."""
    with open_store(homes.environment(home)) as store:
        fetch_mailbox(store, str(path), OPTIONS, MailFetched())


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


def both(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds of processor time and of the clock on the wall."""
    started = time.perf_counter()
    return timed(work), time.perf_counter() - started


def main(number: int, rounds: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        path = write(home / "mixed.mbox", number)
        reading(write(home / "warm.mbox", 200))
        pairs = [(timed(lambda: baseline(path)), timed(lambda: reading(path))) for _ in range(rounds)]
        base = statistics.median(one for one, _ in pairs)
        ratios = sorted(ours / theirs for theirs, ours in pairs)
        kept = both(lambda: storing(path, home / "kept"))
        whole = both(lambda: fetching(path, home / "whole"))
        peaks = [peak(write(home / "part.mbox", max(1, number // part))) for part in (100, 10, 1)]
        size = path.stat().st_size
    ratio = statistics.median(ratios)
    kept_speed, whole_speed = number / kept[1], number / whole[1]
    out = sys.stdout.write
    out(f"{number:,} mails, {size / 1e6:.1f} MB; {rounds} rounds in turns; seconds of processor time\n")
    out(f"standard library, parsing alone: {base:.2f} s\n")
    out(f"a2z, splitting and reading:      {ratio:.2f} times ({ratios[0]:.2f} to {ratios[-1]:.2f}; goal {GOAL})\n")
    out(f"a2z, storing alone:              {kept[0] / base:.2f} times; {kept_speed:,.0f} mails a second of wall\n")
    out(f"a2z, fetching whole:             {whole[0] / base:.2f} times; {whole_speed:,.0f} mails a second of wall\n")
    out("memory at most while reading:    ")
    out(f"{', '.join(f'{found / 1e6:.1f} MB' for found in peaks)} for a hundredth, a tenth, all of the mails\n")
    return 0 if ratio <= GOAL else 1


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    sys.exit(main(*(given + [10_000, 3][len(given) :])))
