# verge drive without a screen: SDL's dummy driver. A policy's drive is recorded, replays to the bit and can be trained
# from; an error is one line and leaves no file behind.
"$verge" help drive > said 2>&1 || skip "this build has no verge drive"
export SDL_VIDEODRIVER=dummy XDG_CONFIG_HOME="$PWD/config"

expect 0 "180 ticks in 1 episode are safe in a.vlog" "$verge" drive --road narrow --policy pursuit --seconds 3 --log a.vlog
grep -qF "verge train bc --logs a.vlog" said || fail "it does not say what to type next"
expect 0 "same bits" "$verge" replay a.vlog --verify
expect 0 "pursuit" "$verge" log list a.vlog
[ "$(ls)" = "$(printf 'a.vlog\nsaid')" ] || fail "a closed log is not one file: $(ls)"
[ "$(sqlite3 a.vlog 'PRAGMA integrity_check')" = ok ] || fail "the log is not sound"
[ "$(sqlite3 a.vlog 'SELECT DISTINCT who FROM step')" = 1 ] || fail "an expert drove, and the log says otherwise"

# The drive is the same as without a window, because the policy drives by the same clock.
expect 0 "" "$verge" drive --road narrow --car kart --policy pursuit --label --seconds 1 --log b.vlog --json --tags x,y
grep -qF '"safe": 60' said || fail "60 ticks are not told as safe"
expect 0 "same bits" "$verge" replay b.vlog --verify
[ "$(sqlite3 b.vlog 'SELECT count(*) FROM step WHERE label_steer = 0 AND who = 1')" = 60 ] || fail "no labels"

# A rival has a car of its own, and is not recorded: the drive is that without it.
expect 0 "" "$verge" drive --road narrow --car kart --policy pursuit --race human_model --label --seconds 1 --log r.vlog --json --tags x,y
[ "$("$verge" replay r.vlog --json | grep hash)" = "$("$verge" replay b.vlog --json | grep hash)" ] || fail "a rival changes the drive"
expect 2 "nosuch" "$verge" drive --race nosuch --log e.vlog

# Without input the car stands still, and that is recorded too.
expect 0 "0 laps done" "$verge" drive --road narrow --seconds 0.5 --log c.vlog --shot c.png
expect 0 "1280" "$verge" info c.png
expect 0 "0 laps done" "$verge" drive --road narrow --seconds 0.1 --log c2.vlog --shot c2.png --scale 2 --width 480 --height 320
expect 0 "960" "$verge" info c2.png
[ "$(sqlite3 c.vlog 'SELECT DISTINCT who FROM step')" = 2 ] || fail "nobody but the person could have driven"

expect 0 "30 " "$verge" drive --road narrow --seconds 0.5 --tell --log d.vlog
awk '{ if ($1 != NR || $2 > $1) exit 1 } END { exit NR != 30 }' said || fail "it does not tell each tick"

# The sound goes to SDL's disk driver as raw samples: a drive is heard, a muted one and one without a device are not.
samples() { od -An -v -t f4 "$1" | awk '{ for (i = 1; i <= NF; i++) { sum += $i * $i; n++ } } END { print (n > 0), (sum > 1e-3 * n) }'; }
export SDL_DISKAUDIOFILE=sound.raw
expect 0 "30 ticks" env SDL_AUDIODRIVER=disk "$verge" drive --road narrow --policy pursuit --seconds 0.5 --log s.vlog
[ "$(samples sound.raw)" = "1 1" ] || fail "no sound of a drive: $(samples sound.raw)"
expect 0 "6 ticks" env SDL_AUDIODRIVER=disk "$verge" drive --road narrow --seconds 0.1 --log s2.vlog
[ "$(samples sound.raw)" = "1 0" ] || fail "a car at rest is heard"
rm sound.raw
expect 0 "6 ticks" env SDL_AUDIODRIVER=disk "$verge" drive --road narrow --policy pursuit --seconds 0.1 --log s3.vlog --mute
[ ! -e sound.raw ] || fail "a muted drive is heard"
expect 0 "6 ticks" env SDL_AUDIODRIVER=nosuch "$verge" drive --road narrow --policy pursuit --seconds 0.1 --log s4.vlog
[ "$(grep -c 'no sound: ' said)" = 1 ] || fail "it does not say in one line that there is no sound"

# In a suite's disturbances: the gusts that acted are in the log, so that it, and a part of it, replays; with the noise on the
# actions the label of each row is the action without the noise.
expect 0 "60 ticks" "$verge" drive --road narrow --policy pursuit --suite disturbed --seconds 1 --log w.vlog
expect 0 "same bits" "$verge" replay w.vlog --verify
expect 0 "sedan, late by 0.05 s" "$verge" log list w.vlog
expect 0 "20|60|60|1" sqlite3 w.vlog 'SELECT count(DISTINCT gust), count(gust), count(label_steer),
    (SELECT delay > 0.049 FROM car) FROM step'
expect 0 "" "$verge" log cut w.vlog --from 0.3 --out part.vlog
expect 0 "same bits" "$verge" replay part.vlog --verify
expect 0 "" "$verge" drive --road narrow --policy pursuit --suite disturbed --seconds 1 --log v.vlog --json
[ "$(sqlite3 v.vlog 'SELECT gust, command_steer FROM step')" = "$(sqlite3 w.vlog 'SELECT gust, command_steer FROM step')" ] ||
    fail "the same seed gives other disturbances"
expect 0 "" "$verge" drive --road narrow --policy pursuit --suite disturbed --seed 2 --seconds 0.1 --log u.vlog
[ "$(sqlite3 u.vlog 'SELECT gust FROM step LIMIT 1')" != "$(sqlite3 w.vlog 'SELECT gust FROM step LIMIT 1')" ] ||
    fail "another seed gives the same disturbances"
expect 2 "nosuch" "$verge" drive --suite nosuch --log e.vlog

expect 2 "a.vlog" "$verge" drive --road narrow --seconds 1 --log a.vlog
expect 0 "" "$verge" drive --road narrow --seconds 0.2 --log a.vlog --force
expect 2 "library road" "$verge" drive --road nosuch --log e.vlog
expect 2 "nosuch" "$verge" drive --policy nosuch --log e.vlog
expect 2 "--label needs --policy" "$verge" drive --label --log e.vlog
expect 2 "steer-rate" "$verge" drive --steer-rate 60x --log e.vlog
expect 2 "camera" "$verge" drive --camera up --log e.vlog
expect 2 "is not a tag" "$verge" drive --tags 'a;b' --log e.vlog
unset SDL_VIDEODRIVER DISPLAY WAYLAND_DISPLAY
expect 2 "no display" "$verge" drive --log e.vlog
[ "$(wc -l < said)" = 1 ] || fail "more than one line"
SDL_VIDEODRIVER=nosuch
export SDL_VIDEODRIVER
expect 2 "cannot open a window" "$verge" drive --log e.vlog
[ -e e.vlog ] && fail "a log was left after an error"
exit 0
