"""``support-bundle FILE``: write a text file for remote support, to be read before sending."""

import json
import os
from contextlib import suppress
from pathlib import Path

from cli.command import Context, Verbs, failed
from runtime.health import bundle, report
from runtime.health.observation import Observation


def add(verbs: Verbs) -> None:
    parser = verbs.add_parser("support-bundle")
    parser.add_argument("file", type=Path, metavar="FILE", help="the new file, such as bundle.json")
    parser.set_defaults(run=run)


def run(context: Context) -> int:
    """Write the support file; return 1 if it already exists or cannot be written."""
    settings, secrets, file = context.settings, context.secrets, context.given.file
    server = report.running_server(settings, secrets)
    groups = report.doctor(Observation(settings, context.now, server=server, secrets=secrets))
    found = json.dumps(
        bundle.collect(settings, groups, server, context.now), indent=1, ensure_ascii=False
    )
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with os.fdopen(os.open(file, flags, 0o600), "w", encoding="utf-8") as out:
            out.write(f"{found}\n")
    except OSError as problem:
        if not isinstance(problem, FileExistsError):  # remove a file that we wrote only in part
            with suppress(OSError):
                file.unlink(missing_ok=True)
        return failed(f"{file} could not be written ({problem.strerror}). Choose a new file.")
    print(
        f"{file} was written ({len(found) // 1024 + 1} KB). It is a text file. Read it before"
        " you send it."
    )
    return 0
