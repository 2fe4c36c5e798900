# verge bench score: it runs, and its output. A few studies do not show coverage, so exit statuses 0 and 1 are both right.
either() { # TEXT COMMAND...: exits 0 or 1 and prints TEXT
    part=$1
    shift
    "$@" > said 2> complaint
    status=$?
    [ $status -le 1 ] || fail "$* exits with $status: $(cat complaint)"
    grep -qF -e "$part" said || fail "$* does not say '$part'"
}
expect 0 "--studies N" "$verge" bench score --help
expect 0 "whether the scorer finds known truths" "$verge" bench --help
expect 2 "--studies" "$verge" bench score --studies 0
expect 2 "--studies" "$verge" bench score --studies many
expect 2 "one argument too many" "$verge" bench score motion
expect 2 "no piece is called 'scores'" "$verge" bench scores

either "10 x 64 x 16" "$verge" bench score --studies 3
for slope in 1.994 1.348 1.004 "no fit"; do
    grep -q "^leaves .* $slope .* ok$" said || fail "no chain has the slope '$slope', or it is not ok"
done
# 6 of 11 kinds of studies are promised, each at four rates; and 20 against 2 %.
for what in rate difference survival; do
    [ "$(grep -c "[0-9]  $what.* \(ok\|no\)$" said)" = 25 ] || fail "$what is not judged for 25 settings"
    [ "$(grep -c "[0-9]  $what.* -$" said)" = 20 ] || fail "$what is not shown for 20 settings without a promise"
done
for what in drift_50 drift_90 drift_99; do
    [ "$(grep -c "[0-9]  $what.* \(ok\|no\)$" said)" = 6 ] || fail "$what is not judged for six kinds of studies"
done
[ "$(grep -c "percentile .*-$" said)" = 2 ] || fail "the percentile intervals are judged, or missing"
for kind in "skewed 0.8" "skewed 1.5" "broken 0.8" "normal 2.5"; do
    grep -q "$kind" said || fail "no study has seeds that are $kind"
done
# The status is what the tables say.
if grep -q " no$" said; then wanted=1; else wanted=0; fi
[ $status = $wanted ] || fail "exit status $status beside what the tables say"

either '"coverage"' "$verge" bench score --studies 2 --threads 1 --json
grep -v "^verge: scoring: " said > one.json # on a slow machine a line tells of long work
either '"coverage"' "$verge" bench score --studies 2 --threads 2 --json
grep -v "^verge: scoring: " said > two.json
cmp one.json two.json || fail "threads change the shares"
