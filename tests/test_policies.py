"""A policy version on its way: proposed, tried on cases and on what was, wished by one, approved by another."""

import asyncio
from typing import Any

import httpx
import pytest
from sqlalchemy.exc import DBAPIError

from app.backtest import PIECE
from app.decisions.model import PolicyVersion, Tier
from app.decisions.policy import Measured, Policy
from app.demo_seed import VARIABLES
from app.messages import PersonId
from app.records import backtests as records
from app.records import messages as stored
from app.records import proposals
from tests.api.builders import many_messages
from tests.flow import INSULT, NEUTRAL, SELF_HARM, Flow, by, measured_policy

CRITICISM = "rektör beceriksiz, yönetim berbat"
CERTAIN = Measured(tier=Tier.CERTAIN, hits=400, right=400, precision=1.0, lower=0.99).model_dump()
WEAK = Measured(tier=Tier.WEAK, hits=6, right=4, precision=0.66, lower=0.3).model_dump()
MILD = "insult.mild_at_staff"
STRICTER = {"tiers": {MILD: CERTAIN}}


async def call(flow: Flow, role: str, method: str, path: str, body: Any = None) -> httpx.Response:
    return await flow.api.request(method, f"/v1{path}", json=body, headers=by(role))


async def proposed(flow: Flow, changes: Any, **more: Any) -> str:
    answer = await call(flow, "specialist", "POST", "/policies", {"reason": "deneme", "changes": changes} | more)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["version"])


async def backtested(flow: Flow, version: str) -> dict[str, Any]:
    started = await call(flow, "specialist", "POST", f"/policies/{version}/backtest", {"days": 30})
    assert started.status_code == 202, started.text

    async def finished() -> dict[str, Any] | None:
        found = (await call(flow, "auditor", "GET", f"/policies/{version}/backtests/{started.json()['id']}")).json()
        return found if found["state"] == "finished" else None

    return dict(await flow.until(finished))


def lenient() -> Policy:
    """Every rule certain but the one that sees an insult in calling staff incapable."""
    policy = measured_policy()
    return policy.model_copy(update={"tiers": {**policy.tiers, MILD: Measured.model_validate(WEAK)}, "name": "lenient"})


async def test_a_version_that_would_take_criticism_down_is_refused_by_what_it_would_have_done(flow: Flow) -> None:
    await flow.activate(lenient())
    criticism = await flow.decided(await flow.comment(CRITICISM))
    insult = await flow.decided(await flow.comment(INSULT))
    harmless = await flow.decided(await flow.comment(NEUTRAL))
    await call(flow, "specialist", "POST", f"/messages/{criticism}/override", {"action": "keep", "reason": "eleştiri"})
    version = await proposed(flow, STRICTER)

    untried = await call(flow, "director", "POST", f"/policies/{version}/activate", {"reason": "deneme"})
    tried = await backtested(flow, version)
    refused = await call(flow, "director", "POST", f"/policies/{version}/activate", {"reason": "deneme"})

    assert (untried.status_code, refused.status_code) == (409, 409)
    assert [one["field"] for one in untried.json()["errors"]] == ["backtest"]
    (account,) = tried["accounts"]
    assert (tried["total"], tried["done"], account["messages"]) == (3, 3, 3)
    assert account["was"] == {"remove": 1, "contain": 0, "review": 1, "keep": 1}
    assert account["would"] == {"remove": 2, "contain": 0, "review": 0, "keep": 1}
    assert (account["decided_by_people"], account["kept_by_people_taken_down"]) == (1, 1)
    assert (account["newly_taken_down"], account["opinions_taken_down"]) == (1, 1)
    assert tried["samples"]["removed"] == [insult, criticism]
    assert tried["samples"]["opinions_taken_down"] == [criticism]
    assert harmless not in tried["samples"]["newly_taken_down"]
    (reason,) = refused.json()["errors"]
    assert reason["field"] == "backtest.opinions_taken_down"
    assert str(criticism) in reason["problem"]
    assert "6.4.5" in refused.json()["detail"]


async def test_two_people_activate_a_version_and_bring_the_earlier_one_back(flow: Flow) -> None:
    before = measured_policy().version
    version = await proposed(flow, {"stages": {"insult": {"club": "ask"}}})
    await backtested(flow, version)

    wished = await call(flow, "director", "POST", f"/policies/{version}/activate", {"reason": "kulüpler"})
    again = await call(flow, "director", "POST", f"/policies/{version}/activate", {"reason": "kulüpler"})
    alone = await call(flow, "director", "POST", f"/policies/{version}/approve")
    waiting = (await call(flow, "director", "GET", "/policies")).json()["items"][0]
    still = (await call(flow, "director", "GET", "/policies/active")).json()["version"]
    approved = await call(flow, "specialist", "POST", f"/policies/{version}/approve")
    active = (await call(flow, "director", "GET", "/policies/active")).json()["version"]
    back = await call(flow, "director", "POST", f"/policies/{before}/activate", {"reason": "geri"})
    also_back = await call(flow, "specialist", "POST", f"/policies/{before}/approve")

    assert (wished.status_code, wished.json()["state"], wished.json()["is_roll_back"]) == (202, "waiting", False)
    assert (again.status_code, alone.status_code) == (409, 409)
    assert "başka bir kişi" in alone.json()["detail"]
    assert (waiting["version"], waiting["is_waiting"], waiting["cases_failed"]) == (version, True, 0)
    assert (still, active) == (before, version)
    assert (approved.status_code, approved.json()["state"], approved.json()["active_version"]) == (
        200,
        "active",
        version,
    )
    assert (back.status_code, back.json()["is_roll_back"], also_back.status_code) == (202, True, 200)
    assert (await call(flow, "director", "GET", "/policies/active")).json()["version"] == before
    acts = await flow.rows("select act from audit where subject = :of order by id", of=f"policy/{version}")
    assert [row["act"] for row in acts] == ["policy.propose", "policy.backtest", "policy.wish", "policy.activate"]


async def test_a_wish_is_taken_back_or_outdated_by_another_activation(flow: Flow) -> None:
    versions = []
    for kind in ("club", "unit"):
        versions.append(await proposed(flow, {"stages": {"insult": {kind: "ask"}}}))
        await backtested(flow, versions[-1])
        await call(flow, "director", "POST", f"/policies/{versions[-1]}/activate", {"reason": "deneme"})
    first, second = versions

    await call(flow, "specialist", "POST", f"/policies/{first}/approve")
    outdated = await call(flow, "specialist", "POST", f"/policies/{second}/approve")
    taken_back = await call(flow, "director", "POST", f"/policies/{second}/withdraw")
    nothing = await call(flow, "specialist", "POST", f"/policies/{second}/approve")

    assert (outdated.status_code, taken_back.status_code, nothing.status_code) == (409, 200, 409)
    assert "yeniden istenmelidir" in outdated.json()["detail"]
    assert (await call(flow, "director", "GET", "/policies/active")).json()["version"] == first


async def test_a_wish_that_is_approved_in_this_moment_is_not_taken_back(flow: Flow) -> None:
    version = PolicyVersion(await proposed(flow, {"stages": {"insult": {"club": "ask"}}}))
    await backtested(flow, version)
    await call(flow, "director", "POST", f"/policies/{version}/activate", {"reason": "deneme"})
    (specialist,) = await flow.rows("select id from people where role = 'specialist'")

    async with flow.service.sessions.begin() as session:
        await proposals.one_at_a_time(session)
        waiting = await proposals.open_wish(session, version)
        assert waiting is not None
        await proposals.approve(session, waiting["id"], by=specialist["id"], at=flow.clock())
        taking_back = asyncio.create_task(call(flow, "director", "POST", f"/policies/{version}/withdraw"))

        async def is_kept_waiting() -> list[dict[str, Any]]:
            return await flow.rows("select 1 from pg_locks where not granted")

        await flow.until(is_kept_waiting)

    assert (await taking_back).status_code == 409
    assert await flow.rows("select id from policy_wishes where withdrawn_at is not null") == []


async def test_a_wish_of_who_left_since_is_not_approved(flow: Flow) -> None:
    version = await proposed(flow, {"stages": {"insult": {"club": "ask"}}})
    await backtested(flow, version)
    await call(flow, "director", "POST", f"/policies/{version}/activate", {"reason": "deneme"})
    await flow.execute("update people set is_active = false where name = 'Selin Direktör'")

    approved = await call(flow, "specialist", "POST", f"/policies/{version}/approve")

    assert approved.status_code == 409
    assert "person" in [one["field"] for one in approved.json()["errors"]]


async def test_the_database_refuses_one_person_for_two(flow: Flow) -> None:
    version = await proposed(flow, {"stages": {"insult": {"club": "ask"}}})
    await backtested(flow, version)
    await call(flow, "director", "POST", f"/policies/{version}/activate", {"reason": "deneme"})

    with pytest.raises(DBAPIError, match="approved_by_another"):
        await flow.execute("update policy_wishes set approved_by = wished_by, approved_at = now()")


async def test_a_document_is_refused_at_its_place(flow: Flow) -> None:
    wrong: list[tuple[Any, str]] = [
        ({"labels": {"criticism": {"certain": "remove"}}}, "document.labels.criticism.certain"),
        ({"labels": {"complaint": {"likely": "contain"}}}, "document.labels.complaint.likely"),
        ({"stages": {"self_harm": {"official": "shadow"}}}, "document.stages.self_harm"),
        ({"stages": {"insult.no_such": {"official": "shadow"}}}, "document.stages.insult.no_such"),
        ({"labels": {"insult": {"certain": "vanish"}}}, "document.labels.insult.certain"),
        ({"surprise": 1}, "document.surprise"),
        ({"reply_order": None}, "document.reply_order"),
    ]
    before = (await call(flow, "director", "GET", "/policies")).json()["items"]
    for changes, place in wrong:
        answer = await call(flow, "director", "POST", "/policies", {"reason": "deneme", "changes": changes})

        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, place)
        assert answer.json()["errors"][0]["problem"]
    neither = await call(flow, "director", "POST", "/policies", {"reason": "deneme"})
    twice = await call(flow, "director", "POST", "/policies", {"reason": "deneme", "changes": {"name": "test"}})
    assert (neither.status_code, twice.status_code) == (422, 409)
    assert (await call(flow, "director", "GET", "/policies")).json()["items"] == before


async def test_versions_are_compared_and_tried_on_a_text(flow: Flow) -> None:
    whole = measured_policy(variables=VARIABLES | {"phone": "0232 000 00 00"}).model_dump(mode="json")
    answer = await call(flow, "director", "POST", "/policies", {"reason": "yeni numara", "document": whole})
    version = answer.json()["version"]
    shadow = await proposed(flow, {"stages": {"insult": {"official": "shadow"}}}, base=version)

    compared = (await call(flow, "auditor", "GET", f"/policies/{shadow}/compare?with={version}")).json()
    tried = await call(flow, "auditor", "POST", "/policies/evaluate", {"text": INSULT, "version": shadow})
    active = await call(flow, "auditor", "POST", "/policies/evaluate", {"text": INSULT})

    assert answer.json()["differences"] == [
        {
            "place": "variables.phone",
            "before": VARIABLES["phone"],
            "after": "0232 000 00 00",
            "turkish": f"değişken · phone: {VARIABLES['phone']} → 0232 000 00 00",
            "english": f"variable · phone: {VARIABLES['phone']} → 0232 000 00 00",
        }
    ]
    assert [(one["place"], one["turkish"]) for one in compared["differences"]] == [
        ("stages.insult.official", "aşama · insult.resmî hesap: — → gölgede")
    ]
    assert (tried.json()["disposition"], active.json()["disposition"]) == ("keep", "remove")
    missing = await call(flow, "auditor", "POST", "/policies/evaluate", {"text": INSULT, "version": "none"})
    assert missing.status_code == 404


async def test_a_version_that_would_tell_a_unit_or_person_that_is_not_there_is_refused(flow: Flow) -> None:
    routes = {
        "topics": [{"unit": "kantin", "stems": ["yemek"]}],
        "notices": {
            "tell": [{"labels": ["praise"], "to": "mezunlar", "account_units": ["muhendislik"]}],
            "routes": [{"kinds": ["threat"], "also": ["person:999999", "unit:rektorluk_ozel"]}],
        },
    }

    before = (await call(flow, "auditor", "GET", "/policies")).json()["items"]
    answer = await call(flow, "specialist", "POST", "/policies", {"reason": "deneme", "changes": routes})
    stored = (await call(flow, "auditor", "GET", "/policies")).json()["items"]

    assert answer.status_code == 422, answer.text
    wrong = {one["field"]: one["problem"] for one in answer.json()["errors"]}
    assert set(wrong) == {
        "document.topics.0.unit",
        "document.notices.tell.0.to",
        "document.notices.tell.0.account_units",
        "document.notices.routes.0.also",
    }
    assert "“kantin” anahtarlı bir birim yok" in wrong["document.topics.0.unit"]
    assert stored == before
    others = [one["problem"] for one in answer.json()["errors"] if one["field"] == "document.notices.routes.0.also"]
    assert len(others) == 2
    assert "999999 numaralı bir kişi yok" in " ".join(others)


async def test_a_unit_that_nobody_reads_is_told_of_and_a_chain_that_ends_nowhere_is_not_activated(flow: Flow) -> None:
    (top,) = await flow.rows("select id from people where role = 'top_management'")
    await flow.execute("update units set email = null, hook_url = null where key = 'kutuphane'")
    chain = {"steps": [{"to": ["unit"], "minutes": 5}, {"to": [f"person:{top['id']}"], "minutes": 5}]}
    changes = STRICTER | {"notices": {"chains": {"service": chain}}}
    answer = await call(flow, "specialist", "POST", "/policies", {"reason": "deneme", "changes": changes})
    version = answer.json()["version"]
    await backtested(flow, version)
    wished = await call(flow, "director", "POST", f"/policies/{version}/activate", {"reason": "deneme"})
    # Who was to be the last to hear leaves before it is approved.
    await flow.execute("update people set is_active = false where role = 'top_management'")

    refused = await call(flow, "specialist", "POST", f"/policies/{version}/approve")

    warned = {one["turkish"] for one in answer.json()["warnings"]}
    assert any("“kutuphane” biriminin" in warning for warning in warned)
    assert wished.status_code == 202, wished.text
    assert wished.json()["warnings"] == answer.json()["warnings"]
    assert refused.status_code == 409
    fields = [one["field"] for one in refused.json()["errors"]]
    assert fields == ["notices.chains.service.steps.1.to", "notices.chains.service"]
    assert f"{top['id']} numaralı bir kişi yok ya da ayrılmış" in refused.json()["detail"]


async def test_a_case_holds_no_name_and_stands_in_the_way_of_a_version_that_gets_it_wrong(flow: Flow) -> None:
    await flow.activate(lenient())
    comment = await flow.comment(
        "Ayşe Deneme olarak yazıyorum: rektör beceriksiz, yönetim berbat. @ali.veli de bilir, 0532 412 67 89",
        author="Ayşe Deneme",
    )
    message = await flow.decided(comment)
    address = f"/messages/{message}/save-as-case"

    draft = await call(flow, "specialist", "POST", address, {"note": "numara paylaşımı"})
    unconfirmed = (await call(flow, "specialist", "GET", "/cases")).json()["items"]
    words = draft.json()["text"]
    leaky = await call(flow, "specialist", "POST", address, {"note": "n", "text": f"{words} 0533 412 67 89"})
    saved = await call(flow, "specialist", "POST", address, {"note": "numara paylaşımı", "text": words})
    opinion = await flow.decided(await flow.comment(CRITICISM))
    kept = {"note": "sert eleştiri kalır", "text": CRITICISM}
    second = await call(flow, "specialist", "POST", f"/messages/{opinion}/save-as-case", kept)
    stricter = await call(flow, "specialist", "POST", "/policies", {"reason": "deneme", "changes": STRICTER})

    assert (draft.status_code, draft.json()["is_saved"], unconfirmed) == (200, False, [])
    assert words == "Kişi1 olarak yazıyorum: rektör beceriksiz, yönetim berbat. @kisi1 de bilir, 0555 000 00 01"
    assert (draft.json()["replaced"], draft.json()["keeps_judgement"]) == ({"name": 1, "mention": 1, "phone": 1}, True)
    assert (leaky.status_code, "phone" in leaky.json()["detail"]) == (409, True)
    assert (saved.status_code, saved.json()["expects"]) == (201, "taken_down")
    assert (second.status_code, second.json()["expects"]) == (201, "left")
    (failure,) = stricter.json()["cases"]["failed"]
    assert (stricter.json()["cases"]["total"], failure["case_id"]) == (2, second.json()["id"])
    version = stricter.json()["version"]
    refused = await call(flow, "director", "POST", f"/policies/{version}/activate", {"reason": "deneme"})
    assert "cases" in [one["field"] for one in refused.json()["errors"]]

    retired = await call(flow, "director", "DELETE", f"/cases/{second.json()['id']}", {"reason": "karar değişti"})
    left = await call(flow, "director", "POST", f"/policies/{version}/activate", {"reason": "deneme"})
    assert retired.json()["retired_because"] == "karar değişti"
    assert "cases" not in [one["field"] for one in left.json()["errors"]]
    assert [one["id"] for one in (await call(flow, "auditor", "GET", "/cases?retired=true")).json()["items"]] == [
        second.json()["id"]
    ]


async def test_a_case_of_danger_must_be_found_whatever_else_is_decided(flow: Flow) -> None:
    message = await flow.decided(await flow.comment(SELF_HARM))

    draft = (await call(flow, "director", "POST", f"/messages/{message}/save-as-case", {"note": "n"})).json()
    closed = await call(flow, "auditor", "POST", f"/messages/{message}/save-as-case", {"note": "n"})

    assert (draft["expects"], draft["must_find"]) == ("left", ["self_harm"])
    assert closed.status_code == 403


async def test_a_rule_that_asks_proposes_its_act_to_whoever_reviews(flow: Flow) -> None:
    await flow.activate(measured_policy(name="asks", stages={"insult": {"official": "ask"}}))
    message = await flow.decided(await flow.comment(INSULT))

    (item,) = (await call(flow, "specialist", "GET", "/reviews")).json()["items"]
    decision = (await call(flow, "specialist", "GET", f"/messages/{message}")).json()["decisions"][0]

    assert (item["reason"], item["proposes"], item["message"]["state"]) == ("ask", "remove", "visible")
    assert {finding["would"] for finding in decision["findings"]} == {"remove"}


async def test_precision_is_counted_from_what_people_decided(flow: Flow) -> None:
    for action, words in (("hide", INSULT), ("restore", INSULT + " evet"), (None, INSULT + " hepiniz")):
        comment = await flow.comment(words)
        message = await flow.decided(comment)
        if action:
            await flow.until_state(comment, "hidden")
            await call(flow, "specialist", "POST", f"/messages/{message}/override", {"action": action, "reason": "d"})

    found = (await call(flow, "auditor", "GET", "/policies/precision?days=7")).json()

    (label,) = [one for one in found["labels"] if one["label"] == "insult"]
    figures = {name: label[name] for name in ("fired", "decided", "confirmed", "overturned", "precision")}
    assert figures == {"fired": 3, "decided": 2, "confirmed": 1, "overturned": 1, "precision": 0.5}
    assert {one["rule"].partition(".")[0] for one in found["rules"]} == {"insult"}
    assert all(one["fired"] == 3 for one in found["rules"])


async def test_a_backtest_that_stops_midway_goes_on_where_it_was(flow: Flow) -> None:
    first = await flow.decided(await flow.comment(NEUTRAL))
    async with flow.service.sessions() as session:
        page = (await stored.load(session, first)).message.account
    made = await many_messages(flow.service.sessions, page, PIECE + 10)
    await flow.execute(
        "insert into decisions (message_id, revision, made_by, disposition, policy_version, language) "
        "select id, 1, 'machine', 'keep', :version, 'tr' from messages where id = any(:ids)",
        version=measured_policy().version,
        ids=made,
    )
    version = PolicyVersion(await proposed(flow, {"stages": {"insult": {"club": "ask"}}}))
    person = PersonId((await flow.rows("select id from people where role = 'director'"))[0]["id"])
    backtest_id = await flow.service.backtests.start(version, against=measured_policy().version, days=30, by=person)

    # Beside the worker's own, as after one that was taken for dead: nothing is counted twice.
    await asyncio.gather(*(flow.service.backtests.carry_on(backtest_id) for _ in range(2)))

    async def finished() -> dict[str, Any] | None:
        async with flow.service.sessions() as session:
            found = await records.find(session, version, backtest_id)
        return found if found and found["finished_at"] else None

    found = await flow.until(finished)
    assert (found["total"], found["done"]) == (PIECE + 11, PIECE + 11)
