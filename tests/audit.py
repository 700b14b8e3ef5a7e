"""`make audit`: known holes in the locked packages, as far as the advisories can be reached from here."""

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

# It holds all that requirements.runtime.lock does.
LOCKED = "requirements.lock"
LIMIT_SECONDS = 120


def main() -> int:
    """Returns 1 where a hole is known; what could not be asked is said, and is no failure."""
    findings = _of(LOCKED)
    print("\n".join(findings))
    return 1 if any(finding.startswith("HOLE") for finding in findings) else 0


def _of(lock: str) -> list[str]:
    """What pip-audit says of the packages in a lock file, a line each."""
    with TemporaryDirectory() as folder:
        told = Path(folder) / "told.json"
        command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "--requirement", lock]
        command += ["--progress-spinner", "off", "--timeout", "5", "--format", "json", "--output", str(told)]
        try:
            run = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False)  # noqa: S603  (our own words)
        except subprocess.TimeoutExpired:
            return [f"{lock}: not audited, the advisories did not answer in {LIMIT_SECONDS} s"]
        if not told.exists():
            return [f"{lock}: not audited, {(run.stderr.strip() or 'without a word').splitlines()[-1][:200]}"]
        packages = json.loads(told.read_text())["dependencies"]
    asked = [package for package in packages if "skip_reason" not in package]
    holes = [
        f"HOLE {package['name']} {package['version']}: {hole['id']}, mended in {hole['fix_versions'] or 'no version'}"
        for package in asked
        for hole in package["vulns"]
    ]
    if not asked:
        return [f"{lock}: not audited, no advisories can be reached from here"]
    return [*holes, f"{lock}: {len(asked)} of {len(packages)} packages audited, {len(holes)} holes known"]


if __name__ == "__main__":
    sys.exit(main())
