"""``releases`` and ``rollback``: the generations on this machine's disk."""

import sys

from cli.command import Context, Verbs, failed, say
from content.releases import fall_back
from content.releases.candidate import RefusedError
from content.releases.fall_back import remedy
from content.releases.generations import BusyError, NothingToRollBackError, Releases
from messages.message import message
from runtime import installation


def add(verbs: Verbs) -> None:
    verbs.add_parser("releases").set_defaults(run=show)
    verbs.add_parser("rollback").set_defaults(run=rollback)


def show(context: Context) -> int:
    """Print the releases, newest first, what is hidden or on hold, and the last refusal."""
    from runtime.health import pack, report  # loads what `rollback` need not
    from runtime.health.observation import Observation

    releases = Releases(context.settings.server.data_dir)
    state = releases.state()
    for release in releases.list(state):
        unsigned = release.origin == "unsigned" and release.state != "damaged"
        print(
            f"{release.id}  {release.activated_at:%Y-%m-%d %H:%M} UTC  {release.state}"
            f"{', unsigned' if unsigned else ''}"
        )
    server = report.running_server(context.settings, context.secrets)
    seen = Observation(context.settings, context.now, server=server)
    unnamed = releases.unnamed(state)
    for found in pack.not_active(seen, unnamed):
        print(found)
    if unnamed or state.active in releases.damaged(state):
        print(remedy(releases, state))
    for entry in state.withdrawn:
        print(f"Withdrawn: {entry.id}, hidden here since {entry.since:%Y-%m-%d %H:%M} UTC.")
    if last := state.refresh:
        print(f"Last look for a new pack at {last.at:%Y-%m-%d %H:%M} UTC: {last.message}")
    if waiting := state.held:
        since = f"{waiting.since:%Y-%m-%d %H:%M} UTC"
        print(f"Pack {waiting.id} waits for a person since {since}: see `held`.")
    if refusal := state.refusal:
        at = f"{refusal.at:%Y-%m-%d %H:%M} UTC"
        is_past = refusal.is_past(releases.active(state))
        after = "before the release shown now became active" if is_past else "the old pack stayed"
        print(f"Refused at {at}, {after}:")
        print(*refusal.messages, sep="\n")
    return 0


def rollback(context: Context) -> int:
    """Bring back the release before; 1 if there is none."""
    from runtime import disk_check

    found = disk_check.set_aside(context.settings, context.now)
    say(*disk_check.reasons(found.refused), to=sys.stderr)
    try:
        release = fall_back.rollback(installation.machine(context.settings, context.now))
    except (BusyError, NothingToRollBackError, RefusedError) as error:
        return failed(error)
    return say(message("review.rolled-back", id=release.id))
