# verge train gail and ppo: from logs alone, with defaults, to a policy that drives; killed and resumed to the same bytes.
logs=$(ls "$root"/assets/logs/*.vlog)
small="--set rounds=6 --set n_envs=8 --set n_steps=60 --set hidden_sizes=16 --set bc.n_epochs=30 --set disc.hidden_size=16 --set disc.n_updates=4"
small="$small --set validation.every=3 --set validation.n_episodes=4 --set validation.seconds=5 --set checkpoint_every=1"
expect 0 "without it, the roads of the logs" "$verge" train gail --help

# The command of the README, in miniature: no roads are named, so it drives on those of the logs.
# shellcheck disable=SC2086
set -- --logs $logs --seed 3 $small
expect 0 "policy      gail.safetensors, hash" "$verge" train gail "$@" --out gail.safetensors --record gail.jsonl
grep -q "2880 actions driven" said || fail "the steps driven are not told"
[ "$(wc -l < gail.jsonl)" = 6 ] || fail "gail.jsonl has not a line a round"
for key in off_road distance disc_acc_expert disc_acc_learner kl entropy actions collapsed; do
    grep -q "\"$key\": " gail.jsonl || fail "the record has no $key"
done
expect 0 "sound" "$verge" info gail.safetensors
expect 0 "gail" "$verge" eval gail.safetensors --road chicane --starts 2 --horizon 5 --out scored
expect 2 "gail.jsonl: exists already" "$verge" train gail "$@" --out b.safetensors --record gail.jsonl
expect 0 '"record": [' "$verge" train gail "$@" --out b.safetensors --threads 3 --json
cmp gail.safetensors b.safetensors || fail "two trainings differ"
expect 0 "" "$verge" train gail "$@" --out b.safetensors --force --set algorithm=trpo
expect 0 "" "$verge" train gail "$@" --out b.safetensors --force --roads hairpins --valid chicane

# A collapse is reported: the discriminator has no limits, and the policy may not change.
expect 0 "the discriminator is right about nearly every row" "$verge" train gail "$@" --out pinned.safetensors \
    --set rounds=30 --set disc.regularization=none --set disc.expert_label=1 --set disc.input=sense-action --set disc.learning_rate=0.02 --set disc.n_updates=30 \
    --set critic.warmup=30 --set action_std_init=2 --set disc.replay_rounds=1 --set validation.every=30

# An error is reported, and leaves nothing behind.
expect 2 "gail learns from logs" "$verge" train gail --roads chicane --out c.safetensors
expect 2 "none.vlog" "$verge" train gail --logs none.vlog --out c.safetensors
expect 2 "input: 'nose'" "$verge" train gail "$@" --set disc.input=nose --out c.safetensors
expect 2 "gamma: '1' is out of range" "$verge" train gail "$@" --set gamma=1 --out c.safetensors
expect 2 "sonar" "$verge" train gail "$@" --set sense=sonar --out c.safetensors
expect 2 "give roads to drive on" "$verge" train ppo --out c.safetensors
printf 'not a log' > bad.vlog
expect 2 "bad.vlog" "$verge" train gail --logs bad.vlog --out c.safetensors
for left in c.safetensors c.safetensors.checkpoint; do
    [ ! -e $left ] || fail "a refused training left $left behind"
done

# Killed at three moments (or done by then: the same must hold), each time resumed to the end.
for wait in 0 0.1 0.3; do
    rm -f c.safetensors*
    "$verge" train gail "$@" --out c.safetensors > said 2>&1 &
    pid=$!
    while kill -0 $pid 2>/dev/null && [ ! -e c.safetensors.checkpoint ] && [ ! -e c.safetensors ]; do :; done
    sleep $wait
    kill -9 $pid 2>/dev/null
    wait $pid 2>/dev/null
    if [ ! -e c.safetensors ]; then
        expect 2 "--resume continues" "$verge" train gail "$@" --out c.safetensors
        expect 2 "another training" "$verge" train gail "$@" --out c.safetensors --resume --set ppo.batch_size=100
    fi
    how=--force # it was finished
    [ ! -e c.safetensors.checkpoint ] || how=--resume
    expect 0 "c.safetensors" "$verge" train gail "$@" --out c.safetensors $how
    cmp gail.safetensors c.safetensors || fail "a resumed training differs"
    [ ! -e c.safetensors.checkpoint ] || fail "a finished training left its checkpoint behind"
done

set -- --roads chicane hairpins --car kart --seed 2 --set rounds=4 --set n_envs=8 --set n_steps=60 --set hidden_sizes=16 \
    --set validation.every=2 --set validation.starts_per_road=2 --set validation.seconds=5
expect 0 "policy      ppo.safetensors, hash" "$verge" train ppo "$@" --out ppo.safetensors
expect 0 "" "$verge" train ppo "$@" --out b.safetensors --force --threads 3
cmp ppo.safetensors b.safetensors || fail "two trainings differ"
