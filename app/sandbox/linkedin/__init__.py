"""LinkedIn's organisation pages as the sandbox simulates them.

Where the documentation leaves a question open (whether a page may delete what members wrote), a setting answers it.
"""
