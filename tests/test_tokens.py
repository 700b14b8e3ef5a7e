"""Access tokens: encrypted at rest, renewed by one process at a time, their end told in time."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from app.connectors.base import Grant
from app.errors import TokenRejectedError
from app.messages import Account, PlatformName
from app.records import notifications, tokens
from app.records.database import Sessions
from app.tokens import AccountTokens
from app.vault import Vault, VaultError, new_key
from tests.world import make_world

FACEBOOK = PlatformName("facebook")
HOUR = timedelta(hours=1)
START = datetime(2026, 11, 2, 9, tzinfo=UTC)


@dataclass
class HandClock:
    now: datetime = START

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Renewals:
    """A platform that renews: every refresh token once, as X does."""

    taken: list[str] = field(default_factory=list)
    refuses: bool = False

    async def __call__(self, refresh_token: str) -> Grant:
        await asyncio.sleep(0.05)
        if self.refuses or refresh_token in self.taken:
            raise TokenRejectedError("facebook", "renew", "invalid_grant")
        self.taken.append(refresh_token)
        number = len(self.taken)
        return Grant(access_token=f"erişim-{number}", refresh_token=f"yenileme-{number}", expires_at=START + 2 * HOUR)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def renewals() -> Renewals:
    return Renewals()


@pytest.fixture
async def account(sessions: Sessions) -> Account:
    return (await make_world(sessions)).page


def book(sessions: Sessions, clock: HandClock, renewals: Renewals | None = None, **more: object) -> AccountTokens:
    """What one process has; two of them share the database alone."""
    made: dict[str, object] = {
        "sessions": sessions,
        "vault": Vault([KEY]),
        "fixed": {},
        "renewers": {FACEBOOK: renewals} if renewals is not None else {},
        "clock": clock,
    }
    return AccountTokens(**made | more)  # type: ignore[arg-type]


KEY = new_key()
FIRST = Grant(access_token="erişim-0", refresh_token="yenileme-0", expires_at=START + HOUR)


async def test_who_reads_the_table_opens_nothing(sessions: Sessions, clock: HandClock, account: Account) -> None:
    await book(sessions, clock).keep(account.id, FIRST, at=clock())

    async with sessions() as session:
        dumped = str((await session.execute(text("select * from account_tokens"))).all())
    assert "erişim" not in dumped
    assert "yenileme" not in dumped
    assert await book(sessions, clock).of(account).token() == "erişim-0"


async def test_a_token_is_renewed_before_it_ends(
    sessions: Sessions, clock: HandClock, renewals: Renewals, account: Account
) -> None:
    tokens_ = book(sessions, clock, renewals)
    await tokens_.keep(account.id, FIRST, at=clock())
    token = tokens_.of(account)
    before = await token.token()
    clock.now += HOUR - timedelta(minutes=1)

    assert (before, await token.token()) == ("erişim-0", "erişim-1")
    assert renewals.taken == ["yenileme-0"]


async def test_two_processes_renew_once(
    sessions: Sessions, clock: HandClock, renewals: Renewals, account: Account
) -> None:
    one, other = (book(sessions, clock, renewals).of(account) for _ in range(2))
    await book(sessions, clock).keep(account.id, FIRST, at=clock())
    assert [await one.token(), await other.token()] == ["erişim-0"] * 2

    renewed = [*await asyncio.gather(one.renewed("erişim-0"), other.renewed("erişim-0"))]

    assert renewed == ["erişim-1", "erişim-1"]
    assert renewals.taken == ["yenileme-0"]


async def test_a_dead_token_is_on_record_until_the_account_is_connected_anew(
    sessions: Sessions, clock: HandClock, renewals: Renewals, account: Account
) -> None:
    tokens_ = book(sessions, clock, renewals)
    await tokens_.keep(account.id, FIRST, at=clock())
    renewals.refuses = True

    with pytest.raises(TokenRejectedError):
        await tokens_.of(account).renewed("erişim-0")
    dead = (await tokens_.access_of([account]))[account.id]
    await tokens_.keep(account.id, Grant(access_token="erişim-9"), at=clock())
    alive = (await tokens_.access_of([account]))[account.id]

    assert (dead.is_there, dead.is_rejected) == (True, True)
    assert (alive.is_rejected, await tokens_.of(account).token()) == (False, "erişim-9")


async def test_without_a_stored_token_that_of_the_settings_serves(
    sessions: Sessions, clock: HandClock, account: Account
) -> None:
    fixed = {(account.platform, str(account.external_id)): "ayarlardan"}

    assert await book(sessions, clock, fixed=fixed).of(account).token() == "ayarlardan"
    with pytest.raises(TokenRejectedError):
        await book(sessions, clock, fixed=fixed).of(account).renewed("ayarlardan")
    with pytest.raises(TokenRejectedError):
        await book(sessions, clock).of(account).token()


async def test_a_token_that_a_person_stores_takes_the_place_of_the_settings(
    sessions: Sessions, clock: HandClock, account: Account
) -> None:
    tokens_ = book(sessions, clock, fixed={(account.platform, str(account.external_id)): "ayarlardan"})
    token = tokens_.of(account)
    before = await token.token()

    await tokens_.keep(account.id, FIRST, at=clock())
    clock.now += timedelta(minutes=1)

    assert (before, await token.token()) == ("ayarlardan", "erişim-0")


async def test_a_renewal_that_gives_no_new_refresh_token_keeps_the_old(
    sessions: Sessions, clock: HandClock, account: Account
) -> None:
    async def renew(refresh_token: str) -> Grant:
        return Grant(access_token=f"von-{refresh_token}", expires_at=START + HOUR)

    tokens_ = book(sessions, clock, renewers={FACEBOOK: renew})
    await tokens_.keep(account.id, FIRST, at=clock())

    assert await tokens_.of(account).renewed("erişim-0") == "von-yenileme-0"
    assert await tokens_.of(account).renewed("von-yenileme-0") == "von-yenileme-0"


async def test_the_end_is_told_at_every_mark_once(sessions: Sessions, clock: HandClock, account: Account) -> None:
    tokens_ = book(sessions, clock)
    await tokens_.keep(account.id, Grant(access_token="a", expires_at=START + timedelta(days=60)), at=clock())

    counts = []
    for days in (40, 6, 0, 8, 3, 2):  # 20, 14, 14, 6, 3 and 1 days are left
        clock.now += timedelta(days=days)
        await tokens_.warn_of_ends()
        async with sessions() as session:
            counts.append(
                (await session.execute(text("select count(*) from notifications where kind = 'token_ends'"))).scalar()
            )

    assert counts == [0, 1, 1, 2, 3, 4]


async def test_a_notice_of_the_end_names_the_account(sessions: Sessions, clock: HandClock, account: Account) -> None:
    tokens_ = book(sessions, clock)
    await tokens_.keep(account.id, Grant(access_token="a", expires_at=START + timedelta(days=5)), at=clock())

    await tokens_.warn_of_ends()

    async with sessions() as session:
        number = (await session.execute(text("select id from notifications"))).scalar_one()
        notice = await notifications.load(session, number)
    assert (notice.platform, notice.account_handle, notice.message_id) == ("facebook", "ieu", None)


async def test_a_key_is_replaced_without_a_gap(sessions: Sessions, clock: HandClock, account: Account) -> None:
    await book(sessions, clock).keep(account.id, FIRST, at=clock())
    newer = new_key()

    async with sessions.begin() as session:
        assert await tokens.reseal(session, Vault([newer, KEY]).reseal) == 1

    assert await book(sessions, clock, vault=Vault([newer])).of(account).token() == "erişim-0"
    with pytest.raises(TokenRejectedError):
        await book(sessions, clock, vault=Vault([KEY])).of(account).token()


def test_what_was_changed_does_not_open() -> None:
    vault = Vault([KEY])
    sealed = bytearray(vault.seal("gizli"))
    sealed[20] ^= 1

    with pytest.raises(VaultError):
        vault.open(bytes(sealed))
    with pytest.raises(VaultError):
        Vault([]).seal("gizli")
    with pytest.raises(VaultError):
        Vault(["kısa"])
