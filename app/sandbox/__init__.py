"""The platforms, simulated: for the demo, for training staff, for tests.

Imports nothing else of the service, so that an error of a connector is not repeated here. `seed` is plain data for
whoever connects to it, `main` runs it, `world` is the pure model, `graph` the platforms' API, `webhooks` what they
send, `pages` what a visitor sees, `control` what tests and the demo may ask for.
"""
