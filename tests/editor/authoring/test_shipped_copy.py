"""The pack that ships: built, with its examples, and never with an error."""

import gzip
import shutil
from pathlib import Path

import pytest

from content.model import built_pack
from editor.authoring import shipped_copy
from sms.understanding import examples
from tests import shipped
from tests.shipped import PACK


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PACK, tmp_path / "california"))


def test_an_installation_has_the_pack_built_with_its_examples_and_no_source(source: Path) -> None:
    shipped_copy.replace(source)
    assert built_pack.build(built_pack.read_built(source)) == built_pack.build(shipped.pack())
    assert not (source / "pack.toml").exists()
    theirs = examples.read(source / examples.FILE)  # as the nightly check reads them
    assert theirs == (PACK / examples.FILE).read_bytes()
    assert gzip.decompress((source / examples.PACKED).read_bytes()) == theirs


def test_a_pack_with_an_error_is_not_shipped_and_its_source_stays(source: Path) -> None:
    file = source / "counties.toml"
    file.write_text(file.read_text("utf-8").replace("+1", "+7", 1), "utf-8")
    with pytest.raises(shipped_copy.WrongPackError, match=r"counties\.toml:\d+"):
        shipped_copy.replace(source)
    assert (source / "pack.toml").is_file()
    assert not built_pack.is_built(source)
