"""Files and packages of services: what is read, where each row is named, and what is refused in a
sentence."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from editor.exchange.hsds import files
from editor.exchange.hsds.drafts import values_of
from editor.exchange.hsds.json_records import OlderError
from editor.exchange.hsds.schema import AT, FeedError
from messages.message import Finding
from tests.content.feeds import VOICE, page, service

TABLES = {
    "organizations.csv": "id,name\no1,Example County Services\n",
    "services.csv": "id,organization_id,name,status\ns1,o1,Teen Help Line,active\ns2,o1,Youth Shelter,active\n",
    "locations.csv": "id,name\nl1,Main Street\n",
    "service_at_location.csv": "id,service_id,location_id\nsl1,s2,l1\n",
    "phones.csv": f"id,service_id,location_id,number,type\np1,s1,,{VOICE},voice\np2,,l1,800-273-8255,voice\n",
    "addresses.csv": "id,location_id,postal_code\na1,l1,94608\n",
    "schedules.csv": "id,service_id,freq,byday,opens_at,closes_at\nh1,s1,WEEKLY,MO,09:00,17:00\n",
    "languages.csv": "id,phone_id,name,code\ng1,p1,Spanish,es\n",
    "service_areas.csv": "id,service_id,name\nv1,s1,Alameda County\n",
}


def package(folder: Path, **tables: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in {**TABLES, **{f"{name}.csv": text for name, text in tables.items()}}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def read(path: Path) -> tuple[list[dict[str, Any]], list[Finding]]:
    needs: list[Finding] = []
    return list(files.services(path, needs)), needs


def write(path: Path, value: Any) -> Path:
    path.write_bytes(value if isinstance(value, bytes) else json.dumps(value).encode())
    return path


WRAPPED = {
    "one service": service(),
    "a list": [service()],
    "a page": json.loads(page([service()])),
    "a list under services": {"services": [service()]},
    "an organization with services": {"id": "o", "name": "Example", "services": [service()]},
    "a service at a location": {"id": "sal", "location": {"id": "l"}, "service": service()},
}


@pytest.mark.parametrize("value", WRAPPED.values(), ids=WRAPPED)
def test_a_service_is_found_in_whatever_it_is_wrapped(tmp_path: Path, value: Any) -> None:
    found, needs = read(write(tmp_path / "feed.json", value))

    assert [one["name"] for one in found] == ["Teen Help Line"]
    assert found[0][AT].startswith("feed.json")
    assert needs == []


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({"id": "o", "name": "Example", "website": "https://example.org"}, "an organization"),
        ({"id": "l", "name": "Main Street", "location_type": "physical"}, "a location"),
        ({"id": "t", "name": "Food", "taxonomy": "own"}, "a taxonomy"),
        (
            {"version": "3.0", "openapi_url": "https://example.org"},
            "a taxonomy or one of its terms",
        ),
    ],
)
def test_what_is_no_service_gives_a_note_and_no_draft(
    tmp_path: Path, value: Any, kind: str
) -> None:
    found, needs = read(write(tmp_path / "feed.json", value))

    assert found == []
    assert kind in values_of(needs[0])["ask"]


def test_a_broken_line_of_ndjson_costs_that_line(tmp_path: Path) -> None:
    lines = [json.dumps(service("One")), '{"name": ', "", "[1]", json.dumps(service("Two"))]
    found, needs = read(write(tmp_path / "feed.ndjson", "\n".join(lines).encode()))

    assert [(one["name"], one[AT]) for one in found] == [
        ("One", "feed.ndjson line 1"),
        ("Two", "feed.ndjson line 5"),
    ]
    assert [need.file for need in needs] == ["feed.ndjson line 2", "feed.ndjson line 4, item 1"]


@pytest.mark.parametrize("kind", ["folder", "zip", "data package", "zip of a folder"])
def test_a_package_of_tables_is_joined_and_each_row_named(tmp_path: Path, kind: str) -> None:
    folder = path = package(tmp_path / "feed")
    if kind == "data package":
        resources = [{"path": name} for name in [*TABLES, "contacts.csv"]]
        path = write(folder / "datapackage.json", {"resources": resources})
    if kind.startswith("zip"):
        path = tmp_path / "feed.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name, text in TABLES.items():
                archive.writestr(f"inner/{name}" if "folder" in kind else name, text)

    (line, shelter), needs = read(path)

    assert needs == []
    assert line[AT].endswith("services.csv row 2")
    assert line["organization"]["name"] == "Example County Services"
    assert [(one[AT].rpartition("/")[2], one["number"]) for one in line["phones"]] == [
        ("phones.csv row 2", VOICE)
    ]
    assert line["phones"][0]["languages"][0]["code"] == "es"
    assert line["schedules"][0]["byday"] == "MO"
    assert line["service_areas"][0]["name"] == "Alameda County"
    (place,) = shelter["service_at_locations"]
    assert place["location"]["phones"][0]["number"] == "800-273-8255"
    assert place["location"]["addresses"][0]["postal_code"] == "94608"


def test_tables_in_one_json_file_are_joined_too(tmp_path: Path) -> None:
    value = {
        "services.csv": [service()],
        "phones.csv": [{"service_id": service()["id"], "number": VOICE}],
    }
    (found,), _ = read(write(tmp_path / "tabular.json", value))

    assert found["phones"][0]["number"] == VOICE


OLDER = {
    "services.csv": ("id,location_id,name,status\ns1,l1,Help,active\n", "has location_id"),
    "phones.csv": (f"id,location_id,number,number_type\np1,l1,{VOICE},voice\n", "has number_type"),
    "schedules.csv": ("id,service_id,weekday\nh1,s1,Monday\n", "has weekday"),
    "regular_schedules.csv": ("id,service_id,weekday\n", "is a table from"),
    "holiday_schedule.csv": ("id,service_id\n", "is a table from"),
    "Postal_Addresses.csv": ("id,location_id\na1,l1\n", "is a table from"),
    "services_at_location.csv": ("id,service_id\n", "is a table from"),
}


@pytest.mark.parametrize("name", OLDER)
def test_a_package_of_before_3_is_refused_and_says_what_to_do(tmp_path: Path, name: str) -> None:
    """Read as HSDS 3 it would lose numbers and hours without a word."""
    text, what = OLDER[name]
    folder = package(tmp_path / "feed")
    (folder / name).write_text(text, encoding="utf-8")

    with pytest.raises(OlderError) as refused:
        read(folder)

    said = str(refused.value)
    assert said.startswith(f"{name} {what}")
    assert "Open Referral's converter" in said


@pytest.mark.parametrize(
    "value",
    [
        {"version": "2.0", "contents": [service()]},
        {"hsds_version": "1.1", "services": [service()]},
        {"schema_version": "v2", "name": "A feed", "services": [service()]},
        {"regular_schedules.csv": [{"id": "h1"}], "services.csv": [service()]},
    ],
    ids=["a page", "a list", "a named feed", "tables in JSON"],
)
def test_json_of_before_3_is_refused(tmp_path: Path, value: Any) -> None:
    with pytest.raises(OlderError):
        read(write(tmp_path / "feed.json", value))


def test_the_version_of_a_package_or_a_taxonomy_is_its_own(tmp_path: Path) -> None:
    folder = package(tmp_path / "feed")
    resources = [{"path": name} for name in TABLES]
    write(folder / "datapackage.json", {"version": "1.0.2", "resources": resources})
    assert len(read(folder)[0]) == 2

    taxonomy = {"id": "t", "name": "Needs", "uri": "https://example.org", "version": "2.1"}
    assert read(write(tmp_path / "feed.json", [taxonomy]))[1][0].kind == "note"


def test_rows_that_belong_to_nothing_are_told_and_a_contacts_number_is_left_out(
    tmp_path: Path,
) -> None:
    phones = f"id,service_id,contact_id,number,type\np1,s9,,{VOICE},voice\np2,,c1,{VOICE},voice\np3,,,{VOICE},voice\n"
    found, needs = read(package(tmp_path / "feed", phones=phones, languages="id\n"))

    assert all(one["phones"] == [] for one in found)
    assert [(need.file, values_of(need)["field"], need.kind) for need in needs] == [
        ("phones.csv row 2", "service_id", "wrong"),
        ("phones.csv row 3", "contact_id", "note"),
        ("phones.csv row 4", "row", "wrong"),
    ]


def test_a_row_with_more_cells_than_the_header_is_not_used(tmp_path: Path) -> None:
    phones = f"id,service_id,number,type\np1,s1,94608,{VOICE},voice\n"
    found, needs = read(package(tmp_path / "feed", phones=phones, languages="id\n"))

    assert found[0]["phones"] == []
    assert ("phones.csv row 2", "row") in [(need.file, values_of(need)["field"]) for need in needs]


def test_case_44_a_schema_4_is_refused(tmp_path: Path) -> None:
    for value in (
        {"version": "4.0", "contents": [service()]},
        {"schema_version": "v4.1.2", "services": []},
    ):
        with pytest.raises(FeedError, match=r"reads HSDS 3\.0 to 3\.2"):
            read(write(tmp_path / "feed.json", value))
    folder = package(tmp_path / "feed")
    write(folder / "datapackage.json", {"version": "4.0", "resources": []})
    with pytest.raises(FeedError, match=r"reads HSDS 3\.0 to 3\.2"):
        read(folder)


BAD = {
    "no JSON": (b"not json", "is not JSON"),
    "a web page": (b"<!doctype html><p>Sign in", "a web page"),
    "another encoding": ('["caf\xe9"]'.encode("latin-1"), "is not JSON in UTF-8"),
    "cut short": (page([service()])[:-20], "is not JSON"),
    "a number": (
        b"7",
        "does not contain a record; HSDS is an object, a list of objects, or a page with contents",
    ),
    "a text": (
        b'"services"',
        "does not contain a record; HSDS is an object, a list of objects, or a page with contents",
    ),
    "nested without end": (b"[" * 100_000 + b"]" * 100_000, "is nested more"),
    "nested deep": (b'{"phones":' * 60 + b"[]" + b"}" * 60, "is nested"),
    "a number of many digits": (b'{"name": ' + b"9" * 10_000 + b"}", "is not JSON"),
}


@pytest.mark.parametrize(("data", "said"), BAD.values(), ids=BAD)
def test_a_file_that_is_no_feed_is_refused_in_a_sentence(
    tmp_path: Path, data: bytes, said: str
) -> None:
    with pytest.raises(FeedError, match=said):
        read(write(tmp_path / "feed.json", data))


def test_sizes_are_bounded_in_files_lines_and_archives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("MOST_JSON", "MOST_LINE", "MOST_TABLE", "MOST_NDJSON"):
        monkeypatch.setattr(files, name, 3000)
    with pytest.raises(FeedError, match="larger than"):
        read(write(tmp_path / "feed.json", [service(str(n)) for n in range(20)]))
    lines = (
        json.dumps(service("long", description="x" * 2000)) + "\n" + json.dumps(service("short"))
    )
    monkeypatch.setattr(files, "MOST_LINE", 1000)
    found, needs = read(write(tmp_path / "feed.ndjson", lines.encode()))
    assert [one["name"] for one in found] == ["short"]
    assert needs[0].file == "feed.ndjson line 1"
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("services.csv", b"0" * 5_000_000)
    with pytest.raises(FeedError, match="unpacked; it was not read"):
        read(tmp_path / "bomb.zip")


def test_nothing_outside_the_package_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("id,name\ns1,secret\n", encoding="utf-8")
    folder = package(tmp_path / "feed")
    for path in ("../secret.csv", "/etc/passwd", "https://example.org/services.csv"):
        write(folder / "datapackage.json", {"resources": [{"path": path}]})
        with pytest.raises(FeedError, match="outside the package"):
            read(folder)
    (folder / "datapackage.json").unlink()
    (folder / "services.csv").unlink()
    (folder / "services.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(FeedError, match="outside the package"):
        read(folder)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04not a zip at all", b"\xff\xfe\x00"])
def test_an_empty_or_broken_archive_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(FeedError):
        read(write(tmp_path / "feed.zip", data))


def test_two_packages_in_one_archive_are_not_mixed_and_a_systems_own_files_do_not_count(
    tmp_path: Path,
) -> None:
    path = tmp_path / "feed.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in TABLES.items():
            archive.writestr(f"feed/{name}", text)
            archive.writestr(f"__MACOSX/feed/._{name}", b"\x00\x05\x16\x07\xff")
    assert len(read(path)[0]) == 2

    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("older/services.csv", TABLES["services.csv"])
    with pytest.raises(FeedError, match="two packages"):
        read(path)


def test_a_package_without_services_is_refused(tmp_path: Path) -> None:
    folder = package(tmp_path / "feed")
    (folder / "services.csv").unlink()
    with pytest.raises(FeedError, match="csv, where HSDS keeps one row for each service"):
        read(folder)
