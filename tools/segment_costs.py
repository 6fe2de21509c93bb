"""Print the cost of the pack's replies: segments by language, as in docs/develop/measurements.md.

Counts each reply once, however often it is sent. Partial languages share a row. HELP, STOP and
START as pasted into the console have their own rows.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from content.model.pack import Pack  # noqa: E402  the tree is put on the path first
from settings.schema import Sms  # noqa: E402
from sms import replies  # noqa: E402
from sms.twilio.console_texts import texts  # noqa: E402
from tools.california import pack as shipped  # noqa: E402

LONGEST = Sms(
    number="+19165550100", program_name="P" * 20, contact="c" * 40
)  # as long as the settings allow
HEAD = "|replies|language|how many|segments, average|most|in UCS-2|\n|---|---|---|---|---|---|\n"


def rows(pack: Pack) -> str:
    """Return the table, with the longest name and contact that the settings allow."""
    found: dict[tuple[str, str], list[replies.Reply]] = {}
    for draft in replies.drafts(pack, LONGEST):
        code, _, near = draft.code.partition("+")
        kind, *words = code.split(":")
        part = words[-1]
        language = next((word for word in words if word in pack.complete), "partial")
        name = {
            "t": f"to a topic, {part}" if part in {"first", "more"} else "by person",
            "partner": "on a partner",
            "hotline": "on a hotline by its name",
            "law": "on a law",
        }
        own = "general, near a need" if near else "the line's own"
        found.setdefault((name.get(kind, own), language), []).append(
            replies.ready(draft.text, budget=draft.budget)
        )
    for county in pack.counties:
        for language in pack.complete:
            place = replies.place(pack, LONGEST, counties=[county], language=language)
            if place is not None:
                found.setdefault(("on a ZIP code", language), []).append(place)
    for language in pack.complete:
        found["pasted for STOP, START, HELP", language] = list(
            texts(pack, LONGEST, language).values()
        )
    return HEAD + "".join(
        _row(name, language, listed) for (name, language), listed in sorted(found.items())
    )


def _row(name: str, language: str, listed: list[replies.Reply]) -> str:
    counts = [reply.segments for reply in listed]
    wide = sum(reply.encoding != "GSM-7" for reply in listed)
    average = sum(counts) / len(counts)
    return f"|{name}|{language}|{len(counts)}|{average:.2f}|{max(counts)}|{wide}|\n"


if __name__ == "__main__":
    print(rows(shipped()), end="")
