"""A kiosk from a stick, on a machine without a network: installed, updated, taken back, moved.

A real bundle with the libraries that PyPI has, on a booted systemd (tests/deploy/machine.py).
PORCHLIGHT_TEST_TREE may name a Debian tree (debootstrap) to boot in place of this machine's own
disk; without it no screen is installed, as the browser is not part of every machine that tests.
"""

import os
import shutil
import subprocess
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import make_url

from editor.publishing import keys, program_bundle
from runtime.upkeep import bundle
from sms.line import RECOVERY
from store.engine import SCHEMA
from tests import databases
from tests.deploy import machine as machines
from tests.deploy.machine import INTERPRETER, PORT, Machine, bare
from tests.running import CARRIER, ROOT, message, signed_form, until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(machines.missing()), reason=machines.missing()),
    pytest.mark.skipif(not Path("/usr/bin/python3").exists(), reason="Debian's Python is not here"),
]
SECRET = "four plain words here"
PACK = "/opt/porchlight/content/packs/california"
SECONDS = 900  # a guard against a hang
STICK = "/srv/stick"
OPTIONS = f"--no-screen --port {PORT}"
DATABASE = "/srv/database"
NEWER = "porchlight 99.1.0"
# The newer program's database has a table more; who is killed meanwhile has half of it.
MIGRATION = """
import time
from pathlib import Path
from alembic import op
import sqlalchemy as sa
revision, down_revision = "9999", SCHEMA

def upgrade():
    op.create_table("of_tomorrow", sa.Column("day", sa.Integer))
    Path("migrating").touch()
    time.sleep(3)
"""


@pytest.fixture(scope="module")
def sticks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two bundles, of this program and of one that calls itself newer, and one that changed."""
    root = tmp_path_factory.mktemp("sticks")
    keys.make(root / "keys", "program", SECRET)
    key = root / "keys/program.key"
    done = subprocess.run(
        ["sh", ROOT / "deploy/bundle.sh", key, root / "stick/this", "line", "postgres"],
        env={**os.environ, "PYTHON": "/usr/bin/python3", "PORCHLIGHT_KEY_PASSPHRASE": SECRET},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    newer, tree = root / "stick/newer", root / "tree"
    shutil.copytree(root / "stick/this", newer)
    with tarfile.open(newer / "program.tar") as tar:
        tar.extractall(tree, filter="data")
    project = tree / "pyproject.toml"
    project.write_text(project.read_text("utf-8").replace('version = "0', 'version = "99'), "utf-8")
    migration = tree / "store/migrations/versions/9999_of_tomorrow.py"
    migration.write_text(MIGRATION.replace("SCHEMA", f'"{SCHEMA}"'), "utf-8")
    # The same number: either goes over the other, in whatever order the tests run.
    build = bundle.build_of(root / "stick/this", key.with_suffix(".pub"))
    subprocess.run(["sh", tree / "deploy/setup.sh", "--tar", newer / "program.tar"], check=True)
    program_bundle.sign(newer, key, SECRET, build=build)
    broken = root / "stick/broken"
    shutil.copytree(newer, broken)
    (tree / "server.py").write_text("raise SystemExit('planted')\n", "utf-8")
    subprocess.run(["sh", tree / "deploy/setup.sh", "--tar", broken / "program.tar"], check=True)
    program_bundle.sign(broken, key, SECRET, build=build)
    changed = root / "stick/changed"
    shutil.copytree(newer, changed)
    wheel = next((changed / "wheels").glob("msgspec*.whl"))
    data = bytearray(wheel.read_bytes())
    data[len(data) // 2] ^= 1
    wheel.write_bytes(data)
    return root / "stick"


@pytest.fixture(scope="module")
def postgres() -> str:
    """A database on a machine that nobody pulls the plug of, by a socket that the kiosk sees."""
    return databases.on_a_socket()


@pytest.fixture(scope="module")
def machine(
    sticks: Path, postgres: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Machine]:
    folder = tmp_path_factory.mktemp("offline") / "machine"
    folder.mkdir()
    socket = Path(str(make_url(postgres).query["host"]))
    socket.chmod(0o711)
    with bare(folder, {STICK: sticks, DATABASE: socket}) as running:
        yield running


@pytest.fixture
def kiosk(machine: Machine) -> Machine:
    """The machine with a version installed, whichever tests ran before."""
    if machine.run("sh", "-c", "test -e /opt/porchlight || echo none"):
        machine.run("sh", "-c", f"sh {STICK}/this/install.sh {OPTIONS}", seconds=SECONDS)
    return machine


def ready(machine: Machine) -> bool:
    return '"ready":true' in machine.get("/readyz")


def version(machine: Machine) -> str:
    return machine.run("porchlight", "--version")


def refused(machine: Machine, *command: str) -> str:
    """What a command that must not succeed says."""
    script = '"$@" 2>&1 && echo "it succeeded"; true'
    return machine.run("sh", "-c", script, "sh", *command, seconds=SECONDS)


def test_a_stick_makes_a_kiosk_updates_it_and_takes_it_back(machine: Machine) -> None:
    assert "has changed since it was made" in refused(machine, "sh", f"{STICK}/changed/install.sh")
    said = machine.run("sh", "-c", f"sh {STICK}/this/install.sh {OPTIONS}", seconds=SECONDS)
    assert "ssh -L 8001:127.0.0.1:8001" in said
    assert "No ssh server runs on this machine" in said
    pack = machine.run("ls", PACK).split()
    assert ("manifest.json" in pack, "pack.toml" in pack) == (True, False)
    assert machine.run("sh", "-c", "test -e /opt/porchlight/editor || echo none") == "none"
    until(lambda: ready(machine), "the pack is shown", seconds=SECONDS)
    poster = machine.run("porchlight", "poster", "--out", "poster.pdf", seconds=SECONDS)
    assert "poster.pdf is written." in poster
    first = version(machine)
    assert machine.run("systemctl", "is-enabled", "porchlight.service") == "enabled"
    machine.write("/etc/porchlight/school.toml", 'notice = "Picture day on Friday"\n')
    before = machine.run("readlink", "/opt/porchlight")

    # Twice the same is no second version, and a byte that changed is not installed.
    assert "already the newest version" in machine.run(
        "sh", f"{STICK}/this/install.sh", seconds=SECONDS
    )
    said = refused(machine, "porchlight", "update", "--from", f"{STICK}/changed")
    assert "is not what was signed" in said
    assert machine.run("readlink", "/opt/porchlight") == before

    # One that does not start is not named, and what runs goes on.
    said = refused(machine, "porchlight", "update", "--from", f"{STICK}/broken")
    assert "does not start on this machine. Nothing was changed" in said
    assert ready(machine)

    machine.run("porchlight", "update", "--from", f"{STICK}/newer", seconds=SECONDS)
    assert (version(machine), ready(machine)) == (NEWER, True)
    assert "Picture day" in machine.get("/leave")

    # The older program would refuse this file: it gets the one it had.
    settings = machine.run("cat", "/etc/porchlight/settings.toml")
    machine.write("/etc/porchlight/settings.toml", f"{settings}\n[of_tomorrow]\nyes = true\n")
    assert "with its old settings" in machine.run("porchlight", "back", seconds=SECONDS)
    assert (version(machine), ready(machine)) == (first, True)
    assert machine.run("cat", "/etc/porchlight/settings.toml") == settings
    assert "no earlier version" in refused(machine, "porchlight", "back")


def test_a_stick_brings_no_nginx_and_says_so(kiosk: Machine) -> None:
    """An option that came with a stick to an installed kiosk was dropped without a word."""
    if kiosk.run("sh", "-c", "command -v nginx || true"):
        pytest.skip("nginx is on this machine's disk")
    install = f"sh {STICK}/this/install.sh --desk kiosk.school.example 2>&1"
    said = kiosk.run("sh", "-c", install, seconds=SECONDS)
    assert "which bundles do not contain, are installed: nginx" in said
    assert "Everything else will work." in said
    until(lambda: ready(kiosk), "the pack is shown", seconds=SECONDS)
    assert kiosk.run("ls", "/etc/nginx/conf.d", check=False) == ""


OLD_WAY = f"""set -e
systemctl stop porchlight.service
cp -a "$(readlink -f /opt/porchlight)" /srv/checkout
rm -r /opt/porchlight /opt/porchlight-versions /etc/porchlight/program.pub /etc/porchlight/extras
cd /srv/checkout
rm -rf .whole .before .checkout saved
mkdir .git && echo old > .git/HEAD
mv /srv/checkout /opt/porchlight
sh /opt/porchlight/deploy/install.sh --port {PORT}
systemctl start porchlight.service
"""


def test_a_checkout_of_earlier_days_is_taken_over_and_can_be_gone_back_to(kiosk: Machine) -> None:
    """It lay in /opt/porchlight itself, and the units ran it there."""
    machine = kiosk
    older_again(machine)
    first = version(machine)
    machine.run("sh", "-c", OLD_WAY, seconds=SECONDS)
    until(lambda: ready(machine), "the pack is shown", seconds=SECONDS)
    machine.write("/etc/porchlight/school.toml", 'notice = "Picture day on Friday"\n')
    assert "This program was not installed with `make install`" in refused(
        machine, "porchlight", "update"
    )

    machine.run("sh", "-c", f"sh {STICK}/newer/install.sh --no-screen", seconds=SECONDS)

    until(lambda: ready(machine), "the pack is shown", seconds=SECONDS)
    assert version(machine) == NEWER
    assert machine.run("stat", "-c", "%F", LINK) == "symbolic link"
    assert "Picture day" in machine.get("/leave")
    assert f"{PORT}" in machine.run("cat", "/etc/porchlight/environment")

    assert "is running again" in machine.run("porchlight", "back", seconds=SECONDS)
    assert (version(machine), ready(machine)) == (first, True)
    assert "Picture day" in machine.get("/leave")
    assert machine.run("cat", f"{LINK}/.git/HEAD") == "old"
    assert "no earlier version" in refused(machine, "porchlight", "back")

    # On from there as from any other version.
    machine.run("porchlight", "update", "--from", f"{STICK}/newer", seconds=SECONDS)
    assert (version(machine), ready(machine)) == (NEWER, True)


# Moments of an update, by what has just been made; below the versions, or anywhere.
COPIED, UNPACKED = ".tmp-*/wheels/*.whl", ".tmp-*/program/cli"
LIBRARIES, WHOLE = "*/.venv/lib/python3*/site-packages/sqlalchemy", "*/.whole"
LINK, UNIT = "/opt/porchlight", "/etc/systemd/system/porchlight.service"
MIGRATING = "/var/lib/porchlight/migrating"
UPDATE, BACK = ("update", "--from", f"{STICK}/newer"), ("back",)

COUNT = """
import sys
from sqlalchemy import create_engine, text
with create_engine(sys.argv[1]).connect() as connection:
    print(connection.execute(text("select count(*) from handled")).scalar_one())
"""


def older_again(machine: Machine) -> None:
    """The older version runs."""
    if version(machine) == NEWER:
        machine.run("porchlight", "back", seconds=SECONDS)


def newer_again(machine: Machine) -> None:
    """The newer version runs."""
    if version(machine) != NEWER:
        machine.run("porchlight", *UPDATE, seconds=SECONDS)


def newer_gone(machine: Machine) -> None:
    """The older version runs, and the newer one has to be made anew."""
    older_again(machine)
    machine.run(
        "sh",
        "-c",
        "cd /opt/porchlight-versions && for whole in */.whole; do"
        ' [ "$PWD/${whole%/*}" = "$(readlink /opt/porchlight)" ] || rm -rf "${whole%/*}"; done',
    )


def cut_off(machine: Machine, moment: str, *verb: str) -> None:
    """Kill that command at this moment, with everything it started and the server, as when somebody
    pulls the plug; and start."""
    group = held_still(machine, moment, *verb)
    machine.run(
        "sh",
        "-c",
        # The stop ends a start that the command may have asked for: a reboot would not know of it.
        f"kill -KILL -{group} && systemctl kill --signal=KILL porchlight.service;"
        " systemctl stop porchlight.service; systemctl reset-failed porchlight.service;"
        " systemctl daemon-reload && systemctl start porchlight.service",
        seconds=SECONDS,
    )


def held_still(machine: Machine, moment: str, *verb: str) -> str:
    """The process group of a command, an update if none is named, that was stopped at that moment."""
    script = f"""
cd /opt/porchlight-versions
rm -f /run/ended
touch /run/began
sleep 0.1
command='porchlight {" ".join(verb or UPDATE)} > /run/said 2>&1; echo $? > /run/ended'
setsid sh -c "$command" < /dev/null > /dev/null 2>&1 &
until [ "$(find {moment} -maxdepth 0 -cnewer /run/began -print -quit 2>/dev/null)" ]; do
  kill -0 $! || {{ cat /run/said; exit 1; }}
  sleep 0.05
done
kill -STOP -$!
echo $!"""
    return machine.run("sh", "-c", script, seconds=SECONDS)


@pytest.fixture(params=databases.KINDS)
def line(
    kiosk: Machine, postgres: str, request: pytest.FixtureRequest
) -> Iterator[tuple[Machine, str]]:
    """The kiosk with a text line, and the address of its database."""
    machine, file = kiosk, "/etc/porchlight/environment"
    newer_gone(machine)
    before = machine.run("cat", file)
    store = {
        "sqlite": "sqlite:////var/lib/porchlight/porchlight.db",
        "postgresql": str(make_url(postgres).update_query_dict({"host": DATABASE})),
    }[request.param]
    settings = {**CARRIER, "PORCHLIGHT_SMS__ENABLED": "true", "PORCHLIGHT_STORE__URL": store}
    lines = "".join(f"{name}={value}\n" for name, value in settings.items())
    machine.write(file, f"{before}\n{lines}")
    yield machine, store
    machine.write(file, f"{before}\n")
    machine.run("systemctl", "restart", "porchlight.service", seconds=SECONDS)


def handled(machine: Machine, store: str) -> int:
    """How many messages the database has."""
    return int(machine.run(INTERPRETER, "-c", COUNT, store))


def answered(machine: Machine, number: int, body: str = "im not safe") -> str:
    """The reply to the text of that number, each from a sender of its own."""
    fields = message(body, sid=f"text {number}", sender=f"+1916555{number:04}")
    headers = [f"{name}: {value}" for name, value in signed_form(fields).items()]
    asked = ["--data", urlencode(fields), f"http://127.0.0.1:{PORT}/sms/inbound"]
    for header in headers:
        asked += ["--header", header]
    return machine.run("curl", "--silent", "--max-time", "20", *asked)


def test_killed_at_any_moment_one_of_the_two_versions_runs(line: tuple[Machine, str]) -> None:
    """Each text that was answered is in the database once: another text under its id gets its
    reply."""
    machine, store = line
    machine.run("systemctl", "restart", "porchlight.service", seconds=SECONDS)
    until(lambda: ready(machine), "the pack is shown", seconds=SECONDS)
    older, said = version(machine), dict[int, str]()
    # A database is migrated once; what comes right after WHOLE may have begun when it is stopped.
    forth = [(UPDATE, moment) for moment in (COPIED, LIBRARIES, MIGRATING, WHOLE, LINK, UNIT)]
    for verb, moment in (*forth, (BACK, LINK), (BACK, UNIT)):
        if verb == BACK:
            newer_again(machine)
        else:
            (newer_gone if moment == WHOLE else older_again)(machine)
        said[len(said)] = answered(machine, len(said))
        cut_off(machine, moment, *verb)
        assert version(machine) in {older, NEWER}, moment
        until(lambda: ready(machine), f"the pack is shown after {moment}", seconds=SECONDS)
        # While it migrates, and a little longer, a repeat is answered from memory.
        said[len(said)] = answered(machine, len(said))
        until(lambda: handled(machine, store) == len(said), "each text is in the database")
        time.sleep(RECOVERY)
        for number, reply in said.items():
            assert "911" in reply
            assert answered(machine, number, "another text") == reply, moment
    older_again(machine)
    newer_again(machine)
    assert (version(machine), ready(machine)) == (NEWER, True)
    assert answered(machine, 0, "another text") == said[0]
    assert handled(machine, store) == len(said)
    assert (
        machine.run("sh", "-c", "ls -A /opt/porchlight-versions | grep -c tmp", check=False) == "0"
    )


def test_a_disk_that_fills_up_leaves_the_version_that_ran_and_says_what_to_do(
    kiosk: Machine,
) -> None:
    machine = kiosk

    def code() -> str:
        return machine.run("sh", "-c", "cat /run/ended 2>/dev/null || true")

    until(lambda: ready(machine), "the pack is shown", seconds=SECONDS)
    newer_gone(machine)
    for moment in (COPIED, UNPACKED, LIBRARIES, LINK):
        older_again(machine)
        before = machine.run("readlink", LINK)
        group = held_still(machine, moment)
        with machine.full_disk():
            machine.run("sh", "-c", f"kill -CONT -{group}")
            until(code, f"the update gives up after {moment}", seconds=SECONDS)
            said = machine.run("cat", "/run/said")
            assert (code(), machine.run("readlink", LINK)) == ("1", before), said
            assert "free up space" in said.splitlines()[-1].lower(), said
            assert ready(machine), moment
        machine.run("systemctl", "restart", "porchlight.service", seconds=SECONDS)
        until(lambda: ready(machine), f"the pack is shown after {moment}", seconds=SECONDS)
        assert machine.run("cat", "/etc/porchlight/extras"), moment
    older_again(machine)
    machine.run("porchlight", "update", "--from", f"{STICK}/newer", seconds=SECONDS)
    assert (version(machine), ready(machine)) == (NEWER, True)


def test_a_backup_moves_a_kiosk(kiosk: Machine) -> None:
    machine = kiosk
    machine.write("/etc/porchlight/school.toml", 'notice = "Picture day on Friday"\n')
    machine.write("/etc/words", "a backup's own words\n")
    words = ("--passphrase-file", "/etc/words")
    machine.run("porchlight", "backup", "/srv/kept", *words, seconds=SECONDS)
    machine.run("systemctl", "stop", "porchlight.service")
    machine.run("sh", "-c", "rm -rf /var/lib/porchlight/* /etc/porchlight/school.toml")
    machine.run("porchlight", "restore", "/srv/kept", *words, seconds=SECONDS)
    machine.run("systemctl", "start", "porchlight.service", seconds=SECONDS)
    until(lambda: ready(machine), "the pack is shown", seconds=SECONDS)
    assert "Picture day" in machine.get("/leave")
    assert machine.run("find", "/var/lib/porchlight", "-user", "root") == ""
