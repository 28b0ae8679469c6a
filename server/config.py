"""One frozen settings object, read once from the environment.

Every name here is documented in `docs/operations.md`; a test holds the two together.
A name ending in `_FILE` gives the path of a file that holds the secret instead.
"""

from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SHORTEST_SECRET = 32


class Settings(BaseSettings):
    """What the clinic may set; nothing at all is a working answer.

    Raises `pydantic.ValidationError` that lists every setting that cannot stand.
    """

    model_config = SettingsConfigDict(frozen=True, env_ignore_empty=True, extra="ignore")

    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    data: Path = Field(Path("data"), alias="PARLOUR_DATA")
    public_url: str = ""
    trusted_proxies: str = ""
    database_url: str = ""
    keys_url: str = ""
    redis_url: str = ""
    smtp_url: SecretStr = SecretStr("")
    mail_from: str = ""
    sms_url: str = ""
    sms_secret: SecretStr = SecretStr("")
    stripe_api: str = "https://api.stripe.com"
    turn_urls: str = ""
    turn_secret: SecretStr = SecretStr("")
    turn_secret_file: Path | None = None
    private_hosts: str = ""
    metrics_token: SecretStr = SecretStr("")
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["console", "json"] = "console"
    jobs: bool = True
    demo: bool = Field(False, alias="PARLOUR_DEMO")

    @field_validator("public_url")
    @classmethod
    def _plain_origin(cls, value: str) -> str:
        if not value:
            return value
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
            raise ValueError("PUBLIC_URL is an address such as https://clinic.example, without a path")
        return f"{parts.scheme}://{parts.netloc}"

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        for part in filter(None, (one.strip() for one in value.split(","))):
            ip_network(part, strict=False)
        return value

    @field_validator("private_hosts")
    @classmethod
    def _hosts(cls, value: str) -> str:
        if any("/" in part or "@" in part for part in value.split(",")):
            raise ValueError("PRIVATE_HOSTS holds names such as cloud.clinic.lan or 10.0.0.5:8443, with commas")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _mail_server(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and not value.get_secret_value().startswith(("smtp://", "smtps://")):
            raise ValueError("SMTP_URL begins with smtp:// or smtps:// and names a host")
        return value

    @field_validator("sms_url")
    @classmethod
    def _sms_provider(cls, value: str) -> str:
        if value in {"", "console:"}:
            return value
        parts = urlsplit(value)
        if parts.scheme != "https" or not parts.hostname or parts.username or parts.password:
            raise ValueError("SMS_URL is an https:// address without user and password, or console:")
        return value

    @field_validator("stripe_api")
    @classmethod
    def _stripe_server(cls, value: str) -> str:
        parts = urlsplit(value)
        near = parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost", "::1"}
        if not (parts.scheme == "https" or near) or not parts.hostname or parts.username or parts.path.strip("/"):
            raise ValueError("STRIPE_API is an https:// address without a path, such as https://api.stripe.com")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _sms_has_a_secret(self) -> "Settings":
        if self.sms_url.startswith("https:") and len(self.sms_secret.get_secret_value()) < SHORTEST_SECRET:
            raise ValueError(f"SMS_URL needs an SMS_SECRET of at least {SHORTEST_SECRET} characters")
        return self

    @model_validator(mode="after")
    def _databases_go_together(self) -> "Settings":
        if bool(self.database_url) != bool(self.keys_url):
            raise ValueError("DATABASE_URL and KEYS_URL are set together: the keys live in a database of their own")
        if self.database_url and self.database_url == self.keys_url:
            raise ValueError("KEYS_URL must name another database than DATABASE_URL")
        return self

    @model_validator(mode="after")
    def _turn_has_a_secret(self) -> "Settings":
        if self.turn_urls and len(self.turn_key) < SHORTEST_SECRET:
            raise ValueError(f"TURN_URLS needs a TURN_SECRET of at least {SHORTEST_SECRET} characters")
        return self

    @cached_property
    def turn_key(self) -> str:
        """The secret shared with coturn, from TURN_SECRET or TURN_SECRET_FILE."""
        if self.turn_secret_file:
            return self.turn_secret_file.read_text().strip()
        return self.turn_secret.get_secret_value()

    @cached_property
    def turn_url_list(self) -> tuple[str, ...]:
        return tuple(url.strip() for url in self.turn_urls.replace(" ", ",").split(",") if url.strip())

    @cached_property
    def proxies(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """Networks whose X-Forwarded-* headers are believed."""
        return tuple(ip_network(part.strip(), strict=False) for part in self.trusted_proxies.split(",") if part.strip())

    @cached_property
    def private_host_list(self) -> tuple[str, ...]:
        """Hosts within the house that may be asked for calendars: 'host' or 'host:port', in lower case."""
        return tuple(part.strip().lower() for part in self.private_hosts.split(",") if part.strip())

    @property
    def base_url(self) -> str:
        """The address that links in mails carry: never taken from a request."""
        return self.public_url or f"http://{self.shown_host}:{self.port}"

    @property
    def shown_host(self) -> str:
        return "localhost" if self.host in {"127.0.0.1", "0.0.0.0", "::", "::1"} else self.host  # noqa: S104

    @property
    def https(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def sender(self) -> str:
        """The address that mails come from."""
        return self.mail_from or f"no-reply@{urlsplit(self.base_url).hostname}"

    @property
    def data_url(self) -> str:
        """SQLAlchemy address of the records."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data.absolute()}/parlour.db"

    @property
    def key_url(self) -> str:
        """SQLAlchemy address of the wrapped keys."""
        return self.keys_url or f"sqlite+aiosqlite:///{self.data.absolute()}/keys.db"
