# Rewards as files: GAIL writes its discriminator, and policies are trained on it, on a constant and by either algorithm.
log=$(ls "$root"/assets/logs/*.vlog | head -1)
small="--seed 3 --threads 1 --set rounds=3 --set n_envs=8 --set n_steps=40 --set hidden_sizes=12 --set validation.every=3 --set validation.seconds=5"
gail="--set bc.n_epochs=20 --set disc.hidden_size=12 --set disc.n_updates=4 --set validation.n_episodes=4"
expect 0 "a file, progress, constant or driving" "$verge" train trpo --help
# shellcheck disable=SC2086
expect 0 "reward      why.safetensors" "$verge" train gail --logs "$log" $small $gail --out p.safetensors --reward-out why.safetensors
expect 0 "network" "$verge" info why.safetensors
# shellcheck disable=SC2086
expect 2 "why.safetensors: exists already" "$verge" train gail --logs "$log" $small $gail --out q.safetensors --reward-out why.safetensors
[ ! -e q.safetensors ] || fail "a policy was written though the reward could not be"

set -- --roads chicane --car kart $small --set validation.starts_per_road=2
expect 0 "policy      a.safetensors, hash" "$verge" train ppo "$@" --reward why.safetensors --out a.safetensors
expect 0 "policy      b.safetensors, hash" "$verge" train trpo "$@" --reward why.safetensors --out b.safetensors
expect 0 "policy      c.safetensors, hash" "$verge" train ppo "$@" --reward constant --out c.safetensors
expect 0 "policy      d.safetensors, hash" "$verge" train ppo "$@" --reward constant --set gamma=0.9 --out d.safetensors
expect 0 "verge-policy" "$verge" info --json a.safetensors
! cmp -s a.safetensors b.safetensors || fail "ppo and trpo gave the same policy"
! cmp -s a.safetensors c.safetensors || fail "the reward made no difference"
expect 2 "set gamma=0.99" "$verge" train ppo "$@" --reward why.safetensors --set gamma=0.9 --out e.safetensors
expect 2 "nor is it one of: progress, constant, driving" "$verge" train ppo "$@" --reward konstant --out e.safetensors
expect 2 "expected 'verge-reward'" "$verge" train ppo "$@" --reward a.safetensors --out e.safetensors
[ ! -e e.safetensors ] || fail "a refused training left a policy behind"

# AIRL: a reward, a policy on demand, and another policy trained on the reward.
# shellcheck disable=SC2086
set -- --logs "$log" --seed 3 --set rounds=3 --set n_envs=8 --set n_steps=40 --set hidden_sizes=12 --set validation.every=3 --set validation.seconds=5 $gail
expect 0 "reward      airl.safetensors, hash" "$verge" train airl "$@" --out airl.safetensors --policy pa.safetensors --record airl.jsonl --threads 1
grep -q "policy      pa.safetensors" said || fail "the policy's file is not told"
grep -q '"log_prob_expert": -\?[0-9]' airl.jsonl || fail "the record has no density of the demonstrations"
expect 0 "airl" "$verge" info airl.safetensors
expect 0 "" "$verge" eval pa.safetensors --road chicane --starts 2 --horizon 5 --out scored
expect 0 '"policy": "pb.safetensors"' "$verge" train airl "$@" --out b.safetensors --policy pb.safetensors --threads 3 --json --force
cmp airl.safetensors b.safetensors && cmp pa.safetensors pb.safetensors || fail "two trainings differ"
expect 0 "policy      f.safetensors, hash" "$verge" train ppo --roads chicane --seed 3 --threads 1 --set rounds=2 --set n_envs=4 --set n_steps=20 --set hidden_sizes=8 \
    --set validation.starts_per_road=1 --set validation.seconds=2 --reward airl.safetensors --out f.safetensors
expect 2 "pa.safetensors: exists already" "$verge" train airl "$@" --out g.safetensors --policy pa.safetensors
[ ! -e g.safetensors ] || fail "a reward was written though the policy could not be"

# Guided cost learning in the same way.
expect 0 "reward      gcl.safetensors, hash" "$verge" train gcl --logs "$log" --seed 3 --threads 1 --set rounds=2 --set n_envs=4 --set n_steps=40 --set hidden_sizes=8 \
    --set bc.n_epochs=10 --set segment_steps=20 --set cost.hidden_size=8 --set cost.n_updates=2 --set cost.sample_batch_size=8 --set validation.every=2 \
    --set validation.n_episodes=2 --set validation.seconds=2 --out gcl.safetensors --policy pg.safetensors --record gcl.jsonl
grep -q '"ess": [1-9]' gcl.jsonl || fail "the record has no effective sample size"
expect 2 "a segment has 9000" "$verge" train gcl --logs "$log" --set segment_steps=9000 --set n_steps=9000 --set n_envs=1 --set bc.n_epochs=1 --set hidden_sizes=2 --out h.safetensors
[ ! -e h.safetensors ] || fail "a refused training left a reward behind"
