"""Decisions become actions in the order of the articles' recipes."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.decisions.model import REMOVING, SPEECH, ActionKind, Tier, Urgency
from app.decisions.texts import text_of
from app.messages import Channel, PlatformName
from app.rules.model import Label
from tests.decisions.build import a_policy, decided, kinds, planned

POLICY = a_policy()
ANYTHING = st.lists(st.tuples(st.sampled_from(list(Label)), st.sampled_from(list(Tier))), max_size=6, unique=True)


def test_self_harm_writes_first_and_alarms_who_must_know() -> None:
    actions = planned(decided((Label.SELF_HARM, Tier.LIKELY)))

    assert kinds(actions) == ["private_message", "notify", "notify"]
    assert [action.to for action in actions if action.kind is ActionKind.NOTIFY] == ["sks", "kurumsal_iletisim"]
    assert all(a.urgency is Urgency.URGENT for a in actions if a.kind is ActionKind.NOTIFY)
    assert actions[0].expires_after == timedelta(minutes=15)


def test_security_hears_of_self_harm_where_danger_looks_near() -> None:
    actions = planned(decided((Label.SELF_HARM, Tier.LIKELY), kind="danger_near"))

    assert "guvenlik" in [action.to for action in actions]


def test_worry_about_another_person_gets_the_other_text() -> None:
    actions = planned(decided((Label.SELF_HARM, Tier.LIKELY), kind="other_person"))

    assert actions[0].template == "support_other"


@pytest.mark.parametrize(("language", "expected"), [("de", "de"), ("zh", "und"), (None, "und")])
def test_the_support_text_speaks_the_authors_language_or_two(language: str | None, expected: str) -> None:
    actions = planned(decided((Label.SELF_HARM, Tier.LIKELY), signals={"language": language}))

    assert actions[0].language == expected


def test_a_threat_takes_evidence_then_tells_then_hides() -> None:
    actions = planned(decided((Label.THREAT, Tier.LIKELY)))

    assert [str(action.kind) for action in actions] == ["evidence", "evidence", "notify", "notify", "hide"]


def test_a_removal_takes_evidence_hides_informs_and_deletes_after_its_delay() -> None:
    policy = a_policy(**approved("T5"))
    actions = planned(decided((Label.INSULT, Tier.CERTAIN), policy=policy), policy)

    assert [str(action.kind) for action in actions] == ["evidence", "hide", "evidence", "private_message", "delete"]
    assert actions[-1].delay == timedelta(minutes=30)


def test_private_data_is_deleted_without_delay() -> None:
    actions = planned(decided((Label.PRIVACY, Tier.CERTAIN)))

    assert actions[-1].kind is ActionKind.DELETE
    assert actions[-1].delay == timedelta(0)


def test_certain_hate_blocks_reports_and_informs_the_directorate_but_not_the_author() -> None:
    actions = planned(decided((Label.HATE, Tier.CERTAIN)))

    assert kinds(actions) == ["hide", "block", "report_to_platform", "notify", "delete"]


def test_likely_hate_is_hidden_and_nobody_is_blocked() -> None:
    assert kinds(planned(decided((Label.HATE, Tier.LIKELY)))) == ["hide", "notify"]


def test_hate_in_a_direct_message_blocks_and_hides_nothing() -> None:
    actions = planned(decided((Label.HATE, Tier.CERTAIN), channel=Channel.DM), is_dm=True)

    assert kinds(actions) == ["block", "report_to_platform", "notify"]


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("yemekhanedeki yemekler soğuk", "yemek_hizmetleri"),
        ("EDUROAM ŞİFREMİ KABUL ETMİYOR", "bilgi_islem"),
        ("yurttaki çamaşır makinesi bozuk", "yurt"),
        ("kimse ilgilenmiyor", "kurumsal_iletisim"),
    ],
)
def test_a_complaint_reaches_its_unit_and_the_director_before_it_is_answered(text: str, unit: str) -> None:
    actions = planned(decided((Label.COMPLAINT, Tier.CERTAIN)), text=text)

    assert [(str(a.kind), a.to, a.template) for a in actions] == [
        ("notify", unit, None),
        ("notify", "direktor", None),
        ("reply", None, "T1"),
    ]


def test_a_complaint_that_insults_is_removed_and_still_reaches_the_unit() -> None:
    actions = planned(decided((Label.COMPLAINT, Tier.CERTAIN), (Label.INSULT, Tier.CERTAIN)), text="yemek")

    assert "reply" not in kinds(actions)
    assert [a.to for a in actions if a.kind is ActionKind.NOTIFY] == ["yemek_hizmetleri", "direktor"]


def test_criticism_beside_a_complaint_does_not_forbid_its_answer() -> None:
    assert "reply" in kinds(planned(decided((Label.COMPLAINT, Tier.CERTAIN), (Label.CRITICISM, Tier.CERTAIN))))


@pytest.mark.parametrize(
    "label", [Label.SENSITIVE_TOPIC, Label.DISASTER, Label.MISINFORMATION, Label.THREAT, Label.SELF_HARM]
)
def test_some_labels_forbid_an_automatic_reply(label: Label) -> None:
    assert "reply" not in kinds(planned(decided((Label.COMPLAINT, Tier.CERTAIN), (label, Tier.CERTAIN))))


def test_one_reply_a_message_in_the_order_of_the_texts() -> None:
    weakest_first = {
        "T4": Label.JOB_APPLICATION,
        "T2": Label.ADMISSION_QUESTION,
        "T3": Label.GRADUATE_QUESTION,
        "T1": Label.COMPLAINT,
    }
    policy, carried, answered = a_policy(**approved("T4")), [], []
    for label in weakest_first.values():
        carried.append((label, Tier.CERTAIN))
        actions = planned(decided(*carried, policy=policy), policy, admission_period=True)
        answered.append([action.template for action in actions if action.kind is ActionKind.REPLY])

    assert answered == [["T4"], ["T2"], ["T3"], ["T1"]]


def test_candidates_are_answered_in_the_admission_period_and_queued_outside_of_it() -> None:
    inside = planned(decided((Label.ADMISSION_QUESTION, Tier.CERTAIN)), admission_period=True)
    outside = decided((Label.ADMISSION_QUESTION, Tier.CERTAIN))

    assert [(a.template, a.held_because) for a in inside] == [("T2", None)]
    assert [(a.template, a.held_because) for a in planned(outside)] == [("T2", "suggestion")]
    assert outside.review_reason == "admission_question"


def test_no_turkish_text_answers_a_foreign_message() -> None:
    actions = planned(decided((Label.COMPLAINT, Tier.CERTAIN), signals={"language": "en"}))

    assert [a.held_because for a in actions if a.kind is ActionKind.REPLY] == ["no_text_in_language:en"]


def test_a_draft_waits_for_the_directorate_until_it_is_approved() -> None:
    decision = decided((Label.JOB_APPLICATION, Tier.CERTAIN))

    assert [a.held_because for a in planned(decision)] == ["draft"]
    assert [a.held_because for a in planned(decision, approved=frozenset({"T4"}))] == [None]


def test_an_empty_variable_keeps_the_text_from_going_out() -> None:
    decision = decided((Label.GRADUATE_QUESTION, Tier.CERTAIN))
    (reply,) = planned(decision)

    assert text_of(reply, decision, POLICY, PlatformName("facebook")) == (
        None,
        "missing_variable:graduate_url,graduate_email",
    )


def test_the_procedures_texts_are_sent_exactly() -> None:
    policy = a_policy(
        variables={
            "phone": "0232 000 00 00",
            "whatsapp": "0530 000 00 00",
            "email": "aday@ornek.edu.tr",
            "graduate_url": "https://lee.ornek.edu.tr",
            "graduate_email": "lee@ornek.edu.tr",
        }
    )
    said = {}
    for label in (Label.COMPLAINT, Label.ADMISSION_QUESTION, Label.GRADUATE_QUESTION):
        decision = decided((label, Tier.CERTAIN), policy=policy)
        (reply,) = [a for a in planned(decision, policy, admission_period=True) if a.kind is ActionKind.REPLY]
        said[reply.template] = text_of(reply, decision, policy, PlatformName("facebook"))[0]

    assert said == {
        "T1": "Merhabalar, Sorununuzu ilgili birime aktardık, en kısa sürede çözüme ulaşması için gereken "
        "yapılacaktır. Sevgiler, İEÜ",
        "T2": "Merhabalar, Detaylı bilgi ve tüm merak ettikleriniz için 09.00-18.00 saatleri arasında 0232 000 00 00 "
        "numaralı telefondan bize ulaşabilir, 0530 000 00 00 numaralı Whatsapp hattına yazabilir ya da "
        "aday@ornek.edu.tr adresine mail atabilirsiniz. Sevgiler, İEÜ",
        "T3": "Merhaba, Lisansüstü Eğitim Enstitüsü detaylı bilgi için https://lee.ornek.edu.tr web sayfamızı ziyaret "
        "edebilir, lee@ornek.edu.tr adresine mail atabilirsiniz. Sevgiler, İEÜ",
    }


@given(what=ANYTHING, is_dm=st.booleans(), in_dialogue=st.booleans())
def test_nothing_is_ever_planned_against_a_message_of_self_harm(
    what: list[tuple[Label, Tier]], is_dm: bool, in_dialogue: bool
) -> None:
    decision = decided(*what, (Label.SELF_HARM, Tier.LIKELY), policy=POLICY)
    actions = planned(decision, POLICY, is_dm=is_dm, in_dialogue=in_dialogue)

    assert not [action for action in actions if action.kind in REMOVING]
    assert actions[0].kind is ActionKind.PRIVATE_MESSAGE


@given(what=ANYTHING, in_dialogue=st.booleans(), admission=st.booleans())
def test_plans_are_safe_whatever_was_seen(what: list[tuple[Label, Tier]], in_dialogue: bool, admission: bool) -> None:
    decision = decided(*what, policy=POLICY)
    actions = planned(decision, POLICY, in_dialogue=in_dialogue, admission_period=admission)
    order = [action.kind for action in actions]

    assert len({(a.kind, a.purpose) for a in actions}) == len(actions)
    assert order.count(ActionKind.REPLY) <= 1
    if ActionKind.HIDE in order:
        assert order.index(ActionKind.EVIDENCE) < order.index(ActionKind.HIDE)
    if ActionKind.DELETE in order:
        assert order[-1] is ActionKind.DELETE
        assert Label.THREAT not in decision.labels
    if decision.disposition.takes_down:
        assert ActionKind.REPLY not in order
    assert all(a.held_because or (a.template and a.language) for a in actions if a.kind in SPEECH)


def approved(key: str) -> dict[str, object]:
    """The shipped templates, with this one approved."""
    templates = POLICY.model_dump(mode="json")["templates"]
    templates[key]["approved"] = True
    return {"templates": templates}
