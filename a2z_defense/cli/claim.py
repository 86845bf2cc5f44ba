"""`a2z claim add|set|release`: claims that only Seller Central shows, what a notice left out, notices in quarantine."""

from __future__ import annotations

from typing import Annotated

import typer

from a2z_defense.base.errors import UsageError
from a2z_defense.cli import common
from a2z_defense.model.mail import Reason


def register(app: typer.Typer) -> None:
    claim = typer.Typer(no_args_is_help=True, help="Add a claim by hand, set what a notice left out, release a notice.")
    claim.command(name="add", help="Open a claim that exists only in Seller Central.")(add)
    claim.command(name="set", help="Set reason, marketplace, amount or claimed units of a claim.")(set_)
    claim.command(name="release", help="Accept a quarantined notice by hand.")(release)
    app.add_typer(claim, name="claim")


ReasonOption = Annotated[Reason | None, typer.Option("--reason", help="Why the buyer claims.")]
MarketplaceOption = Annotated[str, typer.Option("--marketplace", metavar="CC", help="Two letters, like IT.")]
AmountOption = Annotated[str, typer.Option("--amount", metavar="MONEY", help="Like '119.00 EUR'.")]
DueOption = Annotated[str, typer.Option("--due", metavar="INSTANT", help="The respond-by time that the tab shows.")]
CommentOption = Annotated[str, typer.Option("--comment", help="The buyer's own words in the claim.")]


def add(
    order_id: Annotated[str, typer.Argument(metavar="ORDER-ID", help="The order.")],
    reason: ReasonOption = None,
    marketplace: MarketplaceOption = "",
    amount: AmountOption = "",
    due: DueOption = "",
    comment: CommentOption = "",
    json: common.Json = False,
    as_of: common.AsOf = "",
    verbose: common.Verbose = 0,
    quiet: common.Quiet = False,
    account: common.Account = "",
) -> None:
    with common.terminal(json=json, as_of=as_of, verbose=verbose, quiet=quiet) as run:
        from a2z_defense.jobs.by_hand import add_claim
        from a2z_defense.jobs.entries import new_entry
        from a2z_defense.model.entries import EntryKind

        fields = _fields(reason, marketplace, amount, due, comment, account)
        claim = add_claim(run.environment, order_id, new_entry(EntryKind.ADDED, **fields))
        if json:
            run.emit({"claim_id": claim.claim_id})
        else:
            run.print(f"{claim.claim_id} opened on your word. Next: a2z fetch {claim.claim_id}")


def set_(
    claim: common.ClaimArgument,
    reason: ReasonOption = None,
    marketplace: MarketplaceOption = "",
    amount: AmountOption = "",
    comment: CommentOption = "",
    units: Annotated[
        list[str] | None, typer.Option("--claimed", metavar="ITEM-ID=UNITS", help="Which units the buyer claims for.")
    ] = None,
    json: common.Json = False,
    as_of: common.AsOf = "",
    verbose: common.Verbose = 0,
    quiet: common.Quiet = False,
    account: common.Account = "",
) -> None:
    with common.terminal(json=json, as_of=as_of, verbose=verbose, quiet=quiet) as run:
        from a2z_defense.jobs.by_hand import set_claim
        from a2z_defense.jobs.entries import new_entry
        from a2z_defense.model.entries import EntryKind

        fields = _fields(reason, marketplace, amount, "", comment, account)
        if units:
            fields["claimed"] = tuple(_units(word) for word in units)
        if not fields:
            raise UsageError("got nothing to set", expected="at least one option", remedy="a2z claim set --help")
        said, warnings = set_claim(run.environment, claim, new_entry(EntryKind.SET, **fields))
        for warning in warnings:
            run.say(f"warning: {warning}")
        if json:
            run.emit({"claim_id": said.claim_id, "exhibit": said.id})
        else:
            run.print(f"{said.claim_id}: {', '.join(sorted(fields))} set by you ({said.id})")
            run.next(said.claim_id)


def release(
    notice: Annotated[str, typer.Argument(metavar="EVIDENCE", help="The id that a2z list --quarantine prints.")],
    json: common.Json = False,
    as_of: common.AsOf = "",
    verbose: common.Verbose = 0,
    quiet: common.Quiet = False,
) -> None:
    with common.terminal(json=json, as_of=as_of, verbose=verbose, quiet=quiet) as run:
        from a2z_defense.jobs.by_hand import release as accept

        claim = accept(run.environment, notice)
        if json:
            run.emit({"claim_id": claim.claim_id})
        else:
            run.print(f"{claim.claim_id}: the notice is accepted by hand. Next: a2z check {claim.claim_id}")


def _fields(
    reason: Reason | None, marketplace: str, amount: str, due: str, comment: str, account: str
) -> dict[str, object]:
    from a2z_defense.base.instants import parse_instant
    from a2z_defense.model.marketplaces import by_country

    fields: dict[str, object] = {}
    if reason is not None:
        fields["reason"] = reason
    if marketplace:
        found = by_country(marketplace)
        if found is None:
            raise UsageError(
                f"--marketplace is {marketplace!r}", expected="two letters of a marketplace, like IT", remedy="--help"
            )
        fields["marketplace_id"] = found.id
    if amount:
        fields["amount"] = _money(amount)
    if due:
        fields["due_at"] = parse_instant(due, what="--due")
    if comment:
        fields["buyer_comment"] = comment
    if account:
        fields["account"] = account
    return fields


def _money(text: str) -> object:
    from a2z_defense.model.money import money_told

    found = money_told(text)
    if found is None or not found.amount:
        raise UsageError(
            f"--amount is {text!r}",
            expected="a number with a point and a marketplace's currency, like '119.00 EUR'",
            remedy="quote it",
        )
    return found


def _units(word: str) -> tuple[str, int]:
    item, _, count = word.partition("=")
    if not item or not count.isdigit():
        raise UsageError(
            f"--claimed is {word!r}", expected="ITEM-ID=UNITS", remedy="a2z show CLAIM prints the item ids"
        )
    return item, int(count)
