#!/bin/sh
# tests/house.sh [BUILD] -- each folder uses only the ones before it in the list, and no file closes a circle: neither
# by what it includes nor, where a BUILD is given, by the functions it calls. Prints every offence; exits 1 when there
# is one.
cd "$(dirname "$0")/.." || exit 1

includes() { # from:to
    git ls-files '*.c' '*.h' | xargs grep -H '^#include "' | awk -F'[:"]' '{ print $1 ":" $3 }'
}

calls() { # from:to, by the symbols of the object files
    [ "$1" ] && find "$1"/CMakeFiles -name '*.c.o' -exec nm -A {} + | awk '
    { path = $1; sub(/:.*/, "", path); sub(/.*\.dir\//, "", path); sub(/\.o$/, "", path) }
    $(NF - 1) == "U" { from[++n] = path; symbol[n] = $NF; next }
    $(NF - 1) ~ /[TDBRVC]/ { home[$NF] = path }
    END { for (i = 1; i <= n; i++) if (symbol[i] in home) print from[i] ":" home[symbol[i]] }' | sort -u
}

{ includes; echo calls; calls "$1"; } | awk -F: '
BEGIN {
    n = split("sim/base sim tracks logs/store logs/fit logs/import logs/export " \
              "agents/nets agents/policy agents/drive agents/rewards agents/planner agents/experts agents/irl agents/training agents/rl agents/learners agents " \
              "eval/stats eval/rewards eval/score eval/outcome eval/study eval/gate eval/figures eval/report bench " \
              "app/cli app/mpi app/scene app/drive app/window app/view app/commands app/web app", order, " ")
    for (i = 1; i <= n; i++) rank[order[i]] = i
    # A format gives tracks, and the library reads them by it: one folder, cut in two for the eye.
    rank["tracks/formats"] = rank["tracks"]
}
# A source, its header, its private header and its hot loops are one unit.
function unit(path) { sub(/\.[ch]$/, "", path); sub(/_(private|hot)$/, "", path); return path }
function folder(path) { sub(/\/[^\/]*$/, "", path); return path }
$1 == "calls" { calls = 1; next }
{
    from = $1; to = $2
    a = folder(from); b = folder(to)
    if (!calls) source[from] = 1
    else if (!(from in source && to in source)) next # generated, or left behind by a file that is gone
    if (a in rank && !(b in rank) && to !~ /^sim\/base\/version.h$/) {
        print from ": includes \"" to "\", which is not a path from the root"; bad = 1
    } else if (a in rank && rank[b] > rank[a]) { print from ": " a " may not use " to; bad = 1 }
    a = unit(from); b = unit(to)
    if (a != b && folder(a) in rank && !seen[a, b]++) uses[a] = uses[a] " " b
}
function visit(file, trail,    list, count, i) {
    if (state[file] == 2) return
    if (state[file] == 1) { print "a circle:" trail " " file; bad = 1; return }
    state[file] = 1
    count = split(uses[file], list, " ")
    for (i = 1; i <= count; i++) visit(list[i], trail " " file)
    state[file] = 2
}
END { for (file in uses) visit(file, ""); exit bad }'
