"""docs/performance.md: a section for each benchmark, written by the run that measured it."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from textwrap import fill

PAGE = Path(__file__).parents[2] / "docs" / "performance.md"

INTRODUCTION = """\
# Performance

How fast the service is, as ratios. Each figure stands beside a baseline that was measured in the same run, by turns,
on the same machine: a slow or busy machine slows both. Nothing here is asserted in tests; a ratio that fell is looked
into.

    make bench                            # measures everything and prints it, some minutes
    make bench ARGS="way hide"            # only these
    make bench ARGS="--write"             # also writes this page; a section that was not measured stays as it was
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One row: what was measured, what came of it, what is aimed at, and the numbers behind it."""

    what: str
    measured: str
    aim: str
    numbers: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """What one benchmark found. `name` is its word on the command line, `about` explains it to who runs the service."""

    name: str
    title: str
    about: str
    figures: Sequence[Figure]

    def lines(self) -> str:
        """For a terminal."""
        return "\n".join(
            f"{self.name:<8} {figure.measured:>10}  {figure.what} (aim: {figure.aim}): {figure.numbers}"
            for figure in self.figures
        )

    def markdown(self, conditions: str) -> str:
        """For the page."""
        rows = "\n".join(f"| {one.what} | {one.measured} | {one.aim} | {one.numbers} |" for one in self.figures)
        head = "| what | measured | aim | in numbers |\n|---|---|---|---|"
        return (
            f"## {self.title}\n\n{fill(self.about, 120)}\n\n{head}\n{rows}\n\n"
            f'`make bench ARGS="{self.name} --write"`, {conditions}.\n'
        )


def conditions() -> str:
    """When and on what it was measured; the load says how busy the machine was with other things."""
    cores, load = os.cpu_count(), os.getloadavg()[0]
    return (
        f"{date.today().isoformat()}, {cores} cores ({_processor()}), {platform.system()}, "  # noqa: DTZ011  (the machine's own day)
        f"Python {platform.python_version()}, load {load:.1f} before it began"
    )


def write(sections: Sequence[tuple[Section, str]], page: Path = PAGE) -> None:
    """Put these sections, each with its conditions, into the page; what others wrote there stays."""
    there = _sections(page.read_text(encoding="utf-8")) if page.exists() else {}
    there |= {section.title: section.markdown(measured_on) for section, measured_on in sections}
    page.write_text("\n".join([INTRODUCTION, *there.values()]), encoding="utf-8")


def _sections(text: str) -> dict[str, str]:
    """The page's sections by their titles, each with its heading."""
    _, *parts = f"\n{text}".split("\n## ")
    return {part.split("\n", 1)[0]: f"## {part.rstrip()}\n" for part in parts}


def _processor() -> str:
    described = Path("/proc/cpuinfo")
    lines = described.read_text(encoding="utf-8").splitlines() if described.exists() else []
    named = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())
