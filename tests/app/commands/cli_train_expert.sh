# verge train dagger, dart and hg-dagger: from an expert to policies that drive; killed and resumed to the same bytes.
for learner in dagger dart hg-dagger; do
    expect 0 "--expert E" "$verge" train $learner --help
    expect 0 "labels" "$verge" train $learner --help
done
small="--set labels=1500 --set rounds=4 --set gradient_steps=400 --set rollout_seconds=10 --set hidden_sizes=16 --set validation.seconds=5 --set scaling=zscore"
set -- --roads train-1 train-2 --valid valid-1 --expert pursuit --seed 3 $small

# What is wrong is told, and leaves nothing.
expect 2 "give an expert that gives labels" "$verge" train dagger --roads train-1 --out a.safetensors
expect 2 "give roads to drive on" "$verge" train dagger --expert pursuit --out a.safetensors
expect 2 "none.vlog" "$verge" train dagger "$@" --logs none.vlog --out a.safetensors
expect 2 "beta_decay: '1.5' is out of range" "$verge" train dagger "$@" --set beta_decay=1.5 --out a.safetensors
expect 2 "leave less than one rollout of 10 s (200 rows)" "$verge" train dagger "$@" --set labels=199 --out a.safetensors
expect 2 "no car" "$verge" train dagger "$@" --car no --out a.safetensors
expect 2 "noise_injection=dart is estimated on held-out demonstrations" "$verge" train dart "$@" --set bc.validation_fraction=0 --out a.safetensors
expect 2 "logs with a person's takeovers" "$verge" train hg-dagger --out a.safetensors
expect 0 "" "$verge" record pursuit --road train-1 --longest 10 --episodes 2 --start-spread 0.3 --out sedan.vlog
expect 0 "" "$verge" record pursuit --road train-1 --longest 10 --car kart --out kart.vlog
expect 2 "kart.vlog: car." "$verge" train dagger "$@" --logs sedan.vlog kart.vlog --out a.safetensors
expect 2 "again with the other's car and clock" "$verge" train dagger "$@" --logs sedan.vlog kart.vlog --out a.safetensors
expect 2 "was driven in 'sedan', not in the 'kart'" "$verge" train dagger "$@" --logs sedan.vlog --car kart --out a.safetensors
expect 0 "" "$verge" record pursuit --road train-1 --longest 1 --out short.vlog
expect 0 "" "$verge" log cut short.vlog --to 0.05 --out step.vlog
expect 2 "only one row to learn from" "$verge" train bc --logs step.vlog --out a.safetensors
expect 2 "only one row to learn from" "$verge" train dagger "$@" --logs step.vlog --out a.safetensors
for left in a.safetensors a.safetensors.checkpoint a.safetensors.checkpoint.fit-0; do
    [ ! -e $left ] || fail "a refused training left $left behind"
done

for learner in dagger dart hg-dagger; do
    expect 0 "policy      $learner.safetensors, hash" "$verge" train $learner "$@" --logs sedan.vlog --out $learner.safetensors
    grep -q "off-road" said || fail "no record of the rounds"
    expect 0 '"record": [' "$verge" train $learner "$@" --logs sedan.vlog --out b.safetensors --threads 3 --json --force
    cmp $learner.safetensors b.safetensors || fail "two trainings differ"
    expect 0 "sound" "$verge" info $learner.safetensors

    # Killed at three moments (or done by then: the same must hold), each time resumed to the end.
    for wait in 0.1 0.4 0.9; do
        rm -f c.safetensors*
        "$verge" train $learner "$@" --logs sedan.vlog --out c.safetensors > said 2>&1 &
        pid=$!
        while kill -0 $pid 2>/dev/null && [ ! -e c.safetensors.checkpoint ] && [ ! -e c.safetensors ]; do :; done
        sleep $wait
        kill -9 $pid 2>/dev/null
        wait $pid 2>/dev/null
        if [ ! -e c.safetensors ]; then
            expect 2 "--resume continues" "$verge" train $learner "$@" --logs sedan.vlog --out c.safetensors
            expect 2 "another training" "$verge" train $learner "$@" --logs sedan.vlog --out c.safetensors --resume \
                --set bc.batch_size=100
        fi
        how=--force # it was finished
        [ ! -e c.safetensors.checkpoint ] || how=--resume
        expect 0 "c.safetensors" "$verge" train $learner "$@" --logs sedan.vlog --out c.safetensors $how
        cmp $learner.safetensors c.safetensors || fail "a resumed training differs"
        for left in c.safetensors.checkpoint c.safetensors.checkpoint.fit-?; do
            [ ! -e $left ] || fail "a finished training left $left behind"
        done
    done
done
expect 0 "dagger" "$verge" eval dagger.safetensors --road test-1 --starts 4 --horizon 5 --out scored
