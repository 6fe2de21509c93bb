"""Our Twilio account: number, credentials and public address."""

from dataclasses import dataclass, field

from settings.load import Secrets
from settings.schema import Settings


@dataclass(frozen=True, slots=True)
class Account:
    """``number`` in E.164; ``public_url`` without path; "" where not configured."""

    number: str = ""
    public_url: str = ""
    secrets: Secrets = field(default_factory=Secrets)

    @classmethod
    def configured(cls, settings: Settings, secrets: Secrets) -> "Account":
        """From settings and environment."""
        return cls(settings.sms.number, settings.server.public_url, secrets)

    def address(self, path: str) -> str:
        """The full URL of a path; "" without a public address."""
        return self.public_url.rstrip("/") + path if self.public_url else ""

    @property
    def can_verify(self) -> bool:
        """Whether signatures can be verified."""
        signs = self.secrets.auth_token or self.secrets.webhook_key
        return bool(signs and self.secrets.account_sid and self.number and self.public_url)

    @property
    def can_ask(self) -> bool:
        """Whether Twilio's API can be called."""
        return bool(self.secrets.account_sid and self.secrets.auth_token and self.number)
