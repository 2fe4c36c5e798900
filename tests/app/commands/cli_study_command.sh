# verge study: an arm whose learner is the user's own program stands in the same table; whatever the program does, the
# study says so by its name and keeps nothing half-made.
cat > roads.yaml <<'END'
train: [train-1, train-2]
test: [test-1, test-2]
starts: 2
horizon: 2
END
cat > s.yaml <<'END'
suite: roads.yaml
demonstration_seconds: 5
learners: []
experts: []
seeds: 2
arms:
  - "Theirs: command:own.sh 2 seconds=100"
  - "Theirs in gusts: command:own.sh 2 seconds=100 test.gust=0.1"
  - "Ours: bc 2 bc.n_epochs=3 hidden_sizes=8"
claims:
  - "1: nearly as well: off_road@2(Theirs) - off_road@2(Ours) <= 1"
END
program() { # LINE
    printf '#!/bin/sh\n%s\n' "$1" > own.sh
    chmod +x own.sh
}
train="exec $verge train bc --logs \"\$2\" --seed \$4 --out \"\$6\" --set bc.n_epochs=3 --set hidden_sizes=8"
program "echo \"\$@\" >> called; [ \"\$1 \$3 \$5\" = '--logs --seed --out' ] || exit 9; $train"

# A study is a file: it runs nothing unless its user says so.
expect 2 "'command:own.sh' runs code, and a file names it, not you" "$verge" study s.yaml --out a
[ ! -e a ] && [ ! -e called ] || fail "a program was run, or a folder made, that nobody allowed"

expect 0 "Theirs in gusts" "$verge" study s.yaml --out a --allow-exec
[ "$(wc -l < called)" = 2 ] || fail "two training seeds of two arms that share them: called $(wc -l < called) times"
expect 0 "verge-policy" "$verge" info a/cells-*/command-own.sh-2*seed-1.safetensors
ls a/cells-*/*.command 2>/dev/null && fail "a half-made policy was left behind"
expect 2 "runs code" "$verge" study s.yaml --out a --resume
expect 0 "" "$verge" study s.yaml --out a --resume --allow-exec
[ "$(wc -l < called)" = 2 ] || fail "finished cells were trained again"
expect 0 "" "$verge" study s.yaml --out b --allow-exec --threads 1
cmp a/result.json b/result.json || fail "another result at another number of threads"

# A cell is bound to its recipe: of an edited program, or of another policy, none is taken over.
cp own.sh kept.sh
echo "# edited" >> own.sh
expect 0 "" "$verge" study s.yaml --out a --resume --allow-exec
[ "$(wc -l < called)" = 6 ] || fail "an edited program's cells were taken for the new one's"
cp b/cells-*/bc-2*seed-1.safetensors b/cells-*/command-*seed-1.safetensors 2>/dev/null
cp kept.sh own.sh
expect 2 "policy_hash" "$verge" study s.yaml --out b --resume --allow-exec

# Whatever it does is an error with its name, and no policy is left.
wrong() { # TEXT LINE
    program "$2"
    rm -rf w
    expect "${exits:-4}" "$1" "$verge" study "${study:-s.yaml}" --out w --allow-exec --threads 1
    ls w/cells-*/command-*.safetensors* w/cells-*/command-*.json 2>/dev/null && fail "left behind: $1"
}
wrong "Theirs: command:own.sh ended with exit status 3" 'exit 3'
wrong "was ended by SIGKILL" 'kill -9 $$'
wrong "ended with exit status 127" 'exec ./no-such-program'
wrong "-seed-1.safetensors.command: no such file" 'true'
wrong "wrote no policy: " 'echo nonsense > "$6"'
wrong "wrote no policy: " 'mkdir "$6"'
sed 's/seconds=100/seconds=1/' s.yaml > hurried.yaml
study=hurried.yaml wrong "did not end within 1 s" 'sleep 50 & echo $! > pid; wait'
kill -0 "$(cat pid)" 2>/dev/null && fail "what the program started lives on"

# One that changes while the study runs made the first cell, and makes no other.
program "echo '# changed' >> own.sh; $train"
rm -rf w
expect 2 "when the study began" "$verge" study s.yaml --out w --allow-exec --threads 1
[ "$(ls w/cells-*/command-*.json | wc -l)" = 1 ] || fail "a changed program was run"

bad() { # TEXT CHANGE
    sed "$2" s.yaml > bad.yaml
    expect 2 "$1" "$verge" study bad.yaml --out bad --allow-exec
    [ ! -e bad ] || fail "a refused study left something behind"
}
bad "none.sh: no such file" 's/own.sh/none.sh/'
bad "roads.yaml: is not a program" 's/own.sh/roads.yaml/'
bad "epochs" 's/seconds=100/epochs=3/'
bad "seconds" 's/seconds=100/seconds=0/'
bad "expected how many" 's/own.sh 2/own.sh/'

# Ctrl-C ends it and what it started.
program 'sleep 60 & echo $! > pid; wait'
rm -rf w pid
"$verge" study s.yaml --out w --allow-exec > said 2>&1 &
study=$!
while kill -0 $study 2>/dev/null && [ ! -s pid ]; do sleep 0.05; done
kill -TERM $study
wait $study
kill -0 "$(cat pid)" 2>/dev/null && fail "the program lives on after a stop"
ls w/cells-*/command-*.safetensors* 2>/dev/null && fail "a stopped training left a policy"
true
