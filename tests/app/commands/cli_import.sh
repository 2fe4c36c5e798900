# verge import csv: an error is one line and exit status 2, and nothing is written; all files of a command or none.
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
expect 2 "cut.csv:" import good.csv cut.csv --car kart; none
printf %s "$(cat good.csv)" > bare.csv
expect 0 "bare.csv:202: the last row has no line end" import bare.csv --car kart
rm lap.vlog
sed 's/$/,3/; 1s/3$/gear/' good.csv > gear.csv
expect 0 "gear.csv:1: no column of a lap, left out: 'gear'" import gear.csv --car kart
rm lap.vlog
awk -F, -v OFS=, 'NR > 1 { $5 *= 3.6 } 1' good.csv > kmh.csv
expect 2 "kmh.csv: speed_mps: the speeds add up to 720 m, the positions to 200 m" import kmh.csv --car kart; none
expect 2 "kmh.csv: speed_mps" "$verge" import csv good.csv kmh.csv --road circle.csv --car kart --out new/folder/lap.vlog
[ ! -e new ] || fail "a folder was made for nothing"
sed '50s/,[^,]*/,abc/' good.csv > letters.csv
expect 2 "letters.csv:50: x_m: 'abc' is not a finite number" import letters.csv --car kart; none
sed '50s/,[^,]*$/,nan/' good.csv > nan.csv
expect 2 "nan.csv:50: speed_mps: no value; expected 0 to 1000 m/s" import nan.csv --car kart; none
sed '50s/^[^,]*/1.00/' good.csv > back.csv
expect 2 "back.csv:50: t_s: time runs backwards" import back.csv --car kart; none
awk -F, -v OFS=, 'NR > 1 { $2 += 900 } 1' good.csv > away.csv
expect 2 "beyond the edge of the road" import away.csv --car kart; none
lap 41 60 > fast.csv
expect 2 "lateral_max: the lap needs a lateral acceleration of" import fast.csv --car kart; none
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
expect 2 "--road" "$verge" import csv good.csv --car kart --out lap.vlog
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
