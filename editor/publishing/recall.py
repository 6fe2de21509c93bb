"""Recalls an entry (``trevor``, ``partner:a21``): the same pack with that one withdrawn.

The pinned crisis set cannot be recalled.
"""

from dataclasses import replace
from pathlib import Path

from content.model.pack import Pack, Partner, Resource
from content.review.withdraw import PARTNER, marked
from editor import toml_file
from editor.publishing.metadata import PublishError
from system.toml_edit import EditError


def entries(pack: Pack) -> dict[str, Resource | Partner]:
    """Everything that can be withdrawn, by the name that a person types."""
    partners = {f"{PARTNER}{partner.id}": partner for partner in pack.partners}
    return {**{resource.id: resource for resource in pack.resources}, **partners}


def recalled(pack: Pack, name: str) -> Pack:
    """The pack with the entry withdrawn. PublishError if it is unknown, pinned or gone."""
    known = entries(pack)
    if name not in known:
        raise PublishError(
            f'The published pack has no entry "{name}"; it has: {", ".join(sorted(known))}.'
        )
    entry = known[name]
    if isinstance(entry, Resource) and entry.pinned:
        raise PublishError(
            f'"{name}" belongs to the pinned crisis set, which no pack can take away: it is part of'
            " the program itself. Tell the schools by telephone, and the makers of Porchlight, who"
            " can change it."
        )
    if entry.status != "live":
        raise PublishError(f'"{name}" is {entry.status} already: no machine shows it.')
    return replace(marked(pack, {name}), version="")


def mark(folder: Path, name: str) -> Path:
    """Write status = "withdrawn" into the author's file of the entry. PublishError."""
    kind = "partners" if name.startswith(PARTNER) else "resources"
    path = folder / kind / f"{name.removeprefix(PARTNER)}.toml"
    try:
        toml_file.apply(path, (), {"status": "withdrawn"})
    except (OSError, UnicodeDecodeError, EditError) as error:
        raise PublishError(
            f"{path} could not be changed ({error}): mark the entry withdrawn where you keep it."
        ) from error
    return path


def consequences(name: str) -> tuple[str, ...]:
    """What each machine does with a recall, for the person who decides on it."""
    return (
        (
            f"Every kiosk and text line takes {name} away at its next refresh, by itself: nobody"
            " approves a recall."
        ),
        "Its card and its number are shown no more; pages that named it show their other lines.",
        (
            "A machine without a network shows it until someone brings a stick: `refresh --from`."
            " Tell those schools."
        ),
        "Each machine's status says which release it shows, and so whether it has obeyed.",
    )
