"""Attacks by machine, `make fuzz`: minutes, so not part of the suite. What they found has its own test there."""
