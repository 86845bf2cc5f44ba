"""`a2z alert` as cron runs it, against a real SMTP server and a real webhook."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote_plus

import pytest
from support.queues import NOW, hours, queue_row, queue_state, write_queue
from support.sinks import MailSink, WebSink, mail_sink, web_sink

from a2z_defense.alerts.digest import compose
from a2z_defense.alerts.kinds import Alert, AlertKind
from a2z_defense.alerts.notify import AppriseNotifier, Sent

CLAIM = "402-0000001-7654321"


@pytest.fixture
def mails() -> Iterator[MailSink]:
    with mail_sink() as sink:
        yield sink


@pytest.fixture
def web() -> Iterator[WebSink]:
    with web_sink() as sink:
        yield sink


class Cron:
    """Runs the command under the stripped environment that cron gives it."""

    def __init__(self, home: Path, temporary: Path) -> None:
        self.home = home
        self.temporary = temporary
        self.temporary.mkdir()
        write_queue(home / "a2z.sqlite3", queue_state(queue_row(3)))

    def configure(self, text: str) -> None:
        (self.home / "config.toml").write_text(text)

    def run(self, *options: str, after: float = 0) -> subprocess.CompletedProcess[str]:
        environment = {
            "HOME": str(self.home),
            "PATH": "/usr/bin:/bin",
            "SHELL": "/bin/sh",
            "TMPDIR": str(self.temporary),
            "A2Z_HOME": str(self.home),
            "A2Z_CONFIG": str(self.home / "config.toml"),
            "A2Z_NOW": (NOW + hours(after)).isoformat(),
        }
        command = [sys.executable, "-m", "a2z_defense", "alert", *options]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd="/")


@pytest.fixture
def cron(tmp_path: Path) -> Cron:
    return Cron(tmp_path, tmp_path / "tmp")


def test_a_mail_a_webhook_and_a_ping_once_each(cron: Cron, mails: MailSink, web: WebSink) -> None:
    cron.configure(f'[alert]\nnotify = ["{mails.url}", "json://{web.base}/hook"]\nping = "http://{web.base}/ping"\n')
    first = cron.run()
    assert (first.returncode, first.stderr) == (11, "")
    (mail,) = mails.texts()
    assert mail.splitlines()[0] == "a2z: 1 due within 6 hours"
    assert f"{CLAIM}: DUE WITHIN 6 HOURS, 3 h 0 min left" in mail
    assert f"Next: a2z build {CLAIM}" in mail
    (hook,) = web.bodies()
    assert hook["title"] == "a2z: 1 due within 6 hours"
    assert CLAIM in hook["message"]
    assert [request[:2] for request in web.requests][-1] == ("GET", "/ping")

    assert cron.run(after=0.1).returncode == 11
    assert (len(mails.mails), len(web.bodies())) == (1, 1)
    assert [request[1] for request in web.requests].count("/ping") == 2

    assert cron.run(after=3).returncode == 12
    assert (len(mails.mails), len(web.bodies())) == (2, 2)
    assert "OVERDUE" in mails.texts()[1]


def test_a_notifier_that_fails_is_said_without_its_password_and_tried_again(
    cron: Cron, mails: MailSink, web: WebSink
) -> None:
    hook = f"json://user:pass-word-1@{web.base}/hook"
    cron.configure(f'[alert]\nnotify = ["{hook}", "{mails.url}"]\nping = "http://{web.base}/ping"\n')
    web.status = 500
    ran = cron.run()
    assert ran.returncode == 11
    assert "notifier 1 (json) did not take the digest" in ran.stderr
    assert "pass-word-1" not in ran.stderr + ran.stdout
    assert len(mails.mails) == 1
    assert "/ping" not in [request[1] for request in web.requests]
    web.status = 200
    web.requests.clear()
    assert cron.run(after=0.1).stderr == ""
    assert (len(web.bodies()), len(mails.mails)) == (1, 1)


def test_a_failed_notifier_is_exit_5_when_nothing_is_due(cron: Cron, mails: MailSink) -> None:
    write_queue(cron.home / "a2z.sqlite3", queue_state(queue_row(30)))
    cron.configure(f'[alert]\nnotify = ["{mails.url}"]\n')
    mails.refuses = True
    assert cron.run().returncode == 5
    mails.refuses = False
    assert cron.run().returncode == 0
    assert len(mails.mails) == 1


@pytest.mark.parametrize("url", ["nonsense", "nosuchservice://x", "json://127.0.0.1:1/hook"])
def test_a_notifier_that_does_not_exist_never_hides_the_alerts(cron: Cron, url: str) -> None:
    cron.configure(f'[alert]\nnotify = ["{url}"]\n')
    ran = cron.run()
    assert ran.returncode == 11
    assert CLAIM in ran.stdout
    assert "did not take the digest" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_route_has_recipients_of_its_own(cron: Cron, mails: MailSink, web: WebSink) -> None:
    rows = [
        queue_row(3, 1),
        queue_row(3, 2, marketplace="DE", amount="40.00"),
        queue_row(3, 3, marketplace="DE", amount="400.00"),
    ]
    write_queue(cron.home / "a2z.sqlite3", queue_state(*rows))
    cron.configure(
        f'[alert]\nnotify = ["{mails.url}"]\n'
        f'[[routes]]\nmarketplace = "de"\nmin_amount = 100\nnotify = ["json://{web.base}/hook"]\n'
    )
    cron.run()
    (mail,), (hook,) = mails.texts(), web.bodies()
    assert [number for number in (1, 2, 3) if f"000000{number}-" in mail] == [1, 2]
    assert [number for number in (1, 2, 3) if f"000000{number}-" in hook["message"]] == [3]


def test_of_two_addresses_in_one_url_each_is_a_recipient_of_its_own(cron: Cron, mails: MailSink) -> None:
    cron.configure(f'[alert]\nnotify = ["{mails.url.replace("desk@", "first@example.org,second@")}"]\n')
    mails.full = {"second@example.org"}
    for after in (0, 0.1, 0.2):
        assert "notifier 2 (mailto) did not take" in cron.run(after=after).stderr
    assert [mail["To"] for mail in mails.mails] == ["first@example.org"]
    mails.full = set()
    assert cron.run(after=0.3).stderr == ""
    assert [mail["To"] for mail in mails.mails] == ["first@example.org", "second@example.org"]


def test_a_repeat_can_be_dropped_by_its_id(cron: Cron, mails: MailSink, web: WebSink) -> None:
    cron.configure(f'[alert]\nnotify = ["{mails.url}", "json://{web.base}/hook"]\n')
    web.status = 500
    cron.run()
    web.status = 200
    cron.run(after=0.1)
    (mail,) = mails.mails
    number = re.search(r"digest (\w{12})", mails.texts()[0])
    assert number is not None
    assert (mail["X-A2Z-Digest"], mail["References"]) == (number[1], f"<{number[1]}@a2z.invalid>")
    first, again = (headers["Idempotency-Key"] for headers in web.headers)
    assert first == again


@pytest.mark.parametrize("kind", ["json", "xml", "form", "ntfy", "gotify", "mmost", "apprise", "mailto"])
def test_a_repeat_can_be_told_in_the_text_of_every_route(mails: MailSink, web: WebSink, kind: str) -> None:
    """Whatever a service does with headers, the id stands in what a person reads, and a repeat says so first."""
    key = {"gotify": "/aToken123456", "mmost": "/" + "a" * 24, "apprise": "/" + "a" * 32}.get(kind, "/hook")
    url = mails.url if kind == "mailto" else f"{kind}://{web.base}{key}"
    alert = Alert(CLAIM, AlertKind.RESPONSE_DUE, "6h", "2026-11-21T12:00:00Z", f"a2z build {CLAIM}")
    notifier = AppriseNotifier(20)
    for again in (False, True):
        sent = notifier.send(url, compose([alert], "0a1b2c3d4e5f", now=NOW, zone="UTC", was_cut=again))
        assert sent is Sent.TAKEN
    texts = mails.texts() if kind == "mailto" else [unquote_plus(text) for text in web.raw]
    assert len(texts) == 2
    assert all("0a1b2c3d4e5f" in text for text in texts)
    assert ["may have reached you before" in text for text in texts] == [False, True]
    assert ["perhaps again" in text for text in texts] == [False, True]
    assert texts[1].index("may have reached") < texts[1].index(CLAIM)


@pytest.fixture
def tarpit() -> Iterator[str]:
    """A server that takes a request and answers a byte a while, for ever."""
    ended = threading.Event()

    def serve(listening: socket.socket) -> None:
        while not ended.is_set():
            with suppress(OSError):
                taken, _address = listening.accept()
                with taken:
                    while not ended.wait(0.05):
                        taken.sendall(b"H")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.2)
        thread = threading.Thread(target=serve, args=(listening,))
        thread.start()
        yield f"127.0.0.1:{listening.getsockname()[1]}"
        ended.set()
        thread.join()


@pytest.mark.parametrize("kind", ["json", "mailto", "ping"])
def test_a_notifier_that_hangs_has_a_time_limit_and_does_not_keep_the_process(tarpit: str, kind: str) -> None:
    url = f"mailto://{tarpit}?from=a@example.org&to=b@example.org" if kind == "mailto" else f"json://{tarpit}/hook"
    call = f"n.ping('http://{tarpit}/')" if kind == "ping" else f"n.send({url!r}, Digest('id', 'title', 'body'))"
    code = (
        "import time\nfrom a2z_defense.alerts.digest import Digest\n"
        "from a2z_defense.alerts.notify import AppriseNotifier\nimport apprise\nn = AppriseNotifier(0.5)\n"
        f"began = time.monotonic()\nprint({call})\nassert time.monotonic() - began < 5\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert ran.stdout.strip() == ("False" if kind == "ping" else "unknown")


@pytest.mark.parametrize("fault", ["damaged", "gone"])
def test_a_queue_that_cannot_be_read_is_told_every_day_and_the_ping_is_left_out(
    cron: Cron, web: WebSink, fault: str
) -> None:
    cron.configure(f'[alert]\nnotify = ["json://{web.base}/hook"]\nping = "http://{web.base}/ping"\n')
    assert cron.run().returncode == 11
    database = cron.home / "a2z.sqlite3"
    whole = database.read_bytes()
    if fault == "damaged":
        database.write_bytes(b"no database" * 1000)
    else:
        database.unlink()
        (cron.home / "blobs" / "ab").mkdir(parents=True)
    web.requests.clear()
    for after in (0.1, 0.2, 24):
        ran = cron.run("--quiet", after=after)
        assert (ran.returncode, ran.stdout) == (3, "")
        assert "Seller Central" in ran.stderr
    assert [method for method, _path, _body in web.requests] == ["POST", "POST"]
    assert "The queue cannot be read, so no deadline is watched" in web.bodies()[0]["message"]
    assert "Next: a2z doctor" in web.bodies()[0]["message"]

    database.write_bytes(whole)
    web.requests.clear()
    assert cron.run(after=1).returncode == 11
    assert [method for method, _path, _body in web.requests] == ["GET"], "nothing is told twice"


@pytest.mark.parametrize(
    "url",
    [
        "ntfy://s3cret@127.0.0.1:1/topic",
        "mailto://me:s3cret@127.0.0.1:1?from=a@example.org&to=b@example.org&mode=insecure",
        "matrix://me:s3cret@127.0.0.1:1/#s3cret",
        "s3cret:without-a-scheme@example.org",
        "json://user:s3cret@127.0.0.1:1/s3cret?+Authorization=s3cret",
    ],
)
def test_a_notifiers_secret_is_never_printed_nor_kept(cron: Cron, url: str) -> None:
    cron.configure(f'[alert]\nnotify = ["{url}"]\nping = "http://127.0.0.1:1/s3cret"\n')
    said = ""
    for _again in range(2):
        ran = cron.run("-v", "-v")
        said += ran.stdout + ran.stderr
    assert "notifier 1" in said
    (cron.home / "config.toml").unlink()
    kept = "".join(path.read_text("latin-1") for path in cron.home.rglob("*") if path.is_file())
    assert "s3cret" not in said + kept


@pytest.mark.parametrize("mistake", ['country = "XX"', 'hours = "9-5"', 'weekdays = ["Lundi"]', 'quiet_hours = "22-7"'])
def test_a_calendar_that_cannot_be_read_silences_nothing(cron: Cron, web: WebSink, mistake: str) -> None:
    table = "alert" if "quiet" in mistake else "team"
    quiet = f"{mistake}\n" if table == "alert" else ""
    team = f"[team]\n{mistake}\n" if table == "team" else ""
    cron.configure(f'[alert]\nnotify = ["json://{web.base}/hook"]\n{quiet}{team}')
    ran = cron.run("--quiet")
    assert (ran.returncode, len(web.bodies())) == (11, 1)
    assert f"{table}.{mistake.split()[0]}" in ran.stderr
    write_queue(cron.home / "a2z.sqlite3", queue_state())
    assert cron.run("--quiet").returncode == 3


@pytest.mark.parametrize(
    ("mistake", "words"),
    [
        ('[fetch]\nworkers = "many"\n', "fetch.workers: expected a whole number"),
        ('[seller]\nzone = "Mars"\n', "no time zone is called 'Mars'"),
        ('[[routes]]\nmin_amount = "much"\n', "routes.0.min_amount"),
    ],
)
def test_a_configuration_with_an_error_still_tells_whom_it_can(
    cron: Cron, web: WebSink, mistake: str, words: str
) -> None:
    cron.configure(f'[alert]\nnotify = ["json://{web.base}/hook"]\nping = "http://{web.base}/ping"\n{mistake}')
    ran = cron.run("--quiet")
    assert (ran.returncode, len(web.bodies())) == (11, 1)
    assert words in ran.stderr
    assert "/ping" not in [request[1] for request in web.requests], "whoever watches the ping must notice"
    write_queue(cron.home / "a2z.sqlite3", queue_state())
    assert cron.run("--quiet").returncode == 3


def test_a_configuration_that_is_no_toml_still_prints_what_is_due(cron: Cron) -> None:
    cron.configure("[alert\n")
    ran = cron.run("--quiet", "--account", "main")
    assert (ran.returncode, CLAIM in ran.stdout) == (11, True)
    assert "cannot be read" in ran.stderr


def test_a_name_that_cannot_be_read_keeps_nobody_from_being_told(cron: Cron, web: WebSink) -> None:
    """The claim stands in the queue alone: nothing can be read of its evidence."""
    cron.configure(f'[alert]\npersonal_data = true\nnotify = ["json://{web.base}/hook"]\n')
    ran = cron.run()
    assert (ran.returncode, len(web.bodies())) == (11, 1)
    assert CLAIM in web.bodies()[0]["message"]


def test_no_notify_prints_only(cron: Cron, web: WebSink) -> None:
    cron.configure(f'[alert]\nnotify = ["json://{web.base}/hook"]\nping = "http://{web.base}/ping"\n')
    assert cron.run("--no-notify").returncode == 11
    assert web.requests == []


def test_a_ping_that_is_no_web_address_is_refused(cron: Cron, tmp_path: Path) -> None:
    cron.configure(f'[alert]\nping = "file://{tmp_path}/config.toml"\n')
    ran = cron.run()
    assert ran.returncode == 11
    assert "alert.ping" in ran.stderr


def mount(kind: list[str], target: Path) -> None:
    ran = subprocess.run(["mount", *kind, str(target)], capture_output=True, check=False)
    if ran.returncode:
        pytest.skip("needs the right to mount a file system")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, of one megabyte."""
    target = tmp_path / "disk"
    target.mkdir()
    mount(["-t", "tmpfs", "-o", "size=1m", "tmpfs"], target)
    try:
        yield target
    finally:
        subprocess.run(["umount", str(target)], check=True)


def fill(path: Path) -> None:
    with path.open("wb") as filler, suppress(OSError):
        while True:
            os.write(filler.fileno(), bytes(4096))


@pytest.mark.parametrize("fault", ["read-only", "full"])
def test_a_disk_that_cannot_be_written_still_alerts_and_nobody_hears_twice(
    tmp_path: Path, small_disk: Path, web: WebSink, fault: str
) -> None:
    home = small_disk / "home"
    cron = Cron(home, tmp_path / "tmp")
    cron.configure(f'[alert]\nnotify = ["json://{web.base}/hook"]\n')
    assert cron.run().returncode == 11
    write_queue(home / "a2z.sqlite3", queue_state(queue_row(3), queue_row(5, 2)))
    if fault == "read-only":
        mount(["-o", "remount,ro"], small_disk)
    else:
        fill(small_disk / "filler")
    for _run in range(2):
        ran = cron.run()
        assert ran.returncode == 11
        assert "cannot be written" in ran.stderr
    told = [body["message"] for body in web.bodies()]
    assert len(told) == 2
    assert CLAIM in told[0]
    assert CLAIM not in told[1]
    assert "402-0000002-7654321" in told[1]
    if fault == "read-only":
        mount(["-o", "remount,rw"], small_disk)
    else:
        (small_disk / "filler").unlink()
    assert cron.run().stderr == ""
    assert len(web.bodies()) == 2
