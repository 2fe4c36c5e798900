# verge irl: methods run on worlds; a table, JSON and pictures.
expect 0 "max-margin" "$verge" irl corner linear projection max-margin --lambda 4 --out corner.svg
grep -q "max-margin" corner.svg || fail "the picture has no column for max-margin"
expect 2 "exists" "$verge" irl corner linear --out corner.svg
expect 0 '"objective": 3.03278' "$verge" irl corner linear --lambda 4 --json
expect 0 "left turns" "$verge" irl roads causal --expert soft --size 5 --out roads.png
[ -s roads.png ] || fail "there is no picture of the roads"
expect 0 "collision" "$verge" irl highway-nice causal --expert soft --episodes 50 --out highway.svg
cp highway.svg again.svg
expect 0 "collision" "$verge" irl highway-nice causal --expert soft --episodes 50 --out highway.svg --force
cmp highway.svg again.svg || fail "the same seed gave another picture"

expect 2 "expected one of corner, macrocells" "$verge" irl moon causal
expect 2 "expected one of linear, projection" "$verge" irl corner magic
expect 2 "several actions in state" "$verge" irl corner linear --expert soft
expect 2 "discount below 1" "$verge" irl roads projection
expect 2 "size: 3; expected" "$verge" irl roads causal --size 3
expect 2 "expected 'verge irl WORLD" "$verge" irl corner
expect 0 "objects" "$verge" irl --help
expect 0 "Ziebart" "$verge" irl --help
true
