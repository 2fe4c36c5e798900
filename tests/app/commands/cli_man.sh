# A man page for the program and each command, by the same tables as the help, without a warning of roff's.
"$verge" help --man pages > said 2>&1 || fail "it ends with $?"
[ -s pages/verge.1 ] || fail "no page of the program"

# Every command that a help names, and theirs.
walk() { # the words of a command
    echo "$*"
    "$verge" help "$@" > "help $*" || fail "no help of '$*'"
    for child in $(sed -n '/^commands:/,/^$/s/^  \([a-z0-9-]*\) .*/\1/p' "help $*"); do walk "$@" "$child"; done
}
walk > commands
[ "$(wc -l < commands)" -gt 20 ] || fail "too few commands are found"
[ "$(ls pages | wc -l)" = "$(wc -l < commands)" ] || fail "$(ls pages | wc -l) pages of $(wc -l < commands) commands"
while read -r command; do
    page=pages/verge$([ "$command" ] && echo "-$command" | tr ' ' -).1
    [ -s "$page" ] || fail "no $page"
    for flag in $(sed -n 's/^  \(--[a-z-]*\).*/\1/p' "help $command"); do
        grep -qF "\fB$(echo "$flag" | sed 's/-/\\-/g')" "$page" || fail "$page lacks $flag"
    done
done < commands
grep -q "^.SH CONFIGURATION" pages/verge-train-bc.1 || fail "no configuration keys"
grep -q "^.SH EXIT STATUS" pages/verge.1 || fail "no exit status"

command -v groff > /dev/null || skip "no groff: warnings were not looked for"
groff -ww -k -man -Tutf8 pages/*.1 > shown 2> said || fail "groff ends with $?"
[ -s said ] && fail "groff warns"
grep -qi '^verge-train-bc(1)' shown || fail "no title is shown"
exit 0
