"""One desk and one browser in the office, for every test of a page."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from content.model.pack import Pack
from settings.schema import Kiosk, Server, Settings
from tests.kiosk.desks import Office, Stage, opened, staged


@pytest.fixture
def shut(tmp_path: Path, pack: Pack) -> Iterator[tuple[Stage, Office]]:
    """Yield a desk with nobody signed in."""
    with staged(tmp_path, pack) as opened:
        yield opened


@pytest.fixture
def desk(shut: tuple[Stage, Office]) -> tuple[Stage, Office]:
    """Return a desk with the office signed in."""
    assert shut[1].sign_in().status_code == 303
    return shut


@pytest.fixture
def district(tmp_path: Path, pack: Pack) -> Iterator[tuple[Stage, Office]]:
    """Yield a district's desk with two schools and the office signed in."""
    with staged(tmp_path, pack) as (stage, _):
        stage.schools = {
            name: Settings(
                server=Server(data_dir=tmp_path),
                kiosk=Kiosk(
                    school=school,
                    counties=("Sacramento",),
                    base=f"/{name}",
                    school_file=tmp_path / "schools" / name / "school.toml",
                ),
            )
            for name, school in (("lincoln", "Lincoln <High>"), ("elm", ""))
        }
        server = Server(data_dir=tmp_path, public_url="https://help.example.org")
        stage.set_up(msgspec.structs.replace(stage.installation, server=server))
        with opened(stage.desk) as port, Office(port) as office:
            assert office.sign_in().status_code == 303
            yield stage, office
