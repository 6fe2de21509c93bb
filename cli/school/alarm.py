"""``alarm test``: send a test alarm through each channel in [alarms]."""

import asyncio
import socket

from cli.command import Context, Verbs, failed
from messages.message import message
from runtime import installation, private_status
from runtime.alarms import delivery, rules, watch
from system.bounded import Pool


def add(verbs: Verbs) -> None:
    acts = verbs.add_parser("alarm").add_subparsers(dest="act", metavar="WHAT", required=True)
    acts.add_parser("test", help="send a test alarm now").set_defaults(run=run)


def run(context: Context) -> int:
    """Send a test alarm; return 1 if a channel did not accept it or no channel is configured."""
    alarms, server = context.settings.alarms, context.settings.server
    named = [*alarms.channels, *(["heartbeat"] if alarms.heartbeat else [])]
    if not named:
        return failed(message("alarms.nobody-would-hear"))
    key = installation.kept_hash_key(context.settings, context.secrets)
    if not private_status.ask(server.host, server.port, key):
        print(message("alarms.sent-from-here"))
        return _told(named, _sent_from_here(context))
    # A mail server that hangs may delay a real alarm, then the test, then the heartbeat.
    patience = 3 * rules.DEADLINE + 5
    said = private_status.alarm_test(context.settings, key, patience=patience)
    if said is None:
        return failed(message("alarms.sends-no-test", port=server.port))
    return _told(named, said)


def _told(named: list[str], said: dict[str, object]) -> int:
    unknown = (
        "The running server does not know this channel yet. Restart the server and run this"
        " command again."
    )
    problems = {name: said.get(name, unknown) for name in named}
    for name, problem in problems.items():
        print(f"{name}: {problem or 'sent. Check that it arrives.'}")
    return 1 if any(problems.values()) else 0


def _sent_from_here(context: Context) -> dict[str, object]:
    send = delivery.channels(context.settings, context.secrets, socket.gethostname())
    threads = Pool("alarm", 1, patience=rules.DEADLINE)
    heartbeat = context.settings.alarms.heartbeat
    tested = asyncio.run(watch.tested(threads, send, heartbeat, now=context.now))
    return dict(tested)
