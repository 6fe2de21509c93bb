"""A hatchling hook: the wheel contains the shipped pack in built form, without its source."""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACK = "content/packs/california"


class BuiltPack(BuildHookInterface[Any]):
    """A hook for installable wheels, but not for a checkout's own wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the built pack instead of its source, which pyproject.toml leaves out."""
        if version == "editable":
            return
        self._made = tempfile.TemporaryDirectory()  # deleted together with the hook
        built = Path(self._made.name) / "built"
        command = [sys.executable, "-m", "editor.authoring.shipped_copy", PACK, str(built)]
        subprocess.run(command, cwd=self.root, check=True)
        build_data["force_include"][str(built)] = f"porchlight/{PACK}"
