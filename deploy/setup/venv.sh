# Makes .venv with the Python given as $1, or says in one sentence what is missing.
set -eu
python=${1:-}

if [ -z "$python" ]; then
    echo 'Parlour needs Python 3.11, 3.12, 3.13 or 3.14: install one, or name it with PYTHON=/path/to/python3.' >&2
    exit 1
fi
if ! "$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null; then
    echo "Parlour needs Python 3.11 to 3.14; $python is $("$python" --version 2>&1 || echo 'not a Python')." >&2
    exit 1
fi
# Debian ships Python without the part that makes environments.
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv >/dev/null
    fi
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        echo "$python cannot make virtual environments: install python3-venv (on Debian: sudo apt install python3-venv)." >&2
        exit 1
    fi
fi
# A half-made environment would be taken for a finished one next time.
"$python" -m venv .venv || { rm -rf .venv; exit 1; }
