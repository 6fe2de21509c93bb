"""Builds the pinned crisis set: content/packs/pinned -> content/packs/pinned/built, committed.

Usage: python -m tools.make.pinned [OUT]. Prints every problem; writes nothing if one is an error.
"""

import sys
from pathlib import Path

from content.model import built_pack
from content.model.pinned import PINNED_BUILT
from editor.authoring import read_pack


def main(out: Path) -> int:
    """Return 1 if the set has an error."""
    pack, problems = read_pack.read(read_pack.PINNED)
    sys.stderr.writelines(f"{problem}\n" for problem in problems)
    if pack is None or any(problem.kind == "wrong" for problem in problems):
        return 1
    built_pack.write_built(built_pack.build(pack), out)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else PINNED_BUILT))
