"""Called by hatchling: the wheel carries the examples of the shipped pack compressed.

They are a tenth of a kiosk, which reads them once a night.
"""

import gzip
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

EXAMPLES = "content/packs/california/sms/examples.csv"


class CompressedExamples(BuildHookInterface[Any]):
    """For the wheel that is installed, not for a checkout's own."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Put the compressed file in the place of the other, which pyproject.toml leaves out."""
        if version == "editable":
            return
        self._made = tempfile.TemporaryDirectory()  # goes with the hook
        packed = Path(self._made.name) / "examples.csv.gz"
        data = (Path(self.root) / EXAMPLES).read_bytes()
        packed.write_bytes(gzip.compress(data, mtime=0))  # mtime 0: the same wheel each time
        build_data["force_include"][str(packed)] = f"porchlight/{EXAMPLES}.gz"
