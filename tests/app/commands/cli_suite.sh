# verge suite: the shipped suites are listed and shown, and what is shown is the same suite.
expect 0 "64 generated roads, 16 starts each" "$verge" suite list
[ "$("$verge" suite list | wc -l)" = "$(($(ls "$root"/assets/suites/*.yaml | wc -l) + 1))" ] || fail "not all suites are listed"
expect 0 '"test_roads": 64' "$verge" suite list --json
expect 0 'test: "seeds 1001..1008"' "$verge" suite show smoke
"$verge" suite show standard >standard.yaml || fail "standard is not shown"
"$verge" suite show standard.yaml | cmp - standard.yaml || fail "a suite that is shown is not read as the same"
expect 2 "nowhere" "$verge" suite show nowhere
expect 2 "expected 'verge suite show SUITE" "$verge" suite show
echo "horizon: 60x" >bad.yaml
expect 2 "horizon" "$verge" suite show bad.yaml
