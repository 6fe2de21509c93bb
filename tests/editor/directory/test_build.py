"""From a source file to shards: everything that is wrong at once, nothing half, and the same bytes
each time."""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from content.directory.model import INDEX, AreaServed, DirectoryError, ShardList, read_index
from editor.directory.build import MOST_SHOWN, Built, buckets_for, build
from tests.content import invented_services


def built(source: Path, out: Path) -> Built:
    return build(
        source,
        out,
        name="Invented 211",
        origin="made up",
        day=date(2026, 11, 1),
        area=AreaServed(states=("CA",)),
    )


def whole(made: Built) -> ShardList:
    assert [str(problem) for problem in made.problems if problem.kind == "wrong"] == []
    assert made.index is not None
    return made.index


def spoilt(path: Path, many: int, changes: dict[int, dict[str, Any] | str]) -> Path:
    """Invented services, of which some lines (from 1) have other values, or are another text
    altogether."""
    with path.open("w", encoding="utf-8") as file:
        for number, service in enumerate(invented_services.services(many), start=1):
            change = changes.get(number, {})
            file.write(
                (change if isinstance(change, str) else json.dumps({**service, **change})) + "\n"
            )
    return path


def files(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_every_service_lies_in_a_shard_that_the_list_names_with_its_hash(tmp_path: Path) -> None:
    source = invented_services.write(tmp_path / "source.ndjson", 300)
    index = whole(built(source, tmp_path / "out"))
    assert index == read_index((tmp_path / "out" / INDEX).read_bytes())
    assert (index.services, index.buckets) == (300, 16)
    ids = [
        json.loads(line)["id"]
        for shard in index.shards
        for line in _lines(tmp_path / "out" / shard.name)
    ]
    assert sorted(ids) == [f"invented-{number:06d}" for number in range(300)]


def _lines(shard: Path) -> list[bytes]:
    return shard.read_bytes().splitlines()


def test_the_same_services_in_another_order_give_the_same_bytes(tmp_path: Path) -> None:
    source = invented_services.write(tmp_path / "source.ndjson", 120)
    turned = tmp_path / "turned.ndjson"
    turned.write_text("\n".join(reversed(source.read_text("utf-8").splitlines())) + "\n\n", "utf-8")
    built(source, tmp_path / "one")
    built(turned, tmp_path / "two")
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_one_changed_service_changes_its_shard_and_the_list_and_nothing_else(
    tmp_path: Path,
) -> None:
    out = tmp_path / "out"
    built(spoilt(tmp_path / "a", 400, {}), out)
    before = files(out)
    made = built(spoilt(tmp_path / "b", 400, {7: {"hours": "Closed for the summer"}}), out)
    changed = [name for name, data in files(out).items() if before.get(name) != data]
    assert sorted(changed) == sorted([INDEX, *made.written])
    assert len(made.written) == 1


@pytest.mark.slow
def test_a_directory_that_grows_keeps_its_number_of_shards_while_it_fits(tmp_path: Path) -> None:
    first = whole(built(spoilt(tmp_path / "a", 100, {}), tmp_path / "out"))
    grown = whole(built(spoilt(tmp_path / "b", 1000, {}), tmp_path / "out"))
    many = whole(built(spoilt(tmp_path / "c", 20_000, {}), tmp_path / "out"))
    assert (first.buckets, grown.buckets, many.buckets) == (16, 16, 128)
    assert {path.name for path in (tmp_path / "out").glob("*.ndjson")} == {
        shard.name for shard in many.shards
    }


def test_everything_that_is_wrong_is_told_at_once_with_line_and_field_and_nothing_is_written(
    tmp_path: Path,
) -> None:
    source = spoilt(
        tmp_path / "source.ndjson",
        20,
        {
            3: {"phones": [{"number": "+19005552671"}]},
            5: "id,name,phone",
            9: {"phones": [{"number": "95814"}], "url": "ftp://x"},
            12: {"what": "x" * 40_000},
            14: {"address": {"street": "1 A", "zip": "92672"}, "area": {"counties": ["06073"]}},
        },
    )
    made = built(source, tmp_path / "out")
    said = [str(problem) for problem in made.problems]
    assert [row.removeprefix(f"{source}:").split(":")[0] for row in said] == [
        "3",
        "5",
        "9",
        "9",
        "12",
        "14",
    ]
    assert "invented-000002: phones.0.number: " in said[0]
    assert "premium" in said[0]
    assert "ZIP code" in said[2]
    assert "longer than" in said[4]
    assert (made.errors, made.warnings, made.index) == (5, 1, None)
    assert files(tmp_path / "out") == {}


def test_an_error_leaves_what_was_published_before_as_it_was(tmp_path: Path) -> None:
    built(spoilt(tmp_path / "a", 50, {}), tmp_path / "out")
    before = files(tmp_path / "out")
    assert built(spoilt(tmp_path / "b", 50, {50: {"name": ""}}), tmp_path / "out").index is None
    assert files(tmp_path / "out") == before


def test_an_id_that_two_lines_have_is_told_at_the_second_with_the_first(tmp_path: Path) -> None:
    made = built(spoilt(tmp_path / "a", 9, {8: {"id": "invented-000001"}}), tmp_path / "out")
    assert [str(problem) for problem in made.problems] == [
        f"{tmp_path / 'a'}:8: invented-000001: id: line 2 has the same id; give each service a different one"
    ]


def test_an_empty_source_is_not_published(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("\n\n")
    made = built(tmp_path / "a", tmp_path / "out")
    assert (made.errors, made.index) == (1, None)


def test_a_shifted_column_gives_a_count_and_the_first_of_its_errors_only(tmp_path: Path) -> None:
    zips: dict[int, dict[str, Any] | str] = {
        n: {"phones": [{"number": "95814"}]} for n in range(1, 501)
    }
    made = built(spoilt(tmp_path / "a", 500, zips), tmp_path / "out")
    assert (made.errors, len(made.problems)) == (500, MOST_SHOWN)


@pytest.mark.parametrize(
    ("name", "origin"), [("", "x"), ("Invented\u202e", "x"), ("x", " "), ("x" * 201, "x")]
)
def test_a_directory_without_a_name_or_source_is_refused(
    tmp_path: Path, name: str, origin: str
) -> None:
    source = invented_services.write(tmp_path / "a", 1)
    with pytest.raises(DirectoryError):
        build(
            source,
            tmp_path / "out",
            name=name,
            origin=origin,
            day=date(2026, 11, 1),
            area=AreaServed(us=True),
        )


def test_a_source_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DirectoryError, match="cannot be read"):
        built(tmp_path / "none", tmp_path / "out")


# The process's own peak: getrusage would also count that of the process it was forked from.
PEAK = """
import sys
from datetime import date
from pathlib import Path
from content.directory.model import AreaServed
from editor.directory.build import build
given = {"name": "x", "origin": "y", "day": date(2026, 11, 1), "area": AreaServed(states=("CA",))}
assert build(Path(sys.argv[1]), Path(sys.argv[2]), **given).index
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


@pytest.mark.slow
def test_memory_holds_a_line_and_not_the_file(tmp_path: Path) -> None:
    """The larger file has 11 MB; a builder that held it would need at least so much more."""

    def peak(many: int) -> int:
        source = invented_services.write(tmp_path / f"{many}", many)
        command = [sys.executable, "-c", PEAK, str(source), str(tmp_path / f"out-{many}")]
        environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
        return int(
            subprocess.run(command, capture_output=True, text=True, check=True, env=environ).stdout
        )

    small, large = peak(1_000), peak(20_000)
    assert large < small * 1.4, (small, large)


@pytest.mark.parametrize(
    ("services", "buckets"),
    [(0, 1), (1, 1), (100, 16), (10_000, 128), (100_000, 512), (10**7, 1024)],
)
def test_the_number_of_shards_grows_with_the_root_of_the_services(
    services: int, buckets: int
) -> None:
    assert buckets_for(services) == buckets
