"""The sentences of the answers: each is written only from evidence, and carries it."""
