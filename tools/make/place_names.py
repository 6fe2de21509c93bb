"""Makes sms/understanding/california_places.tsv: place names with their counties.

Run by hand in a throwaway environment that has zipcodes (which is not one of our dependencies):

    python -m venv /tmp/places && /tmp/places/bin/pip install zipcodes==3.0.0
    /tmp/places/bin/python -m tools.make.place_names

california_cities.txt, next to it, takes precedence over post office names, which supply the rest: a
name shared by several places has all their counties, the most common first.
"""

import gzip
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

import zipcodes  # type: ignore[import-not-found,unused-ignore]

from content.model import zips_and_counties
from system import toml_text

ROOT = Path(__file__).resolve().parents[2]
CITIES = Path(__file__).with_name("california_cities.txt")
COUNTIES = ROOT / "content" / "packs" / "california" / "counties.toml"
WORDS = ROOT / "sms" / "understanding" / "words.txt.gz"
OUT = ROOT / "sms" / "understanding" / "california_places.tsv"
HEADER = """\
# A place's name, folded; the FIPS codes of its counties; "*" if the name is also a word or a
# person's name, so that it means the place only beside words of living there.
# Made by tools/make/place_names.py; do not edit by hand.
# Sources: tools/make/california_cities.txt (written for Porchlight; Apache-2.0 as the program);
# PyPI package zipcodes 3.0.0 (MIT; its names of post offices: US Postal Service, public domain, and
# unitedstateszipcodes.org), each put into the county of its ZIP codes by california_zips.tsv.
"""
_STATES = frozenset({"washington"})  # post office names that usually mean the state
Places = dict[str, tuple[list[str], bool]]


def folded(name: str) -> str:
    """Fold a name as the text line reads it: lowercase words of letters and digits."""
    return " ".join(re.findall(r"[a-z0-9]+", name.casefold().replace("'", "").replace(".", "")))


def cities(lines: Iterable[str], fips: Mapping[str, str]) -> Places:
    """Map names in california_cities.txt to counties and marks. Raises KeyError on a bad county."""
    found: Places = {}
    for line in lines:
        if line.startswith("#") or not line.strip():
            continue
        county, _, names = line.strip().lstrip("+").partition(":")
        for name in names.split(","):
            entry = found.setdefault(folded(name), ([], "*" in name))
            entry[0].append(fips[county])
    return found


def post_offices(rows: Iterable[Mapping[str, Any]], words: Collection[str]) -> Places:
    """Map names to the counties of their ZIP codes; mark names that are only words in ``words``."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        counties = zips_and_counties.counties_of(row["zip_code"])
        if not counties or row["zip_code_type"] == "UNIQUE":
            continue
        for name in (row["city"], *row["acceptable_cities"]):
            counted[folded(name)][counties[0]] += 1
    found: Places = {}
    for name, counties_of_name in counted.items():
        spelt_out = all(re.search("[aeiouy]", part) and len(part) > 1 for part in name.split())
        if spelt_out and name not in _STATES:
            ordinary = all(part in words or len(part) < 3 for part in name.split())
            found[name] = ([fips for fips, _ in counties_of_name.most_common(2)], ordinary)
    return found


def table(places: Places) -> str:
    """Return the table's text."""
    rows = (
        (name, " ".join(dict.fromkeys(counties)), *(("*",) if word else ()))
        for name, (counties, word) in sorted(places.items())
    )
    return HEADER + "".join("\t".join(row) + "\n" for row in rows)


def main() -> None:
    """Read the sources and write the table."""
    rows = toml_text.loads(COUNTIES.read_text("utf-8"))["county"]
    fips = {row["name"]: row["fips"] for row in rows}
    words = frozenset(gzip.decompress(WORDS.read_bytes()).decode().split())
    own = cities(CITIES.read_text("utf-8").splitlines(), fips)
    posted = post_offices(zipcodes.filter_by(state="CA"), words)
    OUT.write_text(table({**posted, **own}), "utf-8")
    apart = [
        name
        for name in own.keys() & posted.keys()
        if not set(own[name][0]) & set(posted[name][0][:1])
    ]
    print(f"{len(own)} of {len({**posted, **own})} names are ours; beside the post:", sorted(apart))


if __name__ == "__main__":
    main()
