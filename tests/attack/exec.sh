# Data never runs: a result, a baseline, a suite or a study that names a program or a library is refused, with the name
# of the flag that would allow it. Every one of these would leave the file `ran`.
clean() { [ ! -e ran ] || fail "$1 ran what a file named"; }
refused() { # COMMAND...
    expect 2 "--allow-exec" "$@"
    clean "$*"
}
cat > suite.yaml <<'Y'
train: [seeds 1..1]
validation: [seeds 101..101]
test: [seeds 1001..1002]
road_length: 600
starts: 2
horizon: 6
Y
sed 's/^train/reference: "exec:touch ran"\n&/' suite.yaml > bad.yaml
sed 's/^train/reference: "so:.\/ran.so"\n&/' suite.yaml > library.yaml

# Suites.
refused "$verge" eval pursuit --suite bad.yaml
refused "$verge" eval pursuit --suite library.yaml --out eval-out
[ ! -e eval-out ] || fail "a refused suite left something"

# Studies: whoever they name, before anything is made.
study() { # NAME LINE...
    name=$1
    shift
    printf 'demonstration_seconds: 5\nseeds: 1\nsettings: [bc.n_epochs=1, hidden_sizes=4]\n' > "$name.yaml"
    printf '%s\n' "$@" >> "$name.yaml"
    refused "$verge" study "$name.yaml" --out "study-$name"
    [ ! -e "study-$name" ] || fail "a refused study left something"
}
study expert 'suite: suite.yaml' 'experts: ["exec:touch ran"]'
study later 'suite: suite.yaml' 'experts: [pursuit, "so:./ran.so"]'
study teacher 'suite: suite.yaml' 'teacher: "exec:touch ran"'
study arm 'suite: suite.yaml' 'learners: []' 'arms: ["A: bc 1 teacher=exec:touch&&ran"]'
study reference 'suite: bad.yaml'
printf 'parts: [expert.yaml]\n' > parts.yaml
refused "$verge" study parts.yaml --out study-parts

# Results and baselines.
expect 0 "result.json" "$verge" eval pursuit --suite suite.yaml --out good
"$verge" baseline update good --reason first --baseline good.json > said 2>&1 || fail "baseline"
sed 's/"source": *"pursuit"/"source": "exec:touch ran"/' good/result.json > bad.json
sed 's/"source": *"pursuit"/"source": "exec:touch ran"/' good.json > bad-baseline.json
grep -q 'exec:touch' bad.json && grep -q 'exec:touch' bad-baseline.json || fail "the attack is none"
refused "$verge" view bad.json --shot shot.png
refused "$verge" gate bad-baseline.json --run pursuit
sed 's/"reference": *"pursuit"/"reference": "exec:touch ran"/' good.json > bad-reference.json
expect 2 "" "$verge" gate bad-reference.json --run pursuit # its suite's hash is another, or its reference a program
clean "gate"
# Two files are compared by their numbers: a source is not needed, and not run.
"$verge" gate good.json bad.json --out gate-out > said 2>&1
clean "gate BASELINE RESULT"
"$verge" gate bad-baseline.json bad.json --out gate-both > said 2>&1
clean "gate BASELINE RESULT"

# With the flag they run; a library whose hash is not the one that was scored is not loaded even so.
expect 4 "exec:" "$verge" eval pursuit --suite bad.yaml --allow-exec
[ -e ran ] || fail "--allow-exec does not allow"
rm -f ran
if command -v cc > /dev/null; then
    cat > ran.c <<'C'
#include <fcntl.h>
#include <unistd.h>
__attribute__((constructor)) static void f(void) { close(open("ran", O_CREAT | O_WRONLY, 0600)); }
C
    cc -shared -fPIC -o ran.so ran.c || fail "ran.so"
    sed 's/"source": *"pursuit"/"source": "so:.\/ran.so"/; s/"hash": *null/"hash": "0123456789abcdef"/' good/result.json > hashed.json
    grep -q '0123456789abcdef' hashed.json || fail "the attack is none"
    expect 2 "another by now" "$verge" view hashed.json --shot shot.png --allow-exec
    clean "view"
fi

# What the command line names runs without a flag.
"$verge" eval "exec:touch ran" --suite suite.yaml > said 2>&1
[ -e ran ] || fail "a policy named on the command line does not run"
