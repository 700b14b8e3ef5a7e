"""Facebook and Instagram as the sandbox simulates them: their habits, webhooks and addresses. `graph` is their API."""
