"""Our number at Twilio: its account, the secrets that open and sign, and our own addresses."""

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
        """What settings and environment say."""
        return cls(settings.sms.number, settings.server.public_url, secrets)

    def address(self, path: str) -> str:
        """The whole address of a path of ours; "" without a public address."""
        return self.public_url.rstrip("/") + path if self.public_url else ""

    @property
    def can_verify(self) -> bool:
        """Whether a genuine request could be told from a forged one."""
        signs = self.secrets.auth_token or self.secrets.webhook_key
        return bool(signs and self.secrets.account_sid and self.number and self.public_url)

    @property
    def can_ask(self) -> bool:
        """Whether Twilio's API can be asked."""
        return bool(self.secrets.account_sid and self.secrets.auth_token and self.number)
