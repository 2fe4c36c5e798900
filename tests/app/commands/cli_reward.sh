# verge reward compare: a distance, a cosine and the weights; on the screen and as JSON.
command -v python3 > needs.txt || skip "python3, which writes the rewards, is not here"

cat > make.py <<'EOF'
import json, sys
order = ["time^1", "lateral_acceleration^2", "longitudinal_acceleration^2", "lateral_jerk^2", "longitudinal_jerk^2",
         "offset^2", "edge^4", "curvature_change^2"]
weights = {"time": 1, "lateral_acceleration": 0.1, "longitudinal_acceleration": 0.1, "lateral_jerk": 0.01,
           "longitudinal_jerk": 0.01, "offset": 0.001, "edge": 0.01, "curvature_change": 1}
meta = {"format": "verge-reward", "format_version": "1", "kind": "driving", "sense": "speed,steer,accel", "discount": "0.99",
        "terminal": "-10", "absorbing": "-0.5", "features": " ".join(order) + " ", "temperature": "1", "car_scale": "1",
        "pay": "0"}
def write(path, scale, **changed):
    meta.update({k: str(scale * changed.get(k, w)) for k, w in weights.items()})
    header = json.dumps({"__metadata__": meta}).encode()
    header += b" " * (-len(header) % 8)
    open(path, "wb").write(len(header).to_bytes(8, "little") + header)
write("true.safetensors", 1)
write("twice.safetensors", 2)
write("wary.safetensors", 1, edge=10)
write("bad.safetensors", 1, edge=-1)
meta.update({"kind": "progress", "progress": "0.1", "offset": "0.1"})
del meta["sense"]
write("progress.safetensors", 1, offset=100)
EOF
python3 make.py

expect 0 "EPIC distance  0.0000" "$verge" reward compare true.safetensors twice.safetensors
expect 0 "pieces of road" "$verge" reward compare true.safetensors wary.safetensors
expect 0 '"b_direction": 0.9' "$verge" reward compare true.safetensors wary.safetensors --json
expect 0 "none: they are not linear in the same features" "$verge" reward compare true.safetensors progress.safetensors
expect 0 "compared on    actions" "$verge" reward compare true.safetensors progress.safetensors --threads 1
"$verge" reward compare true.safetensors progress.safetensors --json --threads 1 > one.json
"$verge" reward compare true.safetensors progress.safetensors --json --threads 2 > two.json
cmp one.json two.json || fail "two threads gave another distance"
expect 2 "edge: a weight of -1" "$verge" reward compare true.safetensors bad.safetensors
expect 2 "missing.safetensors" "$verge" reward compare true.safetensors missing.safetensors
expect 2 "expected" "$verge" reward compare true.safetensors
true

# Who drives how: two drivers by their laps, and corners held out.
expect 0 "finish" "$verge" record pursuit --road chicane --laps 2 --out one.vlog
expect 0 "finish" "$verge" record human_model --road chicane --out two.vlog
expect 0 "95 % over laps" "$verge" reward laps one.vlog two.vlog
grep -q "one lap" said || fail "an interval over one lap"
expect 0 "the line that bends least" "$verge" reward laps one.vlog --corners
expect 0 '"by": "the default weights"' "$verge" reward laps one.vlog --corners --json
expect 2 "features: 'joy' is unknown" "$verge" reward laps one.vlog --set features=joy
