"""Checks an exported feed against the official HSDS schema in a folder that you fetched.

Usage: python tools/check_hsds.py SCHEMA-FOLDER FEED. The folder is ``schema/`` of
openreferral/specification (branch 3.1 or 3.2), whose license (CC BY-SA 4.0) keeps it out of this
repository. FEED is the output of `hsds export`. This tool does not fetch anything.
"""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012

# A page's counts, as in the schema Page of the specification's openapi.json.
PAGE: dict[str, type] = {"total_items": int, "total_pages": int, "page_number": int, "size": int}
PAGE |= {"first_page": bool, "last_page": bool, "empty": bool}
# jsonschema checks these two formats only with extra packages, and accepts anything for a format
# that it does not know.
formats = FormatChecker()


@formats.checks("uri", raises=ValueError)
def _is_uri(found: object) -> bool:
    parts = urlsplit(str(found))
    return bool(parts.scheme and (parts.netloc or parts.path)) and not any(
        char.isspace() for char in str(found)
    )


@formats.checks("date-time", raises=ValueError)
def _is_date_time(found: object) -> bool:
    return datetime.fromisoformat(str(found)).tzinfo is not None


def services(feed: Path) -> tuple[list[Any], list[str]]:
    """Return a feed's services and their page's problems. Raises ValueError if it is not a feed."""
    text = feed.read_text("utf-8")
    if feed.suffix == ".ndjson":
        return [json.loads(line) for line in text.splitlines()], []
    page = json.loads(text)
    found = page.get("contents") if isinstance(page, dict) else None
    if not isinstance(found, list):
        why = "because it has no list named contents"
        raise ValueError(f"{feed} is not a page of services, {why}.")  # noqa: TRY004
    wrong = [name for name, kind in PAGE.items() if type(page.get(name)) is not kind]
    return found, [f"the page: {name} is {page.get(name)!r}" for name in wrong]


def faults(folder: Path, found: list[Any]) -> list[str]:
    """Return each service's schema errors. Raises ValueError if the folder has no schema."""
    if not (folder / "service.json").is_file():
        raise ValueError(
            f"{folder} has no service.json; specify the folder schema/ of"
            " openreferral/specification."
        )
    files = {
        path.name: json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))
    }
    registry: Registry[Any] = Registry()
    for name, contents in files.items():
        resource = DRAFT202012.create_resource(contents)
        registry = registry.with_resources(
            [(name, resource), (str(contents.get("$id", name)), resource)]
        )
    validator = Draft202012Validator(
        files["service.json"], registry=registry, format_checker=formats
    )
    return [
        f"{one.get('name') if isinstance(one, dict) else one}: {error.json_path}: {error.message}"
        for one in found
        for error in validator.iter_errors(one)
    ] or ([] if found else ["the feed does not contain any services, so nothing was checked"])


def main() -> int:
    """Return 1 if anything does not match the schema."""
    if len(sys.argv) != 3:
        print(__doc__)
        return 2
    try:
        found, wrong = services(Path(sys.argv[2]))
        wrong += faults(Path(sys.argv[1]), found)
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    print(*wrong, sep="\n", end="\n" if wrong else "")
    print(f"{len(found)} services, {len(wrong)} faults.")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
