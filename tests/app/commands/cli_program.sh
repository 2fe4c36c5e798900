# The program's frame: help, version, usage errors.
expect 0 "verge 0." "$verge" --version
expect 0 "usage: verge COMMAND" "$verge" --help
expect 0 "usage: verge COMMAND" "$verge" -h
expect 0 "usage: verge COMMAND" "$verge" help
expect 2 "usage: verge COMMAND" "$verge"
expect 0 "usage: verge info" "$verge" help info
expect 0 "usage: verge info" "$verge" info --help
expect 2 "did you mean 'info'?" "$verge" inof
expect 2 "did you mean 'info'?" "$verge" help inof
expect 2 "unknown command 'colour', expected one of" "$verge" colour
expect 2 "unknown flag '--jsno', did you mean '--json'?" "$verge" info --jsno
expect 2 "--json takes no value" "$verge" info --json=1
expect 0 '"version": "0.' "$verge" info --json
expect 0 "threads" "$verge" info
"$verge" --help > /dev/full 2> said
[ $? = 4 ] || fail "a full disk behind stdout is not told"
grep -q "No space left on device" said || fail "a full disk has no reason"
