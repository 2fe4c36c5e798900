# verge track: roads made, described, drawn and rewritten; bad ones refused in one line.
expect 0 "usage: verge track new" "$verge" track new --help
expect 0 "road.csv: " "$verge" track new --seed 7 --out road.csv
expect 2 "road.csv" "$verge" track new --seed 7 --out road.csv
cp road.csv first.csv
expect 0 "" "$verge" track new --seed 7 --out road.csv --force
cmp -s road.csv first.csv || fail "the same seed gives another road"
expect 0 "" "$verge" track new --seed 8 --out road.csv --force
cmp -s road.csv first.csv && fail "another seed gives the same road"
expect 2 "radius_least" "$verge" track new --seed 7 --set radius_least=2 --out bad.csv
expect 2 "fold" "$verge" track new --seed 7 --set width=14 --out bad.csv
[ -e bad.csv ] && fail "a road was written after an error"

expect 0 "hairpins" "$verge" track info hairpins
expect 0 '"length_m": ' "$verge" track info hairpins road.csv --json
expect 0 "obstacles   none" "$verge" track info hairpins
expect 0 "obstacles: 6" "$verge" track new --seed 3 --set islands=2 --out islands.csv
printf '# obstacle: box s=300 offset=2 length=4 width=1\n' >> islands.csv
expect 0 "obstacles   6 discs, 1 box; the narrowest way past is " "$verge" track info islands.csv
expect 0 '"boxes": 1' "$verge" track info islands.csv --json
expect 0 '"passage_least_at": {' "$verge" track info islands.csv --json
expect 2 "library road: chicane, hairpins" "$verge" track info hairpin
printf 'x_m,y_m,w_right_m,w_left_m\n# open\n0,0,3,3\n100,0,3,3\n200,0,3,3\n' > straight.csv
expect 0 "radius      none: straight all the way" "$verge" track info straight.csv
expect 0 '"radius_least_m": null' "$verge" track info straight.csv --json

hash_of() { "$verge" track info "$1" | grep ^hash; }
expect 0 "" "$verge" track convert first.csv --format plain --out plain.csv
grep -q "^x_m,y_m,w_right_m,w_left_m$" plain.csv || fail "no plain header"
[ "$(hash_of first.csv)" = "$(hash_of plain.csv)" ] || fail "another header gives another road"
expect 0 "" "$verge" track convert first.csv --reverse --out back.csv
expect 0 "" "$verge" track convert back.csv --reverse --out forth.csv
cmp -s first.csv forth.csv || fail "reversed twice is not the same"
expect 0 "" "$verge" track convert first.csv --spacing 5 --out spaced.csv
[ "$(wc -l < spaced.csv)" -lt "$(wc -l < first.csv)" ] || fail "points 5 m apart are not fewer"
expect 2 "expected 0, or at least 0.01" "$verge" track convert first.csv --spacing 0.001 --out bad.csv
expect 2 "a third of the road" "$verge" track convert first.csv --spacing 50000 --out bad.csv

printf 'x_m,y_m,w_right_m,w_left_m\n0,0,2,2\n50,1,2,2\n100,0,2,2\n' > lane.csv
expect 0 "say '# open'" "$verge" track info lane.csv
expect 0 "" "$verge" track convert lane.csv --open --out open.csv
expect 0 "open" "$verge" track info open.csv
expect 2 "expected one" "$verge" track convert lane.csv --open --closed --out bad.csv

# The help and each refusal list the formats.
expect 0 " the racetrack database" "$verge" track convert --help
expect 0 " the same with the header" "$verge" track info --help
expect 0 "auto|tum|plain|" "$verge" track convert --help
expect 2 "'gpx' is not a choice, expected auto|tum|plain|" "$verge" track convert lane.csv --format gpx --out bad.csv
expect 2 "bad.xyz: does not end like a road format that verge writes: tum (.csv), plain (.csv)" \
    "$verge" track convert lane.csv --out bad.xyz
expect 0 "" "$verge" track convert lane.csv --format plain --out lane.xyz # the content of a file counts
expect 0 "open" "$verge" track info open.csv
expect 0 "closed" "$verge" track info lane.xyz
echo '<what>' > lane.xyz
expect 2 "lane.xyz: is not a road in a format that verge reads: tum (.csv), plain (.csv)" "$verge" track info lane.xyz

# Files as other programs write them: a line alone needs a width, a small road is kept as drawn.
roads=$root/tests/fixtures/roads
expect 2 "verge track convert $roads/centre_only.csv --width M" "$verge" track info "$roads/centre_only.csv"
expect 0 "width       12.00 to 12.00" "$verge" track info "$roads/centre_only.csv" --width 12
expect 0 "left out: 's_m', 'psi_rad'" "$verge" track info "$roads/extra_columns.csv"
expect 0 "" "$verge" track convert "$roads/raceline.csv" --width 12 --out race.csv
expect 0 "" "$verge" track convert "$roads/no_header.csv" --out bare.csv
[ "$(hash_of race.csv)" = "$(hash_of bare.csv)" ] || fail "a raceline of 12 m is not the road of 6 and 6 m"
expect 0 "finish" "$verge" record pursuit --road "$roads/closing_point_1_cm_off.csv" --out closing.vlog
expect 0 "0.37 m wide, less than the car (sedan" "$verge" track info "$roads/road_of_a_1_43_car.csv"
expect 2 "no car" "$verge" track info first.csv --car nosuch
sed 's/,6,6$/,1200,1200/' "$roads/no_header.csv" > cm.csv
expect 2 "centimetres?" "$verge" track info cm.csv

printf 'x_m,y_m,w_right_m,w_left_m\n0,0,16,16\n60,0,16,16\n60,12,16,16\n0,12,16,16\n' > tight.csv
expect 0 "folds over at" "$verge" track info tight.csv
printf 'x_m,y_m,w_right_m,w_left_m\n0,0,2,2\n50,1,abc,2\n' > word.csv
expect 2 "word.csv:3: w_right_m: 'abc'" "$verge" track info word.csv
expect 2 "nosuch.csv" "$verge" track info nosuch.csv
printf 'x_m,y_m,radius_m,width_m\n0,0,60,5\n100,0,60,5\n50,80,10,5\n' > corners.csv
expect 2 "corners.csv:2: radius_m: the curve here" "$verge" track new --corners corners.csv --out bad.csv
printf 'x_m,y_m,radius_m,width_m\n0,0,0.02,0.1\n0.3,0,0.02,0.1\n0.2,0.2,0.02,0.1\n' > tiny.csv
expect 2 "expected 2 to" "$verge" track new --corners tiny.csv --out bad.csv
[ -e bad.csv ] && fail "a road was written after an error"

if "$verge" info --json | grep -q '"figures": true'; then
    expect 0 "" "$verge" track draw hairpins --out map.png
    expect 0 "" "$verge" track draw hairpins --out map.svg
    expect 2 "map.png" "$verge" track draw hairpins --out map.png
    expect 2 "png" "$verge" track draw hairpins --out map.gif
    head -c 4 map.png | grep -q PNG || fail "map.png is no PNG"
    grep -q "<svg" map.svg || fail "map.svg is no SVG"
fi
# The library.
expect 0 "hairpins" "$verge" track list
[ "$("$verge" track list | wc -l)" = "$(($(ls "$root"/tracks/library/*.csv | wc -l) + 1))" ] || fail "not all roads are listed"
expect 0 '"length_m": 2688' "$verge" track list --json
exit 0
