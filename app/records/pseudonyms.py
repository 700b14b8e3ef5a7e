"""Keyed pseudonyms: they stand where an id was erased, so that what was erased does not come back (policy section 9).

The key is drawn once and lies in a table of its own. Whoever has it can test a guess; without it nobody can.
"""

import hashlib
import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.records.tables import erased_ids, pseudonym_keys

PREFIX = "silindi-"


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """Makes them, each the same for the same id."""

    key: bytes

    def of(self, platform: str, id: str) -> str:
        """What stands for an id of a platform."""
        named = f"{platform}\n{id}".encode("utf-8", "replace")
        return PREFIX + hmac.new(self.key, named, hashlib.sha256).hexdigest()[:32]


async def pseudonyms(session: AsyncSession) -> Pseudonyms:
    """With the key of this installation, which is drawn the first time."""
    await session.execute(
        text("insert into pseudonym_keys (id, key) values (1, :key) on conflict do nothing"),
        {"key": secrets.token_bytes(32)},
    )
    return Pseudonyms((await session.scalars(select(pseudonym_keys.c.key))).one())


async def remember(session: AsyncSession, names: Collection[str], *, at: datetime) -> None:
    """What bears one of these pseudonyms was erased."""
    await session.execute(
        text(
            "insert into erased_ids select name, cast(:at as timestamptz) from unnest(cast(:names as text[])) as name "
            "on conflict do nothing"
        ),
        {"names": list(names), "at": at},
    )


async def erased(session: AsyncSession, named: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Of these (platform, message's id), those that were erased. Where nothing ever was, one small look."""
    key = await session.scalar(select(pseudonym_keys.c.key))
    if key is None or not named:
        return set()
    made = {Pseudonyms(key).of(platform, id): (platform, id) for platform, id in named}
    found = await session.scalars(select(erased_ids.c.pseudonym).where(erased_ids.c.pseudonym.in_(made)))
    return {made[name] for name in found}
