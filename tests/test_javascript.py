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
