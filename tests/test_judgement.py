"""The shipped judgement, from a visitor's words to what happens: rules and classifier as they ship, over real HTTP."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.decisions.policy import load_policy, shipped_document
from app.demo_seed import VARIABLES
from app.signals.classifier.classify import Classifier
from tests.flow import Flow, running_flow


@pytest.fixture
async def flow(database_url: str, tmp_path: Path) -> AsyncIterator[Flow]:
    """Everything, with the policy and the classifier that ship."""
    policy = load_policy(shipped_document() | {"name": "shipped-with-variables", "variables": VARIABLES})
    async with running_flow(database_url, tmp_path, policy=policy, classify=Classifier().score) as running:
        yield running


async def test_a_complaint_without_the_word_is_answered(flow: Flow) -> None:
    comment = await flow.comment("yemekhanede bugün pilavdan taş çıktı, dişim kırılıyordu, bu kaçıncı artık")

    async def answered() -> list[dict[str, str]]:
        return list((await flow.item(comment))["replies"])

    (reply,) = await flow.until(answered)
    assert reply["text"].startswith("Merhabalar, Sorununuzu ilgili birime aktardık")


async def test_a_veiled_threat_is_hidden(flow: Flow) -> None:
    comment = await flow.comment("o hoca bu gece eve varamayacak, arabasının frenini ben ayarladım")

    await flow.until_state(comment, "hidden")


async def test_a_figure_of_speech_stays(flow: Flow) -> None:
    comment = await flow.comment("bu final bizi öldürdü ya, beynim yandı resmen 😂")
    message = await flow.decided(comment)

    (row,) = await flow.rows("select disposition, labels from decisions where message_id = :id", id=message)
    assert row["disposition"] == "keep"
    assert "self_harm" not in row["labels"]
    assert "threat" not in row["labels"]


async def test_a_cry_for_help_without_the_word_is_met(flow: Flow) -> None:
    comment = await flow.comment("yarın sabah uyanmasam kimse fark etmez, hakkınızı helal edin")

    async def written() -> list[dict[str, str]]:
        return list((await flow.item(comment))["private_messages"])

    await flow.until(written)
    assert (await flow.item(comment))["state"] == "visible"


async def test_what_was_seen_is_told_in_a_sentence(flow: Flow) -> None:
    message = await flow.decided(await flow.comment("siz ne biçim insanlarsınız, beş para etmez şarlatanlarsınız"))

    answer = await flow.api.get(f"/v1/messages/{message}", headers={"Authorization": "Bearer director"})

    findings = answer.json()["decisions"][0]["findings"]
    assert any("6.4.8" in finding["explanation"]["tr"] for finding in findings if finding["label"] == "insult")
