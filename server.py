"""The composition root and the command line.

Owns who is handed what: the kiosk, the line, the releases, the store and the table of jobs meet here and nowhere
else. Refuses to hold a rule: what is right is decided in content, kiosk and sms; the other verbs are in commands.py.
"""

import asyncio
import contextlib
import logging
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

import commands
from content.refresh import last_refresh, overdue
from kiosk.app import Kiosk
from serving import Served
from settings import ROOT, Secrets, Settings, SettingsError, load, load_secrets
from sms.ledger import Ledger
from sms.line import Line
from sms.webhook import Webhook
from store import Store

log = logging.getLogger("porchlight")
HANDLED_FOR = timedelta(hours=24)
REFRESH_DEADLINE_SECONDS = 120
GUARD_SECONDS = 30
# What the wall clock may gain or lose on the monotonic one before the jobs are woken.
JUMP_SECONDS = 5
