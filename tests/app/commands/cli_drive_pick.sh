# verge drive without a road, a car or a policy: on a screen of its own (Xvfb) a menu offers them, and xdotool picks. Without
# a screen nobody can pick, and the standard road is driven.
"$verge" help drive > said 2>&1 || skip "this build has no verge drive"
SDL_VIDEODRIVER=dummy expect 0 "0 laps done" "$verge" drive --seconds 0.1 --log standard.vlog
expect 0 "train-1" "$verge" log list standard.vlog
command -v sqlite3 > /dev/null || skip "no sqlite3"
. "$root/tests/screen.sh"
open_screen 1000x700
wait_until() { wait_for "$@" || fail "waited in vain for: $*"; }
begin() { # ARGUMENTS of verge drive
    "$verge" drive "$@" --width 640 --height 400 > out 2> said &
    drive=$!
    find_window '^verge drive$' $drive
}
saved() { ls picked.vlog-*.png; }
ask() { [ "$(sqlite3 -readonly "$1" "$2")" = 1 ]; }

# Closed: nothing was picked, and no log is there.
begin --log none.vlog
xdotool key Down key Escape
wait $drive || fail "closing the menu exits with $?"
grep -qF "nothing was picked" said || fail "it does not say that nothing was picked"
begin --log none.vlog --json
xdotool key Escape
wait $drive
grep -qF '"log": null' out || fail "closing the menu is no JSON"
[ ! -e none.vlog ] || fail "a log of nothing"

# Letters jump in a list. A policy that was made for another car is refused, and the menu stays; with the policy's own car it
# drives.
cp "$root/tests/fixtures/torch_policy.safetensors" zebra.safetensors
begin --log picked.vlog
xdotool key n key Right key g key Tab key z key Return
sleep 0.3
xdotool search --name '^verge drive$' > found || fail "a policy is driven in a car that it was not made for"
[ ! -e picked.vlog ] || fail "a log of a policy that does not fit"
# What comes in the same frame behind the key that is refused is not taken, so a busy machine has to be asked again.
snap() { saved || { xdotool key F12 && sleep 0.2 && saved; }; }
wait_until snap
xdotool key shift+Tab key Home key Return
wait_until ask picked.vlog 'SELECT count(*) > 3 FROM step'
xdotool search --name '^verge drive: narrow$' > found || fail "the window is not named after the road"
xdotool key Escape
while xdotool search --name '^verge drive: narrow$' > /dev/null 2>&1; do # the end card waits for a key
    xdotool key space
    sleep 0.1
done
wait $drive || fail "verge drive exits with $?"
expect 0 "kart" "$verge" log list picked.vlog
expect 0 "narrow" "$verge" log list picked.vlog
expect 0 "same bits" "$verge" replay picked.vlog --verify
expect 0 "0" sqlite3 picked.vlog 'SELECT DISTINCT who FROM step'

# With one of them given it starts at once.
"$verge" drive --car kart --log given.vlog --seconds 0.1 > said 2>&1 || fail "a given car is not driven at once"
expect 0 "train-1" "$verge" log list given.vlog
exit 0
