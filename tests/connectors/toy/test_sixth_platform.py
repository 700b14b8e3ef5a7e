"""A sixth platform is a folder and a line: a copy of the service gets both, and nothing else is touched."""

import asyncio
import json
import os
import shutil
import sys
from pathlib import Path

import app

APP = Path(app.__file__).parent
HERE = Path(__file__).parent
LINE = "    youtube.CONNECTOR,\n"


def copy_with_toy(folder: Path) -> Path:
    """A copy of the service with the toy platform; what is large in it is only linked."""
    copied = folder / "copy"
    model = Path("signals") / "classifier" / "model"
    shutil.copytree(APP, copied / "app", ignore=shutil.ignore_patterns("__pycache__", "model"))
    (copied / "app" / model).symlink_to(APP / model)
    for name in ("migrations", "tests"):
        (copied / name).symlink_to(APP.parent / name)
    shutil.copytree(HERE / "toy", copied / "app" / "connectors" / "toy")
    listed = copied / "app" / "connectors" / "__init__.py"
    text = listed.read_text()
    assert LINE in text
    text = text.replace(LINE, f"{LINE}    toy.CONNECTOR,\n")
    listed.write_text(text.replace("linkedin, x, youtube\n", "linkedin, toy, x, youtube\n"))
    return copied


async def run(copied: Path, *arguments: str, given: bytes = b"") -> bytes:
    """Run a Python program within the copy; its standard output."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        cwd=copied,
        env=dict(os.environ) | {"PYTHONPATH": str(copied), "NOBET_LOG_LEVEL": "error"},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate(given)
    assert process.returncode == 0, errors.decode()[-3000:]
    return output


async def test_a_folder_and_a_line_make_a_platform(database_url: str, tmp_path: Path) -> None:
    copied = copy_with_toy(tmp_path)

    comment = {"id": "c1", "author": "a1", "text": "Merhaba", "post": "p1"}
    body = json.dumps({"page": "page-1", "comment": comment}).encode()
    event = json.loads(await run(copied, "-m", "app", "parse", "toy", given=body))
    assert (event["platform"], event["event"], event["text"]) == ("toy", "created", "Merhaba")

    output = await run(copied, "-m", "tests.connectors.toy.drive", database_url, str(tmp_path / "data"))
    found = json.loads(output.splitlines()[-1])
    assert found == {"forged": 401, "taken": 200, "state": "hidden", "calls": ["PUT /comments/c1/hidden"]}
