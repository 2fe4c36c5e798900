# A study's cells are those of its recipes, and nobody else's: two recipes never share a file, however alike they are
# called; a file of another recipe, study or seed is refused by name; no text is cut.
cat > suite.yaml <<'Y'
train: [seeds 1..2]
validation: [seeds 101..101]
test: [seeds 1001..1002]
road_length: 600
starts: 2
horizon: 6
Y
study() { # NAME LINE...
    name=$1
    shift
    printf 'suite: suite.yaml\ndemonstration_seconds: 5\n' > "$name.yaml"
    printf '%s\n' "$@" >> "$name.yaml"
}
cells() { ls "$1"/cells-*/*.safetensors | wc -l; }
thousand=$(printf 'x%.0s' $(seq 1000))

# Recipes that differ only in what a file name cannot hold, or far behind its beginning.

mkdir l
"$verge" record pursuit --road train-1 --out l/x.vlog > said 2>&1 || fail "record"
cp l/x.vlog l-x.vlog
study teachers 'learners: []' 'arms: ["A: bc 1 teacher=pursuit:lateral=0.3", "B: bc 1 teacher=pursuit:lateral-0.3"]' 'settings: [bc.n_epochs=1, hidden_sizes=4]' 'seeds: 1'
"$verge" study teachers.yaml --out teachers > said 2>&1 # the second is no expert's setting; it must not be the first's cell
study senses 'demonstrations: [1]' 'settings: [bc.n_epochs=1, hidden_sizes=4]' 'seeds: 1' \
    'factors: ["sense=offset;heading;speed;steer;accel;previous;width;curvature@0:3:6:9:12:16:20:26:30:34:38:42:46:50:54:58:62|offset;heading;speed;steer;accel;previous;width;curvature@0:3:6:9:12:16:20:26:30:34:38:42:46:50:54:58:62:99"]'
expect 0 "excess" "$verge" study senses.yaml --out senses --threads 1
[ "$(cells senses)" = 2 ] || fail "two senses share a cell"
expect 0 "excess" "$verge" study senses.yaml --out senses3 --threads 3
cmp senses/result.json senses3/result.json || fail "threads matter"
grep -q '26:30:34:38:42:46:50:54:58:62:99"' senses/result.json || fail "a sense was cut"
study slugs 'learners: []' 'arms: ["A: bc 1 sense=offset;heading;speed", "B: bc 1 sense=offset;heading;speed;curvature@1:2", "C: bc 1 sense=offset;heading;speed;curvature@1"]' 'settings: [bc.n_epochs=1, hidden_sizes=4]' 'seeds: 1'
expect 0 "excess" "$verge" study slugs.yaml --out slugs
[ "$(cells slugs)" = 3 ] || fail "three recipes have $(cells slugs) cells"

# A name stands for one arm, and a key has one value.
base='settings: [bc.n_epochs=1, hidden_sizes=4]'
study same 'learners: []' 'arms: ["A: bc 1", "A: bc 2"]' "$base" 'seeds: 1'
expect 2 "'A' is the name of two arms" "$verge" study same.yaml --out same
study again 'demonstrations: [1]' 'learners: [bc, bc]' "$base" 'seeds: 1'
expect 2 "'bc 1' is the name of two arms" "$verge" study again.yaml --out again
study budgets 'demonstrations: [1, 1]' "$base" 'seeds: 1'
expect 2 "'bc 1' is the name of two arms" "$verge" study budgets.yaml --out budgets
study experts 'demonstrations: [1]' "$base" 'seeds: 1' 'experts: [pursuit, pursuit]'
expect 2 "'pursuit' is the name of two arms" "$verge" study experts.yaml --out experts
study nameless 'learners: []' 'arms: [": bc 1"]' "$base" 'seeds: 1'
expect 2 "an arm has no name" "$verge" study nameless.yaml --out nameless
study values 'demonstrations: [1]' 'settings: [bc.n_epochs=1, hidden_sizes=4, bc.n_epochs=2]' 'seeds: 1'
expect 2 "settings: 'bc.n_epochs' is set twice" "$verge" study values.yaml --out values
study words 'learners: []' 'arms: ["A: bc 1 hidden_sizes=4 hidden_sizes=8"]' 'seeds: 1'
expect 2 "arms: 'hidden_sizes' is set twice" "$verge" study words.yaml --out words
study levels 'demonstrations: [1]' 'factors: ["hidden_sizes=4|8", "hidden_sizes=16"]' 'seeds: 1'
expect 2 "factors: 'hidden_sizes' is set twice" "$verge" study levels.yaml --out levels
[ ! -e same ] && [ ! -e values ] && [ ! -e words ] || fail "a refused study left something"

# What a teacher is made from is part of the study.
study follows 'learners: []' 'arms: ["A: bc 1 teacher=line_follower:log=l/x.vlog", "B: bc 1 teacher=line_follower:log=l-x.vlog"]' 'settings: [bc.n_epochs=1, hidden_sizes=4]' 'seeds: 1' 'test: [train-2]'
sed 's/seeds 1..2/train-1/' suite.yaml > follow.yaml
sed -i 's/suite.yaml/follow.yaml/' follows.yaml
"$verge" record pursuit:lateral=0.3 --road train-1 --out l-x.vlog --force > said 2>&1 || fail "record"
expect 0 "excess" "$verge" study follows.yaml --out follows
[ "$(cells follows)" = 2 ] || fail "two teachers share a cell"
"$verge" record pursuit:lateral=0.2 --road train-1 --out l-x.vlog --force > said 2>&1 || fail "record"
expect 2 "to another study" "$verge" study follows.yaml --out follows --resume

# A level at 100, 120 and 255 bytes: whole, or refused.
level() { # BYTES: blanks in front of a number count as bytes of the level
    printf '%*s' "$1" 17
}
for bytes in 99 100 101 119 120 121 127 128 240 241; do
    study level 'demonstrations: [1]' 'seeds: 1' 'settings: [hidden_sizes=4]' "factors: [\"bc.n_epochs=$(level $bytes)|1\"]"
    expect 0 "excess" "$verge" study level.yaml --out "level-$bytes"
    grep -h '"rounds": 17' level-$bytes/cells-*/*.json > said || fail "a level of $bytes bytes was cut"
done
study level 'demonstrations: [1]' 'seeds: 1' "factors: [\"bc.n_epochs=$(level 242)|1\"]"
expect 2 "an item of more than 255 bytes" "$verge" study level.yaml --out level-242
study claim 'demonstrations: [1]' 'seeds: 1' "claims: [\"1: $(printf 'so %.0s' $(seq 90)): off_road(bc 1) < 1000\"]"
expect 2 "an item of more than 255 bytes" "$verge" study claim.yaml --out claim
study budget "demonstrations: [$(printf '0%.0s' $(seq 70))2]" 'seeds: 1'
expect 2 "is no budget" "$verge" study budget.yaml --out budget
expect 2 "bytes" "$verge" study senses.yaml --out "$thousand/$thousand"

# Files that are another's.
study s 'demonstrations: [1, 2]' 'settings: [bc.n_epochs=1, hidden_sizes=4]' 'seeds: 2'
expect 0 "excess" "$verge" study s.yaml --out s
one=$(ls s/cells-*/bc-1-*-seed-1.json) two=$(ls s/cells-*/bc-1-*-seed-2.json) other=$(ls s/cells-*/bc-2-*-seed-1.json)
cp -r s good
refused() { # NAME CHANGE...: the file of that name is told
    name=$1
    shift
    "$@" || fail "$*"
    expect 2 "$name" "$verge" study s.yaml --out s --resume
    rm -rf s
    cp -r good s
}
empty() { echo '{}' > "$1"; }
refused "$(basename "$one")" empty "$one"
refused "$(basename "$one")" cp "$two" "$one"
refused "$(basename "$one")" cp "$other" "$one"
refused "$(basename "$one")" cp "${two%.json}.safetensors" "${one%.json}.safetensors"
refused "$(basename "$one")" cp "${other%.json}.safetensors" "${one%.json}.safetensors"
both() { cp "$2" "$1" && cp "${2%.json}.safetensors" "${1%.json}.safetensors" && cp "${2%.json}.rounds" "${1%.json}.rounds"; }
[ -e "${one%.json}.rounds" ] && refused "$(basename "$one")" both "$one" "$two"
refused "demonstrations-1-seed-1" cp s/cells-*/demonstrations-1-seed-2.vlog "$(ls s/cells-*/demonstrations-1-seed-1.vlog)"
logs() { cp s/cells-*/demonstrations-1-seed-2.vlog "$(ls s/cells-*/demonstrations-1-seed-1.vlog)" && cp s/cells-*/demonstrations-1-seed-2.card "$(ls s/cells-*/demonstrations-1-seed-1.card)"; }
refused "demonstrations-1-seed-1" logs
edit() { sed -i 's/"seed": [0-9]*/"seed": 5/' "$1"; }
refused "$(basename "$one")" edit "$one"
expect 0 "excess" "$verge" study s.yaml --out s --resume
cmp s/result.json good/result.json || fail "a resumed study differs"
# The way out that the message names: delete it, and it is made anew.
rm "$one"
expect 0 "excess" "$verge" study s.yaml --out s --resume
cmp s/result.json good/result.json || fail "a cell made anew differs"

# Elsewhere, too: what is longer than its place is refused, and the limit named.
deep=$(printf 'd%.0s' $(seq 200))
deep=$deep/$deep/$deep/$deep
mkdir -p "$deep"
cp suite.yaml "$deep/suite.yaml"
expect 2 "bytes" "$verge" eval pursuit --suite "$deep/suite.yaml"
expect 2 "bytes" "$verge" train dagger --roads train-1 --expert pursuit --out x.safetensors --events "$thousand"
name=$(printf 'n%.0s' $(seq 250))
cp suite.yaml "$name.yaml"
expect 0 "$name" "$verge" eval pursuit --suite "$name.yaml" --out named --json
