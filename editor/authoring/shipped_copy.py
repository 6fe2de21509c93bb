"""Build the pack that ships with the program.

An installation has neither a pack's source nor an editor. Its folder contains the built pack and
the compressed examples, which the nightly check reads.

`python -m editor.authoring.shipped_copy FOLDER TO`; without TO, the pack replaces FOLDER.
"""

import gzip
import shutil
import sys
from pathlib import Path

from content.model import built_pack
from editor.authoring.read_pack import read
from sms.understanding import examples


class WrongPackError(Exception):
    """The source has errors, listed one per line; nothing was written."""


def write(source: Path, to: Path) -> None:
    """Write the built pack and the examples to a new folder. Raises WrongPackError or OSError."""
    pack, problems = read(source)
    errors = [str(problem) for problem in problems if problem.kind == "wrong"]
    if errors or pack is None:
        raise WrongPackError("\n".join(errors or [f"There is no pack in {source}."]))
    built_pack.write_built(built_pack.build(pack), to)
    if data := examples.read(source / examples.FILE):
        packed = to / examples.PACKED
        packed.parent.mkdir()
        packed.write_bytes(gzip.compress(data, mtime=0))  # mtime 0: the bytes are always the same


def replace(folder: Path) -> None:
    """Replace the pack's source with the built pack. Raises WrongPackError or OSError."""
    made = folder.with_name(f".{folder.name}")
    shutil.rmtree(made, ignore_errors=True)
    write(folder, made)
    shutil.rmtree(folder)
    made.rename(folder)


if __name__ == "__main__":
    try:
        source, *to = map(Path, sys.argv[1:])
        write(source, *to) if to else replace(source)
    except WrongPackError as wrong:
        sys.exit(str(wrong))
