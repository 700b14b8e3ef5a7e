"""Builds the classifier: `make model`. Nothing here is imported at run time, and torch is needed nowhere else."""
