"""The rules that a school's machine applies to a pack, even a signed one.

They keep a wrong number, a shelter's location or a revealing word away from students. The editor
checks the rest, such as a missing translation, before anybody signs a pack
(editor/rules/check_source.py).
"""

from content.model.pack import Pack
from content.rules import (
    channels,
    codes,
    confidential,
    entries,
    locked_screen,
    translations,
    wording,
)
from content.rules.locations import Where
from messages.message import Finding


def problems(pack: Pack, *, where: Where) -> list[Finding]:
    """Return every problem in the pack. An error keeps it from being served; a warning does not."""
    return [
        *entries.problems(pack, where),
        *codes.problems(pack, where),
        *confidential.problems(pack, where),
        *channels.problems(pack, where),
        *translations.problems(pack, where),
        *wording.problems(pack, where),
        *locked_screen.problems(pack, where),
    ]
