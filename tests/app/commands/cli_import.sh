# verge import csv: what is good is taken, and everything that is not is told (exit status 1, with --strict 2). Of one
# bad file the error is one line and exit status 2, and nothing is written.
# A road and a lap of it, made here: a circle of 40 m radius at 10 m/s.
awk 'BEGIN { print "x_m,y_m,w_right_m,w_left_m"
    for (i = 0; i < 100; i++) printf "%.6f,%.6f,5,5\n", 40 * cos(i * 0.062831853), 40 * sin(i * 0.062831853) }' > circle.csv
lap() { # RADIUS SPEED > CSV
    awk -v r="$1" -v v="$2" 'BEGIN { print "t_s,x_m,y_m,heading_rad,speed_mps"
    for (i = 0; i <= 200; i++) { a = i * 0.1 * v / r
        printf "%.2f,%.4f,%.4f,%.5f,%.3f\n", i / 10, r * cos(a), r * sin(a), a + 1.570796, v } }'
}
lap 41 10 > good.csv
lap 39 9 > other.csv
import() { "$verge" import csv "$@" --road circle.csv --out lap.vlog; }

expect 0 "201" import good.csv --car kart
[ -f lap.vlog ] || fail "no log"
expect 0 "same bits" "$verge" replay lap.vlog --verify
expect 2 "lap.vlog" import good.csv --car kart
expect 0 '"distance_p95_m"' import good.csv other.csv --car kart --force --json
rm lap.vlog

none() { [ ! -e lap.vlog ] || fail "something was written"; [ "$(grep -c . said)" = 1 ] || fail "not one line"; }
expect 2 "no-such.csv" import no-such.csv --car kart; none
: > empty.csv
expect 2 "empty.csv: the file is empty" import empty.csv --car kart; none
head -c 2000 good.csv > cut.csv
expect 2 "cut.csv:" import cut.csv --car kart; none
expect 1 "1 of 2 laps or files left out; the others are in lap.vlog" import good.csv cut.csv --car kart
grep -q "error: cut.csv:" said || fail "the bad file is not named"
rm lap.vlog
expect 2 "1 laps were good, and left out for the others' sake (--strict)" import good.csv cut.csv --car kart --strict
[ ! -e lap.vlog ] || fail "something was written"
printf %s "$(cat good.csv)" > bare.csv
expect 0 "bare.csv:202: the last row has no line end" import bare.csv --car kart
rm lap.vlog
sed 's/$/,3/; 1s/3$/gear/' good.csv > gear.csv
expect 0 "gear.csv:1: no column of a lap, left out: 'gear'" import gear.csv --car kart
rm lap.vlog
awk -F, -v OFS=, 'NR > 1 { $5 *= 3.6 } 1' good.csv > kmh.csv
expect 2 "kmh.csv: speed_mps: the speeds add up to 3.6 times the path of x_m: km/h?" import kmh.csv --car kart; none
expect 2 "kmh.csv: speed_mps" "$verge" import csv kmh.csv --road circle.csv --car kart --out new/folder/lap.vlog
expect 0 "speed_mps: divided by 3.6 as if in km/h" import kmh.csv --car kart --speed fix
rm lap.vlog
expect 0 "201" import kmh.csv --car kart --speed none
rm lap.vlog
[ ! -e new ] || fail "a folder was made for nothing"
sed '50s/,[^,]*/,abc/' good.csv > letters.csv
expect 2 "letters.csv:50: x_m: 'abc' is not a finite number" import letters.csv --car kart; none
sed '50s/,[^,]*$/,nan/' good.csv > nan.csv
expect 0 "201" import nan.csv --car kart # the path has a speed there
rm lap.vlog
sed '50s/^[^,]*/1.00/' good.csv > back.csv
expect 2 "back.csv:50: t_s: time runs backwards" import back.csv --car kart; none
awk -F, -v OFS=, 'NR > 1 { $2 += 900 } 1' good.csv > away.csv
expect 2 "beyond the edge of the road" import away.csv --car kart; none
lap 41 60 > fast.csv
expect 2 "lateral_max: the lap needs a lateral acceleration of" import fast.csv --car kart --cut none; none
printf 'speed_max: 8\n' > slow.yaml
expect 2 "speed_max: the lap needs a speed of" import good.csv --car slow.yaml; none
# Four times it goes 2 m beyond the edge, off what is paved.
awk 'BEGIN { print "t_s,x_m,y_m,heading_rad,speed_mps"
    for (i = 0; i <= 200; i++) { a = i * 0.02; r = 42 + 5 * sin(6 * a); dr = 30 * cos(6 * a); v = sqrt(r * r + dr * dr) * 0.2
        printf "%.2f,%.4f,%.4f,%.5f,%.3f\n", i / 10, r * cos(a), r * sin(a), a + 1.570796 - atan2(dr, r), v } }' > wide.csv
expect 2 "shoulder: the lap goes" import wide.csv --car kart; none
printf 'wheelbase: 1.05\nlateral_max: 20\nsteer_rate: 4\nshoulder: 3\naccel_max: 10\nbrake_max: 14\npower: 0\nlongitudinal_max: 20\n' > paved.yaml
expect 0 "201" import wide.csv --car paved.yaml
rm lap.vlog
expect 2 "'a;b' is not a tag" import good.csv --car kart --tags 'a;b'; none
expect 2 "no-car" import good.csv --car no-car; none
expect 2 "expected either --road" "$verge" import csv good.csv --car kart --out lap.vlog
expect 0 "usage: verge import csv FILE..." "$verge" import csv --help
expect 0 "  csv              laps as CSV, or any text" "$verge" import --help
expect 2 "unknown command 'import fit', did you mean" "$verge" import fit good.csv --road circle.csv --car kart
# Files of other kinds are named; a file of another format is told apart.
printf '<kml><Placemark/></kml>' > place.kml
expect 2 "place.kml: is KML: places without times" import place.kml --car kart; none
printf 'center,left,right,steering,throttle,brake,speed\na.jpg,b.jpg,c.jpg,0,0,0,1\n' > driving_log.csv
expect 2 "driving_log.csv: is Udacity's driving_log.csv: pictures, steering, pedals and speed, but no positions" import driving_log.csv --car kart; none
# As other programs write it.
awk -F, -v OFS=';' 'NR == 1 { print "# a session\n\nT_S;X_M;\"Y_M\";Heading_rad;\"Speed (km/h)\""; next } { $5 *= 3.6; $1 = $1; gsub(/\./, ","); print }' good.csv > dialect.csv
expect 0 "201" import dialect.csv --car kart
rm lap.vlog

# Laps of a session, gaps, other frames and directions.
cases=$root/tests/fixtures/import
expect 0 "cut into 3 laps, the last an in-lap" "$verge" import csv "$cases/three_laps_in_one_file/session.csv" \
    --road "$cases/three_laps_in_one_file/road.csv" --car kart --out three.vlog --json
grep -q '"kind": "in-lap"' said || fail "the in-lap is not marked"
expect 0 "in-lap" "$verge" log list three.vlog
[ "$(sqlite3 three.vlog 'SELECT count(*) FROM episode')" = 3 ] || fail "not three episodes"
expect 0 " 481 " "$verge" import csv "$cases/three_laps_in_one_file/session.csv" --cut none \
    --road "$cases/three_laps_in_one_file/road.csv" --car kart --out whole.vlog
[ "$(sqlite3 whole.vlog 'SELECT count(*) FROM episode')" = 1 ] || fail "--cut none cut"
bad() { "$verge" import csv "$cases"/two_bad_laps_of_four/lap?.csv --road "$cases/two_bad_laps_of_four/road.csv" --car kart \
    --out four.vlog "$@"; }
expect 2 "2 laps were good" bad --strict
[ ! -e four.vlog ] || fail "something was written"
expect 1 "2 of 4 laps or files left out" bad
grep -q "lap2.csv:53: t_s: a gap of 1.6 s" said || fail "the gap is not told"
grep -q "lap3.csv: speed_mps: .*km/h" said || fail "the unit is not told"
[ "$(sqlite3 four.vlog 'SELECT count(*) FROM episode')" = 2 ] || fail "not two episodes"
expect 0 "bridged by a model of motion" bad --bridge 2 --speed fix --force
[ "$(sqlite3 four.vlog 'SELECT count(*) > 80 FROM step WHERE bridged')" = 1 ] || fail "no ticks are marked"
expect 0 "same bits" "$verge" replay four.vlog --verify

# Without a road: one is made, kept and used. A report has a page and its pictures.
session=$cases/three_laps_in_one_file/session.csv
expect 2 "expected either --road ROAD, or --make-road FILE" "$verge" import csv "$session" --car kart --out made.vlog
expect 0 "made.csv: 962 m, closed, from 2 rounds of these laps" "$verge" import csv "$session" --make-road made.csv --car kart \
    --out made.vlog
expect 0 "closed" "$verge" track info made.csv
expect 2 "made.csv" "$verge" import csv "$session" --make-road made.csv --car kart --out made-2.vlog
# Of laps that are refused no road is left either: the same command with another car does it.
lap 40 18 > fast.csv
printf 'lateral_max: 3\n' > weak.yaml
expect 2 "lateral_max: the lap needs" "$verge" import csv fast.csv --make-road fast-road.csv --car weak.yaml --out fast.vlog
[ ! -e fast-road.csv ] && [ ! -e fast.vlog ] || fail "a refused import left something"
expect 0 "fast-road.csv: 251 m, closed" "$verge" import csv fast.csv --make-road fast-road.csv --car gt --out fast.vlog
[ -e fast-road.csv ] || fail "the road was not kept"
awk 'BEGIN { print "t_s,latitude_deg,longitude_deg"
    for (i = 0; i <= 300; i++) { a = i * 0.03; printf "%.1f,%.8f,%.8f\n", i / 10, 50 + 0.0004 * sin(a), 8 + 0.0006 * cos(a) } }' > degrees.csv
expect 0 "closed, from 1 round of these laps" "$verge" import csv degrees.csv --make-road degrees-road.csv --car kart --out degrees.vlog
grep -q "laid onto" said && fail "a drive was laid onto its own road"
expect 0 "laid onto the road" "$verge" import csv degrees.csv --road degrees-road.csv --car kart --out degrees.vlog --force
if "$verge" info --json | grep -q '"figures": true'; then
    expect 1 "" bad --force --report page
    for part in "What was told" "left out: .*lap3.csv: speed_mps" 'id="figure-drive-2-speed"' "<h2>.*lap4.csv</h2>" "samples beyond an edge"; do
        grep -q "$part" page/index.html || fail "the page has no '$part'"
    done
    [ "$(ls page/figures/*.png | wc -l)" = 8 ] || fail "not 4 pictures a drive"
    ! command -v xmllint > /dev/null || sed 1d page/index.html | xmllint --noout - 2> said || fail "the page is not well-formed"
    expect 2 "page" "$verge" import csv good.csv --road circle.csv --car kart --out page.vlog --report page
fi

awk -F, -v OFS=, 'NR > 1 { $3 = -$3; $4 = -$4 } 1' good.csv > round.csv
expect 2 "the lap runs against the direction of the road" import round.csv --car kart; none
expect 0 "201" import round.csv --car kart --reverse
rm lap.vlog
expect 2 "it would lie on the road: --align" import away.csv --car kart; none
expect 0 "laid onto the road" import away.csv --car kart --align
rm lap.vlog
expect 2 "--start-line is '1,2,3'; expected X,Y,X,Y" import good.csv --car kart --start-line 1,2,3; none
expect 0 "201" import good.csv --car kart --start-line 30,0,50,0
