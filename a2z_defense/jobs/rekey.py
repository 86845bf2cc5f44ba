"""`a2z key rotate`: every blob and every sealed column under a new key. Interrupted, it goes on the next time."""

from __future__ import annotations

from a2z_defense.base.environment import Environment
from a2z_defense.base.errors import ConfigurationError
from a2z_defense.jobs.reindex import reindex
from a2z_defense.store import rotate as rotation
from a2z_defense.store.keys import load_keys, new_key, write_keys
from a2z_defense.store.store import open_store


def rotate(environment: Environment) -> int:
    """Rotate the key that lies in the key file; returns the number of blobs.

    The old key stays beside the new one until nothing is under it any more. Raises ConfigurationError when the key
    comes from elsewhere: a2z cannot write there.
    """
    ring = load_keys(environment, create=False)
    path = environment.settings.files.key or environment.home.key_file
    if ring.origin != "file":
        raise ConfigurationError(
            f"the key comes from the {ring.origin}",
            expected="a key file that a2z may write",
            remedy="put the new key first and keep the old one after it there, then run a2z key rotate again",
        )
    if len(ring.keys) == 1:
        write_keys(path, (new_key(), *ring.keys))
    with open_store(environment) as store:
        count = rotation.reseal(store)
    write_keys(path, load_keys(environment, create=False).keys[:1])
    reindex(environment)
    return count
