# What the scripts of the examples share. `faasd example` runs them, with
#   FAASD, FAASD_URL   the program, and where its subcommands find the daemon
#   APP_URL            the app
#   EXAMPLE, WORK      the example's folder, and a temporary one to write to
# The daemon may be killed and come back at any moment, and calls may fail: ask again, and assert on end states.
set -eu
: "${FAASD:?run it with: faasd example check NAME}" "${APP_URL:?}" "${EXAMPLE:?}" "${WORK:?}"

# again_until COMMAND…: until it succeeds, for at most 60 s.
again_until() {
    tries=0
    until "$@"; do
        tries=$((tries + 1))
        [ "$tries" -lt 1200 ] || return 1
        sleep 0.05
    done
}

quietly() { "$@" >/dev/null 2>&1; }

# wait_for WHAT COMMAND…: until the command succeeds, for at most 60 s.
wait_for() {
    what=$1
    shift
    again_until quietly "$@" || { echo "gave up waiting for $what" >&2; return 1; }
}

# try COMMAND…: the same, and prints what the command printed when it succeeded, or said when it last failed.
try() {
    kept=$(mktemp "$WORK/try.XXXXXX")
    again_until kept_in "$kept" "$@" || { echo "gave up: $*" >&2; cat "$kept.err" >&2; return 1; }
    cat "$kept"
    rm -f "$kept" "$kept.err"
}
kept_in() {
    kept_file=$1
    shift
    "$@" >"$kept_file" 2>"$kept_file.err"
}

# expect WANTED GOT WHAT
expect() {
    [ "$1" = "$2" ] || { printf '%s: expected\n  %s\nbut got\n  %s\n' "$3" "$1" "$2" >&2; return 1; }
    echo "ok: $3"
}

# request CURL-ARGUMENTS…: prints the body of the answer; status_of prints the status. While the daemon is away, or answers
# with a 5xx, they ask again, for at most 60 s. Not with curl's own -o and -w.
request() { answered body "$@"; }
status_of() { answered status "$@"; }
answered() {
    wanted=$1
    shift
    answer=$(mktemp "$WORK/answer.XXXXXX")
    again_until is_answered "$answer" "$@" || { echo "no answer but $(cat "$answer.status" "$answer"): curl $*" >&2; return 1; }
    if [ "$wanted" = body ]; then cat "$answer"; else cat "$answer.status"; fi
    rm -f "$answer" "$answer.status"
}
is_answered() {
    answer_file=$1
    shift
    curl -s -o "$answer_file" -w '%{http_code}' --max-time 30 "$@" >"$answer_file.status" || return 1
    case $(cat "$answer_file.status") in 5??) return 1 ;; esac
}

# figure LABEL VALUE: one of the figures of a `load`.
figure() { printf '%s\t%s\n' "$1" "$2" >>"$WORK/figures"; }
