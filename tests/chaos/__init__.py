"""The fault suite: everything goes wrong at once, and afterwards nothing may be lost, said twice, or unproven.

`stream` is what people write, `faults` what goes wrong and when, both made from a seed; `stage` the processes that it
happens to; `books` what the platforms and the database say afterwards, `invariants` what must hold of it.
"""
