"""``nightly``: asks all that the served pack promises; prints each answer that is not right."""

import os
from contextlib import suppress

from cli.command import Context, Verbs, failed

MOST_KEPT = 50  # sentences


def add(verbs: Verbs) -> None:
    """Add the verb."""
    verbs.add_parser("nightly").set_defaults(run=run)


def run(context: Context) -> int:
    """1 if an answer is wrong; what was found is kept for alarms, the desk and doctor."""
    from runtime.alarms.nightly_run import asked
    from runtime.health.observation import NIGHTLY, NightlyRecord
    from system import files

    with suppress(OSError):
        os.nice(10)  # a text that comes at night must not wait for it
    tally = asked(context.settings, context.now)
    record = NightlyRecord(at=context.now, problems=tuple(tally.problems[:MOST_KEPT]))
    with suppress(OSError):
        files.write_record(context.settings.server.data_dir / NIGHTLY, record)
    if tally.problems:
        return failed(
            *tally.problems, f"{len(tally.problems)} of {tally.asked} answers were not right."
        )
    print(f"{tally.asked} questions to the screen and the text line: every answer was right.")
    for sentence in tally.unasked:
        print(sentence)
    return 0
