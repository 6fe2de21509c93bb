"""What is told to whom an extra is missing: a command that works on that machine."""

from pathlib import Path

import pytest

from settings import extras
from settings.load import SettingsError
from settings.schema import Kiosk, Settings


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").touch()
    return tmp_path


def test_a_checkout_is_told_the_uv_that_it_has(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "which", lambda _name: None)
    assert extras.cure("line,postgres", root) == (
        ".venv/bin/uv sync --inexact --extra line --extra postgres"
    )


def test_an_installed_package_is_told_pipx(tmp_path: Path) -> None:
    assert extras.cure("paper", tmp_path) == 'pipx install --force "porchlight[paper]"'


def test_a_kiosk_has_no_uv_and_keeps_the_extras_that_it_has(root: Path) -> None:
    (root / ".whole").touch()
    (root / "extras").write_text("line\n")
    stick = extras.cure("printer", root, root)
    (root / ".checkout").write_text("/home/it/porchlight\n")

    checkout = extras.cure("printer", root, root)

    assert checkout == 'sudo sh /home/it/porchlight/deploy/setup.sh --with "line printer"'
    assert 'EXTRAS="line printer"' in stick
    assert "uv" not in stick


def test_paper_needs_a_library_of_the_system_too(monkeypatch: pytest.MonkeyPatch) -> None:
    assert extras.paper_lacks() is None
    monkeypatch.setattr(extras, "PANGO", ("libnowhere.so.0",))
    assert "apt-get install libpango-1.0-0 libpangoft2-1.0-0" in str(extras.paper_lacks())
    monkeypatch.setitem(extras.LIBRARIES, "paper", ("no_such_library",))
    assert str(extras.paper_lacks()).startswith('A poster needs the extra "paper", which is not')


def without_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(extras.LIBRARIES, "line", ("no_such_library",))


def test_without_its_libraries_the_line_is_off_and_the_screen_does_not_name_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = Settings(kiosk=Kiosk(text_line="+19165550100"))
    assert extras.without_missing_line(given) is given
    without_the_line(monkeypatch)
    own = extras.without_missing_line(given)
    assert (own.sms.enabled, own.kiosk.text_line) == (False, "")


def test_a_line_alone_without_its_libraries_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    without_the_line(monkeypatch)
    with pytest.raises(SettingsError, match="line"):
        extras.without_missing_line(Settings(kiosk=Kiosk(enabled=False)))
