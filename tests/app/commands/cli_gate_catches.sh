# verge gate catches what is broken on purpose: perturbed weights, a truncated training, a broken sense; a worse recipe
# is caught and the same recipe passes.
# Trains and drives a lot with code that other tests run under sanitizers too, where it would take minutes.
[ -z "${ASAN_OPTIONS-}" ] || skip "too long under sanitizers"
command -v python3 > /dev/null || skip "no python3"
train() { # NAME SETTING...
    name=$1
    shift
    expect 0 "" "$verge" train bc --logs teacher.vlog --out "$name.safetensors" --seed 1 "$@"
}
score() { "$verge" eval "$1" --suite smoke --json > "$2" 2> said || fail "eval of $1"; }

expect 0 "" "$verge" record pursuit-noisy --road train-1 --laps 6 --seed 1 --out teacher.vlog
train good --set bc.n_epochs=60
train truncated --set bc.n_epochs=1
python3 - <<'END' || fail "python3"
import json, random, struct
data = open("good.safetensors", "rb").read()
size = struct.unpack("<Q", data[:8])[0]
header, body = data[8 : 8 + size], data[8 + size :]
def write(name, header, body):
    open(name, "wb").write(struct.pack("<Q", len(header)) + header + body)
random.seed(1)
tensors = json.loads(header)
weights = bytearray(body)
for name, t in tensors.items():
    if name.startswith("net.") and name.endswith("weight"):
        begin, end = t["data_offsets"]
        for at in range(begin, end, 4):
            w = struct.unpack_from("<f", weights, at)[0]
            struct.pack_into("<f", weights, at, w + random.gauss(0, 0.15))
write("perturbed.safetensors", header, bytes(weights))
assert b"offset,heading" in header
write("blind.safetensors", header.replace(b"offset,heading", b"heading,offset", 1), body)
END
score good.safetensors good
score perturbed.safetensors perturbed
score truncated.safetensors truncated
score blind.safetensors blind
expect 0 "" "$verge" baseline update good --reason "good" --baseline b.json
expect 0 "pass" "$verge" gate b.json good --gate smoke
for worse in perturbed truncated blind; do
    expect 1 "regressed: off_road" "$verge" gate b.json $worse --gate smoke
done

# Recipes: other training seeds of the same one, and one that is cut short. With 40 epochs a few drives leave the road;
# if none did, the gate could not tell.
study() { # SEED EPOCHS
    cat > s$1.yaml <<END
suite: smoke
demonstrations: [8]
demonstration_seconds: 40
factors: [scaling=physical]
settings: [bc.n_epochs=$2, bc.validation_fraction=0]
seeds: 10
seed: $1
END
    expect 0 "" "$verge" study s$1.yaml --out s$1
}
study 1 40
study 2 40
study 3 6
expect 0 "Seeds that each recipe needs" "$verge" gate --recipe s1 s2
grep -q '^pass$' said || fail "the same recipe does not pass"
export GITHUB_ACTIONS=true GITHUB_STEP_SUMMARY=summary.md
expect 1 "::error title=verge gate%3A off_road regressed::" "$verge" gate --recipe s1 s3 --junit j.xml
unset GITHUB_ACTIONS GITHUB_STEP_SUMMARY
grep -q '<failure message=' j.xml || fail "no failure in JUnit"
grep -q '^### verge gate of recipes: regressed' summary.md || fail "no step summary"
expect 2 "no recipe of at least 2 training seeds" "$verge" gate --recipe good good
