"""What people and probes look at: lists and single records, read only. Every list goes over an index, page by page."""
