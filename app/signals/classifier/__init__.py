"""What lists cannot carry: a trained score per label, computed on this machine without a network."""
