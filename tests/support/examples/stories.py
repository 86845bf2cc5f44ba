"""All stories, and how they are written to disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from support.examples import account, first_stories, fourth_stories, second_stories, third_stories
from support.examples.story import Story

STORIES: tuple[Callable[[], Story], ...] = (
    first_stories.signed_delivery,
    first_stories.delivered_without_time,
    first_stories.out_for_delivery,
    first_stories.returned_to_sender,
    first_stories.never_shipped,
    second_stories.fulfilled_by_amazon,
    second_stories.refunded_already,
    second_stories.arrived_thanks,
    second_stories.two_parcels,
    third_stories.claims_protection,
    third_stories.return_offered,
    third_stories.granted_seller_funded,
    third_stories.forwarded,
    third_stories.forged,
    fourth_stories.partial_refund,
)


def write_all(root: Path) -> None:
    """Write everything under the folder `examples`."""
    for make in STORIES:
        write(make(), root / "scenarios")
    write(account.without_mail(), root / "account")
    health = root / "account" / "spapi" / "GET_V2_SELLER_PERFORMANCE_REPORT.json"
    health.parent.mkdir(parents=True, exist_ok=True)
    health.write_bytes(account.account_health())


def write(story: Story, root: Path) -> None:
    """Write the story's files; files of an older run that it no longer has are removed, scenario.toml stays."""
    folder = root / story.slug
    for name, body in story.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(body)
    for room in ("mail", "spapi", "files"):
        for path in sorted(folder.glob(f"{room}/*")):
            if path.relative_to(folder).as_posix() not in story.files:
                path.unlink()
