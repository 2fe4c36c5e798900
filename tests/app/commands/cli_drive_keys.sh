# verge drive on a screen of its own (Xvfb), with keys pressed by xdotool after what the log says while it is written: a
# lap of an easy road; the log holds what was pressed. Keys for the camera, the map, a restart, a pause.
#
# The lap is driven by ticks and not by the clock: verge tells each tick into a socket that holds a few lines, and waits
# there until they are read. So it is never further than these few ticks ahead of the keys, however busy the machine is.
"$verge" help drive > said 2>&1 || skip "this build has no verge drive"
for tool in sqlite3 python3; do
    command -v $tool > /dev/null || skip "no $tool"
done
. "$root/tests/screen.sh"
open_screen 1000x700

# A circle of 30 m: pressing the left key now and then is enough.
awk 'BEGIN { print "# x_m,y_m,w_tr_right_m,w_tr_left_m"
    for (i = 0; i < 90; i++) printf "%.4f,%.4f,6,6\n", 30 * cos(i * 0.0698131701), 30 * sin(i * 0.0698131701) }' > circle.csv

cat > lap.py <<'END'
import os, socket, sqlite3, subprocess, sys, time

ours, its = socket.socketpair()
its.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1)  # as little as the system has
drive = subprocess.Popen([sys.argv[1], "drive", "--road", "circle.csv", "--log", "keys.vlog", "--json", "--tell",
                          "--width", "800", "--height", "600"], stdout=its)
its.close()
lines = ours.makefile("r")
open("pid.part", "w").write(str(drive.pid))
os.rename("pid.part", "pid")

def xdotool(*words): subprocess.run(["xdotool", *words], check=True)

def rows(ticks):  # the last rows, once the log has so many; the drive waits for us meanwhile
    while True:
        try:
            log = sqlite3.connect("file:keys.vlog?mode=ro", uri=True)
            if log.execute("SELECT count(*) FROM step").fetchone()[0] >= ticks:
                found = log.execute("""SELECT offset, speed FROM step WHERE episode = (SELECT max(episode) FROM step)
                                       ORDER BY tick DESC LIMIT 7""").fetchall()
                done = log.execute("SELECT count(*) FROM event WHERE event = 4").fetchone()[0]
                log.close()
                return found, done
            log.close()
        except sqlite3.Error:
            pass
        time.sleep(0.002)

def next_tick():
    words = lines.readline().split()
    if len(words) != 2: sys.exit("the drive ended before the lap: " + " ".join(words))
    return int(words[0])

while not os.path.exists("window"):  # the test has found it; its keys come through
    tick = next_tick()
held = {"Left": False, "Up": False}
while True:
    tick = next_tick()
    if tick > 9000: sys.exit("no lap in 9000 ticks")
    if tick % 3: continue
    found, done = rows(tick)
    if done: break
    offset, speed = found[0]
    before = found[-1][0] if len(found) == 7 else 0
    # Where the car will be in about a second, from its offset now and a tenth of a second ago.
    wanted = {"Left": offset + 9 * (offset - before) < -0.2, "Up": speed < 7}
    for key in held:
        if wanted[key] != held[key]: xdotool("keydown" if wanted[key] else "keyup", key)
    held = wanted
xdotool("keyup", "Left", "keyup", "Up")
open("lapped", "w").close()
end = []
for line in lines:  # the end of the drive is JSON, behind the ticks
    if not line.replace(" ", "").strip().isdigit(): end.append(line)
open("drive.json", "w").writelines(end)
sys.exit(drive.wait())
END
python3 lap.py "$verge" 2> said &
lap=$!
until [ -e pid ]; do
    kill -0 $lap 2> /dev/null || fail "no drive"
    sleep 0.1
done
drive=$(cat pid)
find_window 'verge drive' "$drive"
: > window

ask() { sqlite3 -readonly keys.vlog "$1" 2> /dev/null; }
ticks() { ask 'SELECT count(*) FROM step'; }
so() { [ "$(ask "$1")" = 1 ]; }
wait_until() { wait_for so "$1" || fail "waited in vain for: $1"; } # SQL that gives 1 at last
until [ -e lapped ]; do
    kill -0 $lap 2> /dev/null || fail "the lap was not driven"
    sleep 0.1
done

# One episode is done; a restart begins another one, at rest on the line.
xdotool key r
wait_until "SELECT count(*) = 1 FROM (SELECT * FROM step WHERE episode = (SELECT max(episode) FROM step) LIMIT 1)
    WHERE speed = 0 AND s < 0.01 AND episode > 1"
xdotool keydown Down
wait_until 'SELECT max(input_accel = -1) FROM step'
xdotool keyup Down key c key Tab key bracketright key F12 key p
# The clock stops once the key has come through, however busy the machine is.
tries=0
until before=$(ticks) && sleep 0.5 && [ "$(ticks)" = "$before" ]; do
    tries=$((tries + 1))
    [ $tries -lt 60 ] || fail "time goes on in a pause"
done
xdotool key p
wait_until "SELECT count(*) > $before FROM step"
xdotool key Escape
sleep 1
kill -0 $drive 2> /dev/null || fail "the end card did not wait"
xdotool key space
wait $lap || fail "verge drive exits with $?"

grep -qF '"laps": 1,' drive.json || { cp drive.json said; fail "the lap was not counted"; }
expect 0 "finish" "$verge" log list keys.vlog
expect 0 "same bits" "$verge" replay keys.vlog --verify
[ "$(ls keys.vlog*.png | wc -l)" = 1 ] || fail "F12 saved no picture"
# The raw input of the lap is only the left key and the throttle; the command is smoother than the input.
expect 0 "0,1|0,1|1" sqlite3 keys.vlog "SELECT (SELECT group_concat(v) FROM (SELECT DISTINCT CAST(input_steer AS integer) AS v
    FROM step WHERE episode = 1 ORDER BY v)), (SELECT group_concat(v) FROM (SELECT DISTINCT CAST(input_accel AS integer) AS v
    FROM step WHERE episode = 1 ORDER BY v)), (SELECT count(DISTINCT command_steer) > 20 FROM step WHERE episode = 1)"
expect 0 "2" sqlite3 keys.vlog 'SELECT DISTINCT who FROM step'
expect 0 "0" sqlite3 keys.vlog 'SELECT count(*) FROM event WHERE event = 1'
exit 0
