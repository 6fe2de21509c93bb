"""Words that carriers act on (STOP, START, HELP), which no pack may use as keywords.

From Twilio's default opt-out words (OPTOUT, REVOKE since 14 May 2025) and 47 CFR 64.1200(a)(10).
"""

STOP = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "optout", "revoke"})
START = frozenset({"start", "yes", "unstop"})
HELP = frozenset({"help", "info"})
