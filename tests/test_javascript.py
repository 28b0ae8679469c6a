"""The pure parts of the browser code, run by the Node that Playwright carries."""

import re
import subprocess

from tests.engines.deploy_files import ROOT


def test_pure_parts_of_the_browser_code(node_path: str) -> None:
    files = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "tests/js").glob("*.test.mjs"))
    assert files
    done = subprocess.run([node_path, "--test", *files], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    passed = re.search(r"^(?:#|ℹ) pass (\d+)", done.stdout, re.M)
    assert passed, done.stdout
    assert int(passed[1]) >= len(files)


def test_no_wait_in_a_browser_is_for_a_promise() -> None:
    """Playwright takes the promise of an async predicate for a yes, and goes on at once."""
    sources = [path for folder in ("tests/e2e", "bench") for path in (ROOT / folder).glob("*.py")]
    assert sources
    hasty = re.compile(r"""wait_for_function\(\s*f?["']+\s*async\b""")
    assert not [path.name for path in sources if hasty.search(path.read_text())]
