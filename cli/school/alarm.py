"""``alarm test``: sends one test alarm by each channel of [alarms] and says whether it went."""

import asyncio
import socket
from functools import partial

from cli.command import Context, Verbs, failed


def add(verbs: Verbs) -> None:
    """Add the verb."""
    acts = verbs.add_parser("alarm").add_subparsers(dest="act", metavar="WHAT", required=True)
    acts.add_parser("test", help="send one now").set_defaults(run=run)


def run(context: Context) -> int:
    """1 if a channel did not take it, or there is none."""
    from runtime.alarms import delivery, rules, watch
    from sms.worker_threads import WorkerThreads

    channels = delivery.channels(context.settings, context.secrets, socket.gethostname())
    heartbeat = context.settings.alarms.heartbeat
    if not channels and not heartbeat:
        return failed(
            "Nobody would hear: set [alarms] mail_to and smtp_host, or webhook, in the settings"
            " (docs/alarms.md)."
        )
    now, code = context.now, 0
    ring = rules.Ring(number=0, kind="test", recovered=False, value="", at=now, since=now)
    threads = WorkerThreads("alarm", size=1, patience=rules.DEADLINE)
    sends = {name: partial(send, ring) for name, send in channels.items()}
    if heartbeat:
        sends["heartbeat"] = partial(delivery.beat, heartbeat)
    for name, send in sends.items():
        problem = asyncio.run(watch.tried(threads, send))
        print(f"{name}: {problem or 'it was taken; look whether it arrives.'}")
        code = 1 if problem else code
    return code
