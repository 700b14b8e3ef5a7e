"""Finds personal data in a text: numbers, addresses, mailboxes. Says what it is, not whether it may be public."""
