"""The ``porchlight`` command: runs server.py from the tree that it was installed with.

The tree's packages have plain names (content, sms, settings), so they are only on this process's
path, never at the top level of anyone's site-packages.
"""

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> None:
    is_installed = (HERE / "server.py").is_file()  # a wheel has the tree next to this file
    sys.path.insert(0, str(HERE if is_installed else HERE.parents[2]))
    from server import main as run

    sys.exit(run(sys.argv[1:], dict(os.environ)))
