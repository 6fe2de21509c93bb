"""Fixtures shared with the content tests: a tiny pack, a publisher, a machine."""

from tests.content.conftest import directory, hub, machine, publisher, tiny

__all__ = ["directory", "hub", "machine", "publisher", "tiny"]
