"""The place of a shelter or a home leaves neither the publisher nor the kiosk's list."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from content.directory.confidential import hidden, public
from content.directory.model import AreaServed, DirectoryService, ServiceAddress, encode
from content.directory.search import search
from content.directory.words import columns
from editor.directory.build import Built, build
from tests.content.indexed import prepare

TOWN = ServiceAddress(street="12 Quokka Street", city="Wombatville", zip="94608")


def service(name: str = "Narwhal Desk", **more: Any) -> DirectoryService:
    given = {"address": TOWN, "area": AreaServed(counties=("06001",)), "updated": "2026-10-01"}
    return DirectoryService(id="a", name=name, **{**given, **more})


@pytest.mark.parametrize(
    "row",
    [
        service("Narwhal Youth Shelter"),
        service("Narwhal House"),
        service("Albergue Narval"),
        service(what="A safe house for families."),
        service(what="Transitional housing until 24."),
        service(organization="Narwhal Shelters"),
        service(categories=("group homes",)),
        service(confidential=True),
    ],
)
def test_a_shelter_and_a_home_are_confidential_and_nothing_of_their_place_is_told(
    row: DirectoryService,
) -> None:
    assert hidden(row)
    told = encode(public(row)).decode() + " ".join(columns(row))
    for place in ("Quokka", "quokka", "Wombatville", "wombatville", "94608"):
        assert place not in told


@pytest.mark.parametrize(
    "row",
    [
        service(),
        service("Homeless Services Desk"),
        service(organization="Narwhal House", what="Food on Mondays."),
        service(what="For families who cannot stay at home."),
        service("Narwhal Youth Shelter", confidential=False),
    ],
)
def test_other_services_and_what_anybody_may_know_keep_their_place(row: DirectoryService) -> None:
    assert public(row) == row


def test_sentences_and_maps_that_tell_the_place_are_left_out_and_the_rest_stays() -> None:
    shown = public(
        service(
            "Narwhal Shelter",
            what="Beds in Wombatville. Meet us at 5 Elm St. Pets are welcome.",
            hours="Mondays at 12 Quokka Street; Tuesdays",
            url="https://www.google.com/maps/place/Narwhal",
        )
    )
    assert (shown.what, shown.hours, shown.url) == ("Pets are welcome.", "Tuesdays", "")


def built(folder: Path, *rows: dict[str, Any]) -> Built:
    source = folder / "source.ndjson"
    plain = {"area": {"counties": ["06001"]}, "updated": "2026-10-01"}
    lines = [json.dumps({"id": f"a-{at}", **plain, **row}) for at, row in enumerate(rows)]
    source.write_text("\n".join(lines), "utf-8")
    area = AreaServed(states=("CA",))
    return build(source, folder / "out", name="x", origin="y", day=date(2026, 11, 1), area=area)


WHERE = {"street": "12 Quokka Street", "city": "Wombatville", "zip": "94608"}
PHONE = {"phones": [{"number": "+15105552671"}]}


def test_what_is_signed_holds_no_place_of_a_shelter_and_the_publisher_is_warned(
    tmp_path: Path,
) -> None:
    made = built(
        tmp_path,
        {"name": "Narwhal Shelter", "address": WHERE, **PHONE},
        {"name": "Narwhal Desk", "address": WHERE, **PHONE},
    )
    assert (made.errors, made.warnings) == (0, 1)
    assert "confidential" in str(made.problems[0].message)
    signed = b"".join(file.read_bytes() for file in (tmp_path / "out").glob("*.ndjson"))
    assert signed.count(b"Quokka") == 1


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"name": "Wombatville Shelter", "address": WHERE, **PHONE}, "name"),
        ({"name": "Shelter", "organization": "Friends of 5 Elm Street", **PHONE}, "organization"),
        ({"name": "Narwhal Shelter", "address": WHERE}, "phones"),
    ],
    ids=["its name tells the town", "its organization tells the street", "only its address"],
)
def test_a_shelter_that_its_name_tells_or_nobody_could_reach_is_not_published(
    tmp_path: Path, row: dict[str, Any], field: str
) -> None:
    made = built(tmp_path, row)
    assert made.index is None
    assert any(f": {field}:" in str(problem.message) for problem in made.problems)


def test_a_list_that_was_signed_before_there_was_a_mark_tells_no_place_either(
    tmp_path: Path,
) -> None:
    """Its bytes are what was signed, so they stay as they are on the disk."""
    row = {"name": "Narwhal Shelter", "address": WHERE, "confidential": False, **PHONE}
    assert built(tmp_path, row).index is not None
    for file in (tmp_path / "out").glob("*.ndjson"):
        unmarked = file.read_bytes().replace(b',"confidential":false', b"")
        file.write_bytes(unmarked)
    _list_again(tmp_path / "out")
    file = tmp_path / "services.sqlite"
    prepare(file, tmp_path / "out")
    found = search(file, ["narwhal"])
    assert found is not None
    assert found.found[0].service.address == ServiceAddress()
    by_place = search(file, ["wombatville"])
    assert by_place is not None
    assert not by_place.found


def _list_again(out: Path) -> None:
    """Name the shards by the bytes that they have now."""
    import hashlib

    listed = json.loads((out / "index.json").read_bytes())
    for shard in listed["shards"]:
        shard["sha256"] = hashlib.sha256((out / shard["name"]).read_bytes()).hexdigest()
    (out / "index.json").write_text(json.dumps(listed), "utf-8")
