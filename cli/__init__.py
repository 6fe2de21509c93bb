"""Verbs of the command line that stand in modules of their own, one a capability.

Owns what such a module is (cli/main.py lists them): it has ``add(verbs)``, which adds its parsers
and sets ``run`` on them, a function of (settings, secrets, given, clock) that prints sentences and
returns the exit code. Refuses to be imported by anything but cli/main.py: what two verbs share
belongs to the capability they open, in content, kiosk or sms.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace, _SubParsersAction
from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

from settings.load import Secrets
from settings.schema import Settings

Verbs: TypeAlias = "_SubParsersAction[ArgumentParser]"
Run: TypeAlias = Callable[[Settings, Secrets, Namespace, Callable[[], datetime]], int]
