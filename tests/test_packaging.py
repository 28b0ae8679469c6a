"""What is installed is what lies here: the wheel is whole and runs anywhere, the locks are exact without addresses."""

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.engines.deploy_files import ROOT

PACKAGES = ("server", "signaling", "web")
LOCKS = ("requirements.lock", "requirements-test.lock")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built by the backend itself without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


def sources() -> set[str]:
    """Every file of the packages that git keeps or would keep."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *PACKAGES],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    return {name for name in listed if (ROOT / name).is_file()}


def test_wheel_holds_every_file_of_the_packages_and_nothing_else(wheel: Path) -> None:
    inside = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert inside == sources()


def test_wheel_says_licence_and_command(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    names = {name.split(".dist-info/")[1]: name for name in archive.namelist() if ".dist-info/" in name}
    assert "License-Expression: Apache-2.0" in archive.read(names["METADATA"]).decode()
    assert "parlour = server.cli:main" in archive.read(names["entry_points.txt"]).decode()
    assert "licenses/LICENSE" in names


def test_installed_program_runs_from_another_folder(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    code = "import server.cli, signaling; print(server.__file__); server.cli.main(['--help'])"
    env = os.environ | {"PYTHONPATH": str(site)}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(site))
    assert "serve" in done.stdout


def pins(lock: str) -> dict[str, str]:
    """Package, and the marker where there are several, -> version. AssertionError on a line that is no such thing."""
    found: dict[str, str] = {}
    for line in (ROOT / lock).read_text().splitlines():
        if match := re.fullmatch(r"([a-z0-9-]+)==([^ ;]+)( ; .+?)? \\", line):
            found[match[1] + (match[3] or "")] = match[2]
        else:
            assert re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line), line
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_says_no_address_and_hashes_everything(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert "://" not in text
    assert "--index-url" not in text
    assert "--find-links" not in text
    blocks = [block for block in re.split(r"^(?=[a-z0-9])", text, flags=re.M) if block]
    assert all("--hash=sha256:" in block for block in blocks)
    assert len(pins(lock)) == len(blocks)


def test_both_locks_name_the_same_versions() -> None:
    run, test = pins(LOCKS[0]), pins(LOCKS[1])
    assert run.items() <= test.items()
    assert {"pytest", "playwright", "ruff"} <= set(test) - set(run)


def names(requirements: Iterable[str]) -> set[str]:
    """Normalised names: 'SQLAlchemy[asyncio]>=2' -> 'sqlalchemy'."""
    return {re.match(r"[A-Za-z0-9._-]+", text)[0].lower().replace("_", "-") for text in requirements}  # type: ignore[index]


def test_locks_hold_what_the_project_asks_for() -> None:
    extras = PROJECT["optional-dependencies"]
    assert names(PROJECT["dependencies"] + extras["build"] + extras["scale"]) <= names(pins(LOCKS[0]))
    assert names([text for extra in extras.values() for text in extra]) <= names(pins(LOCKS[1]))


def test_nothing_installed_here_shadows_a_package_of_ours() -> None:
    code = (
        "import server, signaling, web, tests; print(*(list(p.__path__)[0] for p in (server, signaling, web, tests)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(ROOT / name) for name in (*PACKAGES, "tests")]
