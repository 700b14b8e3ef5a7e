"""Takes, seals and proves evidence: the card, the object store, the chain of hashes."""
