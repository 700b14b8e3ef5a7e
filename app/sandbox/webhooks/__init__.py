"""What the platforms send to the service: bodies in their shapes, signed, tried again for a while."""
