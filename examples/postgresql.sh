#!/bin/sh
# postgresql.sh FOLDER: a PostgreSQL of one's own, in the folder, that takes 20 connections, until it is stopped. It listens on a
# socket in there alone, so it is in nobody's way; once it is ready, FOLDER/url says how to reach it.
# `faasd example … --database postgresql` runs it.
set -eu
folder=$1

# Debian keeps the server's programs off the PATH.
for found in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin; do
    [ ! -x "$found/initdb" ] || PATH="$found:$PATH"
done
command -v initdb >/dev/null && command -v postgres >/dev/null || {
    echo "there is no PostgreSQL here: install it (apt install postgresql libpq-dev)" >&2
    exit 1
}

# It refuses to run as root.
if [ "$(id -u)" = 0 ]; then
    user=$(id -un postgres 2>/dev/null || echo nobody)
    set -- setpriv --reuid "$user" --regid "$(id -g "$user")" --clear-groups --pdeathsig KILL
else
    user=$(id -un)
    set --
fi

mkdir -p "$folder"
[ "$(id -u)" != 0 ] || chown "$user" "$folder"
cd "$folder"
"$@" initdb -D "$folder/data" -U faasd -A trust --no-sync -E UTF8 --locale C
url="host=$folder user=faasd dbname=postgres"
{
    until psql "$url" -q -c 'CREATE TABLE events (id text PRIMARY KEY, event jsonb NOT NULL)' 2>/dev/null; do sleep 0.05; done
    echo "$url" >"$folder/url.new"
    mv "$folder/url.new" "$folder/url"
} &
# Losing the last milliseconds in a power cut is nothing to an example; a daemon that is killed does not reach it.
exec "$@" postgres -D "$folder/data" -c listen_addresses= -k "$folder" -c max_connections=20 \
    -c superuser_reserved_connections=0 -c max_wal_senders=0 -c fsync=off -c shared_buffers=16MB -c autovacuum=off
