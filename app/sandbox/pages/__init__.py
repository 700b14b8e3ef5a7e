"""What a visitor sees: accounts, posts, threads, conversations, and the mailbox. Turkish, no scripts from elsewhere."""
