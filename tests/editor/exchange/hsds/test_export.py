"""Our packs as HSDS: valid, the same every time, and nothing lost that HSDS can say."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from content.model.pack import Channel, Pack
from content.model.pinned import pinned_pack
from content.review import number_changes
from editor.exchange.hsds import draft_service, export, files
from editor.exchange.hsds.drafts import Draft, values_of
from editor.exchange.hsds.export import identifier
from messages.message import Finding
from tests import shipped
from tests.content.hsds_schema import faults, write_files
from tools import check_hsds

CALIFORNIA = Path("content/packs/california")


@pytest.fixture(scope="module")
def california() -> Pack:
    return shipped.pack()


def exported(pack: Pack, name: str) -> dict[str, object]:
    resource = pack.resource(name)
    return next(
        one for one in export.services(pack) if one["id"] == identifier("service", resource.id)
    )


def test_the_schema_of_the_tests_finds_what_hsds_forbids(california: Pack) -> None:
    sound = exported(california, "988")
    assert faults(sound) == []
    for wrong in (
        {"id": "988"},
        {"status": "open"},
        {"name": None},
        {"url": "call us maybe"},
        {"minimum_age": "12"},
        {"phones": [{"number": "988"}]},
        {"schedules": [{"id": sound["id"], "opens_at": "24:00"}]},
        {"colour": "red"},
    ):
        assert faults(sound | wrong), wrong


@pytest.mark.parametrize("which", ["california", "pinned"])
def test_every_service_of_our_packs_is_valid(california: Pack, which: str) -> None:
    pack = california if which == "california" else pinned_pack()
    found = export.services(pack)

    assert len(found) > 5
    assert [(one["name"], said) for one in found for said in faults(one)] == []
    assert len({one["id"] for one in found}) == len(found)


def test_the_same_pack_gives_the_same_bytes(california: Pack) -> None:
    once, again = (json.dumps(export.page(export.services(california))) for _ in range(2))
    assert once == again


def test_drafts_and_withdrawn_entries_stay_at_home(california: Pack) -> None:
    first, second, *others = california.resources
    pack = replace(
        california,
        resources=(replace(first, status="draft"), replace(second, status="withdrawn"), *others),
    )
    gone = {identifier("service", one.id) for one in (first, second)}
    assert not gone & {one["id"] for one in export.services(pack)}


def test_short_codes_words_and_keys_are_said_in_the_description(california: Pack) -> None:
    phones = exported(california, "988")["phones"]
    assert isinstance(phones, list)
    assert [(phone["number"], phone["type"]) for phone in phones] == [
        ("988", "voice"),
        ("988", "text"),
        ("+18002738255", "video"),
    ]
    assert "A short code" in phones[0]["description"]
    assert "Spanish: press 2." in phones[0]["description"]
    assert "Spanish: text AYUDA." in phones[1]["description"]


def test_no_text_is_exported_with_a_placeholder(california: Pack) -> None:
    assert "{" not in "".join(
        str(one[key])
        for one in export.services(california)
        for key in ("name", "description")
        if key in one
    )


def test_what_changed_since_an_older_pack_becomes_metadata(california: Pack) -> None:
    channels = tuple(
        replace(one, number="+18002738255") if one.kind == "voice" else one
        for one in california.resource("lir").channels
    )
    new = replace(
        california,
        resources=tuple(
            replace(one, channels=channels) if one.id == "lir" else one
            for one in california.resources
        ),
    )
    changed = number_changes.between(california, new)
    found = export.services(new, changes=changed, changed_on=date(2026, 12, 1))

    rows = [row for one in found for row in one.get("metadata", [])]
    assert [
        (row["field_name"], row["previous_value"], row["replacement_value"]) for row in rows
    ] == [("voice.1", "+18663319474", "+18002738255")]
    assert [said for one in found for said in faults(one)] == []


def test_our_own_feed_comes_back_as_drafts_with_the_same_numbers(
    california: Pack, tmp_path: Path
) -> None:
    path = tmp_path / "ours.json"
    path.write_text(json.dumps(export.page(export.services(california))), encoding="utf-8")
    needs: list[Finding] = []
    feed = draft_service.Feed(name="ours", today=date(2026, 12, 1))
    drafts, others = draft_service.drafts(files.services(path, needs), feed)

    assert needs == others == []
    by_name = {draft.origin: draft for draft in drafts}
    for resource in california.resources:
        draft = by_name[identifier("service", resource.id)]
        assert whole(draft.channels) == whole(resource.channels), resource.id
        assert short(resource.channels) == asked_for(draft), resource.id


def whole(channels: tuple[Channel, ...]) -> set[tuple[str, str]]:
    return {
        (one.kind, one.number)
        for one in channels
        if one.number.startswith("+") and one.kind != "videophone"
    }


def short(channels: tuple[Channel, ...]) -> set[str]:
    return {one.number for one in channels if one.number and not one.number.startswith("+")}


def asked_for(draft: Draft) -> set[str]:
    return {
        values_of(need)["found"]
        for need in draft.needs
        if "this is a short code; add it to the list of short codes (shortcodes.toml) by hand"
        in values_of(need)["ask"]
    }


@pytest.fixture
def feed(california: Pack, tmp_path: Path) -> Path:
    """An export beside a folder of schema files, named ``schema``."""
    (tmp_path / "schema").mkdir()
    write_files(tmp_path / "schema")
    file = tmp_path / "feed.json"
    file.write_text(json.dumps(export.page(export.services(california))))
    return file


def checked(
    feed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[int, str]:
    """What the tool says of the feed, and its exit code."""
    monkeypatch.setattr("sys.argv", ["check_hsds.py", str(feed.parent / "schema"), str(feed)])
    return check_hsds.main(), "".join(capsys.readouterr())


def test_the_tool_holds_a_feed_against_a_folder_of_schema_files(
    feed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = json.loads(feed.read_text())
    code, said = checked(feed, monkeypatch, capsys)
    assert (code, said) == (0, f"{len(page['contents'])} services, 0 faults.\n")
    lines = feed.with_suffix(".ndjson")
    lines.write_text("".join(json.dumps(one) + "\n" for one in page["contents"]))
    assert checked(lines, monkeypatch, capsys) == (code, said)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (
            lambda page: page["contents"][0].update(phones=[{"number": "988"}]),
            "'id' is a required property",
        ),
        (lambda page: page["contents"][0].update(status="open"), "'open' is not one of"),
        (lambda page: page["contents"][0].update(url="not a uri"), "'not a uri' is not a 'uri'"),
        (
            lambda page: page["contents"][0].update(last_modified="yesterday"),
            "is not a 'date-time'",
        ),
        (
            lambda page: page["contents"][0].update(last_modified="2026-11-25T10:00:00"),
            "is not a 'date-time'",
        ),
        (lambda page: page["contents"][0].update(email="nobody"), "is not a 'email'"),
        (lambda page: page["contents"].append("a text"), "'a text' is not of type 'object'"),
        (
            lambda page: page["contents"].clear(),
            "the feed does not contain any services, so nothing was checked",
        ),
        (lambda page: page.update(total_items="65"), "the page: total_items is '65'"),
        (lambda page: page.pop("empty"), "the page: empty is None"),
        (
            lambda page: page.pop("contents"),
            "is not a page of services, because it has no list named contents",
        ),
    ],
)
def test_the_tool_finds_what_is_wrong_in_a_feed(
    feed: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    spoil: Callable[[Any], object],
    said: str,
) -> None:
    page = json.loads(feed.read_text())
    spoil(page)
    feed.write_text(json.dumps(page))
    code, told = checked(feed, monkeypatch, capsys)
    assert code
    assert said in told


def test_the_tool_names_the_folder_that_it_needs(
    feed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (feed.parent / "schema" / "service.json").unlink()
    code, told = checked(feed, monkeypatch, capsys)
    assert (code, "specify the folder schema/ of openreferral/specification" in told) == (2, True)
