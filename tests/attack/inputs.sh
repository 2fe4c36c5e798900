# Files that were read too trustfully: roads that turn back on the spot, outputs that are their own input, labels that share a
# file, checkpoints that are damaged, missing or of another training, logs given twice, a machine without fonts.

# A road that turns back on the spot is no straight. Neither is it when it is open, long, or off by a hair.
printf 'x_m,y_m,w_right_m,w_left_m\n0,0,5,5\n100,0,5,5\n50,0,5,5\n' > closed.csv
printf '# open\nx_m,y_m,w_right_m,w_left_m\n0,0,5,5\n50,0,5,5\n100,0,5,5\n150,0,5,5\n100,0.0001,5,5\n50,0,5,5\n' > open.csv
awk 'BEGIN { print "x_m,y_m,w_right_m,w_left_m"; for (i = 0; i <= 40; i++) print 7 * i "," 3 * i ",4,4"
    for (i = 39; i > 0; i--) print 7 * i "," 3 * i ",4,4" }' > long.csv
for road in closed open long; do
    expect 2 "turns back on the spot" "$verge" track info $road.csv
    expect 2 "turns back on the spot" "$verge" eval pursuit --road $road.csv --starts 4 --horizon 20
    expect 2 "turns back on the spot" "$verge" info $road.csv
done

# --force does not replace an input of the same command, by whatever name.
"$verge" record pursuit --road train-1 --longest 5 --out laps.vlog > said 2>&1 || fail "record"
"$verge" track convert train-1 --out road.csv > said 2>&1 || fail "convert"
"$verge" train bc --logs laps.vlog --out p.safetensors --set bc.n_epochs=2 > said 2>&1 || fail "train"
ln -s laps.vlog link.vlog
ln laps.vlog hard.vlog
sha256sum laps.vlog road.csv p.safetensors > before
for out in laps.vlog ./laps.vlog link.vlog hard.vlog; do
    expect 2 "also given as an input" "$verge" train bc --logs laps.vlog --out $out --force
    expect 2 "also given as an input" "$verge" log merge laps.vlog --out $out --force
    expect 2 "also given as an input" "$verge" record line_follower:log=laps.vlog --road train-1 --out $out --force
    expect 2 "also given as an input" "$verge" view laps.vlog --shot $out --force
done
expect 2 "also given as an input" "$verge" record pursuit --road road.csv --out road.csv --force
expect 2 "also given as an input" "$verge" record p.safetensors --road train-1 --out=p.safetensors --force
expect 2 "also given as an input" "$verge" track convert road.csv --out road.csv --force
expect 2 "also given as an input" "$verge" track draw road.csv --out road.csv --force
expect 2 "also given as an input" "$verge" train gail --logs laps.vlog --roads train-1 --out q.safetensors --record laps.vlog --force
sha256sum -c before > said 2>&1 || fail "an input was replaced"
expect 0 "wrote" "$verge" log tag hard.vlog --add x --out tagged.vlog
expect 0 "wrote" "$verge" log tag tagged.vlog --add y --force

# Labels that differ in punctuation or case only have a map each.
printf 'test: [seeds 1..1]\nroad_length: 400\nstarts: 1\nhorizon: 2\n' > suite.yaml
for name in a=b a_b A_b ab; do cp p.safetensors $name.safetensors; done
expect 0 "" "$verge" eval a=b.safetensors a_b.safetensors A_b.safetensors ab.safetensors --suite suite.yaml --out maps
if "$verge" info --json | grep -q '"figures": true'; then
    count=$(find maps -iname 'map-*.svg' | tr A-Z a-z | sort -u | wc -l)
    [ "$count" = 4 ] || { ls maps > said; fail "two labels share a map"; }
fi

# A checkpoint: missing, damaged, of another training, and the right one.
train() { "$verge" train bc --logs laps.vlog --out c.safetensors --set bc.n_epochs=400 bc.checkpoint_every=1 "$@"; }
expect 2 "no checkpoint to resume from" train --resume
[ ! -e c.safetensors ] || fail "a training began anew"
expect 2 "no checkpoint to resume from" "$verge" train bc --logs laps.vlog --out p.safetensors --resume
sha256sum -c before > said 2>&1 || fail "a finished policy was replaced"
printf 'suite: suite.yaml\nlearners: [bc]\ndemonstrations: [1]\nseeds: 2\n' > study.yaml
expect 2 "no study to resume" "$verge" study study.yaml --out s --resume
[ ! -e s ] || fail "a study began anew"
train > said 2>&1 &
pid=$!
while kill -0 $pid 2> /dev/null && [ ! -e c.safetensors.checkpoint ]; do :; done
kill -INT $pid
wait $pid
if [ -e c.safetensors.checkpoint ]; then
    cp c.safetensors.checkpoint kept
    expect 2 "bc.n_epochs is 400 in it and 500 here" train --resume --set bc.n_epochs=500
    expect 2 "--seed is 1 in it and 2 here" train --resume --seed 2
    "$verge" record pursuit --road train-2 --longest 5 --out other.vlog > said 2>&1 || fail "record"
    expect 2 "--logs is 1, 1 episodes, hash" "$verge" train bc --logs other.vlog --out c.safetensors --set bc.n_epochs=400 \
        bc.checkpoint_every=1 --resume
    command -v python3 > /dev/null && for at in 0.3 0.5 0.7 0.9 0.999; do
        python3 -c "
b = bytearray(open('kept', 'rb').read())
i = int(len(b) * $at)
b[i] ^= 1
open('c.safetensors.checkpoint', 'wb').write(b)"
        expect 2 "c.safetensors.checkpoint" train --resume
    done
    cp kept c.safetensors.checkpoint
    expect 0 "policy      c.safetensors" train --resume
    mv c.safetensors resumed.safetensors
    expect 0 "" train
    cmp c.safetensors resumed.safetensors || fail "a resumed training differs"
fi

# A log, and an episode, that are given twice.
expect 0 "is given twice" "$verge" train bc --logs laps.vlog link.vlog --out d.safetensors --set bc.n_epochs=1
grep -qF "in the logs more than once" said || fail "episodes given twice are not told"
"$verge" log merge laps.vlog other.vlog --out merged.vlog > said 2>&1 || cp laps.vlog merged.vlog
expect 0 "in the logs more than once" "$verge" train bc --logs laps.vlog merged.vlog --out d.safetensors --set bc.n_epochs=1 --force
expect 0 "" "$verge" train bc --logs laps.vlog --out d.safetensors --set bc.n_epochs=1 --force
grep -qF "more than once" said && fail "one log is told twice"

# Many tensors, their order turned round: read in a moment. (A quadratic search would take longer than the test may.)
if command -v python3 > /dev/null; then
    python3 -c "
import json, struct
n = 220000
h = {'t%d' % i: {'dtype': 'F32', 'shape': [1], 'data_offsets': [4 * i, 4 * i + 4]} for i in reversed(range(n))}
b = json.dumps(h, separators=(',', ':')).encode()
open('many.safetensors', 'wb').write(struct.pack('<Q', len(b)) + b + b'\0' * (4 * n))"
    expect 2 "many.safetensors" timeout 300 "$verge" info many.safetensors
fi

# A name that does not fit is refused, never cut: a road's, and a policy's label.
long=$(printf '%0250d' 7)
expect 2 "name has 262 bytes" "$verge" eval "so:./$long-and-more.so" --suite suite.yaml --out long
printf '# name: %s\n' "$long" > long.csv
"$verge" track convert train-1 --out plain.csv > /dev/null 2>&1
cat plain.csv >> long.csv
expect 2 "the road's name has 250 bytes" "$verge" track info long.csv

# No fonts: a picture without text, and a word of it.
if "$verge" info --json | grep -q '"figures": true'; then
    printf '<?xml version="1.0"?>\n<fontconfig><dir>/nowhere</dir><cachedir>none</cachedir></fontconfig>\n' > fonts.conf
    export FONTCONFIG_FILE=$PWD/fonts.conf
    expect 0 "no fonts" "$verge" track draw train-1 --out road.png
    expect 0 "no fonts" "$verge" eval pursuit --suite suite.yaml --out nofonts
    expect 0 "no fonts" "$verge" import csv "$root/tests/fixtures/import/one_speed_spike/lap.csv" --car kart --out nofonts.vlog \
        --road "$root/tests/fixtures/import/one_speed_spike/road.csv" --report nofonts-page
    [ -s road.png ] && [ -s nofonts/result.json ] || fail "nothing was drawn"
fi
exit 0
