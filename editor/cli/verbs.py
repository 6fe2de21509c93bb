"""The verbs that the editor adds; an entry point refers to this module."""

from pathlib import Path

from cli.command import read_verbs

TABLE = read_verbs(Path(__file__).with_name("verbs.toml"))
