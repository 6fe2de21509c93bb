"""Lists the program's libraries with their licenses (a bill of materials), and known advisories.

Usage: python -m tools.supply sbom FOLDER, or: python -m tools.supply advisories. Both ask uv about
uv.lock. Exit code of `advisories`: 0 if none is known, 1 if some are, 3 if no database can be
reached, 2 if uv itself fails.
"""

import json
import os
import shutil
import subprocess
import sys
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
UNKNOWN = "not installed here"
UNREACHABLE = 3
_AWAY = ("error sending request", "dns error", "timed out", "Connect", "Proxy")


def uv(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the environment's uv, or the installed one, on the lock without development packages."""
    own = Path(sys.prefix) / "bin" / "uv"
    program = str(own) if own.is_file() else shutil.which("uv") or "uv"
    return subprocess.run(
        [program, *arguments, "--frozen", "--no-dev"],
        cwd=ROOT,
        env={**os.environ, "UV_SYSTEM_CERTS": "true"},
        capture_output=True,
        text=True,
        check=False,
    )


def _field(found: PackageMetadata, name: str) -> str:
    """Return a field's first value, or "". Access by key causes a warning from Python 3.12 on."""
    return str(next(iter(found.get_all(name) or []), ""))


def licence(name: str) -> str:
    """Return the installed package's SPDX expression, or its classifiers, or its own words."""
    try:
        found = metadata(name)
    except PackageNotFoundError:
        return UNKNOWN
    classified = [
        value.rpartition(" :: ")[2]
        for value in found.get_all("Classifier") or []
        if value.startswith("License :: ") and not value.endswith(":: OSI Approved")
    ]
    stated = _field(found, "License").strip().partition("\n")[0]
    return _field(found, "License-Expression") or "; ".join(classified) or stated or "not stated"


def bill() -> dict[str, Any]:
    """Return the lock as CycloneDX, with the license that each installed library states."""
    done = uv(
        "export", "--all-extras", "--format", "cyclonedx1.5", "--preview-features", "sbom-export"
    )
    if done.returncode:
        raise SystemExit(f"uv could not write the bill of materials: {_reason(done.stderr)}")
    made: dict[str, Any] = json.loads(done.stdout)
    for part in made["components"]:
        if (stated := licence(part["name"])) != UNKNOWN:
            part["licenses"] = [{"license": {"name": stated}}]
    return made


def sbom(folder: Path) -> None:
    """Write sbom.cdx.json and licences.txt, one library per line, into the folder."""
    made = bill()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sbom.cdx.json").write_text(json.dumps(made, indent=2) + "\n", encoding="utf-8")
    rows = []
    for part in made["components"]:
        stated = part["licenses"][0]["license"]["name"] if "licenses" in part else UNKNOWN
        rows.append(f"{part['name']} {part['version']}: {stated}\n")
    (folder / "licences.txt").write_text("".join(rows), encoding="utf-8")
    print(f"{len(rows)} libraries: {folder}/sbom.cdx.json, {folder}/licences.txt")


def advisories(*more: str) -> int:
    """Ask OSV about every library in the lock, and print the known advisories."""
    done = uv("audit", "--preview-features", "audit-command", *more)
    if done.returncode == 0:
        print("No advisory is known for any library of uv.lock.")
        return 0
    if done.returncode == 1:
        print(done.stdout.strip() or done.stderr.strip())
        return 1
    if any(sign in done.stderr for sign in _AWAY):
        print(
            "No advisory database can be reached from here, so nothing was checked: run"
            " `make advisories` where api.osv.dev can be reached.",
            file=sys.stderr,
        )
        return UNREACHABLE
    print(f"uv could not check for advisories: {_reason(done.stderr)}", file=sys.stderr)
    return 2


def _reason(text: str) -> str:
    rows = [row for row in text.splitlines() if row.startswith("error")]
    return (rows or text.splitlines() or ["no reason given"])[0]


def main(arguments: list[str]) -> int:
    """Run the command; return the exit code."""
    match arguments:
        case ["sbom", folder]:
            sbom(Path(folder))
            return 0
        case ["advisories"]:
            return advisories()
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
