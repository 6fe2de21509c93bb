"""Lists the files of a checkout."""

import subprocess
from pathlib import Path


def files(root: Path, *patterns: str) -> list[str]:
    """List files that git tracks or would add, relative to the root. Raises CalledProcessError."""
    command = ["git", "ls-files", "-co", "--exclude-standard", "-z", *patterns]
    listed = subprocess.run(command, cwd=root, capture_output=True, check=True, text=True)
    return [name for name in sorted(set(listed.stdout.split("\0"))) if (root / name).is_file()]
