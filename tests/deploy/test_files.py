"""The shipped files as files: strict where a test has to loosen them, and understood by the
programs that read them."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path, PurePath
from typing import Any

import pytest

from settings import extras
from settings import load as settings
from tests.running import ROOT

DEPLOY = ROOT / "deploy"
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
SCRIPTS = [
    "porchlight",
    "porchlight-kiosk",
    "install.sh",
    "setup.sh",
    "bundle.sh",
    "bundle/install.sh",
]
UNITS = sorted(
    path.name for path in (DEPLOY / "systemd").iterdir() if path.suffix in {".service", ".timer"}
)
# The policies that keep a person in, and nothing of a visit anywhere. The browser tests try what
# they do.
STRICT = {
    "DeveloperToolsAvailability": 2,
    "RemoteDebuggingAllowed": False,
    # everything in memory: with an ordinary profile, addresses reached its files
    "IncognitoModeAvailability": 2,
    "ForceEphemeralProfiles": True,
    "DownloadRestrictions": 3,
    "AllowFileSelectionDialogs": False,
    "DefaultCookiesSetting": 4,  # 2 would keep the service worker out as well
    "AllowBackForwardCacheForCacheControlNoStorePageEnabled": False,
    "PasswordManagerEnabled": False,
    "TranslateEnabled": False,
    "SavingBrowserHistoryDisabled": True,
    "SearchSuggestEnabled": False,
    "ComponentUpdatesEnabled": False,
    "MetricsReportingEnabled": False,
    "ExtensionInstallBlocklist": ["*"],
    "PrintHeaderFooter": False,
}


def policies() -> dict[str, Any]:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        assert len(dict(pairs)) == len(pairs), "a policy stands there twice"
        return dict(pairs)

    read: dict[str, Any] = json.loads(
        (DEPLOY / "chromium/kiosk.json").read_text("utf-8"), object_pairs_hook=once
    )
    return read


def flags() -> list[str]:
    lines = (DEPLOY / "chromium/flags").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize("name", STRICT)
def test_a_policy_is_shipped_with_its_strict_value(name: str) -> None:
    assert policies()[name] == STRICT[name]


def test_only_the_own_server_and_one_file_are_allowed() -> None:
    read = policies()
    assert {"*", "chrome://*"} <= set(
        read["URLBlocklist"]
    )  # "*" alone leaves the browser's own pages open
    assert read["URLAllowlist"] == [
        "http://127.0.0.1:8000",
        "file:///run/porchlight-kiosk/lines.html",
        "chrome://print",  # where Chromium draws what it prints, without showing it
    ]


def test_there_is_one_list_of_features_that_are_off() -> None:
    assert len([flag for flag in flags() if flag.startswith("--disable-features")]) == 1
    assert len([flag for flag in flags() if flag.startswith("--enable-features")]) == 0


def test_every_flag_is_a_flag_and_none_opens_a_door() -> None:
    assert [flag for flag in flags() if not re.fullmatch(r"--[a-z-]+(=.+)?", flag)] == []
    assert [
        flag
        for flag in flags()
        if "debug" in flag or "sandbox" in flag or "disable-web-security" in flag
    ] == []


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_is_plain_shell(script: str) -> None:
    file = DEPLOY / script
    assert file.read_text(encoding="utf-8").startswith("#!/bin/sh\n")
    assert os.access(file, os.X_OK)
    subprocess.run(["sh", "-n", file], check=True)
    if shutil.which("shellcheck"):
        subprocess.run(["shellcheck", file], check=True)


@pytest.mark.skipif(
    not shutil.which("systemd-analyze"), reason="systemd-analyze is not here (Debian: systemd)"
)
def test_systemd_understands_every_unit() -> None:
    said = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(DEPLOY / "systemd" / name for name in UNITS)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SYSTEMD_LOG_LEVEL": "warning"},
    ).stderr
    # The programs of a kiosk are not on the machine that runs the tests.
    assert [line for line in said.splitlines() if "is not executable" not in line] == []


def hardening(unit: str) -> set[str]:
    """The lines of a unit that take something away from its process."""
    lines = (DEPLOY / "systemd" / unit).read_text(encoding="utf-8").splitlines()
    taken = r"(Protect|Restrict|Private|SystemCall|Limit|Memory|Tasks|Capability|NoNew|Lock)\w*="
    return {line for line in lines if re.match(taken, line)}


@pytest.mark.parametrize("script", ["setup.sh", "install.sh"])
def test_what_is_put_on_a_kiosk_and_compiled_there_is_every_package(script: str) -> None:
    """A kiosk, a bundle and a stick hold what setup.sh names; one package lacked, and none starts."""
    packages = {
        name
        for name in PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]
        if "/" not in name
    }
    text = (DEPLOY / script).read_text(encoding="utf-8")
    lists = re.findall(r"(?:^names=\"|compileall -qq )([^\n]+?) server\.py", text, re.MULTILINE)
    assert lists
    assert all(packages <= set(found.split()) for found in lists), lists


def test_the_server_may_open_more_files_than_its_connections_need() -> None:
    assert "LimitNOFILE=8192" in hardening("porchlight.service")


def test_with_the_text_line_the_server_reaches_the_network_and_is_else_shut_in_alike() -> None:
    assert hardening("line.conf") == {"RestrictAddressFamilies=AF_NETLINK"}
    lines = (DEPLOY / "systemd/line.conf").read_text(encoding="utf-8").splitlines()
    assert {"IPAddressDeny=", "IPAddressAllow="} <= set(lines)


@pytest.mark.parametrize("unit", ["porchlight.service", "porchlight-kiosk.service"])
def test_a_unit_reaches_its_own_machine_only_and_leaves_no_memory_behind(unit: str) -> None:
    text = (DEPLOY / "systemd" / unit).read_text(encoding="utf-8")
    for line in (
        "IPAddressDeny=any",
        "IPAddressAllow=localhost",
        "LimitCORE=0",
        "MemorySwapMax=0",
        "Restart=always",
    ):
        assert f"\n{line}\n" in text


OURS = [
    name for name in UNITS if "server.py" in (DEPLOY / "systemd" / name).read_text(encoding="utf-8")
]


@pytest.mark.parametrize("unit", OURS)
def test_a_unit_of_ours_may_ask_the_clock_and_never_set_it(unit: str) -> None:
    """ProtectClock=yes forbids the question as well: tests/deploy/test_installed_system.py."""
    lines = (DEPLOY / "systemd" / unit).read_text(encoding="utf-8").splitlines()
    assert "ProtectClock=yes" not in lines
    assert {"CapabilityBoundingSet=", "PrivateDevices=yes"} <= set(lines)
    filters = [line for line in lines if line.startswith("SystemCallFilter=")]
    assert filters[-1] == "SystemCallFilter=clock_adjtime adjtimex"


def test_a_server_tells_systemd_when_it_answers_and_that_it_lives() -> None:
    texts = [(DEPLOY / "systemd" / name).read_text(encoding="utf-8") for name in OURS]
    servers = [text.splitlines() for text in texts if "server.py serve" in text]
    assert servers
    for lines in servers:
        assert {"Type=notify", "WatchdogSec=1min", "Restart=always"} <= set(lines)


def test_the_command_reads_the_environment_file_as_systemd_does(tmp_path: Path) -> None:
    """systemd.exec(5), EnvironmentFile=: a value may hold spaces, and nothing in it is run."""
    planted = tmp_path / "planted"
    (tmp_path / "environment").write_text(
        '# a note\nLANGUAGES=["en", "es"]\nNAME=\'Elm Street\'\nOTHER="a b"\n'
        f"touch {planted}\nRUN=$(touch {planted})\nLAST=1",
        encoding="utf-8",
    )
    text = (DEPLOY / "porchlight").read_text(encoding="utf-8")
    text = text.replace("/etc/porchlight/environment", str(tmp_path / "environment"))
    script = tmp_path / "porchlight"
    script.write_text(text.partition("umask 077")[0] + "env\n", encoding="utf-8")
    said = subprocess.run(["sh", script], capture_output=True, text=True, check=True).stdout
    expected = ['LANGUAGES=["en", "es"]', "NAME=Elm Street", "OTHER=a b", "LAST=1"]
    assert set(expected) <= set(said.splitlines())
    assert f"RUN=$(touch {planted})" in said
    assert not planted.exists()


def test_the_unit_and_the_policies_name_the_same_local_page() -> None:
    unit = (DEPLOY / "systemd/porchlight-kiosk.service").read_text(encoding="utf-8")
    script = (DEPLOY / "porchlight-kiosk").read_text(encoding="utf-8")
    assert "\nRuntimeDirectory=porchlight-kiosk\n" in unit
    assert "run=${PORCHLIGHT_KIOSK_RUN:-/run/porchlight-kiosk}" in script
    assert "local_page=$run/lines.html" in script
    assert "file:///run/porchlight-kiosk/lines.html" in policies()["URLAllowlist"]


def test_a_container_is_built_with_whatever_the_wheel_is_made_of() -> None:
    """What builds the wheel stayed outside, and the image could not be made."""
    rows = (DEPLOY / "Containerfile.dockerignore").read_text("utf-8").splitlines()
    assert "*" in rows, "all else stays outside"
    admitted = [row.removeprefix("!") for row in rows if row.startswith("!")]
    wheel = PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    named = {
        *wheel["only-include"],
        *wheel["sources"],
        *wheel["force-include"],
        *(hook["path"] for hook in wheel["hooks"].values()),
        *PYPROJECT["project"]["license-files"],
        PYPROJECT["project"]["readme"],
        *("pyproject.toml", "uv.lock", "tools/libraries.sh", "tools/uv.txt"),
    }
    outside = {path for path in named if not any(map(PurePath(path).is_relative_to, admitted))}
    assert sorted(outside) == []


@pytest.mark.parametrize(
    "file",
    ["deploy/setup.sh", "deploy/Containerfile", "docs/school/set-up.md"],
)
def test_wherever_a_kiosk_is_installed_comes_what_draws_a_poster(file: str) -> None:
    """The extra alone did not: the desk's page failed after the cure that it named itself."""
    packages = re.findall(r"lib\S+", str(extras.without_pango(OSError())))
    assert len(packages) == 3
    text = (ROOT / file).read_text("utf-8")
    assert [name for name in packages if name not in text] == []


def test_a_kiosk_a_bundle_and_a_container_bring_posters_and_charts() -> None:
    rows = {
        "deploy/setup.sh": "want ",
        "deploy/bundle.sh": "set -- ",
        "deploy/Containerfile": "--extra ",
    }
    for file, begins in rows.items():
        lines = (ROOT / file).read_text("utf-8").splitlines()
        said = " ".join(line for line in lines if line.strip().startswith(begins))
        assert {"paper", "charts"} <= set(re.findall(r"\w+", said)), file


def tried(root: Path, *command: str | Path) -> "subprocess.CompletedProcess[str]":
    """What came of an installation into this folder."""
    environ = {**os.environ, "DESTDIR": str(root), "PYTHON": sys.executable}
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False)


def installed(root: Path, *options: str) -> None:
    done = tried(root, DEPLOY / "install.sh", *options)
    assert done.returncode == 0, done.stderr


def test_install_fills_in_the_port_everywhere_and_keeps_what_the_school_wrote(
    tmp_path: Path,
) -> None:
    installed(tmp_path)
    (tmp_path / "etc/porchlight/settings.toml").write_text(
        '[kiosk]\nschool = "Elm Street"\n', encoding="utf-8"
    )
    environment = tmp_path / "etc/porchlight/environment"
    environment.write_text(
        "PORCHLIGHT_SERVER__PORT=8000\nTWILIO_ACCOUNT_SID=kept\n", encoding="utf-8"
    )
    installed(tmp_path, "--port", "9001")
    policy = (tmp_path / "etc/chromium/policies/managed/kiosk.json").read_text(encoding="utf-8")
    assert json.loads(policy)["URLAllowlist"][0] == "http://127.0.0.1:9001"
    assert "8000" not in policy
    assert (
        environment.read_text(encoding="utf-8")
        == "TWILIO_ACCOUNT_SID=kept\nPORCHLIGHT_SERVER__PORT=9001\n"
    )
    assert environment.stat().st_mode & 0o077 == 0
    session = tmp_path / "etc/porchlight/kiosk-environment"
    assert session.read_text(encoding="utf-8") == "PORCHLIGHT_SERVER__PORT=9001\n"
    assert "Elm Street" in (tmp_path / "etc/porchlight/settings.toml").read_text(encoding="utf-8")
    assert {path.name for path in (tmp_path / "etc/systemd/system").iterdir()} == set(UNITS)


def test_install_switches_the_text_line_on_lets_it_reach_its_carrier_and_keeps_both(
    tmp_path: Path,
) -> None:
    environment = tmp_path / "etc/porchlight/environment"
    network = tmp_path / "etc/systemd/system/porchlight.service.d/line.conf"
    installed(tmp_path)
    assert "PORCHLIGHT_SMS__ENABLED=false\n" in environment.read_text(encoding="utf-8")
    assert not network.exists()

    installed(tmp_path, "--line")
    installed(tmp_path)

    assert sorted(environment.read_text(encoding="utf-8").split()) == [
        "PORCHLIGHT_SERVER__PORT=8000",
        "PORCHLIGHT_SMS__ENABLED=true",
    ]
    assert network.is_file()


def certificate(root: Path, *asked: str) -> str:
    """What openssl says of the desk's certificate."""
    file = str(root / "etc/porchlight/desk.crt")
    command = ["openssl", "x509", "-in", file, "-noout", *asked]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("name", "san", "refuses_others"),
    [
        ("kiosk.school.example", "DNS:kiosk.school.example", True),
        ("192.168.4.20", "IP Address:192.168.4.20", False),  # no browser names it in TLS
    ],
)
def test_one_option_leads_the_office_to_the_desk_and_is_kept(
    tmp_path: Path, name: str, san: str, refuses_others: bool
) -> None:
    etc = tmp_path / "etc/porchlight"
    installed(tmp_path)
    assert not (tmp_path / "etc/nginx").exists()

    installed(tmp_path, "--desk", name)
    proxy = tmp_path / "etc/nginx/conf.d/porchlight-desk.conf"
    lines = [line.strip() for line in proxy.read_text("utf-8").splitlines()]
    once = certificate(tmp_path, "-fingerprint", "-sha256")
    (etc / "desk.allow").write_text("allow 10.1.2.0/24;\ndeny all;\n", "utf-8")
    installed(tmp_path, "--port", "9001")

    assert f"PORCHLIGHT_DESK__ADDRESS=https://{name}\n" in (etc / "environment").read_text("utf-8")
    assert f"server_name {name};" in lines
    assert "proxy_pass http://127.0.0.1:8001;" in lines
    assert ("ssl_reject_handshake on;" in lines) is refuses_others
    assert san in certificate(tmp_path, "-ext", "subjectAltName")
    assert "CA:FALSE" in certificate(tmp_path, "-ext", "basicConstraints")
    assert (etc / "desk.key").stat().st_mode & 0o077 == 0
    assert certificate(tmp_path, "-fingerprint", "-sha256") == once
    assert (etc / "desk.allow").read_text("utf-8").startswith("allow 10.1.2.0/24;")

    installed(tmp_path, "--desk", "another.school.example")
    assert "another.school.example" in certificate(tmp_path, "-ext", "subjectAltName")


def test_the_schools_own_certificate_and_the_desks_port_are_taken_as_they_are(
    tmp_path: Path,
) -> None:
    installed(tmp_path)
    etc = tmp_path / "etc/porchlight"
    with (etc / "environment").open("a", encoding="utf-8") as environment:
        environment.write("PORCHLIGHT_DESK__PORT=8124\n")
    theirs = ["-subj", "/O=A district", "-keyout", str(etc / "desk.key")]
    make = ["openssl", "req", "-x509", "-noenc", *theirs, "-out", str(etc / "desk.crt")]
    subprocess.run(make, capture_output=True, check=True)
    before = [(etc / name).read_bytes() for name in ("desk.crt", "desk.key")]

    installed(tmp_path, "--desk", "kiosk.school.example")

    assert [(etc / name).read_bytes() for name in ("desk.crt", "desk.key")] == before
    proxy = (tmp_path / "etc/nginx/conf.d/porchlight-desk.conf").read_text("utf-8")
    assert "proxy_pass http://127.0.0.1:8124;" in proxy


@pytest.mark.parametrize("script", ["setup.sh", "install.sh"])
def test_a_name_that_is_none_leads_nowhere(tmp_path: Path, script: str) -> None:
    """`porchlight back` and a hand reach install.sh past setup.sh: it wrote the name into nginx."""
    environ = {**as_nobody(tmp_path), "DESTDIR": str(tmp_path / "root")}
    said = refused(DEPLOY / script, environ, "--desk", "https://kiosk.example/")
    assert "--desk takes the name" in said
    assert not (tmp_path / "root").exists()


@pytest.mark.parametrize(
    ("made", "nginx", "said"),
    [
        ("echo ABCD-EFGH", True, "https://kiosk.school.example/staff/first?code=ABCD-EFGH"),
        ("echo ABCD-EFGH", False, "http://127.0.0.1:8001/staff/first?code=ABCD-EFGH"),
        ("false", True, "sudo porchlight desk passphrase"),
        ("false", False, "sudo porchlight desk passphrase"),
    ],
)
def test_setup_ends_with_a_way_to_the_desk_that_is_open(
    tmp_path: Path, made: str, nginx: bool, said: str
) -> None:
    """Where nginx refused, the address stayed, no code was made, and the first page was shut."""
    installed(tmp_path, "--desk", "kiosk.school.example")
    proxy = tmp_path / "etc/nginx/conf.d/porchlight-desk.conf"
    if not nginx:
        proxy.unlink()
    command = tmp_path / "porchlight"
    command.write_text(f"#!/bin/sh\ntouch {tmp_path}/asked\n{made}\n", encoding="utf-8")
    command.chmod(0o755)
    script = (DEPLOY / "setup.sh").read_text("utf-8")
    end = script[script.index("[ ! -e /var/lib/porchlight/desk.passphrase ]") :]
    end = end.replace("/usr/local/bin/porchlight", str(command))
    begin = f"set -eu; etc={tmp_path}/etc/porchlight proxy={proxy}\n"

    done = subprocess.run(["sh", "-c", begin + end], capture_output=True, text=True, check=False)

    assert said in done.stdout
    assert (tmp_path / "asked").exists()


@pytest.mark.parametrize(
    ("state", "asked"),
    [
        ("screen=yes start=yes", True),
        ("screen= start=yes", False),
        ("screen=yes start=", False),
        ("screen=yes start=yes PORCHLIGHT_LOCKED=yes", False),  # an update
        ("screen=yes start=yes listed=yes", False),  # the server made some
    ],
)
def test_a_first_installation_makes_what_is_read_aloud_before_the_screen_starts(
    tmp_path: Path, state: str, asked: bool
) -> None:
    command, listed = tmp_path / "porchlight", tmp_path / "texts.tsv"
    command.write_text(f"#!/bin/sh\ntouch {tmp_path}/$1\nexit 1\n", encoding="utf-8")
    command.chmod(0o755)
    if "listed" in state:
        listed.touch()
    script = (DEPLOY / "setup.sh").read_text("utf-8")
    part = script[script.index('if [ -n "$screen" ] && [ -n "$start" ]') :]
    part = part[: part.index("\nfi\n") + 4].replace("/usr/local/bin/porchlight", str(command))
    part = part.replace("/var/lib/porchlight/audio/texts.tsv", str(listed))
    assert script.index(part[:30]) < script.index("systemctl restart $units")

    done = subprocess.run(
        ["sh", "-euc", f"{state}\n{part}echo on"], capture_output=True, text=True, check=False
    )

    assert done.stdout == "on\n"  # a machine without a voice gets its screen all the same
    assert (tmp_path / "say").exists() is asked


def test_the_settings_that_install_puts_down_are_right(tmp_path: Path) -> None:
    installed(tmp_path)
    loaded = settings.load({"PORCHLIGHT_SETTINGS": str(tmp_path / "etc/porchlight/settings.toml")})
    assert loaded.content.pack.is_dir()
    assert loaded.kiosk.school_file == tmp_path / "etc/porchlight/school.toml"


def test_school_info_lies_where_the_server_may_write_and_is_taken_over_from_before(
    tmp_path: Path,
) -> None:
    link, file = (
        tmp_path / "etc/porchlight/school.toml",
        tmp_path / "var/lib/porchlight/school.toml",
    )
    link.parent.mkdir(parents=True)
    link.write_text('lunch = "of before"\n', encoding="utf-8")
    installed(tmp_path)
    assert link.readlink() == Path("/var/lib/porchlight/school.toml")
    assert file.read_text(encoding="utf-8") == 'lunch = "of before"\n'

    file.write_text('lunch = "of the desk"\n', encoding="utf-8")
    installed(tmp_path)
    assert file.read_text(encoding="utf-8") == 'lunch = "of the desk"\n'


def test_install_leaves_a_page_with_the_lines_for_a_server_that_never_ran(tmp_path: Path) -> None:
    installed(tmp_path)
    page = (tmp_path / "usr/lib/porchlight/lines.html").read_text(encoding="utf-8")
    assert "988" in page
    assert "<script" not in page


def test_install_refuses_what_is_not_a_port(tmp_path: Path) -> None:
    refused = tried(tmp_path, DEPLOY / "install.sh", "--port", "eight")
    assert refused.returncode == 2
    assert "The port must be a number" in refused.stderr


@pytest.mark.parametrize(
    ("free", "ends", "last"),
    [
        (19, "echo No library here. >&2; exit 1", "The disk that holds"),
        (20, "echo No library here. >&2; exit 1", "No library here."),
        (19, "refuse Only 19 MB are free.", "Only 19 MB are free."),
    ],
)
def test_an_installation_that_found_no_room_says_so_last_and_leaves_nothing(
    tmp_path: Path, free: int, ends: str, last: str
) -> None:
    """pip's failure said nothing of the disk, and `porchlight update` repeats the last line."""
    script = (DEPLOY / "setup.sh").read_text("utf-8")
    end = script[script.index("\nrefuse()") : script.index("\nwhile [ $# -gt 0 ]")]
    (tmp_path / "half").mkdir()
    fails = f"free() {{ echo {free}; }}\nunfinished={tmp_path}/half\ntrap finish EXIT"
    done = subprocess.run(
        ["sh", "-euc", f"versions={tmp_path}{end}\n{fails}\n{ends}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, list(tmp_path.iterdir())) == (1, [])
    assert done.stderr.splitlines()[-1].startswith(last)


def test_a_file_that_cannot_be_put_in_place_is_as_it_was_and_said(tmp_path: Path) -> None:
    """`cat` said "write error" and half a unit lay beside it."""
    installed(tmp_path)
    unit = tmp_path / "usr/lib/sysusers.d/porchlight.conf"
    unit.write_text("of before\n", "utf-8")
    done = tried(tmp_path, "sh", "-c", f"ulimit -f 0; exec sh {DEPLOY}/install.sh")
    assert done.returncode == 1
    assert (
        "porchlight.conf could not be written, so it did not change. Free up space" in done.stderr
    )
    assert unit.read_text("utf-8") == "of before\n"
    assert list(tmp_path.rglob("*.new")) == []


def as_nobody(folder: Path) -> dict[str, str]:
    """An environment whose `id` says that we are not root: whatever is wrong, nothing is written."""
    program = folder / "bin/id"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho 1000\n", encoding="utf-8")
    program.chmod(0o755)
    return {**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}", "DESTDIR": ""}


def refused(script: Path, environ: dict[str, str], *options: str) -> str:
    done = subprocess.run(
        [script, *options], env=environ, capture_output=True, text=True, check=False, cwd="/"
    )
    assert done.returncode == 1
    return done.stderr


def test_units_are_not_put_in_place_for_a_program_that_they_do_not_run(tmp_path: Path) -> None:
    """From another folder it said "Installed", and the units ran /opt/porchlight."""
    said = refused(DEPLOY / "install.sh", as_nobody(tmp_path))
    assert "The systemd units run the program in /opt/porchlight, but this is" in said
    assert "sudo make install" in said


def test_without_libraries_nothing_is_put_in_place(tmp_path: Path) -> None:
    """It stopped half-way, after units, policies and an empty page."""
    shutil.copytree(DEPLOY, tmp_path / "tree/deploy")
    environ = {**os.environ, "DESTDIR": str(tmp_path / "root")}
    assert "The libraries are not in" in refused(tmp_path / "tree/deploy/install.sh", environ)
    assert not (tmp_path / "root").exists()


@pytest.mark.parametrize("script", ["setup.sh", "bundle/install.sh"])
def test_an_installation_by_nobody_is_refused_in_a_sentence(tmp_path: Path, script: str) -> None:
    assert "as root" in refused(DEPLOY / script, as_nobody(tmp_path))


def test_install_keeps_the_port_and_the_lines_of_the_environment(tmp_path: Path) -> None:
    installed(tmp_path, "--port", "9001")
    environment = tmp_path / "etc/porchlight/environment"
    kept = f"{environment.read_text('utf-8')}TWILIO_AUTH_TOKEN=a b\\n$HOME\n"
    environment.write_text(kept, "utf-8")
    installed(tmp_path)
    assert sorted(environment.read_text("utf-8").splitlines()) == sorted(kept.splitlines())
    assert list(tmp_path.rglob("*.new")) == []


@pytest.mark.parametrize(
    ("file", "line", "enabled"),
    [
        ("settings.toml", 'source = "https://publisher.example.org"', True),
        ("settings.toml", "  source='https://publisher.example.org'", True),
        ("environment", "PORCHLIGHT_CONTENT__SOURCE=https://publisher.example.org", True),
        ("settings.toml", 'source = "/media/stick"', False),
        ("settings.toml", '# source = "https://publisher.example.org"', False),
        ("settings.toml", "", False),
    ],
)
def test_the_installer_enables_the_refresh_where_the_publisher_is_on_the_network(
    tmp_path: Path, file: str, line: str, enabled: bool
) -> None:
    script = (DEPLOY / "setup.sh").read_text("utf-8")
    chosen = script[script.index("\nunits=") : script.index('\nif [ -n "$start" ]')]
    (tmp_path / file).write_text(f"[content]\n{line}\n", "utf-8")
    said = subprocess.run(
        ["sh", "-euc", f"screen= etc={tmp_path}{chosen}\necho $units"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert said == ["porchlight.service", *(["porchlight-refresh.timer"] if enabled else [])]
