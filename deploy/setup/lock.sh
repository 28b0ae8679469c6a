# Writes requirements.lock (what the program needs) and requirements-test.lock (that and the rest) with $1 as Python.
# The first is compiled against the second, so that both name the same versions. No download address is recorded.
set -eu
python=$1
shift
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$python" -m venv "$scratch"
"$scratch/bin/pip" install --quiet --disable-pip-version-check uv
compile() {
    "$scratch/bin/uv" pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-header --no-annotate "$@" >/dev/null
}
compile --all-extras --output-file requirements-test.lock "$@"
compile --extra build --extra caldav --extra pdf --extra scale --extra sso --extra stripe --constraint requirements-test.lock --output-file requirements.lock "$@"
