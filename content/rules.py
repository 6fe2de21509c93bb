"""All problems of a pack at once.

Owns the list of rules; each module rules_*.py holds those of one subject. The rules take a whole pack in memory, read
no file, and stay silent about entries that could not be read. They serve authors (with files and lines) and intake (for
a built pack, without).
"""

from content import (
    rules_channels,
    rules_codes,
    rules_entries,
    rules_listing,
    rules_plain,
    rules_sms,
    rules_texts,
    rules_wording,
)
from content.lists import Lists
from content.model import Pack, Problem
from content.where import Where

NO_LISTS = Lists()


def problems(pack: Pack, *, where: Where, lists: Lists = NO_LISTS) -> list[Problem]:
    """Every problem of the pack, subject by subject. An error keeps it from being served; a warning does not."""
    return [
        *rules_entries.problems(pack, where),
        *rules_listing.problems(pack, where),
        *rules_codes.problems(pack, where),
        *rules_channels.problems(pack, where, lists),
        *rules_texts.problems(pack, where, lists),
        *rules_wording.problems(pack, where),
        *rules_plain.problems(pack, where, lists),
        *rules_sms.problems(pack, where),
    ]
