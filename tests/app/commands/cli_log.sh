# verge log and verge replay: a drive is listed, cut, dropped, merged and tagged, and still replays to its bits.
expect 0 "finish" "$verge" record pursuit-noisy --road narrow --laps 1 --episodes 2 --seed 1 --out a.vlog
expect 0 "same bits" "$verge" replay a.vlog --verify
expect 0 '"differing": 0' "$verge" replay a.vlog --verify --json --episode 1
expect 0 '"policy": "pursuit-noisy' "$verge" log list a.vlog --json
grep -q '"hash": "[0-9a-f]\{16\}"' said || fail 'no content hash of the episodes'
expect 2 "there is no episode 5" "$verge" replay a.vlog --episode 5
expect 2 "must be a number" "$verge" replay a.vlog --episode x

# Nothing is overwritten without --force.
expect 2 "would be rewritten" "$verge" log tag a.vlog --add good
expect 2 "exists already" "$verge" log drop a.vlog --episode 0 --out a.vlog
expect 2 "nothing to do" "$verge" log tag a.vlog --force
expect 2 "is not a tag" "$verge" log tag a.vlog --add 'a;b' --force

expect 0 "wrote" "$verge" log cut a.vlog --episode 1 --from 1 --to 3.5 --out cut.vlog
expect 0 "  2.50       -  " "$verge" log list cut.vlog
expect 0 "stopped" "$verge" log list cut.vlog
expect 0 "\"best_lap_s\": null" "$verge" log list cut.vlog --json
expect 0 "same bits" "$verge" replay cut.vlog --verify
expect 0 "wrote" "$verge" log drop cut.vlog --episode 0 --force
expect 0 "wrote" "$verge" log tag cut.vlog --add short,clean --episode 0 --force
expect 0 "short,clean" "$verge" log list cut.vlog
expect 0 "wrote" "$verge" log tag cut.vlog --remove clean --out untagged.vlog
expect 0 "wrote" "$verge" log merge a.vlog untagged.vlog cut.vlog --out all.vlog
expect 0 "same bits" "$verge" replay all.vlog --verify
[ "$(grep -c 'same bits' said)" = 4 ] || fail "merging 2 + 1 + 1 episodes gives not 4"
expect 2 "no episode would be left" "$verge" log drop cut.vlog --episode 0 --out none.vlog
[ -e none.vlog ] && fail "a log was written after an error"

# A log whose second state is not what the simulation gives.
expect 1 "episode 0: tick 1: x: logged 4.986060608347152, simulated 5.15" \
    "$verge" replay "$root/tests/fixtures/differs.vlog" --verify
expect 0 "differs" "$verge" replay "$root/tests/fixtures/differs.vlog"
expect 1 '"column": "x"' "$verge" replay "$root/tests/fixtures/differs.vlog" --verify --json

# A log made before cars had grip: a kart without any, and a car with a cap across and a delay. Both replay to the bit.
expect 0 "same bits" "$verge" replay "$root/tests/fixtures/before-grip.vlog" --verify

# What is damaged is told, by name.
head -c 5000 a.vlog > short.vlog
expect 2 "short.vlog" "$verge" replay short.vlog --verify
echo "x_m,y_m" > text.vlog
expect 2 "text.vlog: is not a verge log" "$verge" log list text.vlog
expect 2 "no such file" "$verge" log list missing.vlog
exit 0
