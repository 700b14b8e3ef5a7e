"""`nobet demo`: everything on one machine, each part a process of its own, as it would be for real."""

import asyncio
import json
import os
import secrets
import shutil
import signal
import socket
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from app.connectors import CONNECTORS
from app.demo_seed import ROLES, email_of, seed
from app.embedded import start_postgres
from app.records.database import create_engine
from app.records.migrate import migrate
from app.sandbox.platforms import SIMULATED
from app.settings import Settings
from app.vault import new_key

HOST = "127.0.0.1"
START_LIMIT_SECONDS = 90
STOP_LIMIT_SECONDS = 20
OURS = "demo-secrets.json"
# No webhook tells of a YouTube comment, so a visitor would wait two minutes for its effect. The demo's own project
# has the quota for asking so often: two channels, 4 units a poll, 17,280 polls a day. A real one has 10,000 units.
YOUTUBE_POLL_SECONDS = 4
YOUTUBE_DAILY_UNITS = 200_000


@dataclass(slots=True)
class Part:
    """One process of the demo."""

    name: str
    command: tuple[str, ...]
    is_door: bool = False
    process: asyncio.subprocess.Process | None = None


@dataclass(slots=True)
class Demo:
    """A running demo."""

    api_port: int
    sandbox_port: int
    data_dir: Path
    workers: int
    environment: dict[str, str] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def api(self) -> str:
        """Base URL of the service."""
        return f"http://{HOST}:{self.api_port}"

    @property
    def sandbox(self) -> str:
        """Base URL of the simulated platforms."""
        return f"http://{HOST}:{self.sandbox_port}"


def run_demo(*, api_port: int, sandbox_port: int, data_dir: Path | None, fresh: bool, workers: int) -> int:
    """Run the demo until it is interrupted; returns the exit code."""
    Settings()  # what every part would stumble over is told before anything is started
    folder = (data_dir or Path(os.environ.get("NOBET_DATA_DIR", ".nobet"))).absolute()
    for port in (api_port, sandbox_port):
        if not _is_free(port):
            _say(f"Port {port} is taken. Choose others: make demo ARGS='--api-port 8001 --sandbox-port 8091'")
            return 2
    if fresh and folder.exists():
        if not (folder / OURS).exists():
            _say(f"{folder} does not look like a demo's data folder; it is left as it is.")
            return 2
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    return asyncio.run(_run(Demo(api_port=api_port, sandbox_port=sandbox_port, data_dir=folder, workers=workers)))


async def _run(demo: Demo) -> int:
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, demo.stopping.set)
    ready_file = demo.data_dir / "demo.json"
    ready_file.unlink(missing_ok=True)
    _say("Nöbet demo: starting the database …")
    url, server = await asyncio.to_thread(_database, demo.data_dir)
    try:
        tokens = _tokens(demo.data_dir)
        password = _password(demo.data_dir)
        await _prepare(url, tokens, password)
        demo.environment = _environment(demo, url)
        _compose(demo)
        supervisors = [asyncio.create_task(_keep_running(demo, part)) for part in demo.parts if part.is_door]
        if await _until_ready(demo):
            # Whoever asks the platforms to tell us of news comes once there is somebody to be told.
            supervisors += [asyncio.create_task(_keep_running(demo, part)) for part in demo.parts if not part.is_door]
            ready_file.write_text(json.dumps(_ready(demo, tokens, password), indent=2))
            _welcome(demo, tokens, password)
            await demo.stopping.wait()
        _say("\nStopping …")
        demo.stopping.set()
        await _stop(demo)
        await asyncio.gather(*supervisors, return_exceptions=True)
    finally:
        ready_file.unlink(missing_ok=True)
        del server
    _say("Stopped. The data stays; the next start goes on with it.")
    return 0


def _database(folder: Path) -> tuple[str, object]:
    given = os.environ.get("NOBET_DATABASE_URL")
    return (given, None) if given else start_postgres(folder / "pg")


async def _prepare(url: str, tokens: Mapping[str, str], password: str) -> None:
    engine = create_engine(url)
    try:
        await migrate(engine)
        await seed(engine, tokens, password=password)
    finally:
        await engine.dispose()


def _tokens(folder: Path) -> dict[str, str]:
    """One API token per role, made once and kept readable for this user alone; the database has only their hashes."""
    path = folder / OURS
    if path.exists():
        kept: dict[str, str] = json.loads(path.read_text())
        return kept
    tokens = {role: f"nobet_demo_{role}_{secrets.token_urlsafe(24)}" for role in ROLES}
    _write_for_us_alone(path, json.dumps(tokens))
    return tokens


def _password(folder: Path) -> str:
    """With which all the demo's people sign in, made once."""
    path = folder / "demo-password"
    if not path.exists():
        _write_for_us_alone(path, secrets.token_urlsafe(9))
    return path.read_text()


def _ready(demo: Demo, tokens: Mapping[str, str], password: str) -> dict[str, object]:
    """What somebody who comes to the running demo needs."""
    return {
        "api": demo.api,
        "sandbox": demo.sandbox,
        "tokens": dict(tokens),
        "sign_in": {
            "url": f"{demo.api}/auth/login",
            "password": password,
            "emails": {role: email_of(role) for role in ROLES},
        },
    }


def _token_key(folder: Path) -> str:
    """The key under which accounts that are connected in the demo have their tokens encrypted."""
    path = folder / "demo-token.key"
    if not path.exists():
        _write_for_us_alone(path, new_key())
    return path.read_text()


def _write_for_us_alone(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)


def _environment(demo: Demo, url: str) -> dict[str, str]:
    """The settings of every part, as one would set them for real; what the caller set stays."""
    environment = dict(os.environ)
    ours = {
        "NOBET_ENVIRONMENT": "demo",
        "NOBET_LOCAL_ACCOUNTS": "true",
        "NOBET_DATABASE_URL": url,
        "NOBET_DATA_DIR": str(demo.data_dir),
        "NOBET_PUBLIC_URL": demo.api,
        "NOBET_SANDBOX__PORT": str(demo.sandbox_port),
        "NOBET_SANDBOX__WEBHOOK_URL": demo.api,
        "NOBET_SANDBOX__DATA_DIR": str(demo.data_dir / "sandbox"),
    }
    for platform, simulated in SIMULATED.items():
        for name, value in simulated.settings(demo.sandbox).items():
            text = value if isinstance(value, str) else json.dumps(value)
            ours[f"NOBET_{platform.upper()}__{name.upper()}"] = text
    if "NOBET_SMTP__HOST" not in environment:
        smtp_port = str(_free_port())
        ours |= {"NOBET_SANDBOX__SMTP_PORT": smtp_port, "NOBET_SMTP__HOST": HOST, "NOBET_SMTP__PORT": smtp_port}
    environment.setdefault("NOBET_SMTP__SENDER", "nobet@ornek.edu.tr")
    # A unit's hook may be tried against a receiver on this machine.
    environment.setdefault("NOBET_OUTWARD_PRIVATE_HOSTS", "localhost,127.0.0.1")
    environment.setdefault("NOBET_TOKEN_KEYS", _token_key(demo.data_dir))
    environment.setdefault("NOBET_LOG_LEVEL", "warning")
    usual = {str(connector.name): connector.poll_every.total_seconds() for connector in CONNECTORS}
    environment.setdefault("NOBET_POLL_EVERY", json.dumps(usual | {"youtube": YOUTUBE_POLL_SECONDS}))
    for name in ("NOBET_YOUTUBE__DAILY_UNITS", "NOBET_SANDBOX__YOUTUBE_DAILY_UNITS"):
        environment.setdefault(name, str(YOUTUBE_DAILY_UNITS))
    return environment | ours


def _compose(demo: Demo) -> None:
    nobet = (sys.executable, "-m", "app")
    demo.parts = [
        Part("sandbox", (*nobet, "sandbox"), is_door=True),
        Part("service", (*nobet, "serve", "--host", HOST, "--port", str(demo.api_port)), is_door=True),
        *(Part(f"worker-{number}", (*nobet, "worker")) for number in range(1, demo.workers + 1)),
    ]


async def _keep_running(demo: Demo, part: Part) -> None:
    """Start a part, and start it again when it dies, until the demo stops."""
    log_path = demo.data_dir / f"{part.name}.log"
    while not demo.stopping.is_set():
        with log_path.open("ab") as output:
            part.process = await asyncio.create_subprocess_exec(
                *part.command,
                env=demo.environment,
                stdout=output,
                stderr=output,
                stdin=asyncio.subprocess.DEVNULL,
                # Ctrl-C is for us; we stop the parts in order.
                start_new_session=True,
            )
            code = await part.process.wait()
        if not demo.stopping.is_set():
            _say(f"{part.name} ended with code {code} and is started again (see {log_path})")
            await asyncio.sleep(0.5)


async def _until_ready(demo: Demo) -> bool:
    """Wait until the service and the sandbox answer; False where that takes too long or the user stops it."""
    deadline = time.monotonic() + START_LIMIT_SECONDS
    async with httpx.AsyncClient(timeout=5) as http:
        while time.monotonic() < deadline and not demo.stopping.is_set():
            with suppress(httpx.HTTPError):
                answers = [await http.get(f"{demo.api}/health/live"), await http.get(f"{demo.sandbox}/control/calls")]
                if all(answer.is_success for answer in answers):
                    return True
            await asyncio.sleep(0.2)
    if not demo.stopping.is_set():
        _say(f"The parts did not start in {START_LIMIT_SECONDS} s; their logs are in {demo.data_dir}.")
    return False


async def _stop(demo: Demo) -> None:
    """Stop the parts as an operator would: first who brings work, then who does it."""
    for part in demo.parts:
        process = part.process
        if process is None or process.returncode is not None:
            continue
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), STOP_LIMIT_SECONDS)
        except TimeoutError:
            with suppress(ProcessLookupError):
                process.kill()


def _welcome(demo: Demo, tokens: Mapping[str, str], password: str) -> None:
    emails = "\n".join(f"    {email_of(role):<32} {role}" for role in ROLES)
    _say(
        f"""
Nöbet is on watch.

  Simulated platforms   {demo.sandbox}/            write comments and messages as a visitor
  Sent notices          {demo.sandbox}/mailbox
  API and its manual    {demo.api}/docs
  Health                {demo.api}/health/ready

  Sign in               {demo.api}/auth/login
    the password of all is {password}
{emails}

  API tokens for programs (Authorize in /docs):
    director    {tokens["director"]}
    specialist  {tokens["specialist"]}
    all roles   {demo.data_dir / "demo.json"}

Ctrl-C stops everything; the next start goes on with the same data (--fresh starts anew).
"""
    )


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()
