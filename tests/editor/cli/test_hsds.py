"""``hsds import`` as a district's data person runs it: drafts, NEEDS.md, nothing live, no work
lost."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.content.feeds import Answer, api, feed, ok, page, service
from tests.content.hsds_schema import faults
from tests.running import ROOT, command, environment

MORE = {"description": "Someone else listens now."}


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "drafts"


def hsds(tmp_path: Path, *arguments: object) -> tuple[int, str]:
    done = command("hsds", *map(str, arguments), environ=environment(tmp_path / "data"))
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


def write(path: Path, *services: dict[str, Any]) -> Path:
    path.write_text(json.dumps(list(services)), encoding="utf-8")
    return path


def drafts(out: Path) -> list[str]:
    return sorted(path.name for path in out.glob("*.toml"))


def test_a_file_becomes_drafts_with_a_list_of_needs_and_nothing_is_live(
    tmp_path: Path, out: Path
) -> None:
    source = write(
        tmp_path / "feed.json",
        service("One"),
        service("Two", phones=[{"number": "94608", "type": "voice"}]),
    )
    code, said = hsds(tmp_path, "import", source, "--out", out)

    assert code == 0
    assert "2 drafts. A person must finish each one before it can be published." in said
    assert len(drafts(out)) == 2
    assert all('status = "draft"' in (out / name).read_text("utf-8") for name in drafts(out))
    needs = (out / "NEEDS.md").read_text("utf-8")
    assert 'feed.json, item 2, phones/0/number "94608": this looks like a ZIP code' in needs


def test_case_44_an_import_leaves_the_live_content_untouched(tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    pack.mkdir()
    (pack / "pack.toml").write_text("", encoding="utf-8")
    source = write(tmp_path / "feed.json", service())
    for inside in (pack, pack / "resources"):
        code, said = hsds(tmp_path, "import", source, "--out", inside)
        assert code == 1
        assert "keep drafts outside" in said
    assert [path.name for path in pack.rglob("*")] == ["pack.toml"]

    assert hsds(tmp_path, "import", source)[0] == 0
    assert len(drafts(tmp_path / "data" / "drafts")) == 1
    assert not (tmp_path / "data" / "ACTIVE").exists()


def test_a_second_import_keeps_a_persons_work_and_tells_what_changed(
    tmp_path: Path, out: Path
) -> None:
    one, two, three = service("One"), service("Two"), service("Three")
    source = write(tmp_path / "feed.json", one, two, three)
    hsds(tmp_path, "import", source, "--out", out)
    first, second, third = (next(out.glob(f"{name}-*.toml")) for name in ("one", "two", "three"))
    first.write_text("mine", encoding="utf-8")
    untouched = second.read_bytes()
    third.unlink()

    assert hsds(tmp_path, "import", source, "--out", out)[0] == 0
    assert first.read_text("utf-8") == "mine"
    assert second.read_bytes() == untouched
    assert not third.exists(), "a draft that was taken into a pack comes back"

    write(source, one | MORE, two | MORE)
    _, said = hsds(tmp_path, "import", source, "--out", out)
    assert first.read_text("utf-8") == "mine"
    assert "Someone else listens" in (out / f"{first.stem}.feed.toml").read_text("utf-8")
    assert second.read_bytes() != untouched
    assert f"{first.name}: both you and the feed changed this draft" in said
    assert "the feed no longer has it" in (out / "NEEDS.md").read_text("utf-8")


def test_a_folder_of_an_older_program_keeps_what_a_person_did(tmp_path: Path, out: Path) -> None:
    source = write(tmp_path / "feed.json", service("One"), service("Two"))
    hsds(tmp_path, "import", source, "--out", out)
    first = next(out.glob("one-*.toml"))
    first.unlink()
    record = json.loads((out / "IMPORT.json").read_text("utf-8"))
    older = {"at": "feed.json, item 1", "field": "id", "found": "", "ask": "what?", "note": False}
    for one in record["written"].values():
        one["draft"]["needs"] = [older]
    (out / "IMPORT.json").write_text(json.dumps(record | {"others": [older]}), encoding="utf-8")

    assert hsds(tmp_path, "import", source, "--out", out)[0] == 0
    assert not first.exists(), "a draft that was taken into a pack comes back"


def test_case_44_half_a_list_takes_nothing_for_gone_and_ends_with_1(
    tmp_path: Path, out: Path
) -> None:
    whole, half = page([service("One"), service("Two")]), page([service("One")], total_items=2)
    bodies = [whole]

    def behave(path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        return ok(b'{"version": "3.1"}') if path == "/" else ok(bodies[-1])

    with feed(behave) as source:
        assert hsds(tmp_path, "import", source.url, "--out", out)[0] == 0
        bodies.append(half)
        code, _ = hsds(tmp_path, "import", source.url, "--out", out)
    assert code == 1
    assert len(drafts(out)) == 2
    needs = (out / "NEEDS.md").read_text("utf-8")
    assert "so no service counts as closed" in needs
    assert "no longer has it" not in needs
    assert "Two" in needs, "the needs of a draft that did not come again are still listed"


def test_what_a_part_of_a_list_did_not_give_is_asked_for_again(tmp_path: Path, out: Path) -> None:
    """A server that honours modified_after would never send the missed half if the next import
    asked for changes."""
    one, two = (
        service("One"),
        {name: value for name, value in service("Two").items() if name != "phones"},
    )
    broken = [True]

    def behave(path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        if path == f"/services/{two['id']}":
            return (404, {}, b"") if broken[-1] else ok(json.dumps(service("Two")).encode())
        changed = [] if "modified_after" in query else [one, two]
        return ok(b'{"version": "3.1"}') if path == "/" else ok(page(changed))

    with feed(behave) as source:
        code, _ = hsds(tmp_path, "import", source.url, "--out", out)
        assert (code, len(drafts(out))) == (1, 1)
        assert "No draft was made of it" in (out / "NEEDS.md").read_text("utf-8")
        broken.append(False)
        assert hsds(tmp_path, "import", source.url, "--out", out)[0] == 0
    assert len(drafts(out)) == 2


@pytest.mark.slow
def test_a_service_that_left_a_whole_list_is_told_and_its_draft_kept(
    tmp_path: Path, out: Path
) -> None:
    contents = [service("One"), service("Two")]
    with feed(lambda path, query, headers: api(contents)(path, query, headers)) as source:  # noqa: PLW0108 (the list changes meanwhile)
        hsds(tmp_path, "import", source.url, "--out", out)
        contents.pop()
        assert hsds(tmp_path, "import", source.url, "--out", out)[0] == 0
    assert len(drafts(out)) == 2
    assert "two-" in (out / "NEEDS.md").read_text("utf-8").partition("no longer has it")[0]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("no-such-file.json",), "there is no file or folder"),
        (("http://feed.example.org/hsds",), "must begin with https://"),
        (("feed.json", "--out", "other"), "contains other files"),
        (("feed.json", "--out", "feed.json"), "is a file"),
    ],
)
@pytest.mark.slow
def test_what_cannot_be_imported_ends_in_a_sentence(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    data = tmp_path / "data"
    (data / "other").mkdir(parents=True)
    (data / "other" / "letter.txt").write_text("mine", encoding="utf-8")
    write(data / "feed.json", service())

    code, printed = hsds(tmp_path, "import", *arguments)

    assert code == 1
    assert "Nothing was imported" in printed
    assert said in printed


@pytest.mark.slow
def test_an_import_that_failed_or_was_killed_leaves_a_folder_that_the_next_one_takes(
    tmp_path: Path, out: Path
) -> None:
    bodies = [b"<html>Sign in"]

    def behave(path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        return ok(b'{"version": "3.1"}' if path == "/" else bodies[-1])

    with feed(behave) as source:
        assert hsds(tmp_path, "import", source.url, "--out", out)[0] == 1
        assert not out.exists()
        bodies.append(page([service("One"), service("Two")]))
        assert hsds(tmp_path, "import", source.url, "--out", out)[0] == 0
        (out / "IMPORT.json").write_text(json.dumps({"source": source.url}), encoding="utf-8")
        (out / "NEEDS.md").unlink()
        next(out.glob("two-*.toml")).unlink()
        assert hsds(tmp_path, "import", source.url, "--out", out)[0] == 0
        assert (len(drafts(out)), (out / "NEEDS.md").exists()) == (2, True)
        assert not any("modified_after" in query for query in source.pages()), (
            "what was never read would never come"
        )
        assert hsds(tmp_path, "import", source.url, "--out", out)[0] == 0
        assert "modified_after" in source.pages()[-2]


@pytest.mark.slow
def test_two_feeds_do_not_share_a_folder(tmp_path: Path, out: Path) -> None:
    hsds(tmp_path, "import", write(tmp_path / "one.json", service("One")), "--out", out)
    code, said = hsds(
        tmp_path, "import", write(tmp_path / "two.json", service("Two")), "--out", out
    )

    assert code == 1
    assert "specify another folder" in said
    assert len(drafts(out)) == 1


@pytest.mark.slow
def test_the_pack_goes_out_as_a_page_or_as_lines(tmp_path: Path) -> None:
    code, said = hsds(
        tmp_path, "export", ROOT / "content/packs/pinned", "--out", tmp_path / "ours.json"
    )
    assert (code, "6 services written to" in said) == (0, True)
    contents = json.loads((tmp_path / "ours.json").read_text("utf-8"))["contents"]

    hsds(tmp_path, "export", ROOT / "content/packs/pinned", "--out", tmp_path / "ours.ndjson")
    lines = (tmp_path / "ours.ndjson").read_text("utf-8").splitlines()
    assert [json.loads(line) for line in lines] == contents
    assert [faults(one) for one in contents] == [[]] * 6

    assert hsds(tmp_path, "import", tmp_path / "ours.ndjson")[0] == 0


@pytest.mark.slow
def test_a_pack_with_errors_is_not_exported(tmp_path: Path) -> None:
    (tmp_path / "pack").mkdir()
    code, said = hsds(tmp_path, "export", tmp_path / "pack", "--out", tmp_path / "ours.json")

    assert code == 1
    assert "pack.toml:1: this file is missing" in said
    assert not (tmp_path / "ours.json").exists()
