"""What the seller said and did: readings, reasons, records, files, requests. Each entry is evidence of its own kind."""

from __future__ import annotations

from enum import StrEnum

from a2z_defense.model.frozen import Frozen, Instant
from a2z_defense.model.mail import Counted, Funder, Reason
from a2z_defense.model.money import Money


class AttachmentKind(StrEnum):
    """What an attached file shows (`a2z attach --as`)."""

    DELIVERY_PHOTO = "delivery-photo"
    SIGNATURE = "signature"
    POD = "pod"
    LABEL = "label"
    INVOICE = "invoice"
    PRE_SHIP_PHOTO = "pre-ship-photo"
    SERIAL = "serial"
    INSPECTION = "inspection"
    RETURN_LABEL = "return-label"
    LISTING = "listing"
    SCREENSHOT = "screenshot"
    CARRIER = "carrier"
    """A carrier's or warehouse's exported record in a documented format."""
    OTHER = "other"


class EntryKind(StrEnum):
    ATTACHED = "attached"
    STATED = "stated"
    """`a2z state`: a reading of an exhibit."""
    SET = "set"
    """`a2z claim set`: reason, marketplace, account, claimed units."""
    RECORDED = "recorded"
    """`a2z record`."""
    ASKED = "asked"
    """`a2z ask`: requested evidence, from whom, due when."""
    ADDED = "added"
    """`a2z claim add`: a claim without a notice."""
    RELEASED = "released"
    """`a2z claim release`: a quarantined notice accepted by hand."""
    LOST = "lost"
    """`a2z purge --lost`: a piece of evidence that is damaged and was given up; its id is the value."""
    HELD = "held"
    """`a2z hold`: not to be purged."""
    ACKNOWLEDGED = "acknowledged"
    AS_IS = "as_is"
    """`a2z build --send-as-is`: why what is supported is sent although evidence is missing; the reason is the note."""


Mask = tuple[int, int, int, int]
"""A rectangle of a picture, in its own pixels as it is seen upright: left, top, width, height."""


TRANSLATION = "translation"
"""The fact's name of an unofficial translation (`a2z state CLAIM translation TEXT --from EXHIBIT`): printed beside the
original, never in its place. No table knows it, so no fact is ever read from it."""


class RecordKind(StrEnum):
    """What can be recorded of a claim's life."""

    SEEN = "seen"
    MESSAGED = "messaged"
    RESPONDED = "responded"
    MISSED = "missed"
    GRANTED = "granted"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    APPEALED = "appealed"
    REVERSED = "reversed"
    UPHELD = "upheld"
    """An appeal that changed nothing: Amazon upheld its decision."""


class Entry(Frozen):
    """One thing that the seller said. Only the fields of its kind are set."""

    id: str
    """Evidence id of the entry itself; empty until it is stored."""
    kind: EntryKind
    claim_id: str
    at: Instant
    """When it was said, by the case clock."""
    effective_at: Instant | None = None
    """When the thing happened (`--at`); None: at `at`."""
    by: str = ""
    """User name on this machine."""
    clock: str | None = None
    """`set` when the case clock was set."""
    known_until: Instant | None = None
    """For a record: when the newest fetched evidence had come in by then. What came in after it, and yet before `at`,
    was not known when this was said: the clock was ahead."""
    # attached
    attachment: AttachmentKind | None = None
    file: str | None = None
    """Evidence id of the file."""
    file_name: str | None = None
    note: str | None = None
    taken_at: Instant | None = None
    masks: tuple[Mask, ...] = ()
    """What of the picture the buyer may not see: its pixels are taken out of the buyer's set. The file stays whole."""
    numbers: tuple[str, ...] | None = None
    """Tracking numbers that the own text of an attached proof names; none: it names none. None: it holds no text."""
    # stated
    fact: str | None = None
    value: str | None = None
    from_exhibit: str | None = None
    """Evidence id that the reading was taken from."""
    parcel: str | None = None
    """For a file or a reading about one of several parcels: its tracking number. None: the order's only parcel."""
    # set
    reason: Reason | None = None
    marketplace_id: str | None = None
    account: str | None = None
    claimed: tuple[tuple[str, int], ...] | None = None
    """(order item id, units) that the buyer claims for; None: every unit."""
    amount: Money | None = None
    buyer_comment: str | None = None
    # recorded
    record: RecordKind | None = None
    tab: str | None = None
    """`under-review` or `action-required`, for `seen`."""
    due_at: Instant | None = None
    """For `seen --due`, `ask --due`, `ack --until`, `claim add --due`."""
    version: int | None = None
    built_at: Instant | None = None
    """When that version was built: it answers nothing that was asked later."""
    late: bool | None = None
    """For an answer or an appeal: its deadline, as known when this was recorded, had passed. None: it had not."""
    proof: str | None = None
    """Evidence id of the screenshot or mail that proves it."""
    funded_by: Funder | None = None
    odr: Counted | None = None
    # asked
    item: str | None = None
    """Catalogue id."""
    asked_of: str | None = None
    reference: str | None = None
    # released
    released: str | None = None
    """Evidence id of the quarantined mail."""
