"""Pictures of the page that a message stands on: a browser, the way its requests leave by, and what is taken."""
