"""Settings: nothing at all works, and what cannot stand is refused at start."""

import pytest
from pydantic import ValidationError

from server.config import Settings


def test_no_settings_at_all_are_a_working_answer() -> None:
    settings = Settings()
    assert settings.base_url == f"http://localhost:{settings.port}"
    assert settings.data_url.startswith("sqlite+aiosqlite:///")
    assert settings.key_url.endswith("/keys.db")


@pytest.mark.parametrize(
    "given",
    [
        {"public_url": "clinic.example"},
        {"public_url": "https://clinic.example/path"},
        {"database_url": "postgresql://db/parlour"},
        {"database_url": "postgresql://db/parlour", "keys_url": "postgresql://db/parlour"},
        {"turn_urls": "turn:turn.example"},
        {"turn_urls": "turn:turn.example", "turn_secret": "short"},
        {"port": 70000},
        {"trusted_proxies": "10.0.0.0/8, nonsense"},
        {"smtp_url": "mail.example"},
        {"sms_url": "http://sms.example/send", "sms_secret": "s" * 40},
        {"sms_url": "https://sms.example/send"},
        {"sms_url": "https://sms.example/send", "sms_secret": "short"},
        {"sms_url": "https://user:word@sms.example/send", "sms_secret": "s" * 40},
    ],
)
def test_b20_what_cannot_stand_is_refused(given) -> None:
    with pytest.raises(ValidationError):
        Settings(**given)


def test_a_secret_may_come_from_a_file(tmp_path) -> None:
    (tmp_path / "turn").write_text("s" * 40 + "\n")
    assert Settings(turn_urls="turn:a, turn:b", turn_secret_file=tmp_path / "turn").turn_key == "s" * 40


def test_secrets_are_not_printed() -> None:
    assert "hush-hush" not in repr(Settings(turn_secret="hush-hush", smtp_url="smtp://u:hush-hush@h"))


def test_links_never_come_from_a_request() -> None:
    assert Settings(public_url="https://clinic.example/").base_url == "https://clinic.example"
