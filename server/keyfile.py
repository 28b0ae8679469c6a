"""The master key: one file of 32 random bytes, readable by its owner alone, made at the first start."""

import os
from pathlib import Path

from server.crypto import KEY_BYTES, new_secret

NAME = "master.key"


class KeyFileUnfit(Exception):
    """The file holds no usable key, or others may read it."""


def open_folder(data: Path) -> None:
    """Make the data folder for its owner alone (0700)."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    data.chmod(0o700)


def served(data: Path) -> bool:
    """Whether this data folder has its key, as after the first start."""
    return (data / NAME).exists()


def load(data: Path) -> bytes:
    """The master key of this data folder, made (0600) when there is none. Raises KeyFileUnfit."""
    open_folder(data)
    path = data / NAME
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read(path)
    with os.fdopen(handle, "wb") as file:
        secret = new_secret()
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    return secret


def _read(path: Path) -> bytes:
    if path.stat().st_mode & 0o077:
        raise KeyFileUnfit(f"{path} may be read by others: chmod 600 it")
    secret = path.read_bytes()
    if len(secret) != KEY_BYTES:
        raise KeyFileUnfit(f"{path} is {len(secret)} bytes long and should be {KEY_BYTES}")
    return secret
