"""Runs every rule on a pack: both the rules on a school's machine and those only for authors."""

from content.model.pack import Pack
from content.rules import check_pack, locked_screen
from content.rules.locations import Where
from editor.rules import attestation, entry_values, sentences, text_line, topic_page, whole_texts
from messages.message import Finding


def problems(pack: Pack, *, where: Where) -> list[Finding]:
    """Return every problem in the pack. An error prevents publication; a warning does not."""
    return [
        *check_pack.problems(pack, where=where),
        *entry_values.problems(pack, where),
        *attestation.problems(pack, where),
        *topic_page.problems(pack, where),
        *whole_texts.problems(pack, where),
        *sentences.problems(pack, where),
        *text_line.problems(pack, where),
        *locked_screen.openings(pack, where),
    ]
