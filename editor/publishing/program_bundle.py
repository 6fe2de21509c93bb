"""Signs an offline bundle of the program, which `runtime/upkeep/bundle.py` verifies on a kiosk.

`python -m editor.publishing.program_bundle FOLDER NAME.key`
"""

import json
import os
import sys
from datetime import UTC, datetime
from getpass import getpass
from pathlib import Path

from securesystemslib.signer import Signer

from editor.publishing import keys
from editor.publishing.metadata import PublishError
from runtime.upkeep.bundle import BUILD, KEY, LIST, SIGNATURE, BundleError, fingerprint
from system import files


def sign(folder: Path, key: Path, passphrase: str, *, build: int) -> None:
    """Sign a list of the folder's files and the build number. Raises PublishError or OSError."""
    files.replace(folder / BUILD, b"%d\n" % build)
    files.replace(folder / KEY, key.with_suffix(".pub").read_bytes())
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    names = [path.relative_to(folder).as_posix() for path in paths]
    own = (LIST, SIGNATURE)
    rows = [f"{files.sha256_of(folder / n)}  {n}\n" for n in names if n not in own]
    found = next(one for one in keys.key_files([key.parent]) if one.path == key)
    if (signer := keys.open_key(found, lambda _name: passphrase)) is None:
        raise PublishError("publish.bundle-key", key=key)
    data = "".join(rows).encode()
    files.replace(folder / LIST, data)
    files.replace(folder / SIGNATURE, signature(signer, data))


def signature(signer: Signer, data: bytes) -> bytes:
    """Return the signature as JSON, with the key's id."""
    return json.dumps(signer.sign(data).to_dict(), indent=1).encode() + b"\n"


def _main(folder: Path, key: Path) -> None:
    secret = os.environ.get("PORCHLIGHT_KEY_PASSPHRASE") or getpass(f"Passphrase of {key}: ")
    sign(folder, key, secret, build=int(datetime.now(UTC).strftime("%Y%m%d%H%M")))
    sys.stdout.write(f"Signed by {fingerprint(folder)}\n")


if __name__ == "__main__":
    try:
        _main(Path(sys.argv[1]), Path(sys.argv[2]))
    except (BundleError, PublishError) as problem:
        sys.exit(str(problem))
