"""Mail as it lies: .eml, folders, mbox, Maildir, IMAP."""
