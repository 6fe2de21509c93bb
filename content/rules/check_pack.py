"""Runs every rule over a pack, with or without its authors' files and lines."""

from content.model.pack import Pack
from content.rules import (
    answers,
    attestation,
    channels,
    codes,
    confidential,
    entries,
    locked_screen,
    text_line,
    topic_page,
    translations,
    wording,
)
from content.rules.locations import Where
from messages.message import Finding


def problems(pack: Pack, *, where: Where) -> list[Finding]:
    """Every problem of the pack. An error keeps it from being served, a warning does not."""
    return [
        *entries.problems(pack, where),
        *attestation.problems(pack, where),
        *codes.problems(pack, where),
        *confidential.problems(pack, where),
        *topic_page.problems(pack, where),
        *channels.problems(pack, where),
        *translations.problems(pack, where),
        *wording.problems(pack, where),
        *text_line.problems(pack, where),
        *answers.problems(pack, where),
        *locked_screen.problems(pack, where),
    ]
