"""`nobet measure` and `nobet judge`: what the judgement is worth, on labelled messages; thresholds come from here."""
