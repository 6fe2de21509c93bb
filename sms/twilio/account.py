"""Our Twilio account: number, credentials and public address."""

from dataclasses import dataclass, field

from messages.message import Message, message
from settings.load import Secrets
from settings.schema import Settings


@dataclass(frozen=True, slots=True)
class Account:
    """Our account. ``number`` is in E.164; ``public_url`` has no path, and is "" if not set."""

    number: str = ""
    public_url: str = ""
    secrets: Secrets = field(default_factory=Secrets)

    @classmethod
    def configured(cls, settings: Settings, secrets: Secrets) -> "Account":
        return cls(settings.sms.number, settings.server.public_url, secrets)

    def address(self, path: str) -> str:
        """Return the full URL for a path, or "" if there is no public address."""
        return self.public_url.rstrip("/") + path if self.public_url else ""

    def missing(self) -> list[str]:
        """List the missing settings without which signatures cannot be verified."""
        wanted = {
            "[server] public_url": self.public_url,
            "[sms] number": self.number,
            "TWILIO_ACCOUNT_SID": self.secrets.account_sid,
            "TWILIO_AUTH_TOKEN or TWILIO_WEBHOOK_KEY": self.secrets.auth_token
            or self.secrets.webhook_key,
        }
        return [name for name, value in wanted.items() if not value]

    @property
    def is_begun(self) -> bool:
        """Whether somebody has set credentials, so that we can expect texts."""
        given = self.secrets
        return bool(given.account_sid or given.auth_token or given.webhook_key)

    def problem(self) -> Message | None:
        unset = ", ".join(self.missing())
        return message("carrier.unset", unset=unset) if unset else None

    @property
    def can_ask(self) -> bool:
        return bool(self.secrets.account_sid and self.secrets.auth_token and self.number)
