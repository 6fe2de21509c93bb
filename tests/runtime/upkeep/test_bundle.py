"""An offline bundle: taken as its publisher signed it, refused for any byte that changed."""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from editor.publishing import keys, program_bundle
from runtime.upkeep import bundle
from runtime.upkeep.bundle import LIST, SIGNATURE, BundleError, OlderBuild

SECRET, BUILD = "four plain words here", 202611301200


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Keys of two publishers, and a bundle of the first."""
    root = tmp_path_factory.mktemp("bundle")
    for name in ("program", "another"):
        keys.make(root / "keys", name, SECRET)
    made = root / "made"
    (made / "wheels").mkdir(parents=True)
    (made / "program.tar").write_bytes(b"program" * 1000)
    (made / "wheels/one-1.0+local-py3-none-any.whl").write_bytes(b"wheel" * 1000)
    (made / "wheels/requirements.txt").write_text("one==1.0\n", "utf-8")
    program_bundle.sign(made, root / "keys/program.key", SECRET, build=BUILD)
    return made, root / "keys"


def test_a_bundle_is_taken_as_it_was_signed(folders: tuple[Path, Path], tmp_path: Path) -> None:
    made, own = folders
    assert set(bundle.listed(made, own / "program.pub")) == {
        "build",
        "key.pub",
        "program.tar",
        "wheels/one-1.0+local-py3-none-any.whl",
        "wheels/requirements.txt",
    }
    (made / "wheels/pip-99-py3-none-any.whl").write_bytes(b"planted")
    bundle.copied(made, tmp_path / "copy", own / "program.pub")
    assert not (tmp_path / "copy/wheels/pip-99-py3-none-any.whl").exists()  # which root would run
    assert (tmp_path / "copy/program.tar").read_bytes() == (made / "program.tar").read_bytes()


def test_another_publishers_bundle_is_refused(folders: tuple[Path, Path]) -> None:
    made, own = folders
    with pytest.raises(BundleError, match="does not match the publisher's key"):
        bundle.verify(made, own / "another.pub")


def flipped(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


CHANGES: dict[str, Callable[[Path], object]] = {
    name: lambda folder, name=name: flipped(folder / name)
    for name in (
        "SHA256SUMS",
        "SHA256SUMS.sig",
        "key.pub",
        "program.tar",
        "wheels/one-1.0+local-py3-none-any.whl",
        "wheels/requirements.txt",
    )
} | {
    "a file is gone": lambda folder: (folder / "program.tar").unlink(),
    "the list is gone": lambda folder: (folder / "SHA256SUMS").unlink(),
    "the signature is gone": lambda folder: (folder / "SHA256SUMS.sig").unlink(),
    "a line more": lambda folder: (folder / "SHA256SUMS").write_text("x", "utf-8"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_is_refused_in_a_sentence(
    folders: tuple[Path, Path], tmp_path: Path, change: Callable[[Path], object]
) -> None:
    made, own = folders
    bundle.copied(made, tmp_path / "copy", own / "program.pub")
    change(tmp_path / "copy")
    with pytest.raises(BundleError, match=r"is not what was signed|refused|no bundle"):
        bundle.copied(tmp_path / "copy", tmp_path / "again", own / "program.pub")


def test_a_bundle_larger_than_any_of_ours_is_refused_before_it_is_copied(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    """A hole of a terabyte costs a stick nothing, and filled the disk."""
    made, own = folders
    bundle.copied(made, tmp_path / "stick", own / "program.pub")
    with (tmp_path / "stick/program.tar").open("r+b") as file:
        file.truncate(2**40)
    said = "1048576 MB, and the limit is 600 MB"
    with pytest.raises(BundleError, match=said):
        bundle.copied(tmp_path / "stick", tmp_path / "copy", own / "program.pub")
    with pytest.raises(BundleError, match=said):
        bundle.verify(tmp_path / "stick", own / "program.pub")
    assert not (tmp_path / "copy").exists()


def test_a_full_disk_is_not_told_as_a_damaged_bundle(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    """It said: copy the bundle again, or ask who made it."""
    made, own = folders
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy/program.tar").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left on device"):
        bundle.copied(made, tmp_path / "copy", own / "program.pub")


def endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


@pytest.mark.parametrize("plant", [os.mkfifo, endless])
def test_what_is_no_plain_file_is_not_read(
    folders: tuple[Path, Path], tmp_path: Path, plant: Callable[[Path], object]
) -> None:
    made, own = folders
    bundle.copied(made, tmp_path / "stick", own / "program.pub")
    file = tmp_path / "stick/program.tar"
    file.unlink()
    plant(file)
    with pytest.raises(BundleError, match=r"program\.tar in the bundle is not what was signed"):
        bundle.copied(tmp_path / "stick", tmp_path / "copy", own / "program.pub")
    assert not (tmp_path / "copy/program.tar").exists()


def test_a_bundle_says_its_number_and_one_without_counts_as_0(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    made, own = folders
    assert bundle.build_of(made, own / "program.pub") == BUILD
    old = tmp_path / "old"
    bundle.copied(made, old, own / "program.pub")
    row = next(row for row in (old / LIST).read_text("utf-8").splitlines() if "  build" in row)
    data = (old / LIST).read_text("utf-8").replace(f"{row}\n", "").encode()
    (old / LIST).write_bytes(data)
    found = next(one for one in keys.key_files([own]) if one.path == own / "program.key")
    signer = keys.open_key(found, lambda _name: SECRET)
    assert signer
    (old / SIGNATURE).write_bytes(program_bundle.signature(signer, data))
    bundle.verify(old, own / "program.pub")
    assert (old / "build").exists()  # that nobody signed says nothing
    assert bundle.build_of(old, own / "program.pub") == 0


def test_the_highest_number_stays_and_an_older_one_is_kept_with_its_reason(tmp_path: Path) -> None:
    day = date(2026, 11, 30)
    assert bundle.highest(tmp_path).build == 0
    bundle.ran(tmp_path, 0, reason="", on=day)
    assert not (tmp_path / bundle.HIGHEST).exists()
    for build, reason in ((20, ""), (10, "the printer"), (15, "the modem"), (20, "")):
        bundle.ran(tmp_path, build, reason=reason, on=day)
    kept = bundle.highest(tmp_path)
    assert (kept.build, kept.older) == (20, OlderBuild(build=15, reason="the modem", on=day))
