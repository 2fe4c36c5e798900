# Two runs into one folder, both with --force: the second is refused while the first is at work, and what stands there in the
# end is of one run. A killed run holds nothing up.
cat > suite.yaml <<'END'
test: [test-1]
road_length: 3000
starts: 16
horizon: 600
END
cat > study.yaml <<'END'
suite: small.yaml
experts: [pursuit]
teacher: pursuit
demonstrations: [1]
demonstration_seconds: 10
learners: [bc]
settings: [bc.n_epochs=100, bc.validation_fraction=0]
seeds: 2
END
printf 'train: [seeds 1..1]\ntest: [seeds 2..2]\nroad_length: 400\nstarts: 1\nhorizon: 3\n' > small.yaml
sed 's/seeds: 2/seeds: 3/' study.yaml > other.yaml

# Wait until a process holds the folder: another one is refused then.
busy() { # FOLDER
    tries=0
    until [ -d "$1" ] && ! flock -n -x "$1" true; do
        tries=$((tries + 1))
        [ $tries -lt 600 ] || fail "nobody holds $1"
        sleep 0.05
    done
}
command -v flock > /dev/null || skip "no flock"

"$verge" eval pursuit --suite suite.yaml --out e --force > one 2>&1 &
first=$!
busy e
kill -STOP $first # so that it is still at work, however fast the machine is
expect 2 "e: is being written by another process" "$verge" eval pursuit --suite suite.yaml --out e --force
kill -9 $first
wait $first 2> /dev/null
expect 0 "" "$verge" eval pursuit --suite suite.yaml --out e --force --threads 2

"$verge" study study.yaml --out s --force > one 2>&1 &
first=$!
busy s
until [ -e s/study.yaml ]; do
    kill -0 $first 2> /dev/null || fail "the first study"
    sleep 0.05
done
kill -STOP $first
expect 2 "s: is being written by another process" "$verge" study other.yaml --out s --force
expect 2 "s: is being written by another process" "$verge" study study.yaml --out s --resume
kill -CONT $first
wait $first || { cp one said; fail "the first study"; }
grep -q 'seeds: 2' s/study.yaml || fail "the study is not the first one's"
hash=$(sed -n '1s/.*, //p' s/study.yaml)
grep -q "\"study_hash\": \"$hash\"" s/result.json || fail "the result is of another study"
# A refused run leaves no folder behind, and a failed one no empty one.
expect 2 "none.yaml" "$verge" eval none.yaml --road train-1 --out f
[ ! -e f ] || fail "an empty folder is left"
exit 0
