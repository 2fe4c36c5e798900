# verge gate: three verdicts and their exit statuses; drives that are not paired are refused; baselines keep their history.
export VERGE_PLAYER= # whatever stands beside this build
expect 0 "pass, regressed or inconclusive" "$verge" gate --help
cat > suite.yaml <<'END'
test: [seeds 1001..1008]
road_length: 600
starts: 2
horizon: 8
END
cat > wide.yaml <<'END'
off_road: +0.15
stalled: +0.5
drift: +60 %
drift_99: +60 %
departures_per_km: +0.8
progress: -20 %
comfort: +60 %
resamples: 1000
END
noisy="pursuit-noisy:noise=0.3"
mkdir eval
run() { # NAME POLICY SUITE
    "$verge" eval "$2" --suite "$3" --json > "eval/$1" 2> said || fail "eval of $1"
}
run before "$noisy" suite.yaml
sed 's/^horizon/seed: 2\nhorizon/' suite.yaml > other.yaml
run other "$noisy" other.yaml
# A broken sense: all its observations are noise.
expect 0 "" "$verge" eval "pursuit-noisy:noise=2,reaction=0.5" --suite suite.yaml --out eval/broken

# --- verdicts --------------------------------------------------------------------------------------------------
expect 0 "pass: the same drives, bit by bit" "$verge" gate eval/before eval/before
expect 1 "regressed: off_road" "$verge" gate eval/before eval/broken --gate wide.yaml
[ "$(sed -n '/^$/q;p' said | wc -l)" = 11 ] || fail "the summary has not eleven lines"
[ "$(grep -c '^    verge view' said)" = 5 ] || fail "there are not five commands"
grep -q "every episode is the same" said && fail "it says that all is the same"

# Each printed command shows the episode that it names.
"$verge" info --json | grep -q '"figures": true' && {
    command=$(grep '^    verge view' said | head -1 | sed 's/^    verge//')
    eval "expect 0 'shot.png' \"\$verge\" $command --shot shot.png --size 640x400"
}

# 16 episodes are too few for a strict gate to decide.
cat > strict.yaml <<'END'
off_road: +0.001
stalled: +0.5
drift: ''
drift_99: ''
departures_per_km: ''
progress: ''
comfort: ''
END
sed 's/^test/about: another name\ntest/' suite.yaml > same.yaml
run near "pursuit-noisy:noise=0.301" same.yaml
expect 3 "inconclusive: off_road" "$verge" gate eval/before eval/near --gate strict.yaml

# Too few roads to show any change.
sed 's/1008/1004/' suite.yaml > few.yaml
run few "$noisy" few.yaml
run few-broken "pursuit-noisy:noise=2,reaction=0.5" few.yaml
expect 3 "4 roads are too few to show any change: so many metrics need at least 8 roads" "$verge" gate eval/few eval/few-broken --gate wide.yaml

# --- refused input ---------------------------------------------------------------------------------------------
expect 2 "the suite's 'seed' is 1 in the baseline and 2 in the result" "$verge" gate eval/before eval/other
change() { # SED WHAT
    sed "$1" suite.yaml > changed.yaml
    run changed "$noisy" changed.yaml
    expect 2 "$2" "$verge" gate eval/before eval/changed
}
change 's/horizon: 8/horizon: 7/' "the suite's 'horizon' is 8.0 in the baseline and 7.0"
change 's/1008/1006/' "the number of roads is 8 in the baseline and 6"
change 's/1001..1008/1002..1009/' "road 1's geometry ('seed 1001')"
change 's/^test/car: kart\ntest/' "the car is 'sedan'"
change 's/^test/gust: 0.02\ntest/' "the suite's 'gust' is 0.0 in the baseline and 0.02"
change 's/^test/off_road_point: corners\ntest/' "the suite's 'off_road_point'"
# An episode less, one more, one in another's place.
python3 - <<'END' 2> /dev/null || skip "no python3"
import json, copy
r = json.load(open("eval/before"))
def out(name, change, whole=lambda d: None):
    d = copy.deepcopy(r)
    change(d["arms"][0]["episodes"])
    whole(d)
    json.dump(d, open(name, "w"))
out("drift.json", lambda e: e[5].update(drift=0.0))
out("label.json", lambda e: None, lambda d: d["arms"][0].update(label="other"))
out("gone.json", lambda e: e[5].pop("off_time"))
out("word.json", lambda e: e[5].update(off_time="late"))
out("later.json", lambda e: None, lambda d: d.update(schema_version=99))
out("unsealed.json", lambda e: None, lambda d: d.pop("content_hash"))
out("dense.json", lambda e: None)
out("less.json", lambda e: e.pop(5))
out("more.json", lambda e: e.append(e[5]))
out("twice.json", lambda e: e[5].update(start_s=e[4]["start_s"]))
END
expect 2 "1 on road 'seed 1003', expected 2: one is missing" "$verge" gate eval/before less.json
expect 2 "3 on road 'seed 1003', expected 2: one is too many" "$verge" gate eval/before more.json
for name in twice drift label; do
    expect 2 "content_hash: does not fit: the file was changed" "$verge" gate eval/before $name.json
    expect 2 "content_hash: does not fit: the file was changed" "$verge" info $name.json
done
expect 2 "off_time: missing in episode 6" "$verge" gate eval/before gone.json
expect 2 "off_time: no number in episode 6" "$verge" gate eval/before word.json
expect 2 "schema_version: is 99, this verge reads 2" "$verge" gate eval/before later.json
expect 2 "content_hash: is missing" "$verge" gate eval/before unsealed.json
expect 0 "the same drives" "$verge" gate eval/before dense.json
expect 2 "none.json" "$verge" gate none.json eval/before
expect 2 "expected BASELINE and RESULT" "$verge" gate eval/before
expect 2 "no shipped gate: smoke, standard" "$verge" gate eval/before eval/before --gate none.yaml
sed 's/^progress.*/progress: +5 %/' wide.yaml > turned.yaml
expect 2 "turned.yaml:6: progress" "$verge" gate eval/before eval/before --gate turned.yaml
expect 2 "BASELINE" "$verge" gate --run pursuit
expect 2 "expected BASELINE alone beside --run" "$verge" gate b.json eval/near --run pursuit
"$verge" eval pursuit "$noisy" --suite suite.yaml --json > eval/two 2> said || fail "eval of two"
expect 2 "2 policies, choose one by its label" "$verge" gate eval/before eval/two
expect 0 "the same drives" "$verge" gate eval/before eval/two --policy pursuit-noisy_noise=0.3
expect 2 "no policy 'bc'" "$verge" gate eval/before eval/two --policy bc

# --- a failed run does not count as a low score ----------------------------------------------------------------
expect 4 "exec:exit 9' ended with exit status 9" "$verge" eval "exec:exit 9" --suite suite.yaml --out eval/failed
[ ! -e eval/failed/result.json ] || fail "a failed run left a result"
expect 0 "" "$verge" baseline update eval/before --reason "the first" --baseline b.json
expect 4 "exec:exit 9' ended with exit status 9" "$verge" gate b.json --run "exec:exit 9"

# --- baselines -------------------------------------------------------------------------------------------------
# A baseline of an earlier version cannot be gated, but its history goes on.
sed 's/"schema_version": 2/"schema_version": 1/' b.json > old.json
expect 2 "schema_version: is 1" "$verge" gate old.json eval/before
expect 0 "entry 2 of its history" "$verge" baseline update eval/before --reason "new columns" --baseline old.json
expect 0 "pass: the same drives" "$verge" gate old.json eval/before
expect 2 "reason" "$verge" baseline update eval/before --baseline c.json
expect 2 "needs a reason" "$verge" baseline update eval/before --baseline c.json --reason " "
[ ! -e c.json ] || fail "a refused baseline was written"
expect 0 "pass: the same drives" "$verge" gate b.json eval/before
expect 1 "regressed: off_road" "$verge" gate b.json eval/broken --gate wide.yaml
expect 0 "entry 2 of its history" "$verge" baseline update eval/near --reason "a little noisier" --baseline b.json
expect 0 "a little noisier" "$verge" baseline list b.json
expect 0 "the first" "$verge" baseline list b.json
# Twenty at a time: each leaves its entry.
cp b.json many.json
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    "$verge" baseline update eval/near --reason "run $i" --baseline many.json 2> /dev/null &
    [ $i -gt 10 ] || "$verge" baseline update eval/near --reason "new $i" --baseline new.json 2> /dev/null &
done
wait
[ "$("$verge" baseline list many.json | tail -n +2 | wc -l)" = 22 ] || fail "entries of the history are lost"
[ "$("$verge" baseline list new.json | tail -n +2 | wc -l)" = 10 ] || fail "entries of a new history are lost"
# Changed by hand: neither gated nor taken over.
sed 's/"off_time": \[null/"off_time": [1.0/' b.json > edited.json
cmp -s b.json edited.json && fail "nothing was edited"
expect 2 "score_hash: does not fit the episodes" "$verge" gate edited.json eval/near
expect 2 "score_hash: does not fit the episodes" "$verge" baseline update eval/near --reason x --baseline edited.json
sed '/"score_hash"/d' b.json > bare.json
expect 2 "score_hash: missing" "$verge" info bare.json
expect 2 "is not a baseline" "$verge" baseline update eval/near --reason "over a result" --baseline eval/before

# --- reports ---------------------------------------------------------------------------------------------------
expect 1 '"verdict": "regressed"' "$verge" gate eval/before eval/broken --gate wide.yaml --json
expect 1 "" "$verge" gate eval/before eval/broken --gate wide.yaml --out gate --junit j.xml
for file in gate/gate.json gate/gate.md gate/junit.xml j.xml; do [ -s $file ] || fail "no $file"; done
if "$verge" info --json | grep -q '"figures": true'; then
    [ -s gate/worst-1.png ] || fail "no picture"
    grep -q '<img src="worst-1.png"' gate/index.html || fail "the page has no picture"
    grep -q '<p class="verdict"><strong>regressed: off_road' gate/index.html || fail "the page has no verdict"
fi

# A page that plays: result and baseline, and the files that their settings name. What a page cannot run is left out; without
# the result nothing plays. (The same drives: no pictures, which take time.)
if "$verge" info --json | grep -q '"figures": true'; then
    grep -q 'verge-play' gate/index.html && fail "a page without a player holds one"
    echo 'play();' > player.js
    echo 'noise: 2' > noisy.yaml
    run settings "pursuit-noisy:config=noisy.yaml,reaction=0.5" suite.yaml
    expect 0 "" "$verge" baseline update eval/settings --reason "for a page" --baseline page.json
    sed 's/"source": "pursuit[^"]*"/"source": "exec:mine"/' page.json > exec.json
    sed 's/"source": "pursuit[^"]*"/"source": "gone.safetensors"/' page.json > gone.json
    play() { # SAYS BASELINE RESULT
        VERGE_PLAYER=player.js expect 0 "$1" "$verge" gate "$2" "$3" --out play --force
    }
    alone='"results":[{"path":"result-0.json","label":"result"}' both=',{"path":"result-1.json","label":"baseline"}]'
    play "" page.json eval/settings
    grep -qF "$alone$both" play/index.html || fail "the page does not play result and baseline"
    grep -qF '{"path":"noisy.yaml","base64":"bm9pc2U6IDIK"}' play/index.html || fail "a file of the settings is missing"
    grep -qF 'play();' play/index.html || fail "the page has no player"
    play "does not play the baseline: a browser runs no programs" exec.json eval/settings
    grep -qF "$alone]" play/index.html || fail "the result does not play alone"
    play "does not play the baseline: gone.safetensors" gone.json eval/settings
    # Files that nothing reads are nobody else's business, whatever a baseline lists.
    echo 'reaction: 0.123' > private.yaml
    sed 's/"test": \[/"test": ["private.yaml", /' page.json > more.json
    sed 's/config=noisy.yaml/config=private.yaml,config=noisy.yaml/' page.json > twice.json
    play "does not play its episodes" more.json eval/settings
    play "does not play the baseline: its files cannot be had" twice.json eval/settings
    grep -q 'private.yaml","base64"' play/index.html && fail "a page takes along a file that nothing reads"
    play "does not play the result: gone.safetensors" page.json gone.json
    grep -q 'verge-play' play/index.html && fail "a page without its result plays"
fi
cmp gate/junit.xml j.xml || fail "two JUnit files differ"
grep -q '<failure message=' j.xml || fail "no failure in JUnit"
if command -v xmllint > /dev/null; then xmllint --noout j.xml || fail "no XML"; fi
expect 2 "gate/gate.json" "$verge" gate eval/before eval/before --out gate
export GITHUB_ACTIONS=true GITHUB_STEP_SUMMARY=summary.md
expect 1 "::error title=verge gate%3A off_road regressed::" "$verge" gate eval/before eval/broken --gate wide.yaml
grep -q '^### verge gate: regressed' summary.md || fail "no step summary"
expect 0 "" "$verge" gate eval/before eval/before
grep -q '::' said && fail "a pass is annotated"
[ "$(grep -c '^### verge gate' summary.md)" = 2 ] || fail "the second summary did not follow the first"
unset GITHUB_ACTIONS GITHUB_STEP_SUMMARY

# --- pass after pass -------------------------------------------------------------------------------------------
expect 0 "" "$verge" baseline update eval/before --reason "back" --baseline b.json
expect 0 "pass: the same drives" "$verge" gate b.json --run "$noisy"
expect 1 "of at most 4" "$verge" gate b.json --run "pursuit-noisy:noise=2,reaction=0.5" --gate wide.yaml --passes 4
"$verge" gate b.json --run "pursuit-noisy:noise=0.35" --gate wide.yaml --json --threads 1 > one.json
"$verge" gate b.json --run "pursuit-noisy:noise=0.35" --gate wide.yaml --json --threads 2 > two.json
cmp one.json two.json || fail "two threads say otherwise than one"
