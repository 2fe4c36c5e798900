#!/bin/sh
# cli.sh SCRIPT PROGRAM -- run one tests/app/commands/cli_*.sh, in a folder of its own that is gone afterwards.
#
# The script finds $verge, $root (the source tree) and
#   expect STATUS 'part of what it prints' COMMAND...    run it; both streams are searched, and kept in ./said
#   skip REASON                                          exit 77, visibly
script=$1
verge=$2
root=$(cd "$(dirname "$0")/.." && pwd)
data=${VERGE_DATA:-$root/../shared/data}
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1

fail() { echo "FAIL: $*"; sed 's/^/    /' said; exit 1; }
skip() { echo "SKIP: $*"; exit 77; }
expect() {
    wanted=$1 part=$2
    shift 2
    "$@" > said 2>&1
    status=$?
    [ "$status" = "$wanted" ] || fail "$* exits with $status, expected $wanted"
    grep -qF -e "$part" said || fail "$* does not say '$part'"
}
: > said
set -u
. "$script"
