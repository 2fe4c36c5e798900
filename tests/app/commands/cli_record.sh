# verge record: laps that replay to the bit; the same seed, the same log; a refused command leaves nothing behind.
expect 0 "finish" "$verge" record pursuit-noisy --road narrow --laps 2 --seed 3 --out a.vlog
expect 0 "same bits" "$verge" replay a.vlog --verify
expect 0 "pursuit-noisy" "$verge" log list a.vlog
expect 2 "a.vlog" "$verge" record pursuit-noisy --road narrow --out a.vlog
hashes() { "$verge" replay "$1" --verify | grep same; }
expect 0 "" "$verge" record pursuit-noisy --road narrow --laps 2 --seed 3 --out b.vlog
[ "$(hashes a.vlog)" = "$(hashes b.vlog)" ] || fail "the same seed gives other laps"
expect 0 "" "$verge" record pursuit-noisy --road narrow --laps 2 --seed 4 --out b.vlog --force
[ "$(hashes a.vlog)" = "$(hashes b.vlog)" ] && fail "another seed gives the same laps"

# A car with delay and lag, from spread starts, with labels.
printf 'delay: 0.1\nsteer_lag: 0.2\n' > slow.yaml
expect 0 '"end": "finish"' "$verge" record pursuit --road narrow --laps 2 --episodes 2 --start-spread 2 --car slow.yaml \
    --labels --json --out c.vlog
expect 0 "same bits" "$verge" replay c.vlog --verify

# An open road: a lap is a drive to its end.
printf 'x_m,y_m,w_right_m,w_left_m\n# open\n0,0,3,3\n50,5,3,3\n100,0,3,3\n150,5,3,3\n' > lane.csv
expect 0 "      1    1  finish" "$verge" record pursuit --road lane.csv --laps 2 --out d.vlog
expect 0 "same bits" "$verge" replay d.vlog --verify

# A lap that takes too long is ended, and the log says so.
expect 0 "did not finish" "$verge" record pursuit:speed_most=1 --road narrow --longest 5 --out e.vlog
expect 0 "horizon" "$verge" log list e.vlog

# In a suite's disturbance: the gusts that acted are in the log, the delay is in its car, and with noise on the actions
# the label of each row is the driver's action without the noise.
expect 0 "" "$verge" record pursuit --road narrow --suite disturbed --seed 1 --longest 2 --out w.vlog
expect 0 "same bits" "$verge" replay w.vlog --verify
expect 0 "40|120|120|1" sqlite3 w.vlog 'SELECT count(DISTINCT gust), count(gust), count(label_steer),
    max(label_steer != command_steer) FROM step'
expect 0 "sedan, late by 0.05 s" sqlite3 w.vlog 'SELECT name FROM car'
expect 2 "disturbed" "$verge" record pursuit --road narrow --suite nosuch --out f.vlog
[ -e f.vlog ] && fail "a log was written after an error"

expect 2 "pursuit-noisy" "$verge" record pursit --road narrow --out f.vlog
expect 2 "lateral" "$verge" record pursuit:lateral=9 --road narrow --out f.vlog
expect 2 "library road" "$verge" record pursuit --road nosuch --out f.vlog
expect 2 "formula" "$verge" record pursuit --road narrow --car nosuch --out f.vlog
expect 2 "--road" "$verge" record pursuit --out f.vlog
[ -e f.vlog ] && fail "a log was written after an error"
expect 2 "'a;b' is not a tag" "$verge" record pursuit --road narrow --tags ok,'a;b' --out tagged.vlog
[ ! -e tagged.vlog ] || fail "a log was written after an error"
exit 0
