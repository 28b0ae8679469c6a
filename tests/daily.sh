#!/bin/sh
# The daily suite in two lanes: first what drives a browser through calls, then the walk over all pages; beside both, on all
# cores, all that needs no browser. Calls hang on the moment, so everything else gives way to them.
# Usage: tests/daily.sh PYTHON [pytest's arguments]; what they choose may lie in one part alone.
python=$1
shift
# Where the tests with a browser are (tests/test_architecture.py): reading all others too takes longer than some of them.
browsed='tests/e2e tests/server/visit/test_elements.py tests/web/test_styleguide.py'
for chosen in "$@"; do
  [ -e "${chosen%%::*}" ] && browsed=
done
# What tests write goes through to the disk thousands of times; it is thrown away after, so memory may hold it.
roomy() { [ "$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print $4 }')" -gt 4000000 ] 2>/dev/null &&
  [ "$(awk '/^MemAvailable/ { print $2 }' /proc/meminfo)" -gt 8000000 ] 2>/dev/null; }
if [ -z "$TMPDIR" ] && roomy; then
  folder=$(mktemp -d /dev/shm/parlour-tests.XXXXXX)
  TMPDIR=$folder
  export TMPDIR
else
  folder=$(mktemp -d)
fi
trap 'rm -rf "$folder"' EXIT
trap 'kill $quiet 2>/dev/null; exit 130' INT TERM

nice "$python" -m pytest -p no:cacheprovider -m 'not long and not e2e' --numprocesses logical --maxprocesses 4 \
  --dist loadfile "$@" >"$folder/pure.txt" 2>&1 &
quiet=$!
"$python" -m pytest -p no:cacheprovider -m 'e2e and not pages and not long' $browsed "$@"
driven=$?
nice "$python" -m pytest -p no:cacheprovider -m 'pages and not long' $browsed "$@"
seen=$?
wait $quiet
pure=$?
cat "$folder/pure.txt"

nothing=5 # pytest's word for 'no test was chosen'
there=
for part in $pure $seen $driven; do
  [ $part -eq $nothing ] && continue
  there=yes
  [ $part -eq 0 ] || exit $part
done
[ $there ] || exit $nothing
