#!/bin/sh
# The daily suite in two halves: what needs no browser on all cores at once, then what drives one with the machine to
# itself. Usage: tests/daily.sh PYTHON [pytest's arguments]; what they choose may lie in one half alone.
python=$1
shift
# What tests write goes through to the disk thousands of times; it is thrown away after, so memory may hold it.
roomy() { [ "$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print $4 }')" -gt 4000000 ] 2>/dev/null &&
  [ "$(awk '/^MemAvailable/ { print $2 }' /proc/meminfo)" -gt 8000000 ] 2>/dev/null; }
if [ -z "$TMPDIR" ] && roomy; then
  TMPDIR=$(mktemp -d /dev/shm/parlour-tests.XXXXXX)
  export TMPDIR
  trap 'rm -rf "$TMPDIR"' EXIT
  trap 'exit 130' INT TERM
fi
"$python" -m pytest -m 'not long and not e2e' --numprocesses logical --maxprocesses 4 --dist loadfile "$@"
pure=$?
"$python" -m pytest -m 'e2e and not long' "$@"
driven=$?
nothing=5 # pytest's word for 'no test was chosen'
[ $pure -eq $nothing ] && exit $driven
[ $driven -eq $nothing ] && exit $pure
[ $pure -eq 0 ] && [ $driven -eq 0 ]
