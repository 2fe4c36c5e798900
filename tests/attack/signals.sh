# Ctrl-C is heard at once while a foreign policy or a pipe is awaited, with exit status 130; and whatever ends verge, what
# it started ends with it.
cat > suite.yaml <<'Y'
test: [seeds 1001..1001]
road_length: 600
starts: 1
horizon: 5
Y
until_true() { # SECONDS COMMAND...: it becomes true
    tries=$(($1 * 20))
    shift
    while [ $tries -gt 0 ]; do
        "$@" && return 0
        tries=$((tries - 1))
        sleep 0.05
    done
    return 1
}
gone() { ! kill -0 "$1" 2> /dev/null || grep -q '^State:.Z' "/proc/$1/status" 2> /dev/null; }
there() { [ -s "$1" ]; }
interrupt() { # SIGNAL STATUS FILE COMMAND...: send it once FILE is there
    number=$1 wanted=$2 file=$3
    shift 3
    "$@" > said 2>&1 &
    pid=$!
    until_true 20 there "$file" || fail "$* does not begin"
    kill "-$number" $pid
    until_true 20 gone $pid || { kill -9 $pid; fail "$* does not hear SIG$number"; }
    wait $pid
    status=$?
    [ $status = "$wanted" ] || fail "$* ends with $status, expected $wanted"
}
children_end() { # FILE: of process numbers
    for child in $(cat "$1"); do
        until_true 20 gone "$child" || { kill -9 "$child"; fail "process $child is left"; }
    done
    rm -f "$1"
}
hello="printf '\\033\\000\\000\\000verge=1\\nsense=offset,speed\\n'"
export VERGE_POLICY_TIMEOUT=600

# Awaited: before the first frame, and for an answer.
for policy in 'exec:echo $$ > pids; sleep 600' "exec:$hello; echo \$\$ > pids; sleep 600; true"; do
    for number in INT TERM; do
        interrupt $number 130 pids "$verge" eval "$policy" --suite suite.yaml --out out
        children_end pids
    done
    [ ! -e out ] || fail "an interrupted run left something"
done
interrupt INT 130 pids "$verge" record "exec:$hello; echo \$\$ > pids; exec sleep 600" --road test-1 --out r.vlog
children_end pids
[ ! -e r.vlog ] || fail "an interrupted recording left a log"

# Whatever kills verge: also grandchildren, in the background, in a session of their own, and deaf to signals.
deep="trap '' INT TERM HUP; sh -c 'echo \$\$ >> pids; sleep 600; true' & setsid sh -c 'echo \$\$ >> pids; sleep 600; true' & sleep 0.3; echo \$\$ >> pids; mv pids all; sleep 600"
for number in KILL HUP TERM; do
    case $number in KILL) status=137 ;; *) status=130 ;; esac
    interrupt $number $status all "$verge" eval "exec:$hello; $deep" --suite suite.yaml
    [ "$(wc -l < all)" -ge 2 ] || fail "the attack is none"
    children_end all
done
# One that ends by itself takes what it began with it.
expect 4 "exit status 3" "$verge" eval "exec:sleep 600 & echo \$! > pids; exit 3" --suite suite.yaml
children_end pids

# A pipe that nobody writes to, wherever a file is read.
mkfifo pipe || skip "no pipes here"
waits() { ! grep -s '^State:' "/proc/$1/status" | grep -qv 'S (sleeping)'; } # or is gone
awaits() { # COMMAND...
    "$@" > said 2>&1 &
    pid=$!
    # It sleeps once it waits for the pipe.
    until_true 20 waits $pid || fail "$* neither waits nor ends"
    sleep 0.3
    kill -INT $pid 2> /dev/null
    until_true 20 gone $pid || { kill -9 $pid; fail "$* does not hear Ctrl-C at a pipe"; }
    wait $pid
    status=$?
    # A log or a picture cannot be a pipe, and says so before.
    [ $status = 130 ] || [ $status = 2 ] || fail "$* ends with $status at a pipe"
}
ln -s pipe pipe.safetensors
ln -s pipe pipe.json
ln -s pipe pipe.yaml
ln -s pipe pipe.vlog
ln -s pipe pipe.csv
awaits "$verge" eval pipe.safetensors --suite suite.yaml
awaits "$verge" eval pursuit --suite pipe.yaml
awaits "$verge" eval pursuit --road pipe.csv
awaits "$verge" gate pipe.json pipe.json
awaits "$verge" view pipe.json --shot x.png
awaits "$verge" study pipe.yaml --out out
awaits "$verge" info pipe.vlog
awaits "$verge" replay pipe.vlog
awaits "$verge" log list pipe.vlog
awaits "$verge" train bc --logs pipe.vlog --out x.safetensors
awaits "$verge" train dagger --roads test-1 --expert pursuit --config pipe.yaml --out x.safetensors
awaits "$verge" record pursuit:config=pipe.yaml --road test-1 --out x.vlog
exit 0
