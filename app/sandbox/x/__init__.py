"""X as the sandbox simulates it: its API v2 with both signatures, sign-in, the Activity API's webhooks, and pages."""
