"""Lists every folder of the program with its modules and lines, and enforces the limits.

Usage: python -m tools.layout [--write]. Prints the table; exit code 1 if a limit is exceeded or
docs/develop/architecture.md has a different table; --write puts the table there.
"""

import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

from tools import tracked

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs/develop/architecture.md"
FENCE = re.compile(r"(?<=<!-- layout -->\n).*?(?=<!-- /layout -->)", re.DOTALL)
BESIDE = ("tests/", "bench/", "tools/")  # not part of the program
MODULES_IN_A_FOLDER, LINES_IN_A_MODULE, ENTRIES_OF_CONTENT, SAME_PREFIX = 20, 600, 12, 3


def modules() -> dict[str, int]:
    """Return each module's line count by path, for modules that git tracks or would add."""
    return {
        name: len((ROOT / name).read_text("utf-8").splitlines())
        for name in tracked.files(ROOT, "*.py")
    }


def table(lines: dict[str, int]) -> str:
    """Return Markdown: folder, modules, lines, the longest module."""
    folders: dict[str, list[str]] = defaultdict(list)
    for path in lines:
        if not path.startswith(BESIDE):
            folders[path.rpartition("/")[0] or "."].append(path)
    rows = ["|folder|modules|lines|longest|\n|---|---|---|---|\n"]
    for folder, inside in sorted(folders.items()):
        longest = max(inside, key=lambda path: lines[path])
        name = longest.rpartition("/")[2]
        total = sum(lines[path] for path in inside)
        rows.append(f"|{folder}|{len(inside)}|{total}|{name}, {lines[longest]}|\n")
    whole = sum(number for path, number in lines.items() if not path.startswith(BESIDE))
    return "".join([*rows, f"\n{whole} lines in {len(folders)} folders.\n"])


def faults(lines: dict[str, int]) -> list[str]:
    """Return a sentence for every limit that is exceeded."""
    program = [path for path in lines if not path.startswith(BESIDE)]
    folders = Counter(path.rpartition("/")[0] for path in program)
    found = [
        f"{folder} has {number} modules, but the limit is {MODULES_IN_A_FOLDER}. Split it"
        " into packages."
        for folder, number in folders.items()
        if number > MODULES_IN_A_FOLDER
    ]
    found += [
        f"{path} has {lines[path]} lines, but the limit is {LINES_IN_A_MODULE}. Split it"
        " by subject."
        for path in program
        if lines[path] > LINES_IN_A_MODULE
    ]
    if (own := sorted(path for path in program if "/" not in path)) != ["server.py"]:
        found.append(
            f"The root may contain no Python file except server.py. Move: {', '.join(own)}."
        )
    entries = {path.split("/")[1] for path in lines if path.startswith("content/")} | {"packs"}
    if len(entries) > ENTRIES_OF_CONTENT:
        found.append(f"content/ has {len(entries)} entries, but the limit is {ENTRIES_OF_CONTENT}.")
    prefixes = Counter(
        f"{path.rpartition('/')[0]}/{path.rpartition('/')[2].split('_')[0]}_*"
        for path in program
        if "_" in path.rpartition("/")[2].strip("_") and not path.endswith("__init__.py")
    )
    found += [
        f"{number} modules begin with {prefix}. Make them a package."
        for prefix, number in prefixes.items()
        if number > SAME_PREFIX and "migrations" not in prefix
    ]
    return found


def main(arguments: list[str]) -> int:
    """Return 1 if a limit is exceeded or the document shows another table."""
    lines = modules()
    made, text = table(lines), DOCUMENT.read_text("utf-8")
    rooms = re.sub(r"^(\|[^|]*\|[^|]*\|).*\n", r"\1\n", made, flags=re.MULTILINE)
    rooms = rooms.partition("\n\n")[0] + "\n"
    if arguments == ["--write"]:
        DOCUMENT.write_text(FENCE.sub(lambda _: rooms, text), "utf-8")
    else:
        print(made)
    wrong = faults(lines)
    if arguments != ["--write"] and FENCE.findall(text) != [rooms]:
        wrong.append(
            "docs/develop/architecture.md has an old table. Run python -m tools.layout --write"
        )
    print(*wrong, sep="\n", end="\n" if wrong else "", file=sys.stderr)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
