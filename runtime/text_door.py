"""This installation's text line: its replies, ledger, database, carrier and addresses."""

import contextlib
import logging
from collections.abc import Callable, Coroutine
from datetime import datetime

from starlette.types import ASGIApp

from content.model.pack import Pack
from settings.load import Secrets
from settings.schema import Settings
from sms.carrier import Transport
from sms.decide import decide
from sms.ledger import KEPT_FOR, WORKS, Ledger
from sms.line import TextLine
from sms.modem.device import Modem
from sms.modem.loop import ModemLoop
from sms.pack_wait import PackWait
from sms.script import Script
from sms.twilio.account import Account
from sms.twilio.background import BackgroundTask, BackgroundWork
from sms.twilio.client import Twilio
from sms.twilio.delivery_status import Deliveries
from sms.twilio.endpoints import InboundCalls, InboundTexts, StatusCallbacks
from sms.twilio.gate import Gate
from sms.understanding.learnt import Learnt
from sms.voice.twiml import ADDRESS as VOICE
from sms.voice.twiml import voice
from store.failure import StoreError
from store.group_commit import Store
from store.sealing import Seal
from store.spool import Spool

log = logging.getLogger("porchlight")
KNOWN_QUESTION, KNOWN_ANSWER = "suicide", "988"  # the reply must contain the answer
WAITING = "waiting.jsonl"  # in data_dir: work that the database has not accepted yet


class TextDoor:
    """The text line. ``show`` takes a pack; the store must be open while ``runs`` and jobs run."""

    def __init__(
        self,
        pack: Pack,
        settings: Settings,
        secrets: Secrets,
        *,
        hash_key: bytes,
        clock: Callable[[], datetime],
        carrier: Transport | None,
    ) -> None:
        self._settings, self._clock = settings, clock
        sms = settings.sms
        spool = Spool(settings.server.data_dir / WAITING, WORKS)
        self.store = Store(settings.store_url, spool=spool)
        self.ledger = Ledger(self.store, Seal(hash_key))
        modem = sms.carrier == "modem"
        self.line = TextLine(
            script=Script(pack, sms),
            ledger=self.ledger,
            clock=clock,
            own_number=sms.number,
            carrier_keeps_list=not modem,
            confirms_stop=modem,
            pack_wait=PackWait(),
        )
        account = Account.configured(settings, secrets)
        unanswered = account.problem() if sms.carrier == "twilio" else None
        self.unverified = unanswered if account.is_begun else None
        # The desk reports a number without an account, but the machine still counts as ready.
        self._unanswered = unanswered if account.is_begun or sms.number else None
        gate = Gate(self.line.alarms, account)
        self.deliveries = Deliveries(self.line.alarms, clock=clock)
        self.modem: ModemLoop | None = None
        self.work: BackgroundWork | None = None
        if modem:
            device = Modem(device=sms.modem_device, clock=clock)
            self.modem = ModemLoop(self.line, device, clock=clock)
        elif account.can_ask:
            asked = carrier or Twilio(account)
            self.work = BackgroundWork(self.line, self.store, asked, self.deliveries, clock=clock)
        self.calls = InboundCalls(voice(pack, sms), gate)
        self.endpoints = self._endpoints(gate)

    def _endpoints(self, gate: Gate) -> dict[str, ASGIApp]:
        """Return path → application; empty with a modem."""
        if self.modem is not None:
            return {}
        record = self.work.record_status if self.work else None
        return {
            "/sms/inbound": InboundTexts(self.line, gate),
            "/sms/status": StatusCallbacks(self.deliveries, gate, record),
            VOICE: self.calls,
        }

    def show(self, pack: Pack, learnt: Learnt) -> None:
        """Use this pack from the next message on. This takes a second, so call it in a thread."""
        sms = self._settings.sms
        script, spoken = Script(pack, sms, learnt), voice(pack, sms)
        self.line.show(script)
        self.calls.voice = spoken

    def healthy(self) -> bool:
        return KNOWN_ANSWER in decide(self.line.script, KNOWN_QUESTION).reply.text

    def report(self) -> dict[str, object]:
        """Return the state of the line's parts for the desk; "ok" means no problem.

        ``line``: whether it gives the known answer; ``works``: whether texts are answered, as far
        as we know.
        """
        carrier = self.modem or self.work
        found = {
            "store": self.store.problem() or "ok",
            "replies": self.deliveries.problem() or "ok",
            "replies_seen": self.deliveries.seen,
            "account": self._unanswered or "ok",
            "understanding": self.line.script.problem or "ok",
            "flood": self.line.is_flooded(),
            **(carrier.report() if carrier else {}),
        }
        line, away = self.healthy(), (self.modem or self.deliveries).problem()
        works = bool(carrier) and not away and line and not self.unverified
        return found | {"line": line, "works": works}

    def tasks(self) -> list[BackgroundTask]:
        own: list[BackgroundTask] = [("purge", 3600, self.purge)]
        return own + (self.work.table() if self.work else [])

    def runs(self) -> list[Coroutine[None, None, None]]:
        carrier = self.modem or self.work
        return [carrier.run()] if carrier else []

    async def purge(self) -> None:
        """Forget messages handled a day ago (carriers repeat them within seconds); write counts."""
        self.line.forget()
        with contextlib.suppress(StoreError):
            await self.ledger.purge(self._clock() - KEPT_FOR)
            await self.ledger.write_counts(self._clock())
