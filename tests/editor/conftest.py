"""Fixtures shared with the tests of content: a tiny pack, a publisher, a machine."""

from tests.content.conftest import directory, hub, machine, publisher, tiny

__all__ = ["directory", "hub", "machine", "publisher", "tiny"]
