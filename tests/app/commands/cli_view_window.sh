# The window of verge view under Xvfb, worked by keys and the mouse: what they do is read off its snapshots.
. "$root/tests/screen.sh"
open_screen 1400x900
expect 0 "" "$verge" record pursuit --road hairpins --out good.vlog
expect 0 "" "$verge" record pursuit-noisy:noise=2 --road hairpins --seed 3 --out bad.vlog

"$verge" view good.vlog bad.vlog --size 800x500 > said 2>&1 &
view=$!
find_window "verge view" $view

ticks() { "$verge" replay "$1" --json | sed -n 's/.*"ticks": \([0-9]*\).*/\1/p'; }

# snap SECONDS: press S; the snapshot says that it is of this time.
shots=0
snap() {
    shots=$((shots + 1))
    xdotool key s
    wait_for [ "$(printf 'view-%03d.png' $shots)" -nt display ] || fail "no snapshot $shots"
    wait_for grep -q "$(printf 'view-%03d.png: ' $shots)" said || fail "nothing is said of snapshot $shots"
    grep -qF "$(printf 'view-%03d.png: %s s' $shots "$1")" said || fail "snapshot $shots is not of $1 s"
}
xdotool key space
xdotool key Home
snap 0.00
xdotool key Right key Right
snap 2.00
xdotool key shift+Right
snap 2.05
xdotool key Left
snap 1.05
# To the departure, a little before it, and after its car; there is no other.
left=$(ticks bad.vlog)
xdotool key n
snap "$(awk "BEGIN { printf \"%.2f\", $left / 60 - 1.5 }")"
xdotool key n
snap "$(awk "BEGIN { printf \"%.2f\", $left / 60 - 1.5 }")"
xdotool key 1 key Home key Right key shift+Right
snap 1.05
cp "$(printf 'view-%03d.png' $shots)" plain.png
# Each view differs from the others, and the same view comes back. The first camera stands as the second does once it has come to rest.
for keys in "c c:c" g:g m:m a:a l:l Tab:Tab; do
    for key in ${keys%:*}; do xdotool key "$key"; done
    snap 1.05
    ! cmp -s plain.png "$(printf 'view-%03d.png' $shots)" || fail "$keys changes nothing"
    for key in ${keys#*:}; do xdotool key "$key"; done
    snap 1.05
    cmp -s plain.png "$(printf 'view-%03d.png' $shots)" || fail "$keys does not lead back"
done

# The mouse: the middle of the track is the middle of the time; a drag continues outside of it.
end=$(ticks good.vlog)
eval "$(xdotool getwindowgeometry --shell "$window")"
xdotool mousemove $((X + 182 + (800 - 32 - 166 - 56) / 2)) $((Y + 477)) mousedown 1
snap "$(awk "BEGIN { printf \"%.2f\", $end / 60 / 2 }")"
xdotool mousemove $((X + 795)) $((Y + 200))
snap "$(awk "BEGIN { printf \"%.2f\", $end / 60 }")"
xdotool mouseup 1
xdotool mousemove $((X + 31)) $((Y + 477)) click 1 # play, from the start again
xdotool key space key Home
snap 0.00
xdotool key q
wait_for eval "! kill -0 $view" || fail "q does not close it"
wait $view || fail "it ends with $?"

# Two laps side by side: 1 and 0 judge, Backspace takes back; each judgement is in the file at once, and the window closes after
# the last pair.
expect 0 "" "$verge" record pursuit-noisy --road hairpins --seed 4 --out third.vlog
"$verge" view good.vlog bad.vlog third.vlog --rank mine.jsonl --size 800x500 > said 2>&1 &
view=$!
find_window "pair 1 of 3" $view
lines() { [ "$(wc -l < mine.jsonl)" = "$1" ]; }
xdotool key 1
wait_for lines 2 || fail "1 judges nothing"
grep -q '"preferred": "left"' mine.jsonl || fail "1 is not for the left"
wait_for xdotool search --name "pair 2 of 3" || fail "the next pair is not shown"
xdotool key BackSpace
wait_for lines 1 || fail "Backspace takes nothing back"
xdotool key 2
wait_for lines 2 || fail "2 judges nothing"
grep -q '"preferred": "right"' mine.jsonl || fail "2 is not for the right"
xdotool key 0
wait_for lines 3 || fail "0 judges nothing"
grep -q '"preferred": "equal"' mine.jsonl || fail "0 is not for equal"
xdotool key 1
wait_for eval "! kill -0 $view" || fail "it stays open after the last pair"
wait $view || fail "it ends with $?"
grep -q "mine.jsonl: 3 judgements more, 3 in all; 0 pairs are left" said || fail "it does not say what was judged"
expect 2 "all 3 pairs of these laps are judged" "$verge" view good.vlog bad.vlog third.vlog --rank mine.jsonl
expect 0 "reward      mine.safetensors" "$verge" train trex --logs good.vlog bad.vlog third.vlog --out mine.safetensors --set preferences=mine.jsonl --set rounds=2 --set n_pairs=64
