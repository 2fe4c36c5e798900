# Policies that are programs or shared libraries: the examples drive; one that fails ends the run with its name.
cat > suite.yaml <<'END'
test: [seeds 1001..1004]
road_length: 600
starts: 2
horizon: 8
END
eval_of() { "$verge" eval "$@" --suite suite.yaml; }

if command -v python3 > /dev/null; then
    expect 0 "exec_policy.py" eval_of "exec:python3 $root/docs/examples/exec_policy.py" --json --out program
    grep -q '"off_road": 0.0' program/result.json || fail "the example leaves the road"
    expect 0 "the same drives" "$verge" gate program program
fi
if command -v cc > /dev/null; then
    cc -std=c99 -Wall -Wextra -Werror -O2 -shared -fPIC -I"$root" "$root/docs/examples/plugin.c" -o plugin.so ||
        fail "the example does not compile"
    expect 0 "plugin.so" eval_of so:./plugin.so --out library
    grep -q '"off_road": 0.0' library/result.json || fail "the example leaves the road"
    # A policy that only brakes never leaves the road. It stalls, succeeds nowhere, and the gate stops it.
    sed 's/^horizon.*/horizon: 20/' suite.yaml > longer.yaml
    sed 's/actions\[2 \* i + 1\] = .*/actions[2 * i + 1] = -1;/' "$root/docs/examples/plugin.c" > brake.c
    cmp -s brake.c "$root/docs/examples/plugin.c" && fail "brake.c does not brake"
    cc -O1 -shared -fPIC -I"$root" brake.c -o brake.so || fail "brake.c"
    "$verge" eval so:./brake.so --suite longer.yaml --out brake > said || fail "brake.so"
    "$verge" eval so:./plugin.so --suite longer.yaml --out keeper > said || fail "plugin.so"
    for number in '"off_road": 0.0' '"stalled": 1.0' '"success": 0.0'; do
        grep -q "$number" brake/result.json || fail "the policy that only brakes has not $number"
    done
    grep -q '"stalled": 0.0' keeper/result.json || fail "the example stalls"
    "$verge" eval so:./plugin.so --suite smoke --out keeper-smoke > said && "$verge" eval so:./brake.so --suite smoke --out brake-smoke > said ||
        fail "suite smoke"
    expect 1 "stalled" "$verge" gate keeper-smoke brake-smoke --gate smoke
    "$verge" eval so:./plugin.so --suite suite.yaml --json --threads 1 > one.json
    "$verge" eval so:./plugin.so --suite suite.yaml --json --threads 3 > three.json
    cmp one.json three.json || fail "threads matter"
    sed 's/    for (i = 0/    if (observed[SPEED] > 4) *(volatile int *)8 = 1;\n&/' "$root/docs/examples/plugin.c" > crash.c
    cc -O1 -shared -fPIC -I"$root" crash.c -o crash.so || fail "crash.c"
    expect 4 "policy 'centre keeper' crashed (SIGSEGV), in episodes 0 to 7" eval_of so:./crash.so --out crash
    [ ! -e crash/result.json ] || fail "a crash left a result"
    expect 4 "crashed (SIGSEGV)" "$verge" record so:./crash.so --road test-1 --out crash.vlog
fi
hello="printf '\\033\\000\\000\\000verge=1\\nsense=offset,speed\\n'"
export VERGE_POLICY_TIMEOUT=0.3
expect 4 "did not answer within 0.3 s" eval_of "exec:$hello; sleep 60"
expect 4 "ended with exit status 5" eval_of "exec:$hello; exit 5"
expect 4 "cars with 4 bytes, expected" eval_of "exec:$hello; printf '\\004\\000\\000\\000abcd'; cat > /dev/null"
expect 4 "exit status 127" eval_of "exec:no-such-program"
expect 2 "no.so" eval_of so:no.so
