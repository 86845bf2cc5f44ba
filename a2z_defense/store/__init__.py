"""Evidence, entries, journal and the index for the queue."""
