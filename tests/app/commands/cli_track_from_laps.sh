# verge track from-laps: a road of recorded laps, and what little one lap says about edges.
awk 'BEGIN {
    print "t_s,x_m,y_m,heading_rad,speed_mps"
    for (i = 0; i < 400; i++) { # two times round a ring of 50 m, 2 m inside and 2 m outside of it in turn
        a = i * 2 * 3.14159265358979 / 200; r = i < 200 ? 48 : 52
        printf "%.2f,%.4f,%.4f,%.4f,%.3f\n", i * 0.1, r * cos(a), r * sin(a), a + 1.5707963, r * 0.314159
    }
}' > session.csv
expect 0 "a road from 2 laps: its edges are 5 m to either side of the laps' mean because you said so" \
    "$verge" track from-laps session.csv --width 10 --out ring.csv
expect 0 "length      314." "$verge" track info ring.csv
grep -q "^width       10.00 to 10.00" said || fail "the road is not 10 m wide"
expect 0 "closed, from 2 rounds; 400 positions lie" "$verge" track from-laps session.csv --margin 1 --out wide.csv
expect 0 "on average" "$verge" track info wide.csv
grep -q "^width       [56]" said || fail "the road is not 6 m wide"
head -n 180 session.csv > part.csv
expect 0 "open, from 1 round" "$verge" track from-laps part.csv --margin 2 --out part-road.csv --open
grep -q "a road from one lap: its edges are that lap and 2 m to either side" said || fail "no word of what one lap says"
expect 2 "does not come back to its start" "$verge" track from-laps part.csv --width 9 --closed --out no.csv
expect 2 "how wide is the road" "$verge" track from-laps session.csv --out no.csv
expect 2 "expected --left and --right" "$verge" track from-laps --left session.csv --out no.csv
expect 2 "expected either laps, or" "$verge" track from-laps --out no.csv --width 9
head -n 201 session.csv > inside.csv
{ head -n 1 session.csv; tail -n 200 session.csv; } > outside.csv
expect 0 "closed" "$verge" track from-laps --left inside.csv --right outside.csv --out between.csv
expect 0 "length      314." "$verge" track info between.csv
grep -q "^width       [34]" said || fail "the road is not 4 m wide"
[ -e no.csv ] && fail "a road was written after an error"
if "$verge" info --json | grep -q '"figures": true'; then
    expect 0 "" "$verge" track from-laps session.csv --margin 1 --out wide.csv --picture wide.png --force
    head -c 4 wide.png | grep -q PNG || fail "wide.png is no PNG"
fi
# The road can be driven and learned on: laps alone are enough for a score.
expect 0 "" "$verge" import csv inside.csv --road ring.csv --car sedan --out lap.vlog
exit 0
