"""The master key file: made once, private, and refused when it is not."""

import pytest

from server import keyfile


def test_made_once_and_private(tmp_path) -> None:
    data = tmp_path / "data"
    secret = keyfile.load(data)
    assert len(secret) == 32
    assert keyfile.load(data) == secret
    assert (data / keyfile.NAME).stat().st_mode & 0o777 == 0o600
    assert data.stat().st_mode & 0o777 == 0o700


def test_a_file_that_others_may_read_is_refused(tmp_path) -> None:
    keyfile.load(tmp_path)
    (tmp_path / keyfile.NAME).chmod(0o640)
    with pytest.raises(keyfile.KeyFileUnfit, match="chmod 600"):
        keyfile.load(tmp_path)


def test_a_short_key_is_refused(tmp_path) -> None:
    keyfile.load(tmp_path)
    (tmp_path / keyfile.NAME).write_bytes(b"short")
    with pytest.raises(keyfile.KeyFileUnfit, match="5 bytes"):
        keyfile.load(tmp_path)
