"""An evidence file for the security office, a prosecutor or a court: pages to read, originals, and what proves them."""
