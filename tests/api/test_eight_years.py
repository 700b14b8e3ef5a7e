"""Eight years of evidence: what its months lose is proven to be destroyed by rule, what is held can be handed over."""

import io
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.closing import Closing
from app.decisions.model import Disposition
from app.evidence import keep
from app.evidence.card import render_card
from app.evidence.objects import ObjectStore
from app.evidence.prove import Proof, prove
from app.expiry import Expiry
from app.messages import MessageId, PersonId
from app.old_months import OldMonths
from app.records import decisions, months
from app.records.database import Sessions
from app.rules.model import Label
from app.settings import Settings
from app.signals.policies import PolicyStore
from tests.api.builders import a_decision, a_seal, a_stored_message
from tests.api.calling import Api
from tests.evidence.test_card import some_content
from tests.evidence.test_prove import ISTANBUL
from tests.test_old_months import Months
from tests.world import FACEBOOK, World

YEAR = timedelta(days=365)
THREAT, INSULT = "Seni bulacağım, kapında bekliyorum", "siz tam bir şerefsizsiniz"


@dataclass(slots=True, kw_only=True)
class Years:
    """A service whose nights pass at once."""

    sessions: Sessions
    objects: ObjectStore
    world: World
    begun: datetime = field(default_factory=lambda: datetime.now(UTC))
    passed: timedelta = timedelta(0)

    def clock(self) -> datetime:
        return self.begun + self.passed

    async def until(self, passed: timedelta) -> None:
        """What every night does, so long after everything was sealed."""
        self.passed = passed
        policies = PolicyStore(self.sessions)
        await Expiry(
            sessions=self.sessions,
            objects=self.objects,
            policies=policies,
            platforms=(FACEBOOK,),
            clock=self.clock,
        ).carry_out_due()
        await OldMonths(
            sessions=self.sessions, deliveries_kept=YEAR, messages_kept=3 * YEAR, clock=self.clock
        ).end_due()
        await Closing(sessions=self.sessions, authority=None, zone=ISTANBUL, clock=self.clock).close_yesterday()

    async def sealed(self, words: str, label: Label, *, message: MessageId | None = None) -> MessageId:
        """A message that was taken down, sealed with its card, and looked at by a person."""
        if message is None:
            message = await a_stored_message(self.sessions, self.world.page, words, judged=False)
        await a_decision(self.sessions, message, labels=(label,), disposition="contain", text=words)
        seal = await a_seal(self.sessions, message)
        card = await self.objects.put(render_card(some_content(words)), "image/png")
        async with self.sessions.begin() as session:
            await keep.add_image(session, seal.id, card, kind="card", taken_at=self.begun)
            await decisions.store_human_decision(
                session,
                message,
                1,
                person_id=PersonId(self.world.people["director"]),
                disposition=Disposition.CONTAIN,
                reason="okundu",
            )
        return message

    async def prove(self) -> Proof:
        return await prove(self.sessions, self.objects, None)

    async def messages(self) -> list[int]:
        async with self.sessions() as session:
            return list(await session.scalars(text("select id from messages order by id")))


@pytest.fixture
async def years(sessions: Sessions, engine: AsyncEngine, world: World, settings: Settings) -> Years:
    made = Years(sessions=sessions, objects=ObjectStore(settings.evidence_store_url), world=world)
    await months.make_months(engine, now=made.begun)
    return made


async def handed_over(api: Api, message: MessageId) -> zipfile.ZipFile | int:
    """The file for the court, or the status that says why there is none."""
    answer = await api.post("director", "/v1/evidence/exports", {"reason": "Mahkemenin yazısı", "messages": [message]})
    return zipfile.ZipFile(io.BytesIO(answer.content)) if answer.status_code == 200 else answer.status_code


async def test_a_held_record_outlives_its_time_and_all_months_and_everything_stays_proven(
    api: Api, years: Years, engine: AsyncEngine
) -> None:
    came_in_march = await Months(years.sessions, engine, years.world).arrives()
    insult = await years.sealed(INSULT, Label.INSULT, message=came_in_march)
    threat = await years.sealed(THREAT, Label.THREAT)
    held = await api.post(
        "director", f"/v1/messages/{threat}/hold", {"reason": "Dava sürüyor", "case_number": "2026/7"}
    )
    assert held.is_success, held.text

    # Three years on the insult's evidence is destroyed by its rule, and its month dropped; the threat's month stays.
    await years.until(3 * YEAR + timedelta(days=40))
    proof = await years.prove()
    assert (proof.flaws, proof.destroyed) == ([], 1)
    assert await years.messages() == [threat]
    assert await handed_over(api, insult) in (404, 409)

    # Nine years on the threat's eight are over, and the court has not spoken.
    await years.until(9 * YEAR)
    proof = await years.prove()
    assert (proof.flaws, proof.destroyed) == ([], 1)
    packed = await handed_over(api, threat)
    assert isinstance(packed, zipfile.ZipFile)
    sealed = b"".join(packed.read(name) for name in packed.namelist() if name.endswith(".alanlar.jsonl"))
    assert THREAT in sealed.decode()
    assert any(name.startswith("goruntuler/") for name in packed.namelist())
    assert packed.read("rapor.pdf").startswith(b"%PDF")

    # The hold is lifted: the night after, evidence and month go, and the chain proves how.
    lifted = await api.call("director", "DELETE", f"/v1/messages/{threat}/hold")
    assert lifted.is_success, lifted.text
    await years.until(9 * YEAR + timedelta(days=3))
    await years.until(9 * YEAR + timedelta(days=4))
    proof = await years.prove()
    assert (proof.flaws, proof.destroyed) == ([], 2)
    assert await years.messages() == []
    assert await handed_over(api, threat) in (404, 409)
