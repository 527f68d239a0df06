# What the tours share: a daemon of their own, the AWS CLI pointed at it, and checks. FAASD names the binary.
# An old CLI speaks SQS's Query protocol, a new one its JSON: both must do.
set -eu
: "${FAASD:?the faasd binary}"

here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
AWS=${AWS:-aws}
daemon=

finish() {
    status=$?
    if [ -n "$daemon" ]; then
        alive=yes
        kill "$daemon" 2>/dev/null || alive=no
        wait "$daemon" || alive=no
        if [ "$alive" = no ]; then
            echo "the daemon did not end well" >&2
            cat "$folder/log" >&2
            status=1
        fi
    fi
    rm -rf "$folder"
    exit "$status"
}
trap finish EXIT
trap 'exit 1' INT TERM HUP

# Serves a copy of the app, or an empty one.
start() {
    mkdir "$folder/app"
    if [ $# -gt 0 ]; then cp "$1"/* "$folder/app/"; else : >"$folder/app/faasd.yaml"; fi
    "$FAASD" serve "$folder/app" --port 0 --control-port 0 --ports-file "$folder/ports" --ephemeral >"$folder/log" 2>&1 &
    daemon=$!
    waited=0
    until [ -s "$folder/ports" ]; do
        waited=$((waited + 1))
        if [ "$waited" -gt 1200 ] || ! kill -0 "$daemon" 2>/dev/null; then
            echo "the daemon does not serve:" >&2
            cat "$folder/log" >&2
            exit 1
        fi
        sleep 0.05
    done
    url=$(sed 's/.*"control_url":"\([^"]*\)".*/\1/' "$folder/ports")
}

# Nothing of this machine's own settings; parts of 5 MiB, so that a small file is already one of many.
printf '[default]\nregion = us-east-1\ns3 =\n    multipart_threshold = 5MB\n    multipart_chunksize = 5MB\n' >"$folder/config"
export AWS_CONFIG_FILE="$folder/config" AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_EC2_METADATA_DISABLED=true
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_PAGER= AWS_MAX_ATTEMPTS=1
unset AWS_PROFILE AWS_SESSION_TOKEN AWS_ENDPOINT_URL AWS_REGION AWS_DEFAULT_REGION

cloud() { "$AWS" --endpoint-url "$url" --output text "$@"; }

# expect WANTED GIVEN WHAT
expect() {
    [ "$1" = "$2" ] && return
    printf '%s: wanted "%s", came "%s"\n' "$3" "$1" "$2" >&2
    exit 1
}

# expect_part WANTED GIVEN WHAT: WANTED is a pattern of the shell
expect_part() {
    case $2 in
        $1) ;;
        *) printf '%s: wanted something like "%s", came "%s"\n' "$3" "$1" "$2" >&2; exit 1 ;;
    esac
}

# refused CODE COMMAND…: the service refuses it with this code
refused() {
    code=$1
    shift
    if came=$(cloud "$@" 2>&1); then
        printf 'aws %s: wanted %s, but it succeeded: %s\n' "$*" "$code" "$came" >&2
        exit 1
    fi
    case $came in
        *"An error occurred ($code)"*) ;;
        *) printf 'aws %s: wanted %s, came: %s\n' "$*" "$code" "$came" >&2; exit 1 ;;
    esac
}
