"""Activating a policy version: one person wishes it, another approves, and nothing known speaks against it."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.cases import CaseRun, Cases
from app.clock import Clock
from app.decisions import recipients
from app.decisions.model import PolicyVersion
from app.decisions.policy import Policy
from app.decisions.safeguards import LEAST_RECALL
from app.errors import ModerationError
from app.messages import PersonId
from app.records import audit, backtests, policies, proposals
from app.records.database import Sessions
from app.records.recipients import reach

# A version may lose this many messages of danger to chance; more than that, and more than a twentieth, is a pattern.
DANGER_BY_CHANCE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """Why a version may not be activated: what it is about, a sentence in Turkish and English, and messages."""

    about: str
    turkish: str
    english: str
    messages: tuple[int, ...] = ()


class NotReadyError(ModerationError):
    """A version that may not be activated, or not like this; each obstacle is a sentence for the person."""

    def __init__(self, *obstacles: Obstacle) -> None:
        super().__init__("; ".join(obstacle.english for obstacle in obstacles))
        self.obstacles = obstacles


@dataclass(frozen=True, slots=True, kw_only=True)
class Activation:
    """Carries the two persons' wish and approval into the records; all workers then take the version up."""

    sessions: Sessions
    cases: Cases
    clock: Clock

    async def wish(self, version: PolicyVersion, *, by: PersonId, reason: str) -> None:
        """Record the first person's wish. Raises NotReadyError; NoResultFound for an unknown version."""
        policy, run = await self._tried(version)
        async with self.sessions.begin() as session:
            active = await self._active(session, version)
            is_roll_back = await proposals.was_active(session, version)
            await self._refuse_unready(session, policy, run, is_roll_back=is_roll_back)
            waiting = await proposals.open_wish(session, version)
            if waiting is not None and waiting["from_version"] == active:
                raise NotReadyError(_fault("version", "Bu sürüm zaten onay bekliyor.", "it waits for approval already"))
            if waiting is not None:
                await proposals.withdraw(session, waiting["id"], at=self.clock())
            await proposals.wish(
                session,
                version,
                from_version=active,
                is_roll_back=is_roll_back,
                reason=reason,
                by=by,
                at=self.clock(),
            )
            await audit.note(
                session,
                by=by,
                act="policy.wish",
                subject=f"policy/{version}",
                detail={"reason": reason, "from": active, "is_roll_back": is_roll_back},
            )

    async def approve(self, version: PolicyVersion, *, by: PersonId) -> None:
        """Record the second person's approval and activate the version. Raises NotReadyError."""
        policy, run = await self._tried(version)
        async with self.sessions.begin() as session:
            active = await self._active(session, version)
            waiting = await proposals.open_wish(session, version)
            if waiting is None:
                raise NotReadyError(_fault("version", "Bu sürüm onay beklemiyor.", "nobody wishes to activate it"))
            if waiting["wished_by"] == by:
                raise NotReadyError(
                    _fault("person", "İsteyenden başka bir kişi onaylamalıdır.", "another person must approve")
                )
            if not waiting["is_wisher_active"]:
                raise NotReadyError(
                    _fault(
                        "person",
                        "İsteyen kişi artık görevde değil; sürüm yeniden istenmelidir.",
                        "who wished it is no longer active; it must be wished anew",
                    )
                )
            if waiting["from_version"] != active:
                raise NotReadyError(
                    _fault(
                        "version",
                        "Bu arada başka bir sürüm yürürlüğe girdi; yeniden istenmelidir.",
                        "another version was activated meanwhile; it must be wished anew",
                    )
                )
            await self._refuse_unready(session, policy, run, is_roll_back=waiting["is_roll_back"])
            await proposals.approve(session, waiting["id"], by=by, at=self.clock())
            await policies.activate(session, version, by=waiting["wished_by"])
            await audit.note(
                session,
                by=by,
                act="policy.activate",
                subject=f"policy/{version}",
                detail={"wished_by": waiting["wished_by"], "reason": waiting["reason"], "from": active},
            )

    async def withdraw(self, version: PolicyVersion, *, by: PersonId) -> None:
        """Take a wish back before it is approved. Raises NotReadyError where there is none."""
        async with self.sessions.begin() as session:
            # Whoever approves in this moment was faster or comes too late, and is told so.
            await proposals.one_at_a_time(session)
            waiting = await proposals.open_wish(session, version)
            if waiting is None:
                raise NotReadyError(_fault("version", "Bu sürüm onay beklemiyor.", "nobody wishes to activate it"))
            await proposals.withdraw(session, waiting["id"], at=self.clock())
            await audit.note(session, by=by, act="policy.withdraw", subject=f"policy/{version}")

    async def _tried(self, version: PolicyVersion) -> tuple[Policy, CaseRun]:
        async with self.sessions() as session:
            policy = await policies.load(session, version)
        return policy, await self.cases.run(policy)

    async def _active(self, session: AsyncSession, version: PolicyVersion) -> PolicyVersion:
        await proposals.one_at_a_time(session)
        active = await policies.active_version(session)
        if active is None or active == version:
            raise NotReadyError(_fault("version", "Bu sürüm zaten yürürlükte.", "it is active already"))
        return active

    async def _refuse_unready(self, session: AsyncSession, policy: Policy, run: CaseRun, *, is_roll_back: bool) -> None:
        """What was active before may come back at once: then something is wrong with what came after it."""
        if is_roll_back:
            return
        tested = await backtests.find(session, policy.version)
        found = await backtests.figures(session, tested["id"]) if tested is not None else []
        samples = await backtests.samples(session, tested["id"]) if tested is not None else {}
        sums = {name: sum(account[name] for account in found) for name in _COUNTED}
        there_are = await reach(session)
        nobody = [
            _fault(remark.place, remark.turkish, remark.english)
            for remark in (*recipients.unknown(policy, there_are), *recipients.unheard(policy, there_are))
        ]
        if obstacles := (*nobody, *obstacles_of(run, is_tested=tested is not None, sums=sums, samples=samples)):
            raise NotReadyError(*obstacles)


_COUNTED = ("opinions_taken_down", "danger_missed", "danger_seen")


def obstacles_of(
    run: CaseRun, *, is_tested: bool, sums: dict[str, int], samples: dict[str, list[int]]
) -> tuple[Obstacle, ...]:
    """What speaks against a version: failing cases, no finished backtest, or what that found. Pure."""
    found = []
    if run.failures:
        numbers = ", ".join(str(failure.case_id) for failure in run.failures)
        found.append(
            _fault("cases", f"Şu deneme örnekleri yanlış sonuçlanıyor: {numbers}.", f"these cases fail: {numbers}")
        )
    if not is_tested:
        found.append(
            _fault(
                "backtest",
                "Bu sürüm geçmiş mesajlarda denenmedi; önce backtest başlatıp bitmesini bekleyin.",
                "no backtest of this version has finished",
            )
        )
    if opinions := sums.get("opinions_taken_down", 0):
        found.append(
            Obstacle(
                about="backtest.opinions_taken_down",
                turkish=(
                    f"Geçmişte yerinde kalan {opinions} eleştiri, övgü, şikâyet ya da iddiayı kaldıracak ya da "
                    "gizleyecekti (6.4.3, 6.4.5)."
                ),
                english=f"it would have taken down {opinions} messages of opinion that stayed",
                messages=tuple(samples.get("opinions_taken_down", ())),
            )
        )
    missed, seen = sums.get("danger_missed", 0), sums.get("danger_seen", 0)
    if missed > DANGER_BY_CHANCE and missed > (1 - LEAST_RECALL) * seen:
        found.append(
            Obstacle(
                about="backtest.danger_missed",
                turkish=f"Geçmişte görülen {seen} tehlikeli mesajın {missed} tanesini görmeyecekti (6.4.12, 6.4.15).",
                english=f"of {seen} messages of self-harm or threat it would have missed {missed}",
                messages=tuple(samples.get("danger_missed", ())),
            )
        )
    return tuple(found)


def _fault(about: str, turkish: str, english: str) -> Obstacle:
    return Obstacle(about=about, turkish=turkish, english=english)
