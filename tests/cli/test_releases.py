"""``releases``: what it says of each generation on the disk."""

from argparse import Namespace
from pathlib import Path

import pytest

from cli import releases as command
from cli.command import Context
from content.releases.generations import Releases
from content.review.provenance import Provenance
from runtime import installation
from runtime.health import pack as pack_checks
from settings.load import Secrets
from settings.schema import Content, Server, Settings
from tests.content.candidates import NOW, ONE, UNSIGNED, built
from tests.runtime.health.looked import examined


def stored(folder: Path, provenance: Provenance) -> str:
    """A release of that provenance in this data directory; its id."""
    releases = Releases(folder)
    with releases.lock():
        staged = built(ONE, releases.stage())
        name = ONE.version[:12]
        state, _ = releases.activate(staged, name, releases.state(), now=NOW, provenance=provenance)
        releases.keep(state)
    return name


def listed(folder: Path, provenance: Provenance) -> str:
    name = stored(folder, provenance)
    settings = Settings(server=Server(data_dir=folder))
    assert command.show(Context(settings, Secrets(), Namespace(), lambda: NOW)) == 0
    return name


def test_a_list_before_the_first_start_makes_no_key_that_the_server_could_not_read(
    tmp_path: Path,
) -> None:
    """Whoever lists may be root, and the server another user."""
    listed(tmp_path, Provenance(origin="shipped"))
    assert not (tmp_path / installation.HASH_KEY).exists()


def test_a_release_that_nobody_signed_is_listed_as_unsigned(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ours, theirs = tmp_path / "shipped", tmp_path / "unsigned"
    name = listed(ours, Provenance(origin="shipped"))
    assert capsys.readouterr().out == f"{name}  2026-12-01 08:30 UTC  active\n"
    listed(theirs, UNSIGNED)
    assert capsys.readouterr().out == f"{name}  2026-12-01 08:30 UTC  active, unsigned\n"


def test_doctor_calls_it_wrong_that_unsigned_packs_are_taken() -> None:
    assert list(examined(Settings(), pack_checks.trust)) == []
    (found,) = examined(Settings(content=Content(unsigned=True)), pack_checks.trust)
    assert found.kind == "wrong"
    assert "[content] unsigned" in str(found.message)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (
            "http://packs.example.org",
            "[content] source: somebody can change what is sent over http",
        ),
        ("https://packs.example.org", "[content] root: https://packs.example.org is signed"),
        ("/nowhere", "[content] source: the folder /nowhere does not exist"),
    ],
)
def test_doctor_says_at_once_what_the_first_refresh_would_refuse(source: str, said: str) -> None:
    (found,) = examined(Settings(content=Content(source=source)), pack_checks.trust)
    assert found.kind == "wrong"
    assert str(found.message).startswith(said)
