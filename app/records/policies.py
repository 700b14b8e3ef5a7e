"""Policy versions, which one is active, and which texts the directorate has approved."""

import hashlib
import json
from typing import Any

from sqlalchemy import insert as plain_insert
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.decisions.model import PolicyVersion, TemplateKey
from app.decisions.policy import Policy, Template, load_policy
from app.messages import PersonId
from app.records.tables import policies, policy_activations, template_approvals


async def store(session: AsyncSession, policy: Policy, *, by: PersonId | None = None) -> PolicyVersion:
    """Store a version; storing it again changes nothing."""
    await session.execute(
        insert(policies)
        .values(version=policy.version, document=policy.model_dump(mode="json"), created_by=by)
        .on_conflict_do_nothing()
    )
    return policy.version


async def activate(session: AsyncSession, version: PolicyVersion, *, by: PersonId | None = None) -> None:
    """Make a stored version the one that all workers run."""
    await session.execute(plain_insert(policy_activations).values(version=version, activated_by=by))


async def active_version(session: AsyncSession) -> PolicyVersion | None:
    """The version activated last."""
    version = await session.scalar(
        select(policy_activations.c.version).order_by(policy_activations.c.id.desc()).limit(1)
    )
    return PolicyVersion(version) if version is not None else None


async def load(session: AsyncSession, version: PolicyVersion) -> Policy:
    """Load a version. Raises NoResultFound, or PolicyError where a document no longer holds."""
    document: dict[str, Any] = (
        await session.execute(select(policies.c.document).where(policies.c.version == version))
    ).scalar_one()
    return load_policy(document, stored_as=version)


def texts_digest(template: Template) -> str:
    """What an approval is bound to: a changed text needs a new one."""
    canonical = json.dumps(dict(template.texts), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


async def approve(session: AsyncSession, key: TemplateKey, template: Template, *, by: PersonId) -> None:
    """Record the directorate's approval of a template's present texts."""
    await session.execute(
        insert(template_approvals)
        .values(template=key, texts_digest=texts_digest(template), approved_by=by, approved_at=text("now()"))
        .on_conflict_do_nothing()
    )


async def approved_templates(session: AsyncSession, policy: Policy) -> frozenset[TemplateKey]:
    """The drafts of this policy whose present texts are approved."""
    rows = await session.execute(select(template_approvals.c.template, template_approvals.c.texts_digest))
    given = {(row.template, row.texts_digest) for row in rows}
    return frozenset(key for key, template in policy.templates.items() if (key, texts_digest(template)) in given)
