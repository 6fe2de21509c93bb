"""``doctor``: print what is wrong with this installation."""

import json
from collections.abc import Mapping, Sequence

from cli.command import Context, Verbs
from messages.message import Finding, Message
from runtime.health import report
from runtime.health.observation import Observation


def add(verbs: Verbs) -> None:
    parser = verbs.add_parser("doctor")
    parser.add_argument("--carrier", action="store_true", help="also check the carrier account")
    parser.add_argument(
        "--json", action="store_true", help="print JSON, including the server's own report"
    )
    parser.set_defaults(run=run)


def run(context: Context) -> int:
    """Print every finding; return 1 if anything is wrong."""
    settings, secrets = context.settings, context.secrets
    server = report.running_server(settings, secrets)
    seen = Observation(settings, context.now, server=server, secrets=secrets)
    groups = report.doctor(seen, ask_carrier=context.given.carrier)
    if context.given.json:
        found = [
            {
                "kind": finding.kind,
                "code": finding.message.code,
                "sentence": str(finding.message),
                "group": group,
            }
            for group, findings in groups.items()
            for finding in findings
        ]
        said = {name: str(one) if isinstance(one, Message) else one for name, one in server.items()}
        print(json.dumps({"findings": found, "server": said}))
    else:
        _print(groups)
    wrong = (finding.kind == "wrong" for findings in groups.values() for finding in findings)
    return 1 if any(wrong) else 0


def _print(groups: Mapping[str, Sequence[Finding]]) -> None:
    for group, findings in groups.items():
        if findings:
            print(f"{group.capitalize()}:")
        for finding in findings:
            print(f"  {finding.kind:<6}{finding.message}")
