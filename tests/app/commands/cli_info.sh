# verge info: each kind of file, sound and not.

# The program, its columns one blank apart.
info() {
    "$verge" info "$@" > wide 2>&1
    status=$?
    tr -s ' ' < wide
    return $status
}
expect 0 "threads" info
expect 0 '"level": ' info --json
VERGE_LEVEL=base expect 0 "level base" info
VERGE_LEVEL=v9 expect 0 "VERGE_LEVEL is 'v9', which is none of base, v3 and v4" info

printf 'x_m,y_m,w_right_m,w_left_m\n0,0,5,4\n100,0,5,4\n100,100,5,4\n0,100,5,4\n' > road.csv
expect 0 "kind road" info road.csv
expect 0 "closed yes" info road.csv
expect 0 '"width_least_m": 9.0' info --json road.csv
expect 0 '"sound": true' info --json road.csv
printf 'x_m,y_m,w_right_m,w_left_m\n# open\n0,0,3,3\n100,0,3,3\n200,0,3,3\n' > straight.csv
expect 0 "length_m 200" info straight.csv
expect 0 '"radius_least_m": null' info straight.csv --json
expect 0 "wheelbase 1.05" info "$root/assets/cars/kart.yaml"

printf 'x_m,y_m,w_right_m,w_left_m\n0,0,5,5\n100,0,5,oops\n100,100,5,5\n' > bad.csv
expect 2 "bad.csv:3: w_left_m" info bad.csv
expect 2 '"sound": false' info --json bad.csv
printf 'wheelbase: 60x\n' > bad.yaml
expect 2 "bad.yaml:1: wheelbase: '60x' is not a number" info bad.yaml
printf 'hello' > odd
expect 2 "odd: is not a file that verge knows" info odd
expect 2 "none: no such file" info none
expect 2 "is a folder" info .

# Several files: each is reported, good or bad.
expect 2 "bad.yaml:1" info bad.yaml "$root/assets/cars/kart.yaml" bad.csv
grep -q "bad.csv:3" said || fail "the second bad file is not told"
grep -q "wheelbase" said || fail "the good file is not told"
expect 0 '[' info --json "$root/assets/cars/kart.yaml" "$root/assets/cars/sedan.yaml"

printf 't_s,x_m,y_m,heading_rad,speed_mps\n0,0,0,0,10\n0.1,1,0,0,11\n' > lap.csv
expect 0 "kind recorded lap" info lap.csv
expect 0 "driven_m 1" info lap.csv
expect 0 "format csv" info lap.csv
printf 'time,Latitude,Longitude,Speed (Km/h)\n2024-05-04T10:00:00Z,50,8,36\n2024-05-04T10:00:01Z,50.0001,8,36\n' > phone.csv
expect 0 "longitude_deg: Longitude, deg; speed_mps: Speed (Km/h), km/h" info phone.csv
expect 0 "seconds 1" info phone.csv
printf '{"tel": {"time": [0, 1], "x": [0, 100], "y": [0, 0], "speed": [36, 36]}}' > tel.json
expect 0 "format tracinginsights" info tel.json
printf 'PK\003\004 and more' > session.rcz
expect 2 "session.rcz: is a zip archive" info session.rcz
printf 't_s,x_m,y_m,heading_rad,speed_mps\n0.2,0,0,0,10\n0.1,1,0,0,11\n' > back.csv
expect 2 "back.csv:3: t_s" info back.csv

"$verge" eval pursuit --road road.csv --starts 2 --horizon 2 --out out > said 2>&1 || fail "verge eval"
expect 0 "kind result" info out/result.json
expect 0 "suite.seed 1" info out/result.json
expect 0 '"label": "pursuit"' info --json out/result.json
for file in episodes.csv junit.xml; do [ -s "out/$file" ] || fail "verge eval leaves no $file"; done
expect 2 "expected one of them" "$verge" eval pursuit
expect 2 "expected one of them" "$verge" eval pursuit --road road.csv --suite smoke
expect 2 "the suite sets --starts" "$verge" eval pursuit --suite smoke --starts 2
printf '{"kind": "verge result", "schema_version": 1, "configuration": {"seed": 7}}' > first.json
expect 0 "configuration.seed 7" info first.json
printf '{"kind": "verge result", "schema_version": 2, "arms": [{"a": 1}, {"b": null}, 3], "odd": [3, "x", [2]]}' > odd.json
expect 0 "kind result" info odd.json # rows of other keys, or none at all
printf '{"kind": "verge result", "schema_version": 99}' > later.json
expect 2 "schema_version: is 99, expected 1 to" info later.json
printf '{"seed": 3}' > other.json
expect 2 "kind: is '', expected 'verge result'" info other.json
printf '{"seed": ' > cut.json
expect 2 "is not JSON" info cut.json

{ printf 'SQLite format 3\0'; printf 'junk'; } > junk.vlog
expect 2 "junk.vlog" info junk.vlog

"$verge" record pursuit --road road.csv --laps 1 --out lap.vlog > said 2>&1 || fail "verge record"
expect 0 "episodes 1" info lap.vlog
expect 0 '"driver": "pursuit"' info --json lap.vlog

# A policy, whole, cut short, and of tensors only.
"$verge" train bc --logs lap.vlog --out p.safetensors --set bc.n_epochs=1 hidden_sizes=4 > said 2>&1 || fail "verge train"
expect 0 "learner bc" info p.safetensors
expect 0 " hidden_sizes: \"4\"" info p.safetensors
expect 0 "net.0.weight 4 x 11 44" info p.safetensors
head -c 400 p.safetensors > cut.safetensors
expect 2 "cut.safetensors: " info cut.safetensors
header='{"net.0.weight":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}'
length=$(printf '%s' "$header" | wc -c)
{ printf "\\$(printf %o "$length")\0\0\0\0\0\0\0%s" "$header"; printf '12345678'; } > bare.safetensors
expect 2 "bare.safetensors: " info bare.safetensors

# A reward.
expect 0 "reward" "$verge" info "$root/tests/fuzz/corpus/reward/linear"
grep -q "offset,heading,speed" said || fail "a reward's sense is not shown"

# Settings: of a gate, a column map, an expert; each is read as the command that takes it does.
expect 0 "kind gate" info "$root/assets/gates/standard.yaml"
expect 0 "kind column map of telemetry" info "$root/assets/formats/vbox.yaml"
expect 0 "expert human_model" info "$root/assets/experts/human_model.yaml"
printf 'off_road: -0.02\nresamples: 4000\n' > bad-gate.yaml
expect 2 "off_road: '-0.02', expected a margin" info bad-gate.yaml
printf 'separator: comma\ntime: {names: [t]}\n' > bad-map.yaml
expect 2 "bad-map.yaml: no names for a position" info bad-map.yaml
printf 'lateral: far\nreaction: 0.1\n' > bad-expert.yaml
expect 2 "bad-expert.yaml:1: lateral" info bad-expert.yaml
printf 'nothing: 2\n' > bad-keys.yaml
expect 2 "bad-keys.yaml:1: nothing" info bad-keys.yaml

# --- what ships is sound -----------------------------------------------------------------------------------------------
for file in "$root"/assets/*/*.yaml; do
    "$verge" info "$file" > said 2>&1 && grep -q "^sound  *yes" said || fail "$file is not sound: $(tail -1 said)"
    case $(sed -n 's/^kind  *//p' said) in
        car | suite | study | gate | column* | "settings of an expert") ;;
        *) fail "$file is taken for '$(sed -n 's/^kind  *//p' said)'" ;;
    esac
done
