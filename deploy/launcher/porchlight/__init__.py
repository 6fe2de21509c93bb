"""The ``porchlight`` command: runs server.py of the tree that it was installed with.

The tree's packages have plain names (content, sms, settings): they go on this process's path alone,
and never to the top of anybody's site-packages.
"""

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> None:
    is_installed = (HERE / "server.py").is_file()  # a wheel carries the tree beside this file
    sys.path.insert(0, str(HERE if is_installed else HERE.parents[2]))
    from server import main as run

    sys.exit(run(sys.argv[1:], dict(os.environ)))
