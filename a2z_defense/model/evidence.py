"""Raw evidence and where it came from. Nothing else is stored as truth."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from pydantic import Field

from a2z_defense.model.frozen import Frozen, Instant


class EvidenceKind(StrEnum):
    """What the bytes are; each kind has one reader."""

    MAIL = "mail"
    ORDER = "spapi.order"
    FINANCES = "spapi.finances"
    FINANCES_SLICE = "spapi.finances_slice"
    RETURNS = "spapi.returns"
    TRACKING = "spapi.tracking"
    SHIPMENT = "spapi.shipment"
    LISTING = "spapi.listing"
    CATALOG = "spapi.catalog"
    LISTING_IMAGE = "spapi.listing_image"
    """A picture of the listing, as Amazon's media host gave it."""
    MESSAGING = "spapi.messaging"
    ACCOUNT_HEALTH = "spapi.account_health"
    REFUSAL = "spapi.refusal"
    """A 403 or 404 of a source that is not needed: an answer, kept."""
    CARRIER = "carrier"
    FILE = "file"
    """A file that the seller attached."""
    ENTRY = "entry"
    """What the seller said: a reading, a reason, a record."""
    SENT = "sent"
    """A file of a build as it was sent; write-once, and no part of any case."""
    DKIM_KEY = "dkim_key"
    """A public key that mails were signed with, as the DNS told it; the subject is its DNS name."""
    WHOLE = "whole"
    """A sweep or report with other buyers' data, kept whole in the store; cases hold slices of it."""


class Provenance(Frozen):
    """Where, when and by which call the bytes were obtained."""

    source: str
    """`mail`, `spapi`, `carrier`, `seller`."""
    operation: str = ""
    """The SP-API operation (`getOrder`) or the way it was read (`eml`, `mbox`, `imap`)."""
    origin: str = ""
    """File name, mbox position, IMAP folder and UID, or request path. Never holds a password or a token."""
    request_id: str | None = None
    """Amazon's x-amzn-RequestId."""
    status: int | None = None
    """HTTP status."""
    obtained_at: Instant
    clock: str | None = None
    """`set` when the case clock was set by the user."""
    account: str = ""
    whole_sha256: str | None = None
    """For a slice: the digest of the whole that it was cut from."""
    slicing: str | None = None
    """For a slice: the rule that cut it."""
    covers_from: Instant | None = None
    """For a report: the days that it was asked for."""
    covers_to: Instant | None = None


class Evidence(Frozen):
    """One piece of raw evidence, without its bytes."""

    id: str
    """`ev-` and 20 hex digits; the same source, subject and content always give the same id."""
    kind: EvidenceKind
    subject: str
    """What was asked about: an order id, a tracking number, or a digest of the mail's identity."""
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    size: int
    """Bytes."""
    media_type: str
    provenance: Provenance
    """Of the first time that it was seen; later ones are sightings."""


@dataclass(frozen=True)
class Piece:
    """A piece of evidence with its bytes, as readers take it."""

    evidence: Evidence
    body: bytes


class LatePiece(Piece):
    """A large piece: its bytes are read anew each time that they are asked for, and held by nobody in between."""

    def __init__(self, evidence: Evidence, read: Callable[[], bytes]) -> None:
        object.__setattr__(self, "evidence", evidence)
        object.__setattr__(self, "_read", read)

    @property
    def body(self) -> bytes:
        read: Callable[[], bytes] = self.__dict__["_read"]
        return read()


@dataclass(frozen=True)
class Observation:
    """What a source brings: bytes that may become evidence."""

    kind: EvidenceKind
    subject: str
    body: bytes
    media_type: str
    provenance: Provenance
    identity: bytes | None = None
    """What makes it the same observation again: the body less the fields that change by themselves. None: the body."""


def observation_id(observation: Observation) -> str:
    """The id of the evidence that `observation` would be."""
    digest = hashlib.sha256()
    for part in (observation.provenance.source, observation.kind.value, observation.subject):
        digest.update(part.encode() + b"\0")
    identity = observation.body if observation.identity is None else observation.identity
    digest.update(hashlib.sha256(identity).digest())
    return f"ev-{digest.hexdigest()[:20]}"


def as_piece(observation: Observation) -> Piece:
    """The evidence that `observation` becomes when it is new."""
    return Piece(
        Evidence(
            id=observation_id(observation),
            kind=observation.kind,
            subject=observation.subject,
            sha256=hashlib.sha256(observation.body).hexdigest(),
            size=len(observation.body),
            media_type=observation.media_type,
            provenance=observation.provenance,
        ),
        observation.body,
    )


class Trouble(StrEnum):
    """How a source failed."""

    REFUSED = "refused"
    """401/403 of the token or of a source: authorisation."""
    NO_ANSWER = "no_answer"
    """5xx, throttled, cut, empty, malformed to the end of the budget."""
    NO_RECORD = "no_record"
    """The source says that it knows no such thing (404)."""
    UNREADABLE = "unreadable"
    """Bytes that could not be read; they are kept."""
    NOT_CONFIGURED = "not_configured"


@dataclass(frozen=True)
class SourceFailure:
    """A source that did not give what was asked. Never personal data in `why`."""

    source: str
    """`mail`, `getOrder`, `finances`, `getTracking` ..."""
    subject: str
    trouble: Trouble
    why: str
    remedy: str
    needed: bool
    """Needed sources decide the exit code; others only warn."""
    at: dt.datetime
