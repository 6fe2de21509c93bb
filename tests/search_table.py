"""Reads the table of searches and results for both implementations (kiosk/search_cases.json)."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "kiosk" / "search_cases.json"
CASES: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))


def says(case: Mapping[str, Any], found: Sequence[str]) -> bool:
    """Whether these results are what a case requires.

    ``top``, ``first``: the first results, in this order; ``finds``: must be among the results, ""
    for no results; ``not``: must not be.
    """
    top = case.get("top", [case["first"]] if "first" in case else [])
    if found[: len(top)] != top or case.get("not") in found:
        return False
    return case["finds"] in found if case.get("finds") else found == [] or "finds" not in case
