"""Notices to staff: their words, and the channels by which they leave. Queueing and retries are the caller's."""
