"""What a2z says beside its data names nobody: a marker stands in every field of every example that may name somebody
(`support/markers.py`), every command runs over them with all its words, on good days and bad ones, and everything that
comes out is searched: streams, notifications, pings, names of files, the databases' own bytes, locks, temporary files.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from support.commands import run_here
from support.markers import AMAZONS_HEADERS, CLOSED, HARMLESS, Planter, plant
from support.sinks import MailSink, WebSink, mail_sink, web_sink

from a2z_defense.base.data import data_folder
from a2z_defense.sandbox.faults import FaultKind, FaultRule, Faults
from a2z_defense.sandbox.mails import RECEIVER
from a2z_defense.sandbox.scenarios import Scenario, load_scenarios
from a2z_defense.sandbox.server import Sandbox

MARK = re.compile(r"xq\d{5}zq", re.IGNORECASE)
SELLER = "xq90001zq"
OF_AMAZON = re.compile(r"^-{3,}.*-{3,}$|@amazon(\.[a-z]+)+>?$|^(De|Objet|Envoyé) : |^Claim received on order [\d-]+$")
"""Lines that Amazon writes around a message, and its own addresses."""
ALLOWED = {
    "show": "its stdout is the claim: facts, timeline, messages and evidence are what was asked for",
    "check": "its stdout judges the claim and quotes what it rests on",
    "build": "its stdout says what changed since the last version, in the answer's own sentences",
    "attach": "its stdout repeats the name of the file that was typed",
    "forget": "its stdout says why a claim is held, in the words of the one who holds it",
    "list --all --json": "its stdout names the colleague whom the configuration assigns the claim to",
    "fetch --json": "its stdout tells in which file a notice was that belongs to no claim",
}
"""Commands whose stdout may name people, and why. Their stderr, which is what gets into logs, may not."""
NOW = "2026-11-12T09:00:00Z"
LATER = "2028-01-01T09:00:00Z"
CONFIG = """
[seller]
name = "Bottega {seller}"
address = ["Via {seller} 3"]
zone = "Europe/Rome"
[fetch]
claim_budget = "0.5s"
source_budget = "1s"
[alert]
notify = ["json://{web}/hook", "{mail}"]
ping = "http://{web}/ping"
[[routes]]
reason = "not_received"
assignee = "{seller}"
notify = ["json://{web}/route"]
[retention]
basis = "test"
decided = 2026-01-01
spapi_buyer_days = 30
mail_days = 60
rest_days = 365
"""
"""The seller's own name is searched for too."""


@dataclass
class Shop:
    """A seller's machine over marked examples."""

    root: Path
    scenarios: tuple[Scenario, ...]
    web: WebSink
    mails: MailSink
    monkeypatch: pytest.MonkeyPatch
    capture: pytest.CaptureFixture[str]
    said: list[tuple[str, str]] = field(default_factory=list)
    """(where, text) of everything that is searched."""
    shown: list[str] = field(default_factory=list)
    """What may name people."""

    @property
    def home(self) -> Path:
        return self.root / "home"

    def enter(self, **variables: str) -> None:
        """Set up the environment of one seller."""
        temporary = self.root / "tmp"
        temporary.mkdir(exist_ok=True)
        web = self.web.base
        (self.root / "config.toml").write_text(CONFIG.format(seller=SELLER, web=web, mail=self.mails.url))
        common_ones = {
            "A2Z_HOME": str(self.home),
            "A2Z_CONFIG": str(self.root / "config.toml"),
            "A2Z_NOW": NOW,
            "A2Z_TRUSTED_RECEIVERS": RECEIVER,
            "A2Z_KEYRING": "off",
            "A2Z_TRACEBACK": "1",
            "HOME": str(self.root),
            "TMPDIR": str(temporary),
        }
        for name, value in {**common_ones, **variables}.items():
            self.monkeypatch.setenv(name, value)

    def run(self, *words: str) -> int:
        code = run_here(self.monkeypatch, *words)
        out, err = self.capture.readouterr()
        what = " ".join(words[:2])
        self.said.append((f"stderr of {what}", err))
        if any(" ".join(words).startswith(allowed) for allowed in ALLOWED):
            self.shown.append(out)
        else:
            self.said.append((f"stdout of {what}", out))
        return code

    def found(self) -> list[tuple[str, str]]:
        """Every marker that was said, and where."""
        told = [("a notification", repr(request)) for request in self.web.requests]
        told += [("a mail", mail.as_string() + "\n".join(self.mails.texts())) for mail in self.mails.mails]
        return sorted(
            {(where, mark) for where, text in (*self.said, *told, *self._kept()) for mark in MARK.findall(text)}
        )

    def _kept(self) -> Iterator[tuple[str, str]]:
        """What lies on the disk and is not a build, which rightly names people: names of files, databases, blobs,
        locks and temporary files, in their own bytes."""
        for path in self.root.rglob("*"):
            place = path.relative_to(self.root).as_posix()
            if place.startswith(("home", "tmp")):
                yield f"the name of {place}", place
                if path.is_file() and not place.startswith("home/builds/"):
                    yield place, path.read_bytes().decode("latin-1")


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Planter]:
    target = tmp_path_factory.mktemp("marked") / "examples"
    return target, plant(data_folder("examples"), target)


@pytest.fixture
def shop(
    marked: tuple[Path, Planter], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Iterator[Shop]:
    with web_sink() as web, mail_sink() as mails:
        yield Shop(tmp_path, load_scenarios(marked[0] / "scenarios"), web, mails, monkeypatch, capfd)


def collected(shop: Shop) -> Iterator[tuple[str, ...]]:
    """Everything comes in."""
    mail = [word for scenario in shop.scenarios for word in ("--mail", str(scenario.mail_folder))]
    yield "fetch", "--json", "-v", "-v", *mail
    for scenario in shop.scenarios:
        for one in scenario.attachments:
            note = ("--note", one.note) if one.note else ()
            yield "attach", "-v", "-v", scenario.order_id, str(one.file), "--as", one.kind.value, *note
        for read in scenario.statements:
            yield "state", "-v", scenario.order_id, read.fact, read.value, "--from", read.from_file.name


def looked_at(claims: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Every command that looks."""
    yield "list", "-v", "-v"
    yield "list", "--all", "--json"
    yield "list", "--quarantine"
    yield "list", "--quarantine", "--json"
    for claim in claims:
        yield "show", "-v", "-v", claim
        yield "check", "-v", "-v", claim
        yield "journal", claim
    yield "alert", "-v", "-v", "--repeat"
    yield "alert", "--json"
    yield "doctor", "-v", "-v"
    yield "reindex", "-v", "-v"


def lived(claim: str, out: Path) -> Iterator[tuple[str, ...]]:
    """One claim's life after it was built."""
    yield "verify", "-v", "-v", f"{out}/{claim}/v1"
    yield "verify", "-v", "--rebuild", f"{out}/{claim}/v1/audit-bundle.zip"
    yield "ask", claim, "delivery_photo", "--of", "carrier", "--reference", "R1"
    yield "record", claim, "seen", "--tab", "action-required"
    yield "record", claim, "responded", "-v"
    yield "claim", "set", claim, "--comment", f"it never came, says {SELLER}"
    yield "ack", claim
    yield "hold", claim, "--reason", f"counsel {SELLER} asked"
    yield "journal", "-v", claim, "--json"
    yield "export", claim, "--out", str(out)
    yield "forget", claim
    yield "hold", claim, "--release"
    yield "record", claim, "withdrawn"
    yield "key", "rotate"
    yield "purge", "-v", "-v", "--as-of", LATER
    yield "purge", "-v", "-v", "--apply", "--as-of", LATER
    yield "verify", "-v", f"{out}/{claim}/v1"
    yield "forget", claim, "--apply", "--even-open", "--as-of", LATER


def mistaken(marked: Path) -> Iterator[tuple[str, ...]]:
    """What people mistype."""
    yield "check", "no-such-claim"
    yield "attach", "407-2290145-8863310", "/no/such/file.png", "--as", "pod"
    yield "claim", "release", "ev-00000000000000000000"
    yield "verify", str(marked)


def test_every_example_is_marked_and_read_as_before(marked: tuple[Path, Planter], shop: Shop) -> None:
    """The markers are where they should be, and the claims still reach the same ends: the search means something."""
    _folder, planter = marked
    assert len(planter.where) > 1000
    for scenario in shop.scenarios:
        text = "".join(path.read_text("latin-1") for path in scenario.folder.rglob("*") if path.is_file())
        assert len(set(MARK.findall(text))) > 8, scenario.slug
    for kind in ("EXIF", "file name", "attachment", "buyerName", "signed_by", "text", "/Author"):
        assert [place for place in planter.where.values() if kind in place], kind


def unmarked(found: object, key: str = "") -> Iterator[tuple[str, str]]:
    """(field, value) of every text of an answer that carries no marker."""
    match found:
        case dict():
            for name, value in found.items():
                yield from unmarked(value, name)
        case list():
            for value in found:
                yield from unmarked(value, key)
        case str() if not MARK.search(found):
            yield key, found


def unmarked_of_mail(raw: bytes) -> Iterator[tuple[str, str]]:
    """The same of a mail: the lines of its texts, and the headers that are not about the way that it travelled."""
    mail = message_from_bytes(raw, policy=policy.default)
    for name, value in mail.items():
        if name.lower() not in AMAZONS_HEADERS and not MARK.search(str(value)):
            yield name, str(value)
    for part in mail.walk():
        if part.get_content_maintype() == "text":
            text = re.sub(r"(?s)^.*<body", "<body", part.get_content())
            lines = re.sub(r"<[^>]*>", "\n", text).splitlines()
            yield from (("text", line.strip()) for line in lines if line.strip() and not MARK.search(line))


def test_what_carries_no_marker_can_name_nobody(marked: tuple[Path, Planter]) -> None:
    """Every field of every example: it is marked, or it is an id, a code, an instant, an amount, or a word of a
    list that names nobody."""
    left: list[tuple[str, str]] = []
    for path in marked[0].rglob("*"):
        match path.suffix:
            case ".json":
                left += unmarked(json.loads(path.read_text(encoding="utf-8")))
            case ".eml":
                left += unmarked_of_mail(path.read_bytes())
            case ".tsv" | ".csv":
                lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
                rows = csv.DictReader(lines, delimiter="\t" if path.suffix == ".tsv" else ",")
                left += [one for row in rows for one in row.items() if one[1] and not MARK.search(one[1])]
    assert len(left) > 500, "what is looked at is there"
    odd = [one for one in left if not HARMLESS.fullmatch(one[1]) and one[1] not in CLOSED]
    assert [one for one in odd if not OF_AMAZON.search(one[1])] == []


@pytest.mark.parametrize("built", [1, pytest.param(len(load_scenarios()), marks=pytest.mark.slow)])
def test_on_a_good_day_nobody_is_named(marked: tuple[Path, Planter], shop: Shop, built: int) -> None:
    with Sandbox([marked[0]], scale=1000, polls_until_done=1) as sandbox:
        shop.enter(**sandbox.credentials)
        for words in collected(shop):
            assert shop.run(*words) == 0, shop.said[-2:]
        claims = [s.order_id for s in shop.scenarios if s.expected.decision != "quarantined"]
        for words in looked_at(claims):
            assert shop.run(*words) not in (2, 3, 70), (words, shop.said[-2:])
        for claim in claims[:built]:
            assert shop.run("build", "-v", "-v", claim) in (0, 10)
            for words in lived(claim, shop.home / "builds"):
                assert shop.run(*words) != 70, (words, shop.said[-2:])
        for words in mistaken(marked[0]):
            assert shop.run(*words) not in (0, 70), (words, shop.said[-2:])
        shop.run("fetch", "-v", "-v", "--force")
    assert len(set(MARK.findall("".join(shop.shown)))) > 100, "what is searched for is there to be found"
    assert shop.web.bodies()
    assert shop.mails.mails
    assert shop.found() == [], "\n".join(map(str, shop.found()))


def test_on_a_bad_day_nobody_is_named(marked: tuple[Path, Planter], shop: Shop) -> None:
    """Amazon fails in every way that it knows, mails are broken, and the notifiers refuse."""
    faults = Faults([FaultRule("*", kind, chance=0.06) for kind in FaultKind if kind is not FaultKind.SLOW], seed=4)
    broken = shop.root / "broken"
    broken.mkdir()
    whole = next(shop.scenarios[0].mail_folder.glob("01-buyer*")).read_bytes()
    (broken / "cut.eml").write_bytes(whole[: len(whole) // 2])
    (broken / "headless.eml").write_bytes(whole.partition(b"\n\n")[2])
    (broken / "garbage.eml").write_bytes(b"\xff\xfe" + SELLER.encode() * 500)
    (broken / "8bit.eml").write_bytes(whole.replace(b"charset=UTF-8", b"charset=no-such-set").replace(b"=", b"\xff"))
    (broken / "empty.eml").write_bytes(b"")
    with Sandbox([marked[0]], scale=1000, faults=faults, polls_until_done=1) as sandbox:
        shop.enter(**sandbox.credentials)
        shop.web.status = 500
        shop.mails.refuses = True
        for words in collected(shop):
            assert shop.run(*words) != 70, shop.said[-2:]
        shop.run("fetch", "-v", "-v", "--no-spapi", "--mail", str(broken))
        shop.run("fetch", "-v", "-v", "--no-spapi", "--mail", str(shop.scenarios[0].folder / "files"))
        shop.run("fetch", "-v", "-v", "--force")
        for words in looked_at([shop.scenarios[0].order_id]):
            assert shop.run(*words) != 70, (words, shop.said[-2:])
        assert "did not take the digest" in "".join(text for _where, text in shop.said)
        (shop.home / "a2z.sqlite3-wal").unlink(missing_ok=True)
        for blob in (shop.home / "blobs").rglob("*"):
            if blob.is_file():
                blob.write_bytes(blob.read_bytes()[:-1])
        claim = shop.scenarios[0].order_id
        damaged = (
            *(("check", claim), ("fetch", "--force"), ("reindex",), ("alert", "--repeat"), ("list", "--all")),
            *(("build", claim), ("journal", claim), ("doctor", "--offline"), ("purge",), ("forget", claim)),
            *(("show", claim), ("purge", "--lost", "ev-00000000000000000000"), ("export", claim)),
        )
        for words in damaged:
            assert shop.run(*words) != 70, (words, shop.said[-2:])
        database = shop.home / "a2z.sqlite3"
        database.write_bytes(database.read_bytes()[:5000])
        for words in (("check", shop.scenarios[0].order_id), ("fetch", "--force"), ("list",), ("alert",), ("doctor",)):
            assert shop.run(*words) not in (0, 70), (words, shop.said[-2:])
    assert shop.found() == [], "\n".join(map(str, shop.found()))


CRASHES: dict[str, str] = {
    "a2z_defense.readers.assemble.read_order": "check",
    "a2z_defense.readers.assemble.read_mails": "check",
    "a2z_defense.readers.assemble.read_carrier_file": "check",
    "a2z_defense.jobs.fetch_mail.read_mails": "fetch",
    "a2z_defense.jobs.gather.assemble": "show",
    "a2z_defense.jobs.assess.assess": "reindex",
}
"""Functions that meet raw evidence, and a command that reaches each."""


@pytest.mark.parametrize("traceback", ["", "1"])
def test_a_crash_inside_a_reader_names_nobody(marked: tuple[Path, Planter], shop: Shop, traceback: str) -> None:
    """The exception and its cause quote everything that the reader was given."""
    claim = shop.scenarios[0].order_id
    shop.enter(A2Z_TRACEBACK=traceback)
    shop.run("fetch", "--no-spapi", "--mail", str(shop.scenarios[0].mail_folder))
    first = shop.scenarios[0].attachments[0]
    shop.run("attach", claim, str(first.file), "--as", first.kind.value)
    order = marked[0] / "scenarios" / shop.scenarios[0].slug / "spapi" / "getOrder.json"
    with Sandbox([marked[0]], scale=1000) as sandbox:
        for name, value in sandbox.credentials.items():
            shop.monkeypatch.setenv(name, value)
        shop.run("fetch")
    for place, command in CRASHES.items():
        with shop.monkeypatch.context() as patch:
            patch.setattr(place, _crash(order.read_text(encoding="utf-8")))
            words = {"fetch": ("--mail", str(shop.scenarios[1].mail_folder), "--no-spapi"), "reindex": ()}
            code = shop.run(command, "-v", "-v", *words.get(command, (claim,)))
        assert code == 70, (place, code, shop.said[-2:])
        assert any("a defect of a2z: RuntimeError" in text for _, text in shop.said[-2:]), place
        assert place.split(".")[-1] not in MARK.findall(shop.said[-1][1])
    told = "".join(text for where, text in shop.said if where.startswith("stderr"))
    assert ("KeyError" in told) is bool(traceback)
    assert shop.found() == [], "\n".join(map(str, shop.found()))


def _crash(quoted: str) -> Callable[..., object]:
    def crash(*given: object, **named: object) -> object:
        try:
            raise KeyError(quoted)
        except KeyError as cause:
            raise RuntimeError(f"cannot read {quoted} {given!r} {named!r}") from cause

    return crash
