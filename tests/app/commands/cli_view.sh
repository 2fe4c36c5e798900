# verge view: pictures of logs, results and policies without a display; errors are one line.
expect 0 "LOG... " "$verge" view --help
"$verge" info --json | grep -q '"figures": true' || {
    expect 2 "made without figures" "$verge" view a.vlog --shot a.png
    exit 0
}
expect 0 "" "$verge" record pursuit --road hairpins --laps 2 --out pursuit.vlog
expect 0 "" "$verge" record pursuit-noisy --road hairpins --seed 3 --out noisy.vlog
expect 0 "" "$verge" record pursuit --road chicane --out chicane.vlog

# --- a log ---------------------------------------------------------------------------------------------------
small="--size 640x400"
expect 0 "a.png: pursuit on hairpins at 5.00 s" "$verge" view pursuit.vlog --shot a.png --at 5 $small
expect 0 "width     640" "$verge" info a.png
expect 0 "height    400" "$verge" info a.png
expect 0 "sound     yes" "$verge" info a.png
expect 0 "Command   verge view pursuit.vlog --at 5 --size 640x400" "$verge" info a.png
expect 0 "Software  verge " "$verge" info a.png
expect 0 "Policies  pursuit" "$verge" info a.png
expect 2 "a.png" "$verge" view pursuit.vlog --shot a.png $small
cp a.png before.png
expect 0 "" "$verge" view pursuit.vlog --shot a.png --at 5 $small --force
cmp a.png before.png || fail "the same view gives another picture"
expect 0 "" "$verge" view pursuit.vlog --shot a.png --at 6 $small --force
cmp -s a.png before.png && fail "another time gives the same picture"
expect 0 "" "$verge" view pursuit.vlog noisy.vlog --shot b.png --scale 1.25 --size 800x500 --theme dark --heat --camera north
expect 0 "Policies  pursuit, noisy" "$verge" info b.png
expect 0 "" "$verge" view pursuit.vlog noisy.vlog --shot m.png $small --map --follow noisy
# Beyond 1920x1080 what is drawn grows with the size. The last bytes of a PNG are of its pixels: its texts stand before.
pixels() { tail -c 50000 "$1" > "$1.pixels"; }
expect 0 "" "$verge" view pursuit.vlog --shot wide.png --size 2880x1620
expect 0 "" "$verge" view pursuit.vlog --shot scaled.png --size 2880x1620 --scale 1.5
expect 0 "" "$verge" view pursuit.vlog --shot tiny.png --size 2880x1620 --scale 1
for name in wide scaled tiny; do pixels $name.png; done
cmp -s wide.png.pixels scaled.png.pixels || fail "a picture of 2880x1620 is not drawn at a scale of 1.5"
cmp -s wide.png.pixels tiny.png.pixels && fail "a scale of 1 is not taken"
expect 2 "at scale 0.2" "$verge" view pursuit.vlog --shot no.png --scale 0.2

# --- logs of several roads, side by side ---------------------------------------------------------------------
expect 0 "2 logs on hairpins, chicane at 5.00 s" "$verge" view pursuit.vlog chicane.vlog --shot two.png --at 5 $small
expect 0 "Policies  pursuit, chicane" "$verge" info two.png
expect 0 "" "$verge" view chicane.vlog pursuit.vlog --shot owt.png --at 5 $small
cmp -s two.png owt.png && fail "the roads are in the same order"
expect 0 "2 logs on hairpins at" "$verge" view pursuit.vlog chicane.vlog --road hairpins --shot one.png --at 5 $small
expect 0 "" "$verge" view pursuit.vlog chicane.vlog --reward progress --shot paint.png --at 5 $small
expect 2 "no log has an episode on the road 'spa'" "$verge" view pursuit.vlog chicane.vlog --road spa --shot x.png
expect 2 "these are on 2 ('hairpins', 'chicane'): choose one by --road" "$verge" view pursuit.vlog chicane.vlog --policy pursuit --shot x.png

# --- errors in a log -----------------------------------------------------------------------------------------
expect 2 "nothing to show" "$verge" view
expect 2 "none.vlog" "$verge" view none.vlog --shot x.png
expect 2 "is neither a log (.vlog) nor a result" "$verge" view a.png --shot x.png
expect 2 "no episode on the road 'spa', but some on 'hairpins'" "$verge" view pursuit.vlog --road spa --shot x.png
expect 2 "no episode 7" "$verge" view pursuit.vlog --episode 7 --shot x.png
expect 2 "--episode one: the episode of a log is a number" "$verge" view pursuit.vlog --episode one --shot x.png
expect 0 "" "$verge" log merge pursuit.vlog chicane.vlog --out merged.vlog
expect 0 "merged on chicane" "$verge" view merged.vlog --road chicane --shot c.png $small
expect 2 "--follow 'bc': the cars are 'pursuit 0', 'pursuit 1'" "$verge" view pursuit.vlog --follow bc --shot x.png
expect 2 "the drives last from 0 to" "$verge" view pursuit.vlog --at 5000 --shot x.png
for road in narrow sweepers test-1; do "$verge" record pursuit --road $road --out $road.vlog > said 2>&1 || fail "record"; done
expect 2 "test-1.vlog: episode 0 is on the road 'test-1', the ones before it on 'hairpins', 'chicane', 'narrow', 'sweepers'; at most 4" "$verge" view pursuit.vlog chicane.vlog narrow.vlog sweepers.vlog test-1.vlog --shot x.png
expect 0 "4 logs on hairpins, chicane, narrow, sweepers" "$verge" view pursuit.vlog chicane.vlog narrow.vlog sweepers.vlog --shot four.png --size 480x320
expect 2 "expected pixels such as 1280x720" "$verge" view pursuit.vlog --size wide --shot x.png
expect 2 "at least 480 x 320" "$verge" view pursuit.vlog --size 100x100 --shot x.png
expect 2 "must end in .png" "$verge" view pursuit.vlog --shot x.gif
expect 2 "for a log choose by --episode" "$verge" view pursuit.vlog --start 1 --shot x.png
expect 2 "--car works only for policies" "$verge" view pursuit.vlog --car kart --shot x.png
expect 2 "--suite works only without" "$verge" view pursuit.vlog --suite smoke --shot x.png
if command -v sqlite3 > /dev/null; then
    cp pursuit.vlog empty.vlog
    sqlite3 empty.vlog 'pragma foreign_keys = off; delete from step; delete from event; delete from episode;' || fail "sqlite3"
    expect 2 "has no episodes" "$verge" view empty.vlog --shot x.png
fi

# --- a person compares two laps ------------------------------------------------------------------------------
expect 0 "pair 1 of 3 on hairpins" "$verge" view pursuit.vlog noisy.vlog --rank p.jsonl --shot r.png --at 5 --size 800x500
expect 0 "" "$verge" view pursuit.vlog noisy.vlog --shot s.png --at 5 --size 800x500
cmp -s r.png s.png && fail "two laps side by side look like two in one picture"
[ ! -e p.jsonl ] || fail "a picture judges"
expect 0 "" "$verge" view pursuit.vlog noisy.vlog --rank p.jsonl --shot r.png --at 5 --size 480x320 --force
expect 2 "1 lap to compare" "$verge" view pursuit.vlog --episode 0 --rank p.jsonl --shot x.png
expect 2 "--rank compares laps of logs" "$verge" view pursuit.vlog --policy pursuit --rank p.jsonl --shot x.png
echo '{"format": "verge-preferences", "format_version": 1}' > bad.jsonl
echo '{"left": "xyz"}' >> bad.jsonl
expect 2 "bad.jsonl:2: left: expected the content hash" "$verge" view pursuit.vlog noisy.vlog --rank bad.jsonl --shot x.png

# --- a reward on the road ------------------------------------------------------------------------------------
expect 0 "" "$verge" view pursuit.vlog --episode 0 --shot plain.png --at 5 --size 800x500
expect 0 "Command   verge view pursuit.vlog --episode 0 --reward progress" eval '"$verge" view pursuit.vlog --episode 0 --reward progress --shot w.png --at 5 --size 800x500 && "$verge" info w.png'
cmp -s w.png plain.png && fail "the reward is not painted"
expect 0 "reward      why.safetensors" "$verge" train maxent --logs pursuit.vlog --out why.safetensors --set rounds=2
expect 0 "" "$verge" view pursuit.vlog noisy.vlog --reward why.safetensors --shot v.png --at 5 $small
expect 0 "" "$verge" view pursuit.vlog noisy.vlog --reward why.safetensors --shot n.png --at 5 $small --follow noisy
cmp -s v.png n.png && fail "whoever is followed, the reward is painted at the same speeds"
expect 0 "" "$verge" view --road hairpins --policy pursuit --horizon 5 --reward progress --shot u.png --at 2 --size 480x320
expect 2 "constant: the reward is 1 everywhere on this road" "$verge" view pursuit.vlog --episode 0 --reward constant --shot x.png
expect 2 "none.safetensors: there is no such file" "$verge" view pursuit.vlog --episode 0 --reward none.safetensors --shot x.png
expect 2 "expected 'verge-reward'" eval '"$verge" train bc --logs pursuit.vlog --out bc1.safetensors --set bc.n_epochs=1 && "$verge" view pursuit.vlog --episode 0 --reward bc1.safetensors --shot x.png'
expect 2 "not on the map: leave out --map" "$verge" view pursuit.vlog --episode 0 --reward progress --map --shot x.png
[ ! -e x.png ] || fail "a picture of what cannot be painted"

# --- policies, beside a log and alone ------------------------------------------------------------------------
expect 0 "" "$verge" view noisy.vlog --policy pursuit --shot d.png $small
expect 0 "Policies  pursuit-noisy, pursuit" "$verge" info d.png
expect 0 "hairpins, start 3" "$verge" view --road hairpins --policy pursuit pursuit-noisy --start 3 --horizon 5 --shot e.png $small
many=$(for i in $(seq 64); do echo "pursuit:lateral=0.$((200 + i))"; done)
# shellcheck disable=SC2086
expect 2 "64 drivers, but at most 8 are shown at once: name so many by --policy" "$verge" view --road hairpins --policy $many --horizon 2 --shot x.png
expect 2 "--policy: 'pursuit' is given twice" "$verge" view --road hairpins --policy pursuit pursuit --horizon 2 --shot x.png
expect 2 "no --policy given" "$verge" view --road hairpins --shot x.png
expect 2 "neither --suite nor --road" "$verge" view --policy pursuit --shot x.png
expect 2 "--start 99: there are 16" "$verge" view --road hairpins --policy pursuit --start 99 --shot x.png
expect 2 "no such file" "$verge" view --road hairpins --policy ./none.safetensors --shot x.png

# --- a result ------------------------------------------------------------------------------------------------
cat > roads.yaml <<'END'
train: [train-1]
test: [seeds 1001..1003, hairpins]
road_length: 800
starts: 3
horizon: 6
END
cat > s.yaml <<'END'
suite: roads.yaml
demonstrations: [1]
demonstration_seconds: 6
settings: [bc.n_epochs=3, hidden_sizes=16]
seeds: 2
END
expect 0 "" "$verge" study s.yaml --out s
expect 0 "s, seed 1002, start 2 at 3.00 s" "$verge" view s --episode "seed 1002:2" --at 3 --shot f.png $small
expect 0 "Policies  pursuit, bc 1 " "$verge" info f.png
expect 0 "s, seed 1002, start 2" "$verge" view s/result.json --episode 5 --at 3 --shot g.png $small
cmp -s f.png g.png && fail "another command line is the same picture"
expect 0 "s, hairpins, start 1" "$verge" view s --road hairpins --start 1 --shot h.png $small --policy "bc 1" --training-seed 2
one=$("$verge" info h.png | sed -n 's/^Policies  bc 1 //p')
grep -q "\"hash\": \"$one\"" s/result.json || fail "the policy's hash is not in the result"
expect 0 "" "$verge" record pursuit --road hairpins --out lap.vlog
expect 0 "" "$verge" view lap.vlog s --shot i.png $small
expect 0 "Policies  pursuit, s: pursuit, bc 1 " "$verge" info i.png

expect 2 "has no road 'seed 9'; it has 'seed 1001'" "$verge" view s --episode "seed 9:0" --shot x.png
expect 2 "has no start 3: there are 3" "$verge" view s --episode "hairpins:3" --shot x.png
expect 2 "has no episode 12: there are 12" "$verge" view s --episode 12 --shot x.png
expect 2 "expected ROAD:START or a number" "$verge" view s --episode worst --shot x.png
expect 2 "has no arm 'dagger'; it has 'pursuit', 'bc 1'" "$verge" view s --policy dagger --shot x.png
expect 2 "'bc 1' has no training seed 3" "$verge" view s --training-seed 3 --shot x.png
expect 2 "was not scored on the road 'chicane'" "$verge" view chicane.vlog s --shot x.png
mv s/cells-* cells
expect 2 "keep it beside result.json" "$verge" view s --shot x.png
expect 0 "" "$verge" view s --policy pursuit --shot j.png $small
mkdir other && sed 's/"schema_version": 2/"schema_version": 1/' s/result.json > other/result.json
expect 2 "schema_version: is 1, expected 2" "$verge" view other --shot x.png
sed 's/"kind": "verge result"/"kind": "verge dream"/' s/result.json > other/result.json
expect 2 "is 'verge dream', expected 'verge result'" "$verge" view other --shot x.png
head -c 3000 s/result.json > other/result.json
expect 2 "is not JSON" "$verge" view other --shot x.png
sed 's/"road_width": 5.0/"road_width": 4.0/' s/result.json > other/result.json
expect 2 "was scored on a road 'seed 1001' with the hash" "$verge" view other --policy pursuit --shot x.png
sed 's/"wheelbase": 2.7/"wheelbase": 2.8/' s/result.json > other/result.json
expect 2 "car: has the hash" "$verge" view other --policy pursuit --shot x.png

cp cells/*-seed-1.safetensors one.safetensors
expect 0 "" "$verge" eval one.safetensors pursuit --suite roads.yaml --out e
expect 0 "" "$verge" view e --shot k.png $small
cp cells/*-seed-2.safetensors one.safetensors
expect 2 "the policy is another by now" "$verge" view e --shot x.png
rm one.safetensors
expect 2 "one.safetensors" "$verge" view e --shot x.png
expect 2 "is a policy: show it with --policy" "$verge" view cells/*-seed-1.safetensors --shot x.png
[ -e x.png ] && fail "a picture was written after an error"

# --- frames and video ----------------------------------------------------------------------------------------
expect 0 "out/frames/: 5 pictures" "$verge" view pursuit.vlog --frames out/frames/ --at 1 --until 3 --fps 4 --speed 2 $small
[ "$(ls out/frames | tr '\n' ' ')" = "frame-00000.png frame-00001.png frame-00002.png frame-00003.png frame-00004.png " ] ||
    fail "frames are not numbered from 0 to 4"
expect 0 "sound     yes" "$verge" info out/frames/frame-00004.png
cmp -s out/frames/frame-00001.png out/frames/frame-00002.png && fail "time stands still"
expect 2 "exists already" "$verge" view pursuit.vlog --frames out/frames --until 1 $small
expect 0 "3 pictures" "$verge" view pursuit.vlog --frames out/frames --until 1 --fps 2 $small --force
[ "$(ls out/frames | wc -l)" = 3 ] || fail "old frames are still there"
echo mine > out/frames/notes.txt
expect 2 "cannot be replaced" "$verge" view pursuit.vlog --frames out/frames --until 1 --fps 2 $small --force
[ "$(cat out/frames/notes.txt)" = mine ] || fail "somebody's file is gone"
[ "$(ls out)" = frames ] || fail "something half-made was left: $(ls out)"

mkdir bin empty
none=$PWD/empty
expect 2 "needs ffmpeg, which is not installed; --frames DIR" env PATH="$none" "$verge" view pursuit.vlog --video v.mp4 --until 1 --fps 2 $small
cat > bin/ffmpeg <<'END'
#!/bin/sh
echo "$@" > arguments
for last; do :; done
wc -c | tr -d ' \n' > "$last"
END
chmod +x bin/ffmpeg
path=$PWD/bin:$PATH
expect 0 "v.mp4: 1.5 s" env PATH="$path" "$verge" view pursuit.vlog --video v.mp4 --until 1 --fps 2 $small
[ "$(cat v.mp4)" = $((3 * 640 * 400 * 4)) ] || fail "ffmpeg was given $(cat v.mp4) bytes"
grep -q -- "-f rawvideo -pix_fmt bgr0 -s 640x400 -r 2 -i - -an -f mp4 -pix_fmt yuv420p" arguments || fail "$(cat arguments)"
expect 2 "v.mp4" env PATH="$path" "$verge" view pursuit.vlog --video v.mp4 --until 1 $small
expect 2 "must end in .mp4" env PATH="$path" "$verge" view pursuit.vlog --video v.avi --until 1 $small
expect 2 "both must be even" env PATH="$path" "$verge" view pursuit.vlog --video w.mp4 --until 1 --size 641x400
printf '#!/bin/sh\nhead -c 1000 > /dev/null\nexit 3\n' > bin/ffmpeg
expect 4 "ffmpeg failed with status 3" env PATH="$path" "$verge" view pursuit.vlog --video w.mp4 --until 2 $small
[ "$(ls | grep -c w.mp4)" = 0 ] || fail "a half-made video was left"

# --- the window ----------------------------------------------------------------------------------------------
if "$verge" info --json | grep -q "built without SDL2"; then
    expect 2 "made without SDL2" "$verge" view pursuit.vlog
    exit 0
fi
SDL_VIDEODRIVER=dummy "$verge" view pursuit.vlog noisy.vlog --once --speed 16 --at 165 $small > said 2>&1 ||
    fail "no window on the dummy driver"
expect 2 "cannot open a window" env -u DISPLAY -u WAYLAND_DISPLAY SDL_VIDEODRIVER=x11 "$verge" view pursuit.vlog
[ "$(wc -l < said)" -le 2 ] || fail "no display is more than a line"
