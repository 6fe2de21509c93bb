"""A candidate pack from a verified repository: the state's files, and what county and district add for this machine.

Owns which targets are wanted and where they lie: the built pack below ``state/``, the notes of its changes, and
``county/<fips>/local.json`` and ``district/<id>/local.json``. Refuses a pack of which one file is not signed by the
top role; what a county or district got wrong is left out, and the state's pack stands. Judges nothing of what the
state's files say (intake does).
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from content import build, changes, local
from content.failures import Failure, RefreshError
from content.model import Pack
from content.provenance import Provenance

if TYPE_CHECKING:
    from content.signed import Repository

STATE = "state/"
PACK, METADATA = "pack", "metadata"  # of a candidate's folder
log = logging.getLogger("porchlight")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where this machine stands: names of counties as the settings have them, and the district's id or ""."""

    counties: tuple[str, ...] = ()
    district: str = ""


@dataclass(frozen=True, slots=True)
class Assembled:
    """A pack of signed files. ``local`` are the ids of resources that a county or district signed, ``used`` the paths
    of their files; ``refused`` says of each other one, by its path, why it was left out."""

    pack: Pack
    local: tuple[str, ...]
    used: tuple[str, ...]
    refused: Mapping[str, str]


def assemble(files: Mapping[str, bytes]) -> Assembled:
    """The pack of signed files (path → bytes): the state's, then what county and district add, in the order of paths.

    The same files always make the same pack. BuiltPackError if the state's files are none.
    """
    state = {path.removeprefix(STATE): data for path, data in files.items() if path.startswith(STATE)}
    state.pop(changes.FILE, None)
    pack, ids, used, refused = build.load(state), list[str](), list[str](), dict[str, str]()
    for path in sorted(path for path in files if not path.startswith(STATE)):
        try:
            own = local.decode(files[path])
            merged, problems = local.merge(pack, own, path=path)
        except local.LocalError as error:
            refused[path] = str(error)
            continue
        if problems:
            refused[path] = str(problems[0])
            continue
        pack = build.load(build.build(merged))
        ids += [resource.id for resource in own.resources]
        used.append(path)
    return Assembled(pack, tuple(ids), tuple(used), refused)


def collect(found: Repository, out: Path, place: Place) -> Provenance:
    """Write the candidate to ``out``/pack and what vouches for it to ``out``/metadata.

    RefreshError if something of the state's is missing; what fetching raises; OSError.
    """
    files = _state(found)
    assembled = _assembled(files)
    if assembled is not None and (added := _local(found, assembled.pack, place)):
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
        notes=_notes(files.get(STATE + changes.FILE)),
        local=assembled.local if assembled else (),
    )


def _state(found: Repository) -> dict[str, Path]:
    """The state's files by path. RefreshError."""
    manifest = found.own(STATE + build.MANIFEST, most=build.MAX_BYTES)
    try:
        names = [STATE + name for name in build.listed(manifest.read_bytes())]
    except build.BuiltPackError as error:
        raise RefreshError(Failure("hub incomplete", str(error))) from error
    if found.lists(STATE + changes.FILE):
        names.append(STATE + changes.FILE)
    return {STATE + build.MANIFEST: manifest, **{name: found.own(name, most=build.MAX_BYTES) for name in names}}


def _assembled(files: Mapping[str, Path]) -> Assembled | None:
    """None where the state's files make no pack: intake will say what is wrong with them."""
    try:
        return assemble({path: file.read_bytes() for path, file in files.items()})
    except build.BuiltPackError:
        return None


def _local(found: Repository, pack: Pack, place: Place) -> dict[str, Path]:
    """What was published for the machine's counties and district."""
    wanted = found.delegated
    paths = _paths(pack, place)
    return {path: file for path in paths if (file := wanted(path, most=local.MAX_BYTES)) is not None}


def _paths(pack: Pack, place: Place) -> Iterator[str]:
    codes = {county.name: county.fips for county in pack.counties}
    yield from (f"county/{codes[name]}/{local.FILE}" for name in place.counties if name in codes)
    if place.district:
        yield f"district/{place.district}/{local.FILE}"


def _write(assembled: Assembled | None, files: Mapping[str, Path], out: Path) -> None:
    """The state's own bytes where nothing was added to them."""
    if assembled is not None and assembled.used:
        build.write_built(build.build(assembled.pack), out)
        return
    for path, file in files.items():
        if path.startswith(STATE) and path != STATE + changes.FILE:
            (out / path.removeprefix(STATE)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, out / path.removeprefix(STATE))


def _notes(file: Path | None) -> tuple[changes.Note, ...]:
    """The notes; none where they cannot be read: changes without a reason are held for a person."""
    try:
        return changes.decode(file.read_bytes()) if file else ()
    except (msgspec.MsgspecError, RecursionError):
        return ()
