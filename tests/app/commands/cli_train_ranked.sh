# verge train trex and drex: rewards from ranked laps, by time, by a person and by noise; what they say, what stops them.
for i in 1 2 3; do
    expect 0 "" "$verge" record pursuit-noisy:lateral=0.$((i * 25)) --road hairpins --laps 2 --seed $i --out lap$i.vlog
done
small="--threads 1 --set n_pairs=128 --set hidden_sizes=16 --set rounds=4"
expect 0 "reward      faster.safetensors, hash" "$verge" train trex --logs lap?.vlog --out faster.safetensors $small --record trex.jsonl
grep -q "of the held-out laps, by their mean reward" said || fail "it does not say how held-out laps are ranked"
[ "$(grep -c '"held_out_accuracy": ' trex.jsonl)" = 4 ] || fail "no held-out pairs in the record of each round"
expect 0 "learner         trex" "$verge" info faster.safetensors
expect 0 "members         3" "$verge" info faster.safetensors

# A person ranks: the file is checked line by line, and its laps must be in the logs.
hash() { "$verge" log list "lap$1.vlog" --json | sed -n 's/.*"hash": "\([0-9a-f]*\)".*/\1/p' | head -n 1; }
{
    echo '{"format": "verge-preferences", "format_version": 1}'
    echo "{\"left\": \"$(hash 1)\", \"right\": \"$(hash 3)\", \"preferred\": \"left\"}"
} > slow.jsonl
expect 0 "reward      slow.safetensors" "$verge" train trex --logs lap?.vlog --out slow.safetensors $small --set preferences=slow.jsonl
expect 2 "slow.jsonl:2: right: is the lap" "$verge" train trex --logs lap1.vlog --out x.safetensors $small --set preferences=slow.jsonl
echo '{"left": 1}' >> slow.jsonl
expect 2 "slow.jsonl:3: left: expected the content hash" "$verge" train trex --logs lap?.vlog --out x.safetensors $small --set preferences=slow.jsonl
expect 0 "" "$verge" record pursuit --road hairpins --out one.vlog
expect 2 "a single lap cannot be ranked, expected 2 or more" "$verge" train trex --logs one.vlog --out x.safetensors
expect 2 "all 6 laps have the same rank" "$verge" train trex --logs lap?.vlog --out x.safetensors --set tie=1000
[ ! -e x.safetensors ] || fail "half a reward"

# Noise ranks by itself.
short="$small --set noise_levels=4 --set rollouts_per_level=3 --set rollout_seconds=8 --set bc.n_epochs=20"
expect 0 "reward      why.safetensors, hash" "$verge" train drex --logs lap2.vlog --out why.safetensors $short --record drex.jsonl
grep -q "noise ranks the drives by" said || fail "it does not say whether noise ranks the drives"
grep -q '"noise_rank": ' drex.jsonl || fail "it does not say whether noise ranks the driving"
expect 2 "validation roads are for" "$verge" train drex --logs lap2.vlog --valid hairpins --out x.safetensors $short
expect 2 "noise_gap: is 0.9, but the largest difference between two levels is 0.75" "$verge" train drex --logs lap2.vlog --out x.safetensors $short --set noise_gap=0.9
expect 0 "policy      ppo.safetensors" "$verge" train ppo --reward why.safetensors --roads hairpins --out ppo.safetensors --set rounds=2 --set n_envs=4 --set n_steps=40 --set validation.every=2 --set validation.seconds=4
