"""Decides which releases on the disk may be served when the server starts, without a network.

A signed release must match, byte for byte, what its own metadata vouches for, starting from the
pinned root, even if signatures have expired. Any other release must be the pack shipped with this
installation. If the settings name a publisher, the newest signed release here is used, unless
someone rolled back from it. TUF is loaded only if there is a signed release.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from content.model import built_pack
from content.model.pack import Pack
from content.releases.generations import BusyError, Releases
from content.releases.record import METADATA, Release, id_of, verified
from content.releases.state import UPDATED, State
from content.review.provenance import Origin
from messages.message import Message, message, of_error

if TYPE_CHECKING:
    from content.trust.tuf_offline import Chain

Ships = Callable[[Pack], bool | None]

OLDER, UNSIGNED = message("unserved.older"), message("unserved.unsigned")


@dataclass(frozen=True, slots=True)
class Judged:
    """``right``: release id → manifest hash, if it may be served. ``refused``: id → reason."""

    right: dict[str, str] = field(default_factory=dict)
    refused: dict[str, Message] = field(default_factory=dict)


def failures(refused: Mapping[str, Message]) -> dict[str, Message]:
    """Return the refused releases that failed verification. After a program update, the previous
    version's shipped pack is refused without having failed."""
    return {name: why for name, why in refused.items() if why != UPDATED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """The basis for judging releases. ``sourced``: whether the settings name a source of packs; if
    not, a school goes back to the shipped pack. ``ships``: whether a pack is the installation's
    own, None if the installation's own pack is invalid."""

    root: bytes | None
    sourced: bool
    unsigned: bool
    ships: Ships

    def judge(self, release: Release) -> tuple[str, Message | None]:
        """Read the release; return its manifest hash, and the reason not to serve it, if any."""
        try:
            pack = release.pack()
            return pack.version, self._doubt(release, pack)
        except built_pack.BuiltPackError as error:
            return "", of_error(error)

    def newer(self, release: Release, releases: Releases, state: State) -> Release | None:
        """Return the newest signed release here that may be served, if it was signed later and
        nobody rolled back from it."""
        if self.root is None or not (release.origin == "signed" or self.sourced):
            return None
        found, chain = None, self._chain(release.metadata) if release.origin == "signed" else None
        for metadata in sorted(releases.folder.glob(f"[!.]*/{METADATA}")):
            later = self._chain(metadata)
            if later and _is_later(later, chain) and (other := self._signed(metadata.parent)):
                found, chain = other, later
        return found if found and found.pack_version != state.set_aside else None

    def _chain(self, metadata: Path) -> "Chain | None":
        from content.trust import tuf_offline  # noqa: PLC0415  see above

        try:
            return tuf_offline.read(metadata, self.root) if self.root else None
        except tuf_offline.ChainError:
            return None

    def _signed(self, folder: Path) -> Release | None:
        record = verified(folder)
        release = record.release(folder, "kept") if record else None
        if release is None or release.origin != "signed" or self.judge(release)[1]:
            return None
        return release

    def _doubt(self, release: Release, pack: Pack) -> Message | None:
        if not release.id.startswith(id_of(pack.version)):
            return message("unserved.misnamed")
        doubt = self.doubt(pack, release.origin, release.metadata)
        if release.origin != "shipped":
            return doubt
        if doubt == UNSIGNED:
            # Someone is editing the installation itself. Showing nothing would do more harm than
            # good: anyone who can break the shipped pack can also change it.
            return None
        return UPDATED if doubt else None  # the previous version of the program shipped this pack

    def doubt(self, pack: Pack, origin: Origin, metadata: Path) -> Message | None:
        """Return why nobody vouches for a pack of this origin; expired signatures are accepted."""
        if origin == "signed":
            return self._not_signed(pack, metadata)
        if self.unsigned or (ships := self.ships(pack)):
            return None
        return UNSIGNED if ships is None else message("unserved.not-shipped")

    def _not_signed(self, pack: Pack, metadata: Path) -> Message | None:
        from content.trust.tuf_offline import ChainError  # noqa: PLC0415  see above

        if self.root is None:
            return message("unserved.no-root")
        try:
            right = vouched(pack, metadata, self.root)
        except (ChainError, built_pack.BuiltPackError) as error:
            return of_error(error)
        return None if right else message("unserved.not-signed-pack")


def vouched(pack: Pack, metadata: Path, root: bytes) -> bool:
    """Whether the files in ``metadata`` make up this pack and match their signatures.

    Raises ChainError or BuiltPackError if the files do not vouch for anything.
    """
    from content.releases import targets  # noqa: PLC0415  see above
    from content.trust import tuf_offline  # noqa: PLC0415

    return same(
        targets.assemble(tuf_offline.targets_in(metadata, tuf_offline.read(metadata, root))).pack,
        pack,
    )


def settle(releases: Releases, judge: Judge) -> Judged:
    """Judge the releases that could be served, and set aside those that must not be.

    Afterward, the active release is one that passed, or None. Raises OSError or BusyError.
    """
    refused: dict[str, Message] = {}
    with suppress(OSError, BusyError):
        releases.complete()
    state = releases.state()
    found, newer = _judged(releases, judge, state)
    while found.refused:
        refused |= found.refused
        wrong = {name: why for name, why in found.refused.items() if why != OLDER}
        if newer and not wrong:  # the named release is good, and a person may go back to it
            state = releases.change(partial(releases.named, newer.folder))
        else:
            state = releases.change(partial(releases.set_apart, wrong or found.refused))
        found, newer = _judged(releases, judge, state)  # also judge the release that will come next
    now = releases.active(state)
    if now is not None and refused.get(state.active) == UPDATED:
        # This happens when someone switches back and forth between two versions of the program.
        releases.change(partial(releases.named, now.folder))
    return Judged(found.right, refused)


def judged(releases: Releases, judge: Judge, state: State) -> Judged:
    """Judge the releases that would be served next. Writes nothing."""
    return _judged(releases, judge, state)[0]


def _judged(releases: Releases, judge: Judge, state: State) -> tuple[Judged, Release | None]:
    """Judge the releases; return them and the newer release that replaces the next one, if any."""
    right, refused, newer = dict[str, str](), dict[str, Message](), None
    for release in releases.pair(state):
        if release.id in right.keys() | refused.keys():  # these two can be the same release
            continue
        version, doubt = judge.judge(release)
        if not doubt and not right:
            newer = newer or judge.newer(release, releases, state)
            doubt = OLDER if newer and newer.id != release.id else None
        if doubt:
            refused[release.id] = doubt
        else:
            right[release.id] = version
    if newer:  # the release is shown even if its name cannot be written
        right[newer.id] = newer.pack_version
    return Judged(right, refused), newer


def same(one: Pack, other: Pack) -> bool:
    """Whether the contents are equal: another version of this program may write different bytes."""
    return one.version == other.version or replace(one, version="") == replace(other, version="")


def _is_later(chain: "Chain", than: "Chain | None") -> bool:
    """Whether ``chain`` was signed later than ``than``, according to the version floor's rule."""
    from content.trust import version_floor  # noqa: PLC0415  see above

    mark = {"targets": chain.marks["targets"]}
    return than is None or bool(version_floor.below(mark, than.marks, than.trusted))
