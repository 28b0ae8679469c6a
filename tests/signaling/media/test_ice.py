"""Relay credentials as coturn computes them, and nothing that was not configured."""

from datetime import UTC, datetime, timedelta

import pytest

from signaling.media.ice import ice_servers

NOW = datetime.fromtimestamp(1_399_999_700, UTC)
URLS = ["turn:relay.example:3478?transport=udp", "turns:relay.example:5349?transport=tcp"]


def test_the_credential_is_the_one_openssl_computes() -> None:
    # printf '1400000000:user' | openssl dgst -sha1 -hmac 'north' -binary | base64
    servers = ice_servers(URLS, "north", "user", NOW, timedelta(seconds=300))
    assert servers == [{"urls": URLS, "username": "1400000000:user", "credential": "6yRMharYaIh9OmqFraC/st8Vrz4="}]


def test_without_relays_there_is_nothing() -> None:
    assert ice_servers([], "north", "user", NOW, timedelta(minutes=5)) == []


def test_stun_stands_only_where_it_is_configured() -> None:
    stun = ["stun:relay.example:3478"]
    assert ice_servers([], "", "user", NOW, timedelta(minutes=5), stun) == [{"urls": stun}]
    assert ice_servers(URLS, "north", "user", NOW, timedelta(minutes=5), stun)[0] == {"urls": stun}


def test_F16_credentials_are_of_one_participant_and_end() -> None:
    [mine] = ice_servers(URLS, "north", "a", NOW, timedelta(minutes=5))
    [theirs] = ice_servers(URLS, "north", "b", NOW, timedelta(minutes=5))
    [later] = ice_servers(URLS, "north", "a", NOW + timedelta(seconds=1), timedelta(minutes=5))
    assert len({mine["credential"], theirs["credential"], later["credential"]}) == 3
    assert int(mine["username"].partition(":")[0]) == int(NOW.timestamp()) + 300


def test_a_relay_without_its_secret_is_an_error() -> None:
    with pytest.raises(ValueError, match="secret"):
        ice_servers(URLS, "", "user", NOW, timedelta(minutes=5))
