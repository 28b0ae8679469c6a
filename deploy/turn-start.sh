#!/bin/sh
# Starts coturn with turnserver.conf and what only this machine knows. The secret goes from its file into a
# file that nobody else reads: never onto a command line, where every user of the machine would see it.
#
#   TURN_SECRET_FILE    file with the secret that Parlour knows too                       (needed)
#   TURN_LISTEN_IP      address of this machine that the relay uses                       (needed)
#   TURN_REALM          name of the relay, by custom its domain                           (needed)
#   TURN_EXTERNAL_IP    address that the internet sees, when a cloud maps it onto TURN_LISTEN_IP
#   TURN_CERT, TURN_KEY certificate and key for turns: on 5349; without them TLS is off
#   TURN_WAIT           seconds to wait for the certificate, which a first start has to fetch (60)
#   TURN_CONFIG, TURN_RUN, TURN_PORT, TURN_TLS_PORT   other places than the usual
set -eu
umask 077
config=${TURN_CONFIG:-/etc/parlour/turnserver.conf}
run=${TURN_RUN:-/run/turn}
: "${TURN_LISTEN_IP:?set it to the address the relay uses}" "${TURN_REALM:?set it to the domain of the relay}"
secret=$(cat "${TURN_SECRET_FILE:?set it to the file that holds the secret}")
if [ "${#secret}" -lt 32 ]; then
    echo 'The secret in TURN_SECRET_FILE is shorter than 32 characters: openssl rand -hex 32 makes a good one.' >&2
    exit 1
fi

whole="$run/turnserver.conf"
{
    cat "$config"
    printf '\nlistening-ip=%s\nrelay-ip=%s\nrealm=%s\n' "$TURN_LISTEN_IP" "$TURN_LISTEN_IP" "$TURN_REALM"
    printf 'static-auth-secret=%s\nuserdb=%s/turndb\npidfile=%s/turnserver.pid\n' "$secret" "$run" "$run"
    printf 'listening-port=%s\ntls-listening-port=%s\n' "${TURN_PORT:-3478}" "${TURN_TLS_PORT:-5349}"
} >"$whole"

if [ -n "${TURN_EXTERNAL_IP:-}" ]; then
    # Two people on one relay meet at its own address, which coturn looks at after mapping it back.
    printf 'external-ip=%s/%s\nallowed-peer-ip=%s\n' "$TURN_EXTERNAL_IP" "$TURN_LISTEN_IP" "$TURN_LISTEN_IP" >>"$whole"
fi

waited=0
while [ -n "${TURN_CERT:-}" ] && [ ! -r "$TURN_CERT" ] && [ "$waited" -lt "${TURN_WAIT:-60}" ]; do
    sleep 1
    waited=$((waited + 1))
done
if [ -r "${TURN_CERT:-}" ] && [ -r "${TURN_KEY:-}" ]; then
    printf 'cert=%s\npkey=%s\n' "$TURN_CERT" "$TURN_KEY" >>"$whole"
    # The certificate is renewed every few weeks; SIGUSR2 makes coturn read it again without dropping a call.
    (while sleep 43200; do kill -USR2 $$ || exit 0; done) &
else
    echo 'No certificate: turns: (TLS, port 5349) stays off until the relay is started again.' >&2
    printf 'no-tls\n' >>"$whole"
fi
exec turnserver -c "$whole"
