"""Every command: its file in this folder, its group and what `a2z --help` says of it, in that order.

The words stand here too, so that `a2z --help` need not import every command. A test holds them against the commands.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Command(NamedTuple):
    file: str
    group: str
    words: str


_GROUPS: dict[str, dict[str, tuple[str, str]]] = {
    "Every day": {
        "fetch": ("fetch", "Collect claims and evidence: mail, then Amazon's answers about each claim."),
        "list": ("queue", "The queue of claims, most urgent first."),
        "show": ("show", "Facts, timeline, messages and evidence of one claim."),
        "check": ("check", "The deadline of a claim, what is held and what is missing."),
        "build": ("build", "Build the response and the sealed audit bundle of a claim."),
        "alert": ("alert", "Say what is due, most urgent first. Exit 12: overdue, 11: due soon, 0: neither."),
        "verify": (
            "verify",
            "Check a bundle file by file, and say exactly what the check can promise. Exit 7: it does not verify.",
        ),
    },
    "Evidence and facts": {
        "attach": ("attach", "Attach a file to a claim, as what it shows."),
        "state": ("state", "State what an exhibit shows, like the name that signed; or give a translation of it."),
        "ask": ("ask", "Print a short request for a missing item, and remember that it was asked for."),
        "claim": ("claim", "Add a claim by hand, set what a notice left out, release a notice."),
        "lint": ("lint", "Check a text against the wording and message rules. Exit 10: it breaks some."),
    },
    "After the answer": {
        "record": ("record", "Record what happened: seen, responded, granted, denied ..."),
        "reconcile": (
            "reconcile",
            "Name the claims of Seller Central's tab that are not held, or wait for no answer, here.",
        ),
        "ack": ("ack", "Somebody has it in hand: no notifications of this claim for a while."),
        "journal": ("journal", "What came in for a claim and what was done to it, and whether the chains hold."),
    },
    "What is kept": {
        "hold": ("hold", "Keep a claim from every purge, and say why."),
        "export": ("export", "Write everything that is kept of one claim into a ZIP, decrypted."),
        "forget": ("forget", "Say what is kept of one claim; with --apply, remove all of it."),
        "purge": ("purge", "Say what the retention settings let go; with --apply, remove it."),
        "key": ("key", "The key that encrypts the evidence."),
        "reindex": (
            "reindex",
            "Read all evidence again and make the queue anew. Exit 5: some of it is damaged; what was known of that"
            " stands.",
        ),
    },
    "Setting up": {
        "doctor": (
            "doctor",
            "Check configuration, credentials, roles, clock, mailbox, store, builds, fonts and disk. Safe to paste.",
        ),
        "schedule": ("schedule", "Print lines for cron, or units for systemd, with this machine's paths."),
        "templates": ("templates", "Make the templates your own."),
        "demo": ("demo", "The main job on invented claims: no account, no network."),
        "sandbox": ("sandbox", "Serve a local simulator of Login with Amazon and SP-API until Ctrl-C."),
    },
}

COMMANDS: dict[str, Command] = {
    name: Command(file, group, words) for group, names in _GROUPS.items() for name, (file, words) in names.items()
}


def named(arguments: Sequence[str]) -> str | None:
    """The command that `arguments` name; None when they name none."""
    return next((word for word in arguments if word in COMMANDS), None)
