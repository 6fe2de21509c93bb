"""What this program is, also where a kiosk's tree is no installed package."""

from importlib.metadata import PackageNotFoundError

import pytest

from runtime.upkeep import versions
from runtime.upkeep.versions import program_version


def test_a_tree_that_is_no_package_tells_its_version_and_what_it_needs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    installed = program_version()

    def unknown(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(versions, "version", unknown)
    monkeypatch.setattr(versions, "requires", unknown)
    assert program_version() == installed
    assert any(line.startswith("starlette") for line in versions.requirements())
    assert any(line.startswith("twilio") for line in versions.requirements())
