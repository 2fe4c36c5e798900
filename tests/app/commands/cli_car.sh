# verge car: the presets are listed and shown, and a car is fitted to laps.
expect 0 "motorcycle-like" "$verge" car list
expect 0 '"wheelbase": 0.06' "$verge" car list --json
[ "$("$verge" car list | wc -l)" = "$(($(ls "$root"/assets/cars/*.yaml | wc -l) + 1))" ] || fail "not all presets are listed"
expect 0 "lateral_max: 20" "$verge" car show kart
expect 2 "expected one of f1tenth" "$verge" car show truck
expect 2 "expected 'verge car show CAR" "$verge" car show

# What is shown is a car file, and the same car.
"$verge" car show gt >gt.yaml || fail "gt is not shown"
"$verge" car show gt.yaml | cmp - gt.yaml || fail "a car that is shown is not read as the same"

# A driver who uses all of the grip and half of it.
expect 0 "finish" "$verge" record pursuit:lateral=1,braking=1 --road hairpins --car sedan --laps 1 --out hard.vlog
expect 0 "finish" "$verge" record pursuit --road hairpins --car sedan --laps 1 --out soft.vlog
expect 0 "lateral_max" "$verge" car fit hard.vlog --out hard.yaml
expect 2 "exists" "$verge" car fit hard.vlog --out hard.yaml
expect 0 '"reached": true' "$verge" car fit hard.vlog --out hard.yaml --name mine --json --force
grep -q '^name: "mine"' hard.yaml || fail "the name is not in the file"
number() { sed -n "s/^$1: //p" "$2"; }
within() { awk -v a="$1" -v low="$2" -v high="$3" 'BEGIN { exit !(a >= low && a <= high) }' || fail "$4 is $1, expected $2 to $3"; }
within "$(number lateral_max hard.yaml)" 7.9 8.9 "the sedan's grip across"
within "$(number power hard.yaml)" 71 79 "the sedan's power"
within "$(number wheelbase hard.yaml)" 2.7 2.7 "the wheelbase"
expect 0 "at least" "$verge" car fit soft.vlog --out soft.yaml
within "$(number lateral_max soft.yaml)" 3.8 4.8 "half of the grip across"
within "$(number speed_max soft.yaml)" 55 55 "a top speed that was not reached"
expect 0 "lateral_max" "$verge" car fit soft.vlog hard.vlog --base road-sport --out both.yaml
within "$(number wheelbase both.yaml)" 2.45 2.45 "the wheelbase of the base car"
expect 0 "finish" "$verge" record pursuit --road chicane --car hard.yaml --laps 1 --out again.vlog

expect 2 "nothere.vlog" "$verge" car fit nothere.vlog --out x.yaml
expect 2 "expected 5 s or more" sh -c "'$verge' log cut hard.vlog --episode 0 --from 1 --to 3 --out cut.vlog && '$verge' car fit cut.vlog --out x.yaml"
[ -e x.yaml ] && fail "a car was written after an error"
true
