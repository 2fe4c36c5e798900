# verge info: each kind of file, sound and not.
expect 0 "threads" "$verge" info
expect 0 '"level": ' "$verge" info --json

printf 'x_m,y_m,w_right_m,w_left_m\n0,0,5,4\n100,0,5,4\n100,100,5,4\n0,100,5,4\n' > road.csv
expect 0 "kind            road" "$verge" info road.csv
expect 0 "closed          yes" "$verge" info road.csv
expect 0 '"width_least_m": 9.0' "$verge" info --json road.csv
expect 0 '"sound": true' "$verge" info --json road.csv
expect 0 "wheelbase      1.05" "$verge" info "$root/assets/cars/kart.yaml"

printf 'x_m,y_m,w_right_m,w_left_m\n0,0,5,5\n100,0,5,oops\n100,100,5,5\n' > bad.csv
expect 2 "bad.csv:3: w_left_m" "$verge" info bad.csv
expect 2 '"sound": false' "$verge" info --json bad.csv
printf 'wheelbase: 60x\n' > bad.yaml
expect 2 "bad.yaml:1: wheelbase: '60x' is not a number" "$verge" info bad.yaml
printf 'hello' > odd
expect 2 "odd: is nothing that verge knows" "$verge" info odd
expect 2 "none: no such file" "$verge" info none
expect 2 "is a folder" "$verge" info .

# Several: each is told, good or bad.
expect 2 "bad.yaml:1" "$verge" info bad.yaml "$root/assets/cars/kart.yaml" bad.csv
grep -q "bad.csv:3" said || fail "the second bad file is not told"
grep -q "wheelbase" said || fail "the good file is not told"
expect 0 '[' "$verge" info --json "$root/assets/cars/kart.yaml" "$root/assets/cars/sedan.yaml"

# A safetensors header, whole, cut short and lying.
header='{"__metadata__":{"learner":"bc"},"net.0.weight":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}'
length=$(printf '%s' "$header" | wc -c)
{ printf "\\$(printf %o "$length")\0\0\0\0\0\0\0%s" "$header"; printf '12345678'; } > p.safetensors
expect 0 "parameters    2" "$verge" info p.safetensors
expect 0 "1 x 2" "$verge" info p.safetensors
head -c 100 p.safetensors > cut.safetensors
expect 2 "cut.safetensors: " "$verge" info cut.safetensors
head -c "$((length + 12))" p.safetensors > short.safetensors
expect 2 "short.safetensors: " "$verge" info short.safetensors

printf '{"schema_version": 1, "seed": 3, "rows": [1, 2]}' > result.json
expect 0 "2 rows" "$verge" info result.json
printf '{"seed": 3}' > other.json
expect 2 "schema_version: is missing" "$verge" info other.json
printf '{"seed": ' > cut.json
expect 2 "is no JSON" "$verge" info cut.json

{ printf 'SQLite format 3\0'; printf 'junk'; } > junk.vlog
expect 2 "junk.vlog" "$verge" info junk.vlog
