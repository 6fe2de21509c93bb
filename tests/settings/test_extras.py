"""What is told to whom an extra is missing: a command that works on that machine."""

from pathlib import Path

import pytest

from settings import extras


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
