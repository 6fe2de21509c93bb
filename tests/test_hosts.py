"""docs/school/run.md names every host that the program asks, and none that it does not."""

import ast
import re
from contextlib import closing
from datetime import timedelta
from typing import Any

from settings.load import Secrets
from sms.twilio.account import Account
from sms.twilio.account_check import checks
from sms.twilio.client import Twilio
from tests.running import ROOT
from tests.sms.conftest import NOON, PUBLIC
from tests.sms.packs import SETTINGS as SMS
from tests.sms.stand_in import ACCOUNT, TOKEN, ToStandIn, standing_in
from tests.sms.twilio.test_account_check import furnish
from tests.test_architecture import SOURCES, name, tree

HEADING = "## What a school's filter must allow"
RUN = (ROOT / "docs/school/run.md").read_text(encoding="utf-8")
DOCUMENT = RUN.partition(HEADING)[2].partition("\n## ")[0]
SECRETS = Secrets(account_sid=ACCOUNT, auth_token=TOKEN)
DEBIAN = {"deb.debian.org", "security.debian.org", "archive.raspberrypi.com", "www.piwheels.org"}
INSTALLING = {"pypi.org", "files.pythonhosted.org", "docker.io"} | DEBIAN


class Recorder(ToStandIn):
    """Leads to the stand-in, and keeps the host of each question."""

    def __init__(self, port: int) -> None:
        super().__init__(port)
        self.hosts: set[str] = set()

    def request(self, method: str, url: str, *given: Any, **named: Any) -> Any:
        self.hosts.add(url.split("/")[2])
        return super().request(method, url, *given, **named)


def documented() -> set[str]:
    rows = [line for line in DOCUMENT.splitlines() if line.startswith("|")]
    return set(re.findall(r"`([a-z0-9-]+(?:\.[a-z0-9-]+)+)`", "\n".join(rows)))


def test_what_the_carrier_part_asks_is_what_the_document_says() -> None:
    with standing_in(SMS.number) as stand_in:
        recorder = Recorder(stand_in.port)
        with closing(recorder.session):
            account = Account(SMS.number, PUBLIC, SECRETS)
            carrier = Twilio(account, http_client=recorder)
            sid = carrier.send("+19165550199", "x", valid_for=timedelta(minutes=5))
            list(carrier.list(NOON))
            carrier.fetch(sid)
            carrier.forget(sid)
            assert recorder.hosts == {"api.twilio.com"}
            furnish(stand_in)
            list(checks(carrier, account, now=NOON))
    assert recorder.hosts == documented() - INSTALLING


def test_no_other_host_stands_in_the_program() -> None:
    """An address in a string of the program is an example, what XML is named by, or the carrier's,
    which is on the list."""
    found = {
        (name(path), host)
        for path in SOURCES
        for text in strings(tree(path))
        for host in re.findall(r"https?://([\w-]+(?:\.[\w-]+)+)", text)
        if not host.endswith(("example.org", "127.0.0.1"))
    }
    assert found == {
        ("kiosk/pages/staff/book.py", "leginfo.legislature.ca.gov"),  # printed, never asked
        ("kiosk/pages/templates_env.py", "www.w3.org"),
        ("sms/twilio/client.py", "api.twilio.com"),
    }


def strings(module: ast.Module) -> list[str]:
    """Strings that are not documentation."""
    documentation = {
        id(node.body[0].value)
        for node in ast.walk(module)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        node.value
        for node in ast.walk(module)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in documentation
    ]


def test_what_installs_asks_debian_the_package_index_and_the_image_s_registry() -> None:
    """Shell and Containerfile: hosts by name, but those of this machine itself."""
    texts = [
        (ROOT / file).read_text(encoding="utf-8")
        for file in (
            "deploy/setup.sh",
            "deploy/install.sh",
            "deploy/Containerfile",
            "tools/libraries.sh",
        )
    ]
    found = {
        host
        for text in texts
        for host in re.findall(r"(?:https?://|=)([a-z0-9-]+(?:\.[a-z0-9-]+)+)/", text)
    }
    assert {host for host in found if not re.fullmatch(r"[\d.]+", host)} <= INSTALLING
    assert documented() >= INSTALLING
