#!/bin/sh
# tests/house.sh -- each folder uses only the ones before it in the list, and no file closes a circle.
# Prints every offence; exits 1 when there is one.
cd "$(dirname "$0")/.." || exit 1
git ls-files '*.c' '*.h' | xargs grep -H '^#include "' | awk -F'[:"]' '
BEGIN {
    n = split("sim/base sim tracks logs agents eval eval/figures eval/report bench app", order, " ")
    for (i = 1; i <= n; i++) rank[order[i]] = i
    # Folders within agents, and within app, use one another freely; the circles are found below.
    split("agents/experts agents/nets agents/learners", inner, " ")
    for (i in inner) rank[inner[i]] = rank["agents"]
    rank["app/window"] = rank["app"]
}
# A source, its header, its private header and its hot loops are one unit.
function unit(path) { sub(/\.[ch]$/, "", path); sub(/_(private|hot)$/, "", path); return path }
function folder(path) { sub(/\/[^\/]*$/, "", path); return path }
{
    from = $1; to = $3
    a = folder(from); b = folder(to)
    if (a in rank && !(b in rank) && to !~ /^sim\/base\/version.h$/) {
        print from ": includes \"" to "\", which is not a path from the root"; bad = 1
    } else if (a in rank && rank[b] > rank[a]) { print from ": " a " may not use " to; bad = 1 }
    if (unit(from) != unit(to) && a in rank) uses[unit(from)] = uses[unit(from)] " " unit(to)
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
