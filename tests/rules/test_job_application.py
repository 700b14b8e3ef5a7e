"""6.4.2: who looks for a job here."""

import pytest

from app.rules.model import Label
from tests.rules.looks import labels


@pytest.mark.parametrize(
    "text",
    [
        "taban puan kaç",
        "mezunlar iş buluyor mu",
    ],
)
def test_what_is_no_job_application_is_left_alone(text: str) -> None:
    assert Label.JOB_APPLICATION not in labels(text)


@pytest.mark.parametrize(
    "text",
    [
        "cv'mi nereye gönderebilirim",
        "araştırma görevlisi alımı var mı",
        "personel alımı var mı",
        "üniversitenizde çalışmak istiyorum",
        "Are you hiring?",
        "açık pozisyon var mı",
    ],
)
def test_job_application_is_seen(text: str) -> None:
    assert Label.JOB_APPLICATION in labels(text)
