"""Answers to common follow-up questions: who reads this, what it costs, what if nobody picks up.

Source: sms/answers.toml. Keys: ``sms:answer:<id>``; partly translated languages also: ``:further``.
"""

from content.model.pack import Pack

ANSWER = "answer."  # prefix for the id when a message is classified
ORDINARY = "ordinary"  # the class for messages that do not ask for anything
KEY = "sms:answer:"
FURTHER = ":further"
BUDGET = "answer:"  # prefix for the id in ``Pack.line_segments``
ANSWERS = (
    *("who", "private", "parents", "police", "cost", "hours", "expect"),
    *("cannot_call", "cannot_text", "no_answer", "afraid", "watched", "more", "thanks", "again"),
    *("call_me", "unclear", "number", "arrested", "removed", "tell_adult", "not_helped", "wrong"),
    *("hello", "language", "short", "details", "unsure", "over", "happened", "told", "where"),
    "sick",
)
# One-sentence answers, which partly translated languages have, too.
IN_PART = (
    *("who", "private", "parents", "police", "cost"),
    *("cannot_call", "no_answer", "thanks", "more", "number"),
)


def budget(pack: Pack, answer: str, language: str) -> int:
    own = pack.line_segments.get(BUDGET + answer, {})
    return own.get(language, pack.most_segments(language))
