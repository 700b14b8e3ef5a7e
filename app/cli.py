"""The command `nobet`: everything that can be started."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import AccountKind

commands = typer.Typer(
    name="nobet",
    help="Nöbet: moderation for a university's social media.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

DataDir = Annotated[Path | None, typer.Option(help="Where data is kept (NOBET_DATA_DIR, default .nobet).")]


@commands.command()
def demo(
    api_port: Annotated[int, typer.Option(help="Port of the service.")] = 8000,
    sandbox_port: Annotated[int, typer.Option(help="Port of the simulated platforms.")] = 8090,
    data_dir: DataDir = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Start anew, without the data of the last time.")] = False,
    workers: Annotated[int, typer.Option(help="How many worker processes.")] = 1,
) -> None:
    """Run everything on this machine: database, service, workers, simulated platforms, people. Ctrl-C stops it."""
    from app.demo import run_demo

    raise typer.Exit(
        run_demo(api_port=api_port, sandbox_port=sandbox_port, data_dir=data_dir, fresh=fresh, workers=workers)
    )


@commands.command()
def serve(
    host: Annotated[str, typer.Option(envvar="NOBET_HOST", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="NOBET_PORT", help="Port to listen on.")] = 8000,
) -> None:
    """Run the HTTP service: webhooks, API, health."""
    from app.serve import serve as run

    run(host=host, port=port)


@commands.command()
def worker() -> None:
    """Run one worker. Start as many as you like, on as many machines."""
    import uvloop

    from app.logs import configure_logs
    from app.main import lasting_service
    from app.settings import Settings
    from app.worker import Worker

    settings = Settings()
    configure_logs(level=settings.log_level, form=settings.log_format)

    async def run() -> None:
        async with lasting_service(settings) as service:
            work = Worker(service)
            work.stop_on_signals()
            await work.run()

    uvloop.run(run())


@commands.command("token-key")
def token_key() -> None:
    """Make a key that encrypts access tokens (NOBET_TOKEN_KEYS)."""
    from app.vault import new_key

    typer.echo(new_key())


@commands.command()
def migrate() -> None:
    """Bring the database to this version's schema; give a new one its first policy."""
    from app.records.database import create_engine
    from app.records.migrate import migrate as run
    from app.settings import Settings

    async def go() -> None:
        engine = create_engine(Settings().require_database_url())
        try:
            await run(engine)
        finally:
            await engine.dispose()

    asyncio.run(go())
    print("The database is at the newest schema.")


@commands.command()
def account(
    platform: Annotated[str, typer.Argument(help="facebook, instagram …")],
    external_id: Annotated[str, typer.Argument(help="The account's id at the platform (Page id, Instagram id).")],
    handle: Annotated[str, typer.Option(help="Its name there, without @.")],
    kind: Annotated[AccountKind, typer.Option(help="Whose it is.")] = AccountKind.OFFICIAL,
    page_id: Annotated[str | None, typer.Option(help="Instagram: the Facebook Page it is linked to.")] = None,
) -> None:
    """Enter an account of the University, or correct it."""
    from app.admin import put_account

    async def put(session: AsyncSession) -> None:
        number = await put_account(
            session, platform=platform, external_id=external_id, handle=handle, kind=kind, page_id=page_id
        )
        print(f"Account {number}: {platform} {handle}. Its token goes into NOBET_{platform.upper()}__ACCESS_TOKENS.")

    _in_database(put)


@commands.command()
def person(
    email: Annotated[str, typer.Argument(help="By which the person is known.")],
    name: Annotated[str, typer.Option(help="As colleagues will see it.")],
    role: Annotated[str, typer.Option(help="responsible, specialist, director, security, sks, auditor …")],
    unit: Annotated[str | None, typer.Option(help="The unit whose notices they get.")] = None,
    account: Annotated[list[str] | None, typer.Option(help="A responsible's accounts, by their ids.")] = None,
    token: Annotated[bool, typer.Option(help="Print a new API token, or none for who signs in alone.")] = True,
    token_days: Annotated[int | None, typer.Option(min=1, help="For how long; else until it is revoked.")] = None,
    forget_sign_in: Annotated[
        bool, typer.Option("--forget-sign-in", help="Find the person by their address again at the next sign-in.")
    ] = False,
) -> None:
    """Enter a person, or correct one, and print a new API token; it is shown this once."""
    from app import admin
    from app.clock import utc_now
    from app.signing_in import entering

    async def put(session: AsyncSession) -> None:
        person_id = await admin.put_person(
            session, name=name, email=email, role=role, unit=unit, of_accounts=tuple(account or ())
        )
        if forget_sign_in:
            await entering.forget_sign_in(session, person_id, by=None)
        if token:
            print(await admin.make_token(session, person_id, days=token_days, now=utc_now()))

    _in_database(put)


@commands.command("person-leaves")
def person_leaves(email: Annotated[str, typer.Argument(help="By which the person is known.")]) -> None:
    """Let a person go: their sessions and tokens end at once, what they did stays on record."""
    from app.admin import let_go
    from app.clock import utc_now

    async def go(session: AsyncSession) -> None:
        sessions, tokens = await let_go(session, email, now=utc_now())
        print(f"{email} may do nothing any more: {sessions} sessions and {tokens} tokens ended.")

    _in_database(go)


@commands.command()
def policy(
    activate: Annotated[Path | None, typer.Option(help="A changed document to activate.")] = None,
) -> None:
    """Print the active policy document (texts, variables, routes, periods), or activate a changed one."""
    from app.admin import activate_document, active_document

    async def show_or_put(session: AsyncSession) -> None:
        if activate is None:
            print(await active_document(session))
        else:
            print(f"Active: {await activate_document(session, activate.read_text(encoding='utf-8'))}")

    _in_database(show_or_put)


@commands.command()
def sandbox() -> None:
    """Run the simulated platforms alone (settings NOBET_SANDBOX__…)."""
    from app.logs import configure_logs
    from app.sandbox.main import run
    from app.sandbox.settings import SandboxSettings

    settings = SandboxSettings()
    configure_logs()
    run(settings)


@commands.command()
def doctor() -> None:
    """Check settings, database, storage, tokens, routes, fonts, clock; say what to do about each."""
    from app.doctor import run_doctor

    raise typer.Exit(run_doctor())


@commands.command()
def verify() -> None:
    """Prove all evidence from the database and the objects: what was changed, removed or added, and from where on."""
    from app.evidence.objects import ObjectStore
    from app.evidence.prove import Proof, prove
    from app.evidence.stamp import read_certificates, stamped_at
    from app.records.database import create_engine, create_sessions
    from app.settings import Settings

    settings = Settings()
    believed = read_certificates(settings.timestamp.certificates) if settings.timestamp is not None else None

    async def go() -> Proof:
        engine = create_engine(settings.require_database_url())
        try:
            return await prove(
                create_sessions(engine),
                ObjectStore(settings.evidence_store_url),
                (lambda response, document: stamped_at(response, document, believed)) if believed else None,
            )
        finally:
            await engine.dispose()

    proof = asyncio.run(go())
    for sentence in proof.sentences():
        print(sentence)
    if proof.stamped and believed is None:
        print("The time stamps were not checked: NOBET_TIMESTAMP__CERTIFICATES is not set.")
    raise typer.Exit(1 if proof.flaws else 0)


@commands.command()
def evaluate() -> None:
    """Judge messages: JSON lines on standard input, JSON lines on standard output. Needs no database."""
    from app.decisions.policy import shipped_policy
    from app.evaluate import evaluate_lines
    from app.signals.classifier.classify import Classifier
    from app.signals.language import LanguageDetector

    classifier = Classifier()
    status = evaluate_lines(
        sys.stdin, sys.stdout, shipped_policy(), LanguageDetector(), classifier.score, classifier.offence
    )
    raise typer.Exit(status)


@commands.command()
def measure(
    folder: Annotated[Path, typer.Argument(help="The folder with messages/ and validation.jsonl.")] = Path("training"),
    write: Annotated[
        Path | None, typer.Option(help="Where to write what was found (app/decisions/shipped/tiers.toml).")
    ] = None,
) -> None:
    """Measure rules and classifier on labelled messages; set weights and thresholds from it."""
    from app.measuring.measure import measure_folder

    found = measure_folder(folder)
    print(found.table())
    if write is not None:
        write.write_text(found.as_toml(), encoding="utf-8")


@commands.command()
def parse(platform: Annotated[str, typer.Argument(help="facebook, instagram …")]) -> None:
    """Read a raw webhook body (or polled page) on standard input; write one normalised event a line."""
    from app.connectors.cli import parse_stdin

    raise typer.Exit(parse_stdin(platform, sys.stdin.buffer, sys.stdout))


def _in_database(do: Callable[[AsyncSession], Awaitable[None]]) -> None:
    """Run something in one transaction of the configured database."""
    from app.records.database import create_engine, create_sessions
    from app.settings import Settings

    async def go() -> None:
        engine = create_engine(Settings().require_database_url())
        try:
            async with create_sessions(engine).begin() as session:
                await do(session)
        finally:
            await engine.dispose()

    asyncio.run(go())


def main() -> None:
    """Entry point; a mistake in the settings is one sentence, not a traceback."""
    from app.errors import ModerationError

    try:
        commands()
    except ModerationError as error:
        sys.stderr.write(f"nobet: {error}\n")
        sys.exit(2)
