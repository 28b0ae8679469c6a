"""Commands on a folder that was never served answer plainly, and make nothing."""

import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["audit", "verify"], 1, "There are no records in"),
        (["user", "list"], 1, "Is PARLOUR_DATA right?"),
        (["doctor"], 0, "There are no records yet"),
        (["nonsense"], 2, "No such command"),
    ],
)
def test_a_command_on_a_fresh_folder(tmp_path, words, code, said) -> None:
    data = tmp_path / "data"
    clean = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    argv = [sys.executable, "-P", "-m", "server", *words]
    done = subprocess.run(argv, env=clean | {"PARLOUR_DATA": str(data)}, capture_output=True, text=True, timeout=60)
    assert done.returncode == code, done.stderr
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.rglob("*"))
