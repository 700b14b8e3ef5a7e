"""The pure model: what exists on the simulated platforms, and what may happen to it. No I/O, no HTTP.

Each operation takes the world, changes it through `World.put`, and returns an `Outcome`: its result and the events
that the platform would tell the service of. What the platform would not do raises `RefusedError`.
"""
