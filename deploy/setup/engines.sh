# Brings what the tests drive and Python cannot: a Chromium and coturn's turnserver. $1 is the venv's bin folder.
# What is installed is used as it is; root on Debian gets the rest by apt; anybody else is told in one sentence.
set -eu
bin=$1

may_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

# A package that starts a daemon when it is installed would leave an open relay running: policy-rc.d forbids it.
install() (
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
        trap 'rm -f "$policy"' EXIT INT TERM
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod 755 "$policy"
    fi
    echo "Installing $* for the tests ..."
    apt-get update -qq $patience
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $patience --no-install-recommends "$@" >/dev/null
)
patience=''

# Playwright drives the browser by a Node of its own, which a bare Debian lacks one library for.
if ! "$bin/playwright" --version >/dev/null 2>&1; then
    if may_install; then
        install libatomic1
    fi
    "$bin/playwright" --version >/dev/null
fi

if ! "$bin/python" -m tests.engines.chromium >/dev/null 2>&1; then
    if may_install && install chromium; then :
    elif "$bin/playwright" install chromium; then :
    fi
    "$bin/python" -m tests.engines.chromium >/dev/null
fi

# The walk over all pages takes half as long in a browser without windows of its own; it is not needed.
if [ -z "${PARLOUR_CHROMIUM:-}" ] && ! command -v chromium-headless-shell >/dev/null && may_install; then
    patience='-o Acquire::http::Timeout=10 -o Acquire::Retries=0'
    install chromium-headless-shell || echo 'Going on without it.'
    patience=''
fi

# The bad network between two browsers is made with ip; the checks that use it are run by root and in `make test-long`.
if ! command -v ip >/dev/null && may_install; then
    install iproute2
fi

if ! command -v turnserver >/dev/null; then
    if may_install; then
        install coturn
    else
        echo 'The tests drive a real relay: install coturn (on Debian: sudo apt install coturn).' >&2
        exit 1
    fi
fi
