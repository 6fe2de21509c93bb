"""A candidate pack from a verified repository: the state's files and local additions.

The top role must sign every file from the state. Invalid files from a county or district are left
out, and the state's pack is used without them.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from content.model import built_pack
from content.model.pack import Pack
from content.review import number_changes
from content.review.provenance import Provenance
from content.rules import local_additions
from content.trust.failures import Failure, RefreshError

if TYPE_CHECKING:
    from content.trust.tuf_client import Repository

STATE = "state/"
PACK, METADATA = "pack", "metadata"  # folders in a candidate's folder
log = logging.getLogger("porchlight")


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolArea:
    """This machine's location: its counties' names, and its district's id or ""."""

    counties: tuple[str, ...] = ()
    district: str = ""


@dataclass(frozen=True, slots=True)
class Assembled:
    """A pack from signed files. ``local``: ids of resources that a county or district signed.

    ``used``: the paths of their files; ``refused``: maps omitted files to the reason.
    """

    pack: Pack
    local: tuple[str, ...]
    used: tuple[str, ...]
    refused: Mapping[str, str]


def assemble(files: Mapping[str, bytes]) -> Assembled:
    """Return the pack from signed files (path → bytes): first the state's, then local ones by path.

    The same files give the same pack. Raises BuiltPackError if the state's are not a pack.
    """
    state = {
        path.removeprefix(STATE): data for path, data in files.items() if path.startswith(STATE)
    }
    state.pop(number_changes.FILE, None)
    pack, ids, used, refused = built_pack.load(state), list[str](), list[str](), dict[str, str]()
    for path in sorted(path for path in files if not path.startswith(STATE)):
        try:
            own = local_additions.decode(files[path])
            merged, problems = local_additions.merge(pack, own, path=path)
        except local_additions.LocalError as error:
            refused[path] = str(error)
            continue
        if problems:
            refused[path] = str(problems[0])
            continue
        pack = built_pack.load(built_pack.build(merged))
        ids += [resource.id for resource in own.resources]
        used.append(path)
    return Assembled(pack, tuple(ids), tuple(used), refused)


def collect(found: Repository, out: Path, area: SchoolArea) -> Provenance:
    """Write the candidate to ``out``/pack and the files that vouch for it to ``out``/metadata.
    Raises RefreshError or OSError."""
    files = _state(found)
    assembled = _assembled(files)
    if assembled is not None and (added := _local(found, assembled.pack, area)):
        whole = _assembled({**files, **added})
        for name, reason in whole.refused.items() if whole else ():
            log.warning("%s is left out of the pack: %s", name, reason)
        files |= {path: file for path, file in added.items() if whole and path in whole.used}
        assembled = whole
    _write(assembled, files, out / PACK)
    found.vouch(out / METADATA, files)
    return Provenance(
        origin="signed",
        signatures=found.chain().signatures,
        metadata=out / METADATA,
        keys=found.chain().marks["targets"].keys,
        notes=_notes(files.get(STATE + number_changes.FILE)),
        local=assembled.local if assembled else (),
    )


def _state(found: Repository) -> dict[str, Path]:
    """Return the state's files by path. Raises RefreshError."""
    manifest = found.own(STATE + built_pack.MANIFEST, most=built_pack.MAX_BYTES)
    try:
        names = [STATE + name for name in built_pack.listed(manifest.read_bytes())]
    except built_pack.BuiltPackError as error:
        raise RefreshError(Failure("hub incomplete", str(error))) from error
    if found.lists(STATE + number_changes.FILE):
        names.append(STATE + number_changes.FILE)
    return {
        STATE + built_pack.MANIFEST: manifest,
        **{name: found.own(name, most=built_pack.MAX_BYTES) for name in names},
    }


def _assembled(files: Mapping[str, Path]) -> Assembled | None:
    """Return None if the state's files are not a pack: admit reports what is wrong with them."""
    try:
        return assemble({path: file.read_bytes() for path, file in files.items()})
    except built_pack.BuiltPackError:
        return None


def _local(found: Repository, pack: Pack, area: SchoolArea) -> dict[str, Path]:
    wanted = found.delegated
    paths = _paths(pack, area)
    return {
        path: file
        for path in paths
        if (file := wanted(path, most=local_additions.MAX_BYTES)) is not None
    }


def _paths(pack: Pack, area: SchoolArea) -> Iterator[str]:
    codes = {county.name: county.fips for county in pack.counties}
    yield from (
        f"county/{codes[name]}/{local_additions.FILE}" for name in area.counties if name in codes
    )
    if area.district:
        yield f"district/{area.district}/{local_additions.FILE}"


def _write(assembled: Assembled | None, files: Mapping[str, Path], out: Path) -> None:
    """Write the state's own bytes if nothing local was added."""
    if assembled is not None and assembled.used:
        built_pack.write_built(built_pack.build(assembled.pack), out)
        return
    for path, file in files.items():
        if path.startswith(STATE) and path != STATE + number_changes.FILE:
            (out / path.removeprefix(STATE)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, out / path.removeprefix(STATE))


def _notes(file: Path | None) -> tuple[number_changes.Note, ...]:
    """Return the notes, or none if they are unreadable: changes without a reason go on hold."""
    try:
        return number_changes.decode(file.read_bytes()) if file else ()
    except (msgspec.MsgspecError, RecursionError):
        return ()
