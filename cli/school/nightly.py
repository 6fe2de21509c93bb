"""``nightly``: test every answer that the served pack promises; print each wrong answer."""

import os
from contextlib import suppress

from cli.command import Context, Verbs, failed, say
from messages.message import message

MOST_KEPT = 50


def add(verbs: Verbs) -> None:
    verbs.add_parser("nightly").set_defaults(run=run)


def run(context: Context) -> int:
    """Save the findings for alarms, the desk and doctor; return 1 if an answer is wrong."""
    from runtime.alarms.nightly_run import asked
    from runtime.health.observation import NIGHTLY, NightlyRecord
    from system import files

    with suppress(OSError):
        os.nice(10)  # lower priority: this must not delay a text that arrives at night
    tally = asked(context.settings, context.now)
    kept = tuple(tally.problems[:MOST_KEPT])
    record = NightlyRecord(at=context.now, problems=tuple(map(str, kept)), said=kept)
    with suppress(OSError):
        files.write_record(context.settings.server.data_dir / NIGHTLY, record)
    if tally.problems:
        count = len(tally.problems)
        return failed(*tally.problems, message("answer.wrong", count=count, asked=tally.asked))
    return say(message("answer.all-right", asked=tally.asked), *tally.unasked)
