import pytest
from pydantic import ValidationError

from app.notices.settings import HookSettings, Security, SmtpSettings


def some_settings(**changes: object) -> SmtpSettings:
    return SmtpSettings.model_validate({"host": "posta.ornek.edu.tr", "sender": "nobet@ornek.edu.tr"} | changes)


@pytest.mark.parametrize(
    ("changes", "security", "port"),
    [
        ({}, Security.STARTTLS, 587),
        ({"security": "tls"}, Security.TLS, 465),
        ({"security": "none"}, Security.NONE, 25),
        ({"host": "127.0.0.1"}, Security.NONE, 25),
        ({"host": "::1", "port": 2525}, Security.NONE, 2525),
        ({"host": "localhost", "security": "starttls"}, Security.STARTTLS, 587),
    ],
)
def test_the_connection_is_protected_unless_it_stays_on_this_machine(
    changes: dict[str, object], security: Security, port: int
) -> None:
    settings = some_settings(**changes)

    assert (settings.effective_security, settings.effective_port) == (security, port)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"username": "nobet"}, "given together"),
        ({"username": "nobet", "password": "gizli", "security": "none"}, "not sent over an unprotected connection"),
        ({"sender": "nobet"}, "must be an address"),
        ({"sender": ""}, "must be an address"),
        ({"sender": "Nöbet <nobet@ornek.edu.tr>"}, "must be an address"),
        ({"sender": "a@["}, "must be an address"),
        ({"sender": "a@[ "}, "must be an address"),
        ({"sender": "%@["}, "must be an address"),
        ({"sender": ".@["}, "must be an address"),
        ({"host": ""}, "host"),
        ({"port": 0}, "port"),
        ({"tls": True}, "tls"),
    ],
)
def test_settings_that_cannot_work_are_refused_with_a_sentence(changes: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        some_settings(**changes)


def test_a_hook_needs_an_http_address_and_a_secret() -> None:
    with pytest.raises(ValidationError, match="url"):
        HookSettings.model_validate({"url": "ftp://ornek.edu.tr", "secret": "s"})
    with pytest.raises(ValidationError, match="secret"):
        HookSettings.model_validate({"url": "https://ornek.edu.tr"})


def test_secrets_are_in_no_printed_settings() -> None:
    smtp = some_settings(username="nobet", password="gizli-parola")
    hook = HookSettings.model_validate({"url": "https://ornek.edu.tr", "secret": "gizli-imza"})

    assert "gizli" not in f"{smtp!r} {hook!r}"
