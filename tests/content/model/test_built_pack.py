"""The built pack: the same bytes for the same pack, and nothing loaded that differs from its
manifest."""

import hashlib
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from content.model.built_pack import (
    MANIFEST,
    MAX_BYTES,
    BuiltPackError,
    build,
    is_built,
    load,
    read_built,
    write_built,
)
from tests.content.conftest import TinyPack

BUILD = """
import hashlib, sys
from pathlib import Path
from content.model.built_pack import build
from editor.authoring.read_pack import read
pack, problems = read(Path(sys.argv[1]), pinned=Path(sys.argv[2]))
for name, data in sorted(build(pack).items()):
    print(name, hashlib.sha256(data).hexdigest())
"""


@pytest.fixture
def files(tiny: TinyPack) -> dict[str, bytes]:
    return build(tiny.pack())


def test_a_built_pack_loads_as_the_pack_it_was_built_from(
    tiny: TinyPack, files: dict[str, bytes]
) -> None:
    loaded = load(files)
    assert loaded == replace(tiny.pack(), version=hashlib.sha256(files[MANIFEST]).hexdigest())


def test_what_the_line_learnt_is_built_and_loaded_byte_for_byte(tiny: TinyPack) -> None:
    """Next to its words: who changes a number signs no other core than the one without it."""
    model = bytes(range(256)) * 3
    files = build(replace(tiny.pack(), model=model))
    assert load(files).model == model
    assert files["core.json"] == build(tiny.pack())["core.json"]


def test_numbers_and_prose_are_kept_apart(files: dict[str, bytes]) -> None:
    assert sorted(files) == ["core.json", "lang/en.json", "lang/es.json", MANIFEST, "sms.json"]
    assert b"+18664887386" in files["core.json"]
    assert b"+1" not in files["lang/en.json"]
    assert b"You matter" not in files["core.json"] + files["sms.json"]


def test_the_manifest_lists_every_file(files: dict[str, bytes]) -> None:
    manifest = json.loads(files[MANIFEST])
    assert (manifest["format"], manifest["name"]) == (1, "tiny")
    assert manifest["files"] == {
        name: {"sha256": hashlib.sha256(data).hexdigest(), "length": len(data)}
        for name, data in files.items()
        if name != MANIFEST
    }


def test_json_is_canonical(files: dict[str, bytes]) -> None:
    for data in files.values():
        again = json.dumps(
            json.loads(data), sort_keys=True, ensure_ascii=False, separators=(",", ":")
        )
        assert data == again.encode()


def test_the_bytes_depend_on_neither_hash_seed_nor_order_of_files(
    tiny: TinyPack, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    for path in sorted(tiny.root.rglob("*"), reverse=True):  # other inodes, other order
        if path.is_file():
            target = copy / path.relative_to(tiny.root)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    outputs = [
        subprocess.run(
            [sys.executable, "-c", BUILD, root / "pack", root / "pinned"],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[3])},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for root, seed in ((tiny.root, "1"), (copy, "4711"))
    ]
    assert outputs[0] == outputs[1]
    assert len(outputs[0].splitlines()) == 5


def _manifest_with(files: dict[str, bytes], /, **changes: object) -> dict[str, bytes]:
    return {**files, MANIFEST: json.dumps({**json.loads(files[MANIFEST]), **changes}).encode()}


def _consistent(files: dict[str, bytes], name: str, data: bytes) -> dict[str, bytes]:
    """A file changed together with its entry in the manifest."""
    listed = json.loads(files[MANIFEST])["files"]
    listed[name] = {"sha256": hashlib.sha256(data).hexdigest(), "length": len(data)}
    return _manifest_with({**files, name: data}, files=listed)


def test_a_flipped_byte_is_refused(files: dict[str, bytes]) -> None:
    changed = files["core.json"].replace(b"+18664887386", b"+18664887387")
    with pytest.raises(BuiltPackError, match=r"core\.json has changed since the pack was built"):
        load({**files, "core.json": changed})


@pytest.mark.parametrize("name", ["core.json", "sms.json", "lang/es.json"])
def test_a_longer_shorter_or_missing_file_is_refused(files: dict[str, bytes], name: str) -> None:
    for data in (files[name] + b" ", files[name][:-1], b""):
        with pytest.raises(
            BuiltPackError, match="has changed since the pack was built: its length or hash differs"
        ):
            load({**files, name: data})
    with pytest.raises(BuiltPackError, match=f"{name} is missing"):
        load({other: data for other, data in files.items() if other != name})


def test_a_file_too_many_is_refused(files: dict[str, bytes]) -> None:
    with pytest.raises(BuiltPackError, match=r"contains lang/vi\.json"):
        load({**files, "lang/vi.json": b"{}"})


@pytest.mark.parametrize("name", ["../core.json", "/etc/passwd", "lang/../../x.json", "page.html"])
def test_a_file_with_a_name_of_its_own_is_refused_even_if_listed(
    files: dict[str, bytes], name: str
) -> None:
    with pytest.raises(BuiltPackError, match="does not list"):
        load(_consistent(files, name, b"{}"))


@pytest.mark.parametrize("version", [0, 2, "1", None])
def test_a_format_of_another_version_is_refused(files: dict[str, bytes], version: object) -> None:
    with pytest.raises(BuiltPackError, match="reads format 1"):
        load(_manifest_with(files, format=version))


@pytest.mark.parametrize(
    "data",
    [b"", b"<html>Sign in</html>", b"[]", b"{", b'{"format":1}', b"\xff\xfe", b'{"a":' * 100_000],
    ids=len,
)
def test_a_manifest_that_is_none_is_refused(files: dict[str, bytes], data: bytes) -> None:
    with pytest.raises(BuiltPackError):
        load({**files, MANIFEST: data})


def test_no_manifest_is_refused(files: dict[str, bytes]) -> None:
    with pytest.raises(BuiltPackError, match="so this is not a complete built pack"):
        load({})


@pytest.mark.parametrize("data", [b"{}", b"[]", b'{"name":1}', b"nonsense"])
def test_a_core_that_is_listed_but_means_nothing_is_refused(
    files: dict[str, bytes], data: bytes
) -> None:
    with pytest.raises(BuiltPackError):
        load(_consistent(files, "core.json", data))


def test_languages_and_texts_must_agree(files: dict[str, bytes]) -> None:
    core = json.loads(files["core.json"])
    with pytest.raises(BuiltPackError, match="do not match"):
        load(_consistent(files, "core.json", json.dumps({**core, "languages": ["en"]}).encode()))


def test_a_language_under_anothers_name_is_refused(files: dict[str, bytes]) -> None:
    with pytest.raises(BuiltPackError, match='is in the language "en"'):
        load(_consistent(files, "lang/es.json", files["lang/en.json"]))


def test_a_written_pack_is_read_again_whatever_lies_beside_it(
    files: dict[str, bytes], tmp_path: Path
) -> None:
    """A release keeps its rendered pages in the same folder."""
    write_built(files, tmp_path / "out")
    (tmp_path / "out/edition.bin").write_bytes(b"x")
    assert is_built(tmp_path / "out")
    assert not is_built(tmp_path)
    assert read_built(tmp_path / "out") == load(files)


def test_writing_over_an_older_pack_leaves_none_of_it(
    files: dict[str, bytes], tmp_path: Path
) -> None:
    write_built({**files, "lang/vi.json": b"{}"}, tmp_path)
    write_built(files, tmp_path)
    assert read_built(tmp_path) == load(files)


def test_a_built_pack_that_lost_a_file_is_refused(files: dict[str, bytes], tmp_path: Path) -> None:
    write_built(files, tmp_path)
    (tmp_path / "lang/es.json").unlink()
    with pytest.raises(BuiltPackError, match=r"lang/es\.json is missing"):
        read_built(tmp_path)


def test_a_link_or_a_file_too_large_is_not_read(files: dict[str, bytes], tmp_path: Path) -> None:
    write_built(files, tmp_path)
    (tmp_path / "sms.json").write_bytes(b" " * (MAX_BYTES + 1))
    with pytest.raises(BuiltPackError, match="larger than 8192 KB"):
        read_built(tmp_path)
    (tmp_path / "sms.json").unlink()
    (tmp_path / "sms.json").symlink_to(tmp_path / "core.json")
    with pytest.raises(BuiltPackError, match="not a regular file"):
        read_built(tmp_path)


def test_loading_needs_neither_babel_nor_phonenumbers() -> None:
    code = (
        "import content.model.built_pack, content.model.placeholders, content.rules.check_pack, sys;"
        "print({'babel', 'phonenumbers'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        check=True,
        text=True,
    )
    assert done.stdout.strip() == "set()"
