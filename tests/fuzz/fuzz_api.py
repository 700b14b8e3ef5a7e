"""Schemathesis over the whole OpenAPI document, as each role, against the running service with its worker."""

import asyncio
import sys
from pathlib import Path

import pytest

from app.demo_seed import ROLES
from tests.flow import COMPLAINT, INSULT, NEUTRAL, PRIVATE_DATA, SELF_HARM, THREAT, Flow
from tests.fuzz.seeds import SEED

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "unsupported_method",  # but not allow_header_conformance: /policies/evaluate is one of /policies/{version} too
    "ignored_auth",
)
# Wrong requests are refused by the same code whoever sends them: one role, which may do the most, tries them all, and
# every other looks for what its own rights and its own view of things lead to.
THOROUGH = "director"
PHASES = {True: ("examples,coverage,fuzzing", 25), False: ("examples,fuzzing", 8)}
LIMIT_SECONDS = 540
CONFIGURATION = Path(__file__).with_name("schemathesis.toml")


async def _something_to_see(flow: Flow) -> None:
    """Messages of every kind, so that small numbers are ids of something."""
    for words in (COMPLAINT, INSULT, NEUTRAL, PRIVATE_DATA, SELF_HARM, THREAT):
        await flow.decided(await flow.comment(words))
        await flow.decided(await flow.dm(words))


# The longest first, beside which the others are done.
@pytest.mark.parametrize("role", sorted(ROLES, key=lambda role: role != THOROUGH))
async def test_every_answer_is_one_that_the_document_foresees(flow: Flow, role: str, tmp_path: Path) -> None:
    await _something_to_see(flow)
    phases, examples = PHASES[role == THOROUGH]
    address = str(flow.api.base_url).rstrip("/")

    process = await asyncio.create_subprocess_exec(
        *(str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(CONFIGURATION), "--no-color"),
        *("run", f"{address}/openapi.json"),
        *("--header", f"Authorization: Bearer {role}", "--seed", str(SEED), "--checks", ",".join(CHECKS)),
        *("--max-examples", str(examples), "--phases", phases, "--generation-database", "none"),
        # The caller would end its own token.
        *("--exclude-path", "/v1/tokens/{id}"),
        *("--continue-on-failure", "--request-timeout", "20", "--max-response-time", "10", "--workers", "2"),
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        told, _ = await asyncio.wait_for(process.communicate(), LIMIT_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
        raise AssertionError(f"not done in {LIMIT_SECONDS} s") from None

    assert process.returncode == 0, told.decode()
