"""``doctor``: what is wrong with this installation, printed."""

import json

from cli.command import Context, Verbs


def add(verbs: Verbs) -> None:
    """Add the verb."""
    parser = verbs.add_parser("doctor")
    parser.add_argument("--carrier", action="store_true", help="ask the carrier's account, too")
    parser.add_argument(
        "--json", action="store_true", help="for programs; with what a running server says"
    )
    parser.set_defaults(run=run)


def run(context: Context) -> int:
    """Print every finding; 1 if something is wrong."""
    from runtime import doctor

    settings, secrets = context.settings, context.secrets
    findings = doctor.findings(settings, secrets, context.now, ask_carrier=context.given.carrier)
    if context.given.json:
        found = [{"kind": finding.kind, "sentence": finding.sentence} for finding in findings]
        print(json.dumps({"findings": found, "server": doctor.running_server(settings, secrets)}))
    else:
        for finding in findings:
            print(f"{finding.kind:<6}{finding.sentence}")
    return 1 if any(finding.kind == "wrong" for finding in findings) else 0
