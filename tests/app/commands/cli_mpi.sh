# mpirun verge study: the same bytes at any number of ranks; a rank that dies ends the job, and --resume goes on.
[ -x "$verge-mpi" ] || skip "this build is without MPI"
command -v mpirun > where || skip "no mpirun"
cat > roads.yaml <<'EOF'
train: [train-1]
test: [test-1, test-2]
starts: 2
horizon: 5
EOF
cat > s.yaml <<'EOF'
suite: roads.yaml
demonstration_seconds: 5
settings: [bc.n_epochs=2, hidden_sizes=8]
arms: ["fewer: bc 1 seeds=2", "more: bc 2 scaling=zscore seeds=5"]
seeds: 4
EOF
export OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
# Ranks that wait leave their core to those that work.
export OMPI_MCA_mpi_yield_when_idle=1
export OMPI_MCA_btl_vader_single_copy_mechanism=none OMPI_MCA_btl=self,vader
ranks() { # N ARGUMENT...
    n=$1
    shift
    mpirun -n $n "$verge" "$@"
}
same() { # DIR DIR, but for what a killed process was writing; the page names its folder in lines to type
    diff -r -x '*.tmp*' -x index.html $1 $2 > differs || fail "$2 differs: $(cat differs)"
    sed "s/verge view $2 /verge view $1 /" $2/index.html | cmp - $1/index.html || fail "the page of $2 differs"
}
expect 0 "" "$verge" study s.yaml --out alone
expect 0 "pictures as PNG" ranks 3 study s.yaml --out three --threads 2 --cache c
[ "$(grep -c "pictures as PNG" said)" = 1 ] || fail "more than rank 0 tells"
grep -q "cells: 11 trained" said || fail "not all cells are counted"
same alone three

# An error is told once, and all ranks end.
expect 2 "the folder has a study already" ranks 2 study s.yaml --out three
[ "$(grep -c "has a study already" said)" = 1 ] || fail "an error is told by more than rank 0"

# verge eval spreads blocks of 64 episodes.
expect 0 "" "$verge" eval three/cells-*/bc*seed-1.safetensors pursuit --road test-1 test-2 --starts 70 --horizon 4 --out eval
mv said eval.said
expect 0 "pictures as PNG" ranks 3 eval three/cells-*/bc*seed-1.safetensors pursuit --road test-1 test-2 --starts 70 --horizon 4 --out spread --threads 2
same eval spread
expect 2 "no such file" ranks 2 eval none.safetensors --road test-1

# verge train spreads its driving, or trains on one rank alone and says so; rank 0 alone writes and tells.
train="train dagger --roads test-1 --expert pursuit --seed 1 --threads 1 --set labels=200 --set rounds=2 --set rollout_seconds=1
  --set gradient_steps=4 --set hidden_sizes=8 --set validation.seconds=1"
expect 0 "" "$verge" $train --out one.safetensors --record one.jsonl
expect 0 "hash" ranks 3 $train --out spread.safetensors --record spread.jsonl
[ "$(grep -c "^policy" said)" = 1 ] || fail "more than rank 0 tells: $(cat said)"
cmp one.safetensors spread.safetensors && cmp one.jsonl spread.jsonl || fail "a training on 3 ranks differs"
expect 2 "bc does not drive while it trains" ranks 2 train bc --logs none.vlog --out bc.safetensors
[ -z "$(ls -d ./*.lock ./*.checkpoint 2> gone)" ] || fail "files are left behind: $(ls)"

# A rank is killed: the job ends, and says so; what is finished stays.
sed -i 's/n_epochs=2/n_epochs=400/' s.yaml
ranks 2 study s.yaml --out killed --threads 1 > job 2>&1 &
job=$!
victim=
while kill -0 $job 2> gone && [ ! "$victim" ]; do
    [ -e killed/study.yaml ] && victim=$(pgrep -f "^$verge.*--out killed" | grep -v "^$job$" | tail -n 1)
done
[ "$victim" ] && kill -9 $victim
wait $job && fail "the job ended well though a rank was killed"
grep -qi "killed" job || fail "mpirun does not tell of it: $(cat job)"
rm -rf alone
expect 0 "" "$verge" study s.yaml --out alone
expect 0 "" ranks 2 study s.yaml --out killed --resume
same alone killed
true
