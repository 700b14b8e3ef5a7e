"""The language of a message (6.4.16), as an ISO 639-1 code."""

from lingua import LanguageDetectorBuilder
from lingua import IsoCode639_1 as Code

CODES = (
    Code.TR, Code.EN, Code.DE, Code.AR, Code.RU, Code.FR, Code.AZ, Code.FA, Code.ES, Code.IT,
)


class LanguageDetector:
    """Tells the language of a text; None where there is too little to tell."""

    def __init__(self) -> None:
        self._detector = LanguageDetectorBuilder.from_iso_codes_639_1(*CODES).with_preloaded_language_models().build()

    def __call__(self, text: str) -> str | None:
        """Return the code of the language, None for a text without words."""
        if not any(character.isalpha() for character in text):
            return None
        found = self._detector.detect_language_of(text)
        return found.iso_code_639_1.name.lower() if found else None
