"""The words that carriers keep for themselves on a text line, and that no pack may use as keywords.

STOP and its kin block a number before our line sees them, START and its kin open it again, HELP and
INFO are answered by the carrier. Source: Twilio's default opt-out words, OPTOUT and REVOKE among
them since 14 May 2025, and 47 CFR 64.1200(a)(10). Refuses to decide what the line answers to them
(see sms/understanding/optout.py).
"""

import re

STOP = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "optout", "revoke"})
START = frozenset({"start", "yes", "unstop"})
HELP = frozenset({"help", "info"})

_EDGES = re.compile(r"^\W+|\W+$")


def is_reserved(word: str) -> bool:
    """Whether a message of this word alone belongs to the carrier, in any case and with signs or
    spaces around it."""
    return _EDGES.sub("", word).casefold() in STOP | START | HELP
