"""Holds an exported feed against the official schema of HSDS, in a folder that you fetched yourself.

Usage: python tools/check_hsds.py SCHEMA-FOLDER FEED.json. The folder is ``schema/`` of openreferral/specification
(branch 3.1 or 3.2): its licence (CC BY-SA 4.0) keeps it out of this repository. Nothing is fetched: a reference that
leads out of the folder is an error.
"""

import json
import sys
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012


def faults(folder: Path, feed: Any) -> list[str]:
    """What the schema in the folder says about each service of the feed."""
    files = {path.name: json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))}
    registry: Registry[Any] = Registry()
    for name, contents in files.items():
        resource = DRAFT202012.create_resource(contents)
        registry = registry.with_resources([(name, resource), (str(contents.get("$id", name)), resource)])
    validator = Draft202012Validator(files["service.json"], registry=registry, format_checker=FormatChecker())
    services = feed["contents"] if isinstance(feed, dict) else feed
    return [
        f"{one.get('name')}: {error.json_path}: {error.message}"
        for one in services
        for error in validator.iter_errors(one)
    ]


def main() -> int:
    """Exit code: 1 if a service does not fit."""
    if len(sys.argv) != 3:
        print(__doc__)
        return 2
    found = faults(Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text("utf-8")))
    print(*found, sep="\n", end="\n" if found else "")
    print(f"{len(found)} faults.")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
