"""A publisher's large directory and the machine that installs it, for tests of what happens to
it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from content.directory import index, proof
from content.directory.refresh import LastUpdate, last
from content.directory.search import search
from tests.content.machine import Machine
from tests.content.publisher import Publisher
from tests.editor.directory.test_build import built, spoilt, whole

MANY = 200
Changes = dict[int, dict[str, Any] | str]


@dataclass
class Directory:
    """The publisher's folder of services, and the machine's copy of it."""

    folder: Path
    publisher: Publisher
    machine: Machine

    def publish(
        self,
        changes: Changes | None = None,
        *,
        signers: int = 2,
        spoil: Callable[[Path], object] = id,
    ) -> None:
        whole(built(spoilt(self.folder.parent / "services", MANY, changes or {}), self.folder))
        spoil(self.folder)
        shards = {file.name: file.read_bytes() for file in self.folder.iterdir()}
        self.publisher.directory(shards, signers=signers)

    @property
    def file(self) -> Path:
        return index.path_in(self.machine.data)

    def last(self) -> LastUpdate:
        record = last(self.machine.data)
        assert record is not None
        return record

    def finds(self, words: str) -> list[str]:
        results = search(self.file, words.split())
        return [found.service.id for found in results.found] if results else []

    def doubt(self) -> str:
        """Return why the machine must not search it, as checked at startup."""
        return proof.directory_doubt(self.machine.data, self.machine.root)
