#!/bin/sh
# tests/shape.sh -- the shape of the sources: which test covers each, and how long they are. Prints every offence; exits
# 1 when there is one.
#
# - X.c in F has a test of its own, tests/F/test_X.c, or a line in tests/covered.txt with the test that covers it.
# - No file has over 500 lines, no function over 60.
# - No variable outlives its function, but those listed here.
cd "$(dirname "$0")/.." || exit 1
folders='sim tracks logs agents eval app bench'
sources=$(git ls-files -co --exclude-standard -- $folders | grep '\.[ch]$')
bad=$(mktemp) && trap 'rm -f "$bad"' EXIT

# Variables that outlive their function, and why: file:name
allowed='
app/cli/interrupt.c:raised the flag of a signal handler
app/cli/output.c:active the progress bar on the one terminal, to be wiped before a message
bench/openblas.c:cblas_sgemm a function of a library that is opened once
sim/base/blocks.c:quota how many processors a container leaves, asked once
sim/base/blocks.c:forked that this process is a child of fork, told by its handler
sim/base/blocks.c:watched that the handler of forks is set, once
sim/base/file.c:fail_at which write a test lets fail
sim/base/level.c:chosen what this processor can do, found out once
sim/base/memory.c:fail_at which allocation a test lets fail
sim/base/memory.c:made what tests count
'

own_test() { # of a source
    echo "tests/$(dirname "$1")/test_$(basename "$1")"
}

# --- tests ---------------------------------------------------------------------------------------------------
for source in $(echo "$sources" | grep '\.c$'); do
    [ -f "$(own_test "$source")" ] || grep -q "^$source " tests/covered.txt ||
        echo "$source: neither $(own_test "$source") nor a line in tests/covered.txt" >>"$bad"
done
grep -v '^#' tests/covered.txt | while read -r source test why; do
    [ -f "$source" ] || echo "tests/covered.txt: $source is gone" >>"$bad"
    [ -f "$test" ] || echo "tests/covered.txt: $source: its test ${test:-(none)} is gone" >>"$bad"
    [ "$why" ] || echo "tests/covered.txt: $source: no reason" >>"$bad"
    [ ! -f "$(own_test "$source")" ] || echo "tests/covered.txt: $source has a test of its own now" >>"$bad"
done
grep -v '^#' tests/covered.txt | cut -d' ' -f1 | sort | uniq -d | sed 's/.*/tests\/covered.txt: & twice/' >>"$bad"

# --- length, as clang-format sets it: a function begins and ends in the first column ---------------------------
echo "$sources" | xargs awk '
FNR == 1 { begin = 0 }
FNR == 501 { print FILENAME ": over 500 lines" }
/^[A-Za-z_].*[({,]$/ && !/^(typedef|enum|struct|union)/ && !begin { begin = FNR; name = $0 }
/^[A-Za-z_].*;$/ { begin = 0 }
/^}/ {
    if (begin && !/;$/ && FNR - begin + 1 > 60) print FILENAME ":" begin ": " FNR - begin + 1 " lines: " name
    begin = 0
}' >>"$bad"

# --- variables that outlive their function: static or thread-local, and neither const nor a function ------------
echo "$sources" | grep '\.c$' | xargs awk -v allowed="$allowed" '
BEGIN {
    count = split(allowed, lines, "\n")
    for (i = 1; i <= count; i++) if (split(lines[i], words, " ")) fine[words[1]] = 1
}
/^ *static (_Thread_local |volatile )*(struct|union)( [a-z_]+)? \{/ { print FILENAME ":" FNR ": a static that is not const" }
/^ *static / {
    line = $0
    sub(/ *\/\/.*/, "", line)
    sub(/ = .*/, ";", line)
    if (line !~ /[;,]$/ || line ~ /\([a-z]/) next # a function, or its first line
    if (line ~ /\*/ ? line ~ /\*const / : line ~ /static const /) next
    gsub(/\[[^]]*\]|[;,].*/, "", line)
    sub(/.*[ *]/, "", line)
    if (!(FILENAME ":" line in fine)) print FILENAME ":" FNR ": " line " outlives its function; not in tests/shape.sh"
    used[FILENAME ":" line] = 1
}
END { for (name in fine) if (!(name in used)) print "tests/shape.sh: " name " is gone" }' >>"$bad"

sort -u "$bad"
[ ! -s "$bad" ]
