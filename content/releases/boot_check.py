"""Which releases on the disk may be served: asked when the server starts, without a network.

A signed release must be, byte for byte, what its own metadata vouches for from the pinned root on,
whatever has expired since, and the newest that is here unless a person rolled back; any other must
be the pack that ships with this installation. TUF is loaded for a signed one only.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from content.model import built_pack
from content.model.pack import Pack
from content.releases.generations import Release, Releases
from content.releases.record import METADATA, id_of, verified

Ships = Callable[[Pack], bool | None]

UPDATED = "it is not the pack that ships with this version, as after an update"
OLDER = "its publisher signed a newer one, which is on this machine, and nobody rolled back from it"


@dataclass(frozen=True, slots=True)
class Judged:
    """Releases by id: the hash of the manifest of those that are right; why others are not."""

    right: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """What a release is judged by. ``ships``: whether a pack is the installation's own, None where
    that one is wrong itself."""

    root: bytes | None
    unsigned: bool
    ships: Ships

    def judge(self, release: Release) -> tuple[str, str]:
        """The hash of its manifest, by the bytes read here; why it must not be served, else ""."""
        try:
            pack = release.pack()
            return pack.version, self._doubt(release, pack)
        except built_pack.BuiltPackError as error:
            return "", str(error)

    def is_outdated(self, release: Release, releases: Releases) -> bool:
        """Whether a whole release on the disk was signed later, and no person rolled back from the
        newest of them."""
        if release.origin != "signed" or self.root is None:
            return False
        from content.trust import tuf_offline, version_floor  # noqa: PLC0415  see above

        newest, folder = tuf_offline.read(release.metadata, self.root), release.folder
        for other in sorted(releases.folder.glob(f"[!.]*/{METADATA}")):
            try:
                chain = tuf_offline.read(other, self.root)
            except tuf_offline.ChainError:
                continue
            mark = {"targets": chain.marks["targets"]}
            older = version_floor.below(mark, newest.marks, newest.trusted)
            if older and verified(other.parent):
                newest, folder = chain, other.parent
        aside = releases.set_aside()
        return folder != release.folder and not (aside and folder.name.startswith(id_of(aside)))

    def _doubt(self, release: Release, pack: Pack) -> str:
        if not release.id.startswith(id_of(pack.version)):
            return "its name is not that of its pack"
        if release.origin == "signed":
            return self._not_signed(release, pack)
        return "" if self.unsigned else self._not_shipped(release, pack)

    def _not_signed(self, release: Release, pack: Pack) -> str:
        from content.trust.tuf_offline import ChainError  # noqa: PLC0415  see above

        if self.root is None:
            return "it is signed, and [content] root names no root to verify it from"
        try:
            right = vouched(pack, release.metadata, self.root)
        except ChainError as error:
            return str(error)
        return "" if right else "its pack is not the one that was signed"

    def _not_shipped(self, release: Release, pack: Pack) -> str:
        ships = self.ships(pack)
        if ships is None:
            # The installation itself is being edited. To show nothing for that would harm more than
            # it protects: whoever can break the shipped pack can also change it.
            return "" if release.origin == "shipped" else "nobody signed it"
        if ships:
            return ""
        if release.origin == "shipped":  # by the program before this one
            return UPDATED
        return "nobody signed it, and it is not the pack that ships"


def vouched(pack: Pack, metadata: Path, root: bytes) -> bool:
    """Whether the pack is what the files kept in ``metadata`` make, and these are what was signed.

    ChainError or BuiltPackError if they vouch for nothing.
    """
    from content.releases import targets  # noqa: PLC0415  see above
    from content.trust import tuf_offline  # noqa: PLC0415

    return same(
        targets.assemble(tuf_offline.files(metadata, tuf_offline.read(metadata, root))).pack, pack
    )


def settle(releases: Releases, judge: Judge) -> Judged:
    """Judge the releases that could be served, and set aside what must not be.

    Afterwards ``releases.active()`` is a release without doubt, or None. OSError, BusyError.
    """
    refused: dict[str, str] = {}
    while (found := judged(releases, judge)).refused:  # what comes next is judged, too
        releases.set_apart(found.refused)
        refused |= found.refused
    now = releases.active()
    if now is not None and refused.get(releases.active_id()) in {UPDATED, OLDER}:
        # To and fro between two versions of the program; or a name that somebody put back, with
        # what it should name still here.
        releases.name(now)
    return Judged(found.right, refused)


def judged(releases: Releases, judge: Judge) -> Judged:
    """Those that would be served next. Writes nothing."""
    found: dict[str, tuple[str, str]] = {}
    for release in releases.pair():
        if release.id not in found:  # one may be both, where somebody wrote ACTIVE
            version, doubt = judge.judge(release)
            if not doubt and release.state == "active" and judge.is_outdated(release, releases):
                doubt = OLDER
            found[release.id] = version, doubt
    return Judged(
        right={name: version for name, (version, doubt) in found.items() if not doubt},
        refused={name: doubt for name, (_, doubt) in found.items() if doubt},
    )


def same(one: Pack, other: Pack) -> bool:
    """Whether they say the same: another version of this program may write it in other bytes."""
    return one.version == other.version or replace(one, version="") == replace(other, version="")
