"""Forms of a text: each a pure function whose result can be led back to the code points as given."""
