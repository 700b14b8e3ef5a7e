"""Facts of the University that rules need."""

# Mail domains of the University; an office's address under them is a published contact.
DOMAINS = frozenset({"ieu.edu.tr", "izmirekonomi.edu.tr", "std.ieu.edu.tr", "std.izmirekonomi.edu.tr"})
