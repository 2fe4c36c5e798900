# verge study: arms that learn rewards and policies from them, judged by a reward that is known.
command -v python3 > needs.txt || skip "python3, which writes the reward, is not here"

cat > make.py <<'EOF'
import json, sys
order = ["time^1", "lateral_acceleration^2", "longitudinal_acceleration^2", "lateral_jerk^2", "longitudinal_jerk^2",
         "offset^2", "edge^4", "curvature_change^2"]
weights = {"time": 1, "lateral_acceleration": 0.1, "longitudinal_acceleration": 0.1, "lateral_jerk": 0.01,
           "longitudinal_jerk": 0.01, "offset": 0.001, "edge": 0.01, "curvature_change": 1}
meta = {"format": "verge-reward", "format_version": "1", "kind": "driving", "sense": "speed,steer,accel", "discount": "0.99",
        "terminal": "-10", "absorbing": "-0.5", "features": " ".join(order) + " ", "temperature": "1", "car_scale": "1",
        "pay": "0"}
def write(path):
    header = json.dumps({"__metadata__": meta}).encode()
    header += b" " * (-len(header) % 8)
    open(path, "wb").write(len(header).to_bytes(8, "little") + header)
meta.update({k: str(w) for k, w in weights.items()})
write("true.safetensors")
meta.update({"kind": "progress", "progress": "0.1", "offset": "0.1"})
del meta["sense"]
write("progress.safetensors")
EOF
python3 make.py

cat > taught.yaml <<'END'
train: [train-1]
validation: [train-2]
test: [train-3]
END
cat > scored.yaml <<'END'
car: kart
test: [test-1, test-2]
starts: 2
horizon: 6
END
small="hidden_sizes=8 rounds=2 n_envs=4 n_steps=16 validation.every=2 validation.seconds=2"
cat > s.yaml <<END
suite: scored.yaml
train_suite: taught.yaml
true_reward: true.safetensors
worst_arm: constant
demonstration_seconds: 6
experts: [pursuit]
learners: []
arms: ["BC: bc 1 bc.n_epochs=3 hidden_sizes=16", "constant: ppo 1 reward=constant $small",
       "GAIL: gail 1 bc.n_epochs=1 $small",
       "frozen: gail 1 bc.n_epochs=1 $small then=ppo then.gamma=0.99 then.hidden_sizes=8 then.rounds=2 then.n_envs=4 then.n_steps=16",
       "D-REX: drex 1 bc.n_epochs=1 hidden_sizes=8 rounds=1 n_pairs=32 ensemble_size=1 noise_levels=3 rollout_seconds=3 then=ppo then.gamma=0.99 then.hidden_sizes=8 then.rounds=1 then.n_envs=4 then.n_steps=16"]
claims: ["r: regret(pursuit) <= 0", "r1: the worst: regret(constant) >= 0.999", "r2: as the constant: regret(constant) <= 1.001",
         "c: no more than the best: excess_cost(pursuit) <= 0.000001", "f: features: feature_error(pursuit) <= 0.000001",
         "l: laps: lap_time_on_road(BC) - best_lap(pursuit) >= 0", "e: far from it: epic(frozen) > 0.05"]
seeds: 2
END
sed -i 's/"r: regret/"r: the best: regret/' s.yaml

bad() { # TEXT CHANGE
    sed "$2" s.yaml > bad.yaml
    expect 2 "$1" "$verge" study bad.yaml --out bad
    [ ! -e bad ] || fail "a refused study left something behind"
}
bad "no arm with the label 'nobody'" 's/worst_arm: constant/worst_arm: nobody/'
bad "true_reward: is missing" 's/^true_reward.*//'
bad "is of kind 'progress', expected 'driving'" 's/true.safetensors/progress.safetensors/'
bad "none.safetensors" 's/true.safetensors/none.safetensors/'
bad "needs a reward, but bc writes a policy" 's/hidden_sizes=16"/hidden_sizes=16 then=ppo"/'
bad "this learner does not learn from a reward alone" 's/then=ppo/then=bc/'
bad "'then' is set twice" 's/then=ppo/then=ppo then=ppo/'
bad "begin with then=ppo" 's/then=ppo//'
bad "rownds" 's/then.rounds/then.rownds/'
bad "nowhere" 's/reward=constant/reward=nowhere/'
sed -i 's/train-3/test-1/' taught.yaml
sed 's/train-1/test-2/' taught.yaml > leaky.yaml
bad "is the same road as 'test-2', which is scored" 's/taught.yaml/leaky.yaml/'

expect 0 "" "$verge" study s.yaml --out a --threads 2
grep -q "does not hold" said && fail "a claim does not hold: $(cat said)"
grep -q '"regret"' a/result.json || fail "no regret in the result"
ls a/cells-*/*.reward.safetensors > rewards.txt
[ "$(wc -l < rewards.txt)" = 4 ] || fail "the frozen rewards are not there"
expect 0 "network" "$verge" info "$(head -1 rewards.txt)"
[ "$(grep -l kart a/cells-*/*.safetensors | wc -l)" = 4 ] || fail "the second training is not in the car that is scored"

# Stopped in the second training of a cell: the first is not done again, and the result is the same.
cell=$(ls a/cells-*/*.reward.json | head -1)
mkdir b
cp -r a/* b/
stem=b/${cell#a/}
stem=${stem%.reward.json}
rm b/result.json "$stem.json" "$stem.safetensors"
touch -d 2001-01-01 "$stem.reward.safetensors"
expect 0 "" "$verge" study s.yaml --out b --resume --threads 1
cmp a/result.json b/result.json || fail "a resumed study gives another result"
[ "$stem.reward.safetensors" -ot s.yaml ] || fail "the first training was done again"
# A swapped reward is found out.
other=$(ls b/cells-*/*.reward.safetensors | grep -v "$stem" | head -1)
cp "$other" "$stem.reward.safetensors"
expect 2 "reward_hash" "$verge" study s.yaml --out b --resume
true
