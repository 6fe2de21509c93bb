"""The ``porchlight`` command: runs server.py of the tree that it was installed with.

The tree's packages have plain names (content, sms, settings): they go on this process's path alone,
and never to the top of anybody's site-packages.
"""

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> None:
    """The console script."""
    environ = dict(os.environ)
    if (HERE / "server.py").is_file():
        tree = HERE  # a wheel carries the tree beside this file; its data belongs elsewhere
        if "PORCHLIGHT_SETTINGS" not in environ:
            data = Path.home() / ".local" / "share" / "porchlight"
            environ.setdefault("PORCHLIGHT_SERVER__DATA_DIR", str(data))
    else:
        tree = HERE.parents[2]  # a checkout
    sys.path.insert(0, str(tree))
    from server import main as run

    sys.exit(run(sys.argv[1:], environ))
