# verge study: killed anywhere, it continues to the same bytes; two studies are never mixed; bad files are reported.
cat > roads.yaml <<'END'
train: [train-1, train-2]
test: [test-1, test-2, test-3]
starts: 3
horizon: 6
END
cat > s.yaml <<'END'
suite: roads.yaml
demonstrations: [1, 3]
demonstration_seconds: 6
factors: [scaling=physical|zscore]
settings: [bc.n_epochs=3, hidden_sizes=16]
seeds: 2
END
expect 0 "resume" "$verge" study --help
expect 2 "--out needs DIR" "$verge" study s.yaml --out
expect 2 "none.yaml" "$verge" study none.yaml --out o
expect 2 "no shipped study: " "$verge" study none --out o
grep -qE "claims-gail, .*(demo, |, \.\.\.$)" said || fail "no list of shipped studies"
grep -q "smoke" said && fail "a suite is called a study"

# An error in a study or its suite is reported with file, line and key, and leaves nothing behind.
bad() { # TEXT CHANGE
    sed "$2" s.yaml > bad.yaml
    expect 2 "$1" "$verge" study bad.yaml --out bad
    [ ! -e bad ] || fail "a refused study left something behind"
}
bad "bad.yaml:6: sead: unknown key of study" 's/^seeds/sead/'
bad "bad.yaml:6: seeds: '0' is out of range" 's/^seeds: 2/seeds: 0/'
bad "no learner 'sonar'" 's/^seeds/learners: sonar\nseeds/'
bad "scalin" 's/scaling=/scalin=/'
bad "expected key=level" 's/scaling=.*/scaling]/'
bad "'all' needs laps" 's/1, 3/1, all/'
bad "epoch" 's/bc.n_epochs=3/epoch=3/'
bad "no such file" 's/^seeds/laps: none*.csv\nseeds/'
bad "no such file and no shipped suite" 's/roads.yaml/rods.yaml/'
sed 's/^train.*//' roads.yaml > untrained.yaml
bad "the teacher needs a road" 's/roads.yaml/untrained.yaml/'
sed 's/train-2/test-2/' roads.yaml > leaky.yaml
bad "is the same road as 'test-2' of train" 's/roads.yaml/leaky.yaml/'
sed 's/horizon: 6/horizon: -1/' roads.yaml > negative.yaml
bad "negative.yaml:4: horizon" 's/roads.yaml/negative.yaml/'

bad "no learner 'sonar'" 's/^seeds/arms: ["A: sonar 1"]\nseeds/'
bad "expected how many" 's/^seeds/arms: ["A: bc"]\nseeds/'
bad "is not a disturbance" 's/^seeds/arms: ["A: bc 1 test.wind=1"]\nseeds/'
bad "is not a disturbance" 's/^seeds/arms: ["A: bc 1 train.start_spread=1"]\nseeds/'
bad "dagger asks its teacher" 's/^seeds/arms: ["A: dagger 1 teacher=pursuit|pursuit-noisy"]\nseeds/'
bad "sonar" 's/^seeds/arms: ["A: bc 1 teacher=pursuit|sonar"]\nseeds/'
bad "sonar" 's/^seeds/teacher: pursuit|sonar\nseeds/'
bad "dagger asks its teacher" 's/^seeds/learners: dagger\nteacher: pursuit|pursuit-noisy\nseeds/;/^settings\|^factors/d'
bad "epoch" 's/^seeds/arms: ["A: bc 1 epoch=1"]\nseeds/'
bad "arms: 'Blind': bc.validation_fraction: is 0, but noise_injection=dart is estimated on held-out" 's/^seeds/arms: ["Blind: dart 1 bc.validation_fraction=0"]\nseeds/'
bad "arms: 'Warm': warm_start: bc, but the inputs' scale moves" 's/^settings.*//;s/^factors.*//;s/^seeds/arms: ["Warm: ppo 1 warm_start=bc scaling=running"]\nseeds/'
bad "around: 'under' is not one" 's/^seeds/experts: ["pursuit:lateral=0.4;around=under"]\nseeds/'
bad "an expert learns nothing" 's/^seeds/arms: ["A: pursuit bc.n_epochs=1"]\nseeds/'
for seeds in 1 0 -3 1001 many ""; do
    bad "'seeds=$seeds' is no number of training seeds" "s/^seeds/arms: [\"A: bc 1 seeds=$seeds\"]\nseeds/"
done
bad "an expert learns nothing" 's/^seeds/arms: ["A: pursuit seeds=3"]\nseeds/'
bad "seeds: unknown key" 's/settings: \[/settings: [seeds=3, /'
bad "no arm with that label" 's/^seeds/claims: ["1: so: off_road(A) < 1"]\nseeds/'

expect 0 "bc 3, zscore" "$verge" study s.yaml --out a
for file in result.json episodes.csv junit.xml study.yaml; do [ -s a/$file ] || fail "no $file"; done
[ "$(grep -c . a/episodes.csv)" = $((1 + 9 + 4 * 2 * 9)) ] || fail "episodes.csv has another number of rows"
expect 3 "none to none" "$verge" gate --recipe a a --policy "bc 3, zscore" --baseline-policy "bc 3, zscore" # two seeds
expect 2 "--resume continues" "$verge" study s.yaml --out a
expect 0 "" "$verge" study s.yaml --out a --resume --threads 1 # everything is there: only scored again

same() {
    for file in result.json episodes.csv junit.xml; do
        cmp a/$file $1/$file || fail "$file differs"
    done
}
expect 0 "" "$verge" study s.yaml --out b --threads 1
same b
# Killed at several moments, with different files finished, then resumed.
for cells in 0 3; do
    "$verge" study s.yaml --out c > said 2>&1 &
    pid=$!
    while kill -0 $pid 2>/dev/null && [ "$(ls c/cells-*/*.json 2>/dev/null | wc -l)" -lt $cells ]; do :; done
    kill -9 $pid 2>/dev/null
    wait $pid 2>/dev/null
    if [ -e c/study.yaml ]; then expect 0 "" "$verge" study s.yaml --out c --resume; same c; fi
    rm -rf c
done

# Arms one by one: two that differ in how they are scored share their cells; claims are decided for them.
cat > w.yaml <<'END'
suite: roads.yaml
demonstration_seconds: 6
learners: []
arms: ["calm: bc 2 sense=offset;heading;speed", "gusts: bc 2 sense=offset;heading;speed test.gust=0.3"]
settings: [bc.n_epochs=3, hidden_sizes=16]
claims: ["1: it is worse in gusts: off_road(gusts) - off_road(calm) >= 0", "2: it never leaves: off_road(calm) < 0"]
seeds: 2
END
expect 0 "does not hold" "$verge" study w.yaml --out w
[ "$(ls w/cells-*/*.safetensors | wc -l)" = 2 ] || fail "arms of one recipe do not share their cells"
grep -q '"holds": false' w/result.json || fail "the claims are not in the result"

# An arm may have more training seeds than the study, or fewer: it shares the first ones, and claims hold it against others.
sed -e '/^arms/s/, "gusts/, "one: bc 1"&/' -e '/^arms/s/"\]$/ seeds=3&/' -e 's/^claims: \[/&"3: less: excess(gusts) - excess(calm) < 9", "4: ratio: drift(gusts) \/ drift(one) < 99", /' w.yaml > more.yaml
expect 0 "does not hold" "$verge" study more.yaml --out more
[ "$(ls more/cells-*/*.safetensors | wc -l)" = 5 ] || fail "arms of one recipe do not share their cells"
[ "$(ls more/cells-*/*.vlog | wc -l)" = 5 ] || fail "logs from which nobody learns, or too few"
[ "$(grep -c . more/episodes.csv)" = $((1 + 9 + 2 * 9 + 2 * 9 + 3 * 9)) ] || fail "episodes.csv has another number of rows"
for cell in w/cells-*/bc*.safetensors; do cmp $cell more/cells-*/${cell##*/} || fail "$cell differs with more seeds"; done

# Several may be the study's teacher, and demonstrate in turn.
sed -e '/^arms/s/"calm: bc 2 [^"]*", "gusts.*"/"calm: bc 2"/' -e '/^claims/d' -e 's/^seeds: 2/teacher: pursuit|pursuit-noisy\nseeds: 1/' w.yaml > turns.yaml
expect 0 "" "$verge" study turns.yaml --out turns
expect 0 " pursuit-noisy " "$verge" info turns/cells-*/*.vlog
grep -q " pursuit " said || fail "one driver of two demonstrates"

# Parts: one study after the other.
echo 'parts: [s.yaml, w.yaml]' > parts.yaml
expect 0 "w: " "$verge" study parts.yaml --out p
for part in s w; do [ -s p/$part/result.json ] || fail "part $part left no result"; done
cmp w/result.json p/w/result.json || fail "a part differs from the study alone"
echo 'parts: [parts.yaml]' > nested.yaml
expect 2 "no parts of its own" "$verge" study nested.yaml --out n

# Edited in between: refused, unless --force starts it anew.
sed -i 's/bc.n_epochs=3/bc.n_epochs=4/' s.yaml
expect 2 "cells are not mixed" "$verge" study s.yaml --out a --resume
expect 0 "" "$verge" study s.yaml --out a --force
cmp -s a/result.json b/result.json && fail "another study gave the same result"
sed -i 's/horizon: 6/horizon: 5/' roads.yaml
expect 2 "cells are not mixed" "$verge" study s.yaml --out a --resume

# A full disk: an error, and no half-written report.
if [ "$(id -u)" = 0 ] && mkdir full && mount -t tmpfs -o size=64k tmpfs full 2>/dev/null; then
    "$verge" study s.yaml --out full/o > said 2>&1
    status=$?
    umount full
    [ $status = 4 ] || fail "a full disk gives $status"
fi
true
