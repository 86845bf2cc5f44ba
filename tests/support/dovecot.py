"""A real Dovecot on loopback, with a temporary configuration, a certificate of its own authority and one user."""

from __future__ import annotations

import contextlib
import datetime as dt
import getpass
import ipaddress
import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER = "seller"
PASSWORD = "a password with spaces & signs"
BINARY = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin")


class PortTaken(Exception):
    """Somebody else took a port between our finding it free and Dovecot's listening on it."""


def free_port() -> int:
    """A TCP port of loopback that nobody listens on."""
    return free_ports(1)[0]


def free_ports(count: int) -> list[int]:
    """Different TCP ports of loopback that nobody listens on."""
    with contextlib.ExitStack() as held:
        found = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [int(one.getsockname()[1]) for one in found]


def certificate(folder: Path, *, name: str = "localhost") -> tuple[Path, Path, Path]:
    """(authority, certificate, key): a certificate for `name` and 127.0.0.1, signed by a throw-away authority."""
    now = dt.datetime.now(dt.UTC)
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Invented Authority")])

    def build(subject: x509.Name, public: ec.EllipticCurvePublicKey, *, authority: bool) -> x509.Certificate:
        names = x509.SubjectAlternativeName([x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
        made = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(root_name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=2))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        )
        if not authority:
            made = made.add_extension(names, critical=False)
        return made.sign(root_key, hashes.SHA256())

    root = build(root_name, root_key.public_key(), authority=True)
    leaf = build(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), key.public_key(), authority=False)
    paths = folder / "authority.pem", folder / "server.pem", folder / "server.key"
    paths[0].write_bytes(root.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(leaf.public_bytes(serialization.Encoding.PEM))
    paths[2].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    paths[2].chmod(0o600)
    return paths


def trusting(authority: Path) -> ssl.SSLContext:
    """A context that trusts only that authority."""
    return ssl.create_default_context(cafile=str(authority))


@dataclass
class Dovecot:
    """The running server. Mails lie in a Maildir, so that a test can put thousands there without asking the server."""

    process: subprocess.Popen[bytes]
    imap: int
    imaps: int
    maildir: Path
    authority: Path
    log: Path
    home: Path

    @property
    def url(self) -> str:
        return f"imaps://{USER}@localhost:{self.imaps}/INBOX"

    def folder(self, name: str = "INBOX") -> Path:
        """The Maildir of a folder, made when it is not there."""
        path = self.maildir if name == "INBOX" else self.maildir / f".{name}"
        for part in ("cur", "new", "tmp"):
            (path / part).mkdir(parents=True, exist_ok=True)
        _own(path)
        return path

    def deliver(self, raw: bytes, name: str = "INBOX", number: int = 0) -> Path:
        """Put a mail into a folder, as a delivery agent does."""
        path = self.folder(name) / "new" / f"{1_700_000_000 + number}.M{number}P1.localhost"
        path.write_bytes(raw)
        _own(path)
        return path

    def clear(self) -> None:
        """Forget every mail and every index. The old mailbox is moved away and a ready one put in its place: a session
        that is still ending must not write into the new one."""
        number = len(list(self.home.glob("old-*")))
        fresh = self.home / f"fresh-{number}"
        for part in ("cur", "new", "tmp"):
            (fresh / part).mkdir(parents=True)
        _own(fresh)
        if self.maildir.exists():
            self.maildir.rename(self.home / f"old-{number}")
        fresh.rename(self.maildir)

    @property
    def raw(self) -> Path:
        return self.home / "raw"

    def commands(self) -> list[str]:
        """The commands of every session so far, after the login, and forget them."""
        found: list[str] = []
        for path in sorted(self.raw.glob("*.in")):
            lines = path.read_bytes().decode("latin-1").splitlines()
            found.extend(line.split(" ", 2)[2] for line in lines if line.count(" ") >= 2)
            path.unlink()
        return found

    def stop(self) -> None:
        self.process.terminate()
        with self.process:
            self.process.wait(60)
        shutil.rmtree(self.home, ignore_errors=True)


def _mail_user() -> tuple[str, int, int]:
    """Dovecot drops root's rights for mail: as root, the mails belong to `nobody`-like user 65534, else to us."""
    if os.getuid() == 0:
        import pwd

        found = pwd.getpwnam("nobody")
        return "nobody", found.pw_uid, found.pw_gid
    return getpass.getuser(), os.getuid(), os.getgid()


def _own(path: Path) -> None:
    if os.getuid() == 0:
        _, uid, gid = _mail_user()
        for found in (path, *path.rglob("*")):
            os.chown(found, uid, gid)


def start(*, token_server: int | None = None) -> Dovecot:
    """A Dovecot, listening when this returns. `token_server`: port of a server that knows tokens.

    It lies in a folder of its own, not in pytest's: the path of a socket may have 107 bytes at most, and every start of
    pytest by the same user takes other users' right to enter its folders away, which Dovecot's processes need.
    """
    for _ in range(5):
        # Dovecot wants paths without links.
        home = Path(os.path.realpath(tempfile.mkdtemp(prefix="dovecot-", dir="/tmp")))
        home.chmod(0o755)
        with contextlib.suppress(PortTaken):
            return _start(home, token_server)
    raise RuntimeError("dovecot's ports were taken by others five times")


def _start(folder: Path, token_server: int | None) -> Dovecot:
    assert BINARY is not None
    authority, cert, key = certificate(folder)
    imap, imaps = free_ports(2)
    us, uid, gid = _mail_user()
    maildir = folder / "mail"
    run = folder / "run"
    run.mkdir()
    log = folder / "dovecot.log"
    log.touch()
    raw = folder / "raw"
    raw.mkdir()
    _own(raw)
    root = os.getuid() == 0
    logins = "dovenull" if root else us
    internal = "dovecot" if root else us
    config = folder / "dovecot.conf"
    (folder / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}:{uid}:{gid}::{folder}::\n")
    (folder / "users").chmod(0o644)
    plain = f"""
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
"""
    (folder / "oauth2").write_text(
        f"tokeninfo_url = http://127.0.0.1:{token_server}/?token=\nusername_attribute = username\n"
        "active_attribute = active\nactive_value = yes\n"
    )
    oauth2 = f"""
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2
}}
"""
    config.write_text(f"""
base_dir = {run}
state_dir = {run}
log_path = {log}
rawlog_dir = {raw}
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{cert}
ssl_key = <{key}
ssl_min_protocol = TLSv1.2
disable_plaintext_auth = yes
auth_mechanisms = plain login{" xoauth2" if token_server else ""}
default_internal_user = {internal}
default_internal_group = {"dovecot" if root else _group(gid)}
default_login_user = {logins}
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:{maildir}
mail_max_userip_connections = 100
auth_failure_delay = 0 secs
imap_idle_notify_interval = 2 mins
{oauth2 if token_server else ""}
{plain}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  # A wrong password in one test must not slow down the next one's login.
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
""")
    process = subprocess.Popen([BINARY, "-F", "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    found = Dovecot(process, imap, imaps, maildir, authority, log, folder)
    found.folder()
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if process.poll() is not None:
            assert process.stderr is not None
            words = f"{process.stderr.read().decode()[-500:]} {log.read_text()[-500:]}"
            found.stop()
            raise (PortTaken if "Address already in use" in words else RuntimeError)(f"dovecot ended: {words}")
        try:
            socket.create_connection(("127.0.0.1", imaps), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return found
    found.stop()
    raise RuntimeError("dovecot did not listen within 60 s")


def _group(gid: int) -> str:
    import grp

    return grp.getgrgid(gid).gr_name
