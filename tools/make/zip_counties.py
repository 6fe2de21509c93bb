"""Makes content/model/california_zips.tsv from the ZIP-to-county list.

Usage: python -m tools.make.zip_counties CSV [OUT]. CSV has the columns zip, county_fips, land_share
and source. The same CSV gives the same file, byte for byte.
"""

import csv
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

OUT = Path(__file__).resolve().parents[2] / "content" / "model" / "california_zips.tsv"
HEADER = """\
# ZIP code, then the FIPS codes of every California county it touches, most land first.
# Made by tools/make/zip_counties.py; do not edit by hand.
# Sources: US Census Bureau, 2020 ZCTA to county relationship file (public domain), \
for ZIP codes with an area;
# PyPI package zipcodes 3.0.0 (MIT), for PO boxes and other ZIP codes without one.
"""


def table(rows: Iterable[Mapping[str, str]]) -> str:
    """Return the table's text. Raises ValueError with the row if a ZIP code or a county is not in
    California."""
    shares: dict[str, dict[str, float]] = defaultdict(dict)
    for row in rows:
        zip_code, county = row["zip"], row["county_fips"]
        if not re.fullmatch(r"\d{5}", zip_code) or not re.fullmatch(r"06\d{3}", county):
            raise ValueError(f"not a ZIP code and a California county: {dict(row)}")
        shares[zip_code][county] = float(row["land_share"] or 0)
    lines = []
    for zip_code in sorted(shares):
        found = shares[zip_code]
        lines.append(
            f"{zip_code}\t{' '.join(sorted(found, key=lambda fips: (-found[fips], fips)))}\n"
        )
    return HEADER + "".join(lines)


def main(source: Path, out: Path) -> None:
    """Read the CSV and write the table."""
    with source.open(encoding="utf-8", newline="") as file:
        out.write_text(table(csv.DictReader(file)), "utf-8")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) == 3 else OUT)
