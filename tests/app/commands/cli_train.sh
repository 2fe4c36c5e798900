# verge train bc: from a recorded log to a policy that drives; stopped, killed and resumed to the same bytes.
expect 0 "learning_rate" "$verge" train bc --help
expect 2 "--out" "$verge" train bc --logs none.vlog
expect 2 "none.vlog" "$verge" train bc --logs none.vlog --out a.safetensors
expect 2 "unknown flag '--resume'" "$verge" train maxent --logs none.vlog --out a.safetensors --resume # it has no checkpoint
expect 2 "unknown flag '--record'" "$verge" train filtered-bc --logs none.vlog --out a.safetensors --record r.jsonl # nor rounds
expect 0 "" "$verge" record pursuit-noisy --road train-1 --laps 2 --out a.vlog
set -- --logs a.vlog --seed 3 --set bc.n_epochs=15 --set bc.patience=0 --set bc.checkpoint_every=20
expect 2 "did you mean 'bc.n_epochs'?" "$verge" train bc "$@" --out a.safetensors --set epoch=3
expect 2 "bc.batch_size: '0' is out of range" "$verge" train bc "$@" --out a.safetensors --set bc.batch_size=0
expect 2 "sonar" "$verge" train bc "$@" --out a.safetensors --set sense=offset,sonar
expect 2 "hidden" "$verge" train bc "$@" --out a.safetensors --set hidden_sizes=64,x
[ ! -e a.safetensors ] && [ ! -e a.safetensors.checkpoint ] || fail "a refused training left something behind"

expect 0 "policy      a.safetensors, hash" "$verge" train bc "$@" --out a.safetensors
[ ! -e a.safetensors.checkpoint ] || fail "the checkpoint stayed"
expect 2 "a.safetensors" "$verge" train bc "$@" --out a.safetensors
expect 0 '"policy": "b.safetensors"' "$verge" train bc "$@" --out b.safetensors --threads 3 --json
cmp a.safetensors b.safetensors || fail "two trainings differ"

# A sense that shows less road than the car needs to brake from the laps' speed is warned of.
set -- --logs a.vlog --set bc.n_epochs=1 --force --out s.safetensors
expect 0 "see corners too late" "$verge" train bc "$@" --set sense=offset,heading,speed,curvature@0:10:26
expect 0 "" "$verge" train bc "$@" --set sense=offset,heading,speed,curvature@0s:1s:4s
grep -q "too late" said && fail "a sense that sees far enough is warned of"
set -- --logs a.vlog --seed 3 --set bc.n_epochs=15 --set bc.patience=0 --set bc.checkpoint_every=20

# Of two short episodes one is held out, which is said; of longer ones stretches, and of all of them nothing.
expect 0 "" "$verge" log cut a.vlog --to 9 --out f.vlog
expect 0 "" "$verge" log cut f.vlog --episode 1 --to 9 --force
set -- --logs f.vlog --set bc.n_epochs=1 --force --out s.safetensors
expect 0 " % of the rows were held out" "$verge" train bc "$@"
expect 0 "" "$verge" train bc "$@" --set bc.validation_fraction=0
grep -q "were held out" said && fail "all was learned from, and a warning says that it was not"
expect 0 "" "$verge" train bc "$@" --logs a.vlog
grep -q "were held out" said && fail "a fifth was held out, and a warning says that it was more"
set -- --logs a.vlog --seed 3 --set bc.n_epochs=15 --set bc.patience=0 --set bc.checkpoint_every=20

# Killed once there is a checkpoint (or done by then: the same must hold).
"$verge" train bc "$@" --out c.safetensors > said 2>&1 &
pid=$!
while kill -0 $pid 2>/dev/null && [ ! -e c.safetensors.checkpoint ] && [ ! -e c.safetensors ]; do :; done
kill -STOP $pid 2>/dev/null # a second one into the same file must not mix with it
[ ! -e c.safetensors.lock ] || expect 2 "is being written by another process" "$verge" train bc "$@" --out c.safetensors --force
kill -9 $pid 2>/dev/null
wait $pid 2>/dev/null
if [ -e c.safetensors.checkpoint ]; then
    expect 2 "--resume continues" "$verge" train bc "$@" --out c.safetensors
    expect 2 "another training" "$verge" train bc "$@" --out c.safetensors --resume --set bc.batch_size=100
fi
how=--force # it was finished
[ ! -e c.safetensors.checkpoint ] || how=--resume
expect 0 "c.safetensors" "$verge" train bc "$@" --out c.safetensors $how
cmp a.safetensors c.safetensors || fail "a resumed training differs"
[ ! -e c.safetensors.lock ] || fail "the lock of a killed training stayed"
expect 0 "sound" "$verge" info a.safetensors
