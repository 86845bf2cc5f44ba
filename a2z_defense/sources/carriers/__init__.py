"""Carriers' and warehouses' records: files that the seller exported. No carrier's live interface is guessed at."""
