"""People sign in: at the University's identity provider, or, in the demo alone, with a password kept here."""
