"""The files around the code say what the code says."""

import json
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml  # type: ignore[import-untyped]  # PyYAML ships no types; it is read here and nowhere else

from app.evidence.fonts import OTHER_PACKAGE, PACKAGES
from app.evidence.pages.chromium import FLAGS, NAMES
from app.settings import Settings

ROOT = Path(__file__).parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
BROWSER = next(stage for stage in DOCKERFILE.split("FROM ") if " AS browser\n" in stage)


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    return content


class Alive(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/health/live" else 404)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def service_port() -> Iterator[int]:
    with HTTPServer(("127.0.0.1", 0), Alive) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def health_check(stage: str) -> list[str]:
    found = re.search(r"^HEALTHCHECK .*\\\n +CMD (\[.*\])$", stage, re.MULTILINE)
    assert found is not None
    command: list[str] = json.loads(found[1])
    return command


def run_health_check(port: int) -> int:
    command = [sys.executable, *health_check(DOCKERFILE.split("FROM ")[-1])[1:]]  # the Dockerfile's own
    return subprocess.run(command, env={"NOBET_PORT": str(port)}, capture_output=True, check=False).returncode  # noqa: S603


def test_the_image_carries_every_font_that_the_doctor_asks_for() -> None:
    for stage in (DOCKERFILE.split("FROM ")[-1], BROWSER):
        installed = set(re.findall(r"^ +(fonts-[a-z-]+)", stage, re.MULTILINE))

        assert installed == {*PACKAGES.values(), OTHER_PACKAGE}


def test_the_browsers_image_has_a_browser_that_starts_as_ours_does() -> None:
    program = re.search(r"& (\S+) [^&]+ & wait -n", BROWSER)
    started = json.loads(
        (re.search(r"^CMD (\[.*?\])$", BROWSER, re.MULTILINE | re.DOTALL) or [""])[1].replace("\\\n", "")
    )

    assert program is not None
    assert program[1] in NAMES
    assert re.search(rf"^ +{program[1]} ", BROWSER, re.MULTILINE)
    assert set(FLAGS) <= set(started)
    assert re.search(r"^USER browser$", BROWSER, re.MULTILINE)


class Debugging(Alive):
    """Says what a Chromium says there."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"webSocketDebuggerUrl": "ws://127.0.0.1/devtools/browser/1"}')


@pytest.mark.parametrize(("answers", "passes"), [(Debugging, True), (Alive, False)])
def test_the_browsers_health_check_passes_while_it_takes_commands(
    answers: type[BaseHTTPRequestHandler], *, passes: bool
) -> None:
    with HTTPServer(("127.0.0.1", 0), answers) as server:
        threading.Thread(target=server.handle_request).start()
        command = [word.replace("9222", str(server.server_port)) for word in health_check(BROWSER)]
        done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603

    assert (done.returncode == 0) == passes


def test_the_browser_reaches_the_workers_and_nothing_else(compose: dict[str, Any]) -> None:
    browser = compose["services"]["browser"]

    assert compose["networks"]["pages"] == {"internal": True}
    assert browser["networks"] == ["pages"]
    assert {name for name, one in compose["services"].items() if "pages" in one.get("networks", [])} == {
        "browser",
        "worker",
    }
    assert not {"secrets", "volumes", "ports", "env_file"} & browser.keys()
    assert browser["read_only"]
    assert browser["cap_drop"] == ["ALL"]
    assert browser["security_opt"] == ["no-new-privileges:true"]
    assert browser["mem_limit"]
    assert browser["cpu_shares"] < 1024
    for name in ("service", "worker"):
        assert compose["services"][name]["environment"] == {"NOBET_CHROMIUM_CDP": "http://browser:9222"}


def test_the_health_check_passes_while_the_service_lives(service_port: int) -> None:
    assert run_health_check(service_port) == 0


def test_the_health_check_fails_when_nothing_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]

    assert run_health_check(port) != 0


def test_everything_that_the_image_is_built_from_is_let_into_the_build() -> None:
    allowed = set(re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text(encoding="utf-8"), re.MULTILINE))
    copied = {
        source.removeprefix("./")
        for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
        for source in line.split()[:-1]
    }

    assert copied == allowed


def test_the_image_runs_as_nobody_special() -> None:
    final = DOCKERFILE.split("FROM ")[-1]

    assert re.search(r"^USER nobet$", final, re.MULTILINE)
    assert re.search(r"^ENTRYPOINT \[\"nobet\"\]$", final, re.MULTILINE)
    assert re.search(r"^CMD \[\"serve\"\]$", final, re.MULTILINE)


def test_service_worker_and_migrations_are_one_image(compose: dict[str, Any]) -> None:
    ours = {name: service for name, service in compose["services"].items() if name not in ("postgres", "browser")}

    assert {name: service["command"] for name, service in ours.items()} == {
        "migrate": ["migrate"],
        "service": ["serve"],
        "worker": ["worker"],
    }
    assert len({service["image"] for service in ours.values()}) == 1
    for service in ours.values():
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]


def test_nothing_starts_before_the_migrations_are_done(compose: dict[str, Any]) -> None:
    for name in ("service", "worker"):
        assert compose["services"][name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_only_the_service_has_a_port_and_only_on_this_machine(compose: dict[str, Any]) -> None:
    ports = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}

    assert ports == {"service": ["127.0.0.1:8000:8000"]}


def test_every_secret_comes_from_a_file_and_is_a_setting(compose: dict[str, Any]) -> None:
    used = {secret for service in compose["services"].values() for secret in service.get("secrets", ())}

    assert used == compose["secrets"].keys()
    for name, secret in compose["secrets"].items():
        assert secret == {"file": f"secrets/{name}"}
        if name.startswith("nobet_"):
            assert is_setting(name.removeprefix("nobet_"))


def is_setting(name: str) -> bool:
    model: Any = Settings
    for part in name.split("__"):
        field = model.model_fields.get(part)
        if field is None:
            return False
        # What may be left out is a union with None.
        model = next(iter(get_args(field.annotation)), field.annotation)
    return True


def test_the_licence_is_the_one_that_the_package_names() -> None:
    assert "Apache License\n                           Version 2.0, January 2004" in (ROOT / "LICENSE").read_text()
