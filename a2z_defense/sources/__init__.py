"""Where evidence comes from: the mailbox, SP-API, the seller's and the carriers' files."""
