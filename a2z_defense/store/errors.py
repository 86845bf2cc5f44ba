"""What can be wrong with a store."""

from __future__ import annotations

from a2z_defense.base.errors import ConfigurationError


class StoreUnusable(ConfigurationError):
    """The store cannot be opened as it is: newer schema, wrong key, damaged file."""


class BlobDamaged(ConfigurationError):
    """A blob does not decrypt to what was stored."""

    evidence_id = ""
    """The piece whose blob it is, where that is known."""
    kind = ""
    """Its `EvidenceKind`."""


class OtherKey(BlobDamaged):
    """A blob is whole, as far as can be told, and was written under a key that is not here."""


class Purged(ConfigurationError):
    """The bytes of this evidence were purged; only the digest is left."""
