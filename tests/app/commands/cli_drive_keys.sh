# verge drive on a screen of its own (Xvfb), with keys pressed by xdotool after what the log says while it is written: a
# lap of an easy road; the log holds what was pressed. Keys for the camera, the map, a restart, a pause.
"$verge" help drive > said 2>&1 || skip "this build has no verge drive"
for tool in Xvfb xdotool sqlite3; do
    command -v $tool > /dev/null || skip "no $tool"
done
unset SDL_VIDEODRIVER WAYLAND_DISPLAY
# SDL unloads X11's libraries and D-Bus before the end, so what these keep for good has no name that tests/leaks.txt could say.
export ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0"
mkfifo display
Xvfb -displayfd 3 -screen 0 1000x700x24 -nolisten tcp 3> display 2> /dev/null &
screen=$!
trap 'kill $screen 2> /dev/null' EXIT
read -r number < display
export DISPLAY=:$number

# A circle of 30 m: the left key is all it takes, now and then.
awk 'BEGIN { print "# x_m,y_m,w_tr_right_m,w_tr_left_m"
    for (i = 0; i < 90; i++) printf "%.4f,%.4f,6,6\n", 30 * cos(i * 0.0698131701), 30 * sin(i * 0.0698131701) }' > circle.csv

"$verge" drive --road circle.csv --log keys.vlog --json --width 800 --height 600 > drive.json 2> said &
drive=$!
tries=0
until xdotool search --name 'verge drive' > window 2> /dev/null; do
    tries=$((tries + 1))
    [ $tries -lt 100 ] || fail "no window opens"
    sleep 0.1
done
xdotool windowfocus "$(head -n 1 window)" 2> /dev/null

ask() { sqlite3 -readonly keys.vlog "$1" 2> /dev/null; }
ticks() { ask 'SELECT count(*) FROM step'; }
wait_for() { # SQL that gives 1 at last
    tries=0
    until [ "$(ask "$1")" = 1 ]; do
        tries=$((tries + 1))
        [ $tries -lt 300 ] || fail "waited in vain for: $1"
        sleep 0.1
    done
}
wait_for 'SELECT count(*) > 5 FROM step'

# Where the car will be in about a second, from its offset now and a tenth of a second ago: no knowledge of the road.
steer='WITH n AS (SELECT offset, speed FROM step WHERE episode = (SELECT max(episode) FROM step) ORDER BY tick DESC LIMIT 7)
    SELECT CASE WHEN o + 9 * (o - p) < -0.2 THEN 1 ELSE 0 END || (v < 7)
    FROM (SELECT (SELECT offset FROM n LIMIT 1) AS o, coalesce((SELECT offset FROM n LIMIT 1 OFFSET 6), 0) AS p,
    (SELECT speed FROM n LIMIT 1) AS v)'
left=0 up=0 began=$(date +%s)
until [ "$(ask 'SELECT count(*) > 0 FROM event WHERE event = 4')" = 1 ]; do
    [ $(($(date +%s) - began)) -lt 150 ] || fail "no lap in 150 s"
    now=$(ask "$steer")
    case $now in
    [01][01]) ;;
    *) continue ;;
    esac
    if [ "${now%?}" != $left ]; then
        left=${now%?}
        xdotool "$([ $left = 1 ] && echo keydown || echo keyup)" Left
    fi
    if [ "${now#?}" != $up ]; then
        up=${now#?}
        xdotool "$([ $up = 1 ] && echo keydown || echo keyup)" Up
    fi
    sleep 0.03
done
xdotool keyup Left keyup Up

# One episode is done; a restart begins another one, at rest on the line.
xdotool key r
wait_for "SELECT count(*) = 1 FROM (SELECT * FROM step WHERE episode = (SELECT max(episode) FROM step) LIMIT 1)
    WHERE speed = 0 AND s < 0.01 AND episode > 1"
xdotool keydown Down
wait_for 'SELECT max(input_accel = -1) FROM step'
xdotool keyup Down key c key Tab key bracketright key F12 key p
# Time stands still once the key has come through, however busy the machine is.
tries=0
until before=$(ticks) && sleep 0.5 && [ "$(ticks)" = "$before" ]; do
    tries=$((tries + 1))
    [ $tries -lt 60 ] || fail "time goes on in a pause"
done
xdotool key p
wait_for "SELECT count(*) > $before FROM step"
xdotool key Escape
sleep 1
kill -0 $drive 2> /dev/null || fail "the end card did not wait"
xdotool key space
wait $drive || fail "verge drive exits with $?"

grep -qF '"laps": 1,' drive.json || { cp drive.json said; fail "the lap was not counted"; }
expect 0 "finish" "$verge" log list keys.vlog
expect 0 "same bits" "$verge" replay keys.vlog --verify
[ "$(ls keys.vlog*.png | wc -l)" = 1 ] || fail "F12 saved no picture"
# What was pressed: nothing but the left key and the throttle in the lap, raw; the command is another, softer thing.
expect 0 "0,1|0,1|1" sqlite3 keys.vlog "SELECT (SELECT group_concat(v) FROM (SELECT DISTINCT CAST(input_steer AS integer) AS v
    FROM step WHERE episode = 1 ORDER BY v)), (SELECT group_concat(v) FROM (SELECT DISTINCT CAST(input_accel AS integer) AS v
    FROM step WHERE episode = 1 ORDER BY v)), (SELECT count(DISTINCT command_steer) > 20 FROM step WHERE episode = 1)"
expect 0 "2" sqlite3 keys.vlog 'SELECT DISTINCT who FROM step'
expect 0 "0" sqlite3 keys.vlog 'SELECT count(*) FROM event WHERE event = 1'
exit 0
