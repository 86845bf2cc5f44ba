"""`a2z alert`: what is due, for people and for cron. Imports nothing that is not needed to read the queue."""

from __future__ import annotations

import gc
from json.encoder import encode_basestring as quoted
from typing import TYPE_CHECKING, Annotated

import typer

from a2z_defense.base.errors import ConfigurationError, ExitCode
from a2z_defense.base.stamp import stamp
from a2z_defense.cli import common

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from a2z_defense.alerts.calendar import Calendar
    from a2z_defense.alerts.kinds import Alert
    from a2z_defense.alerts.run import Outcome
    from a2z_defense.model.due import DueState


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def alert(
        repeat: Annotated[bool, typer.Option("--repeat", help="Notify also of what was told before.")] = False,
        no_notify: Annotated[bool, typer.Option("--no-notify", help="Print only; send nothing.")] = False,
        json: common.Json = False,
        as_of: common.AsOf = "",
        verbose: common.Verbose = 0,
        quiet: common.Quiet = False,
        account: common.Account = "",
    ) -> None:
        """Say what is due, most urgent first. Exit 12: overdue, 11: due soon, 0: neither."""
        from zoneinfo import ZoneInfo

        from a2z_defense.alerts.calendar import Calendar
        from a2z_defense.alerts.evaluate import evaluate, exit_code
        from a2z_defense.store.due import read_due
        from a2z_defense.store.location import database_path

        gc.disable()  # a short life: collecting thousands of alerts that all stay would only cost time
        with common.terminal(
            json=json, as_of=as_of, verbose=verbose, quiet=quiet, account=account, lenient=True
        ) as run:
            settings = run.environment.settings
            now = run.environment.clock.now()
            calendar = Calendar(ZoneInfo(settings.seller.zone), settings.team, settings.alert.quiet_hours)
            worst = ExitCode.OK
            if run.environment.unreadable is not None:
                # Nor must any other line of the configuration: what is right in it tells whom it can.
                common.report(run.environment.unreadable)
                worst = ExitCode.CONFIGURATION
            try:
                gap = calendar.check(now)
            except ConfigurationError as error:
                # A mistyped holiday must not silence a deadline: everybody counts as there, at every hour.
                common.report(error)
                calendar, gap, worst = Calendar(calendar.zone), None, ExitCode.CONFIGURATION
            try:
                state = read_due(database_path(run.environment), account=account, stamp=stamp(settings.files.policy))
            except ConfigurationError:
                # The error ends the command with 3; whoever reads only notifications must hear of it too.
                if not no_notify:
                    notify_unreadable(run, now, calendar)
                raise
            found = evaluate(
                state,
                now,
                stale_after=settings.alert.stale_after,
                secrets={name: one.secret_rotated for name, one in settings.accounts.items() if one.secret_rotated},
                gap=gap,
            )
            if state.stale:
                run.say(f"warning: {state.stale}")
            print_alerts(run, found)
            code = exit_code(state, now, due_soon=settings.alert.due_soon)
            if not no_notify and not notify(run, state, found, now, calendar, repeat=repeat):
                worst = worst or ExitCode.SOURCE_FAILED
        gc.freeze()  # nor is anything searched once more at the very end: the process is over
        raise typer.Exit(int(code or worst))


def print_alerts(run: common.Terminal, found: Sequence[Alert]) -> None:
    """One alert a line; as JSON, one object a line inside the array, so that thousands of them are quick."""
    if run.json:
        run.print("[" + ",\n ".join(_json(alert) for alert in found) + "]")
        return
    for alert in found:
        what = alert.kind.value.replace("_", " ")
        act_by = f"{alert.act_by[:19]}Z" if alert.act_by else "-"  # whole seconds: what is told is never later
        run.print(f"{alert.band:<8} {alert.claim_id or '-':<21} {what:<21} {act_by:<21} {alert.next}")
    if not found:
        run.say("nothing wants attention")


def _json(alert: Alert) -> str:
    """Written by hand: the standard encoder takes five times as long, which shows with thousands of claims."""
    claim_id = quoted(alert.claim_id) if alert.claim_id is not None else "null"
    act_by = f'"{alert.act_by}"' if alert.act_by else "null"
    return (
        f'{{"claim_id": {claim_id}, "kind": "{alert.kind}", "band": "{alert.band}", "act_by": {act_by},'
        f' "next": {quoted(alert.next)}}}'
    )


def notify(
    run: common.Terminal,
    state: DueState,
    found: Sequence[Alert],
    now: dt.datetime,
    calendar: Calendar,
    *,
    repeat: bool,
) -> bool:
    """Tell whom the configuration names, then ping; False when somebody could not be reached."""
    settings = run.environment.settings
    if not (settings.alert.notify or settings.alert.ping or any(route.notify for route in settings.routes)):
        return True
    from a2z_defense.alerts.notify import AppriseNotifier
    from a2z_defense.alerts.routes import everybody, recipients
    from a2z_defense.alerts.run import tell
    from a2z_defense.alerts.telling import Acknowledged, Now
    from a2z_defense.store.location import database_path
    from a2z_defense.store.queue import read_queue

    rows = {}
    if any(route.notify for route in settings.routes):
        try:
            rows = {row.claim_id: row for row in read_queue(database_path(run.environment)).rows}
        except ConfigurationError as error:
            common.report(error)  # what a route needs to know cannot be read: then everything goes to everybody
    outcome = tell(
        run.environment.home,
        found,
        Now(now, calendar, {claim: Acknowledged(at, until, there) for claim, at, until, there in state.acks}, repeat),
        notifier := AppriseNotifier(),
        recipients=lambda alert: recipients(alert, rows, settings),
        everybody=everybody(settings),
        zone=settings.seller.zone,
        scope=run.account,
        names=lambda claims: buyers(run, claims) if settings.alert.personal_data else {},
    )
    _say(run, outcome)
    if outcome.failed:
        # Whoever watches the ping must notice that alerts do not get through.
        return False
    if run.environment.unreadable is not None:
        return True  # no ping: whoever watches it must notice that not everybody may be told
    if settings.alert.ping and not notifier.ping(settings.alert.ping):
        run.error("warning: alert.ping did not answer")
        return False
    return True


def notify_unreadable(run: common.Terminal, now: dt.datetime, calendar: Calendar) -> None:
    """Tell everybody that the queue cannot be read. No ping: whoever watches it must notice, too."""
    from a2z_defense.alerts.evaluate import unreadable
    from a2z_defense.alerts.memory import UNREADABLE
    from a2z_defense.alerts.notify import AppriseNotifier
    from a2z_defense.alerts.routes import everybody
    from a2z_defense.alerts.run import tell
    from a2z_defense.alerts.telling import Now

    settings = run.environment.settings
    if urls := everybody(settings):
        outcome = tell(
            run.environment.home,
            [unreadable(now)],
            Now(now, calendar, {}),
            AppriseNotifier(),
            recipients=lambda _alert: urls,
            everybody=urls,
            zone=settings.seller.zone,
            scope=UNREADABLE,
        )
        _say(run, outcome)


def _say(run: common.Terminal, outcome: Outcome) -> None:
    for words in outcome.warnings:
        run.say(f"warning: {words}")
    for words in outcome.failed:
        run.error(f"warning: {words}")


def buyers(run: common.Terminal, claims: Sequence[str]) -> Mapping[str, str]:
    """The buyer's name of each claim, for a seller who set `alert.personal_data`."""
    from a2z_defense.jobs.check import judge

    found = {}
    for claim in claims:
        try:
            order = judge(run.environment, claim).gathered.case.order
        except Exception as why:  # noqa: BLE001 - a reader that fails on a claim must not keep anybody from being told
            run.say(f"warning: the buyer's name of {claim} cannot be told: {type(why).__name__}")
            continue
        if order is not None and order.buyer_name:
            found[claim] = order.buyer_name
    return found
