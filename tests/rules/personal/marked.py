"""Texts in which private data is marked, against what the rules of article 6.4.9 point to."""

import re
from typing import Any

from app.rules.model import Label
from tests.rules.looks import OUR_CONTACTS, seen


def marked(text: str, **known: Any) -> str:
    """`text`, given with or without ⟦marks⟧, with marks around whatever the rules take for private."""
    bare = re.sub("[⟦⟧]", "", text)
    findings = seen(bare, allowed_contacts=OUR_CONTACTS, **known).findings
    places = sorted({(m.start, m.end) for f in findings if f.label is Label.PRIVACY for m in f.matches}, reverse=True)
    for start, end in places:
        bare = f"{bare[:start]}⟦{bare[start:end]}⟧{bare[end:]}"
    return bare
