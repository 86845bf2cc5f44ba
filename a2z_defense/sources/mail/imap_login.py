"""Connecting and logging in: TLS always, a password or an OAuth2 token, and errors that say which of them failed."""

from __future__ import annotations

import contextlib
import shlex
import ssl
import subprocess

from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from a2z_defense.base.errors import AuthorisationError, SourceError
from a2z_defense.sources.mail.imap_address import ImapAddress
from a2z_defense.sources.mail.imap_client import BoundedClient, Bounds
from a2z_defense.sources.mail.interface import MailOptions

TOKEN_SECONDS = 60
"""Longest run of the token command: it may have to refresh the token over the network."""


def log_in(address: ImapAddress, options: MailOptions, bounds: Bounds) -> BoundedClient:
    """A connection that is encrypted and logged in.

    Raises AuthorisationError when the server refuses or nothing to log in with was given, SourceError for a certificate
    that is not valid or a server without TLS. OSError and IMAP aborts, also of a server that cannot log in anybody for
    now, are left to the caller, who may try again.
    """
    secret = _token(options) if options.token_command else _password(address, options)
    bounds.arm(options.step_seconds)
    context = options.tls or ssl.create_default_context()
    client = _connect(address, options, bounds, context)
    try:
        if not address.tls:
            _start_tls(client, address, context)
        bounds.arm(options.step_seconds)
        if options.token_command:
            client.oauth2_login(address.user, secret)
        else:
            client.login(address.user, secret)
    except IMAPClientAbortError:
        shut(client)
        raise
    except LoginError as why:
        shut(client)
        if for_now(why):
            raise ConnectionError("the server cannot log anybody in for now") from None
        raise _refused(address, options) from None
    except IMAPClientError as why:
        shut(client)
        if options.token_command:
            raise _refused(address, options) from None
        raise SourceError(
            f"{address.host} did not understand the login: {type(why).__name__}",
            expected="an IMAP4rev1 server",
            remedy="check the host and the port",
        ) from None
    except ssl.SSLCertVerificationError as why:
        shut(client)
        raise _bad_certificate(address, why) from None
    except BaseException:
        shut(client)
        raise
    return client


def shut(client: BoundedClient) -> None:
    """Close the connection without a word. One that broke during the TLS handshake has no socket left to close."""
    with contextlib.suppress(OSError):
        client.shutdown()


def for_now(why: IMAPClientError) -> bool:
    """Whether the server says that it failed for a reason of its own, which may pass (RFC 5530)."""
    return any(code in str(why).upper() for code in ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[SERVERBUG]"))


def _connect(address: ImapAddress, options: MailOptions, bounds: Bounds, context: ssl.SSLContext) -> BoundedClient:
    try:
        return BoundedClient(
            address.host, address.port, tls=address.tls, context=context, timeout=options.step_seconds, bounds=bounds
        )
    except ssl.SSLCertVerificationError as why:
        raise _bad_certificate(address, why) from None


def _start_tls(client: BoundedClient, address: ImapAddress, context: ssl.SSLContext) -> None:
    if not client.has_capability("STARTTLS"):
        raise SourceError(
            f"{address.host} offers no STARTTLS on port {address.port}",
            expected="an encrypted connection: a password is never sent in the clear",
            remedy="use imaps:// if the server has it",
        )
    client.starttls(context)


def _bad_certificate(address: ImapAddress, why: ssl.SSLCertVerificationError) -> SourceError:
    return SourceError(
        f"the certificate of {address.host} is not valid: {why.verify_message}",
        expected="a certificate of that host, signed by an authority that this machine trusts",
        remedy="check the host's name; for a server of your own, add its authority to the system's certificates",
    )


def _refused(address: ImapAddress, options: MailOptions) -> AuthorisationError:
    with_token = bool(options.token_command)
    return AuthorisationError(
        f"{address.host} refused the login of the mail account",
        expected="a valid OAuth2 token" if with_token else "the account's password, or an app password",
        remedy="run the token command by hand and check its output and its scope"
        if with_token
        else "check A2Z_IMAP_PASSWORD or the keyring; many providers want an app password for IMAP",
    )


def _password(address: ImapAddress, options: MailOptions) -> str:
    found = options.password(address.user, address.host)
    if not found:
        raise AuthorisationError(
            f"there is no password for the mail account at {address.host}",
            expected="A2Z_IMAP_PASSWORD in the environment, or an entry in the keyring",
            remedy="set one of them, or set mail.token_command for OAuth2",
        )
    return found


def _token(options: MailOptions) -> str:
    try:
        # The user's own command, from his own configuration; no shell reads it.
        done = subprocess.run(  # noqa: S603
            shlex.split(options.token_command),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TOKEN_SECONDS,
            check=False,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as why:
        raise AuthorisationError(
            f"the token command could not be run: {type(why).__name__}",
            expected="a command that prints an OAuth2 access token within a minute",
            remedy="run mail.token_command by hand",
        ) from None
    token = done.stdout.decode("ascii", "replace").strip()
    if done.returncode != 0 or not token or len(token.split()) != 1:
        raise AuthorisationError(
            f"the token command ended with {done.returncode} and gave no single token",
            expected="one line with the access token, and exit code 0",
            remedy="run mail.token_command by hand",
        )
    return token
