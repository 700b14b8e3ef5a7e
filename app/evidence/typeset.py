"""Having typst draw something, and telling in one way that it could not."""

from typing import Any

import typst

from app.errors import EvidenceError


def typeset(what: str, source: Any, **options: Any) -> bytes:
    """`typst.compile` with these options. Raises EvidenceError where `what` cannot be drawn."""
    try:
        return bytes(typst.compile(source, **options))
    except typst.TypstError as error:
        raise EvidenceError(f"{what} could not be drawn") from error
    except BaseException as error:
        # A panic inside typst is no Exception; one odd text or picture must not end its process.
        if type(error).__name__ != "PanicException":
            raise
        raise EvidenceError(f"{what} could not be drawn") from error
