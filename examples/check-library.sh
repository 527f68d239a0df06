# What the checks of the examples share: a daemon of their own, on free ports, with its state in memory.
# Sourced by examples/*/check; needs the path of faasd in $FAASD, or faasd on the PATH.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
faasd=${FAASD:-faasd}
work=$(mktemp -d)
daemon=

finish() {
    status=$?
    [ -z "$daemon" ] || { kill "$daemon" 2>/dev/null && wait "$daemon" 2>/dev/null || true; }
    [ "$status" = 0 ] || { echo "--- the daemon's log:"; cat "$work/log"; } >&2
    rm -rf "$work"
    exit "$status"
}
trap finish EXIT
trap 'exit 1' INT TERM

# start_daemon CONFIG: serves it and sets $app and $control.
start_daemon() {
    [ -z "$daemon" ] || { kill "$daemon"; wait "$daemon" || true; }
    rm -f "$work/ports.json"
    "$faasd" serve "$1" --port 0 --control-port 0 --ports-file "$work/ports.json" --ephemeral >"$work/log" 2>&1 &
    daemon=$!
    wait_for "the daemon" test -s "$work/ports.json"
    app=$(sed 's/.*"app_url":"\([^"]*\)".*/\1/' "$work/ports.json")
    control=$(sed 's/.*"control_url":"\([^"]*\)".*/\1/' "$work/ports.json")
    export FAASD_URL="$control"
}

# wait_for WHAT COMMAND…: until the command succeeds, for at most 60 s.
wait_for() {
    what=$1
    shift
    tries=0
    until "$@" >/dev/null 2>&1; do
        kill -0 "$daemon" 2>/dev/null || { echo "the daemon ended while waiting for $what" >&2; return 1; }
        tries=$((tries + 1))
        [ "$tries" -lt 1200 ] || { echo "gave up waiting for $what" >&2; return 1; }
        sleep 0.05
    done
}

# expect WANTED GOT WHAT
expect() {
    [ "$1" = "$2" ] || { printf '%s: expected\n  %s\nbut got\n  %s\n' "$3" "$1" "$2" >&2; return 1; }
    echo "ok: $3"
}
