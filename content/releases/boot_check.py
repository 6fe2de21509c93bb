"""Which releases on the disk may be served: asked when the server starts, without a network.

A signed release must be, byte for byte, what its own metadata vouches for from the pinned root on,
whatever has expired since; any other must be the pack that ships with this installation. TUF is
loaded for a signed one only.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from content.model import built_pack
from content.model.pack import Pack
from content.releases.generations import Release, Releases
from content.releases.record import id_of

Ships = Callable[[Pack], bool | None]

UPDATED = "it is not the pack that ships with this version, as after an update"


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
    if now is not None and refused.get(releases.active_id()) == UPDATED:
        releases.name(now)  # to and fro between two versions of the program: no harm was done
    return Judged(found.right, refused)


def judged(releases: Releases, judge: Judge) -> Judged:
    """Those that would be served next. Writes nothing."""
    found = {release.id: judge.judge(release) for release in releases.pair()}
    return Judged(
        right={name: version for name, (version, doubt) in found.items() if not doubt},
        refused={name: doubt for name, (_, doubt) in found.items() if doubt},
    )


def same(one: Pack, other: Pack) -> bool:
    """Whether they say the same: another version of this program may write it in other bytes."""
    return one.version == other.version or replace(one, version="") == replace(other, version="")
