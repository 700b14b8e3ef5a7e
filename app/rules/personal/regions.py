"""Countries at home in which a message may be written, by its language and script: phones there lack a country code."""

import re

_BY_LANGUAGE = {
    "de": ("DE", "AT", "CH"),
    "fr": ("FR",),
    "en": ("GB", "US"),
    "ru": ("RU",),
    "az": ("AZ",),
    "fa": ("IR",),
    "ar": ("SA", "IQ", "EG", "JO"),
    "uk": ("UA",),
    "nl": ("NL",),
    "it": ("IT",),
    "es": ("ES",),
}
_BY_SCRIPT = (
    (re.compile(r"[а-яё]"), ("RU",)),  # noqa: RUF001 - Cyrillic is meant
    (re.compile(r"[گچپژکی۰-۹]"), ("IR",)),
    (re.compile(r"[ء-ي]"), ("SA", "IQ", "EG", "JO")),
)


def regions(text: str, language: str | None) -> tuple[str, ...]:
    """Countries as in ISO 3166; none for a Turkish text."""
    by_script = [region for script, there in _BY_SCRIPT if script.search(text) for region in there]
    return tuple(dict.fromkeys([*_BY_LANGUAGE.get(language or "", ()), *by_script]))
