"""Lexicons: what is data in the rules, and the linear-time search for it."""
