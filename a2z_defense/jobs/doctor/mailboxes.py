"""Every configured mailbox, opened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from a2z_defense.base.environment import Environment
from a2z_defense.base.errors import A2zError
from a2z_defense.jobs.doctor.checks import Check, State, of_error


def mailboxes(environment: Environment, *, network: bool) -> Iterator[Check]:
    from a2z_defense.jobs.fetch_mail import mail_options
    from a2z_defense.sources.mail.open import open_mailbox

    sources = environment.settings.mail.sources
    if not sources:
        yield Check(
            name="mailbox",
            state=State.WARN,
            got="no mailbox is configured: a2z fetch reads mail only when --mail says from where",
            remedy="set mail.sources, or A2Z_MAIL",
        )
    for source in sources:
        remote = "://" in source
        if remote and not network:
            continue
        try:
            since = environment.clock.now() - dt.timedelta(days=1)
            mailbox = open_mailbox(source, mail_options(environment, since=since))
            next(iter(mailbox.fetch(None)), None)
        except A2zError as error:
            yield of_error("mailbox", error)
        else:
            yield Check(name="mailbox", state=State.PASS, got=f"{mailbox.name} opens")
    if sources and not environment.settings.mail.trusted_receivers:
        yield Check(
            name="mail authentication",
            state=State.WARN,
            got="no trusted receiver: a notice counts as unverified even when your mail server checked it",
            remedy="set mail.trusted_receivers to the name that your server writes into Authentication-Results",
        )
