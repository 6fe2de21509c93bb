"""A kiosk from a checkout and the network: `make install`, the office's way to the desk, an update
by `git pull`.

Debian's packages and PyPI's libraries are the real ones, on a booted systemd with this machine's
network (tests/deploy/machine.py). PORCHLIGHT_TEST_TREE as for test_offline_kiosk.py.
"""

import os
import re
import socket
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy import machine as machines
from tests.deploy.machine import Machine, bare
from tests.kiosk.desk.setup.test_first_start import TYPED
from tests.running import ROOT, until

DEBIAN, PYPI = "deb.debian.org", "pypi.org"
AUTHORITIES = Path(os.environ.get("SSL_CERT_FILE", "/etc/ssl/certs/ca-certificates.crt"))
SECONDS = 1200  # a guard against a hang
ORIGIN, CHECKOUT = "/srv/origin", "/home/keeper/porchlight"
NAME = "kiosk.school.example"
CRT = "/etc/porchlight/desk.crt"
NEWER = "porchlight 99.1.0"


def offline() -> str:
    """Why nothing can be fetched here; "" if it can."""
    try:
        for host, port in ((DEBIAN, 80), (PYPI, 443)):
            socket.create_connection((host, port), timeout=5).close()
    except OSError as problem:
        return f"{host} cannot be reached: {problem}"
    return ""


pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(machines.missing()), reason=machines.missing()),
]


def git(folder: Path, *command: str) -> None:
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    subprocess.run(["git", "-C", folder, *who, *command], check=True, capture_output=True)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout of this program, whose origin the kiosk's checkout has, too."""
    if why := offline():
        pytest.skip(why)
    root = tmp_path_factory.mktemp("source")
    subprocess.run(["sh", ROOT / "deploy/setup.sh", "--tar", root / "program.tar"], check=True)
    checkout = root / "checkout"
    with tarfile.open(root / "program.tar") as tar:
        tar.extractall(checkout, filter="data")
    (checkout / "Makefile").write_bytes((ROOT / "Makefile").read_bytes())
    for command in (("init", "--quiet"), ("add", "--all"), ("commit", "--quiet", "-m", "this")):
        git(checkout, *command)
    subprocess.run(["git", "clone", "-q", "--bare", checkout, root / "origin"], check=True)
    git(checkout, "remote", "add", "origin", str(root / "origin"))
    return checkout


@pytest.fixture(scope="module")
def machine(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    folder = tmp_path_factory.mktemp("online") / "machine"
    folder.mkdir()
    shown = {ORIGIN: source.parent / "origin"}
    with bare(folder, shown, network=True) as running:
        authorities = AUTHORITIES.read_text("utf-8") if AUTHORITIES.exists() else ""
        running.write("/etc/ssl/authorities.crt", authorities)
        running.run("useradd", "--create-home", "keeper")
        running.run("git", "config", "--system", "safe.directory", "*")
        running.run("runuser", "-u", "keeper", "--", "git", "clone", "-q", ORIGIN, CHECKOUT)
        yield running


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def trusting(machine: Machine, *command: str) -> str:
    """What a command says that asks this network by https."""
    named = [f"{name}=/etc/ssl/authorities.crt" for name in ("SSL_CERT_FILE", "PIP_CERT")]
    return machine.run("env", *named, *command, seconds=SECONDS)


def by_https(machine: Machine, path: str, *options: str) -> str:
    """What the office sees: status, where it is led, the page."""
    show = "%{http_code} %{redirect_url}\\n"
    there = ("--cacert", CRT, "--resolve", f"{NAME}:443:127.0.0.1", f"https://{NAME}{path}")
    return machine.run("curl", "-sS", "--max-time", "60", "-w", show, *options, *there)


def test_a_checkout_makes_a_kiosk_that_the_office_sets_up_by_https_and_a_pull_updates_it(
    machine: Machine, source: Path
) -> None:
    port, desk = free_port(), free_port()
    machine.write("/etc/porchlight/environment", f"PORCHLIGHT_DESK__PORT={desk}\n")
    options = f"--no-screen --port {port} --desk {NAME}"

    said = trusting(machine, "make", "-C", CHECKOUT, "install", f"ARGS={options}")

    def ready() -> bool:
        ask = ("curl", "-s", "--max-time", "20", f"http://127.0.0.1:{port}/readyz")
        return '"ready":true' in machine.run(*ask, check=False)

    until(ready, "the pack is shown", seconds=SECONDS)
    assert f"The office opens the desk at https://{NAME}/staff/." in said
    printed = machine.run("openssl", "x509", "-in", CRT, "-noout", "-fingerprint", "-sha256")
    assert printed.partition("=")[2] in said
    (code,) = re.findall(r"/staff/first\?code=(\S+)", said)

    # Nothing of the machine but the desk, by no other name, from nowhere that is not let in.
    listening = machine.run("ss", "-Hltnp")
    assert re.findall(r":(\d+) .*nginx", listening) == ["443"], listening
    assert by_https(machine, "/en/now").endswith("404")
    other = ("-sk", "--resolve", "other.example:443:127.0.0.1", "https://other.example/staff/")
    assert machine.run("sh", "-c", '"$@" || echo refused', "sh", "curl", *other) == "refused"
    allowed = machine.run("cat", "/etc/porchlight/desk.allow")
    for rule, status in (("deny all;", "403"), (allowed, "303")):
        machine.write("/etc/porchlight/desk.allow", rule)
        machine.run("systemctl", "reload", "nginx")
        until(lambda: status in by_https(machine, "/staff/"), f"it answers {status}")  # noqa: B023

    # The first start, by its code alone.
    assert by_https(machine, "/staff/").endswith("/staff/first")
    page = by_https(machine, f"/staff/first?code={code}")
    (token,) = re.findall(r'name="token" value="([^"]+)"', page)

    def saved(code: str) -> str:
        typed = {**TYPED, "token": token, "code": code}
        fields = [part for pair in typed.items() for part in ("--data-urlencode", "=".join(pair))]
        return by_https(machine, "/staff/first", "-H", f"Origin: https://{NAME}", *fields)

    assert "That code is not correct." in saved("AAAA-AAAA")
    assert saved(code).endswith("303 https://kiosk.school.example/staff/open")
    until(lambda: by_https(machine, "/staff/").endswith("/staff/in"), "it asks for the passphrase")
    found = machine.run("porchlight", "doctor", check=False)
    assert "staff desk" not in found, found

    # What the publisher of the program pushes comes with one command, and the way stays.
    project = source / "pyproject.toml"
    project.write_text(project.read_text("utf-8").replace('version = "0', 'version = "99'), "utf-8")
    git(source, "commit", "--quiet", "--all", "-m", "newer")
    git(source, "push", "--quiet", "origin", "HEAD")
    older = machine.run("porchlight", "--version")
    assert "is running and shows its pack" in trusting(machine, "porchlight", "update")
    assert (machine.run("porchlight", "--version"), ready()) == (NEWER, True)
    assert by_https(machine, "/staff/").endswith("/staff/in")
    machine.run("porchlight", "back", seconds=SECONDS)
    assert (machine.run("porchlight", "--version"), ready()) == (older, True)
    assert by_https(machine, "/staff/").endswith("/staff/in")
