# result.json of a small evaluation, whole but for the version, at 1, 2, 3 and 7 threads: its golden is result/eval in
# tests/golden/hashes.txt, rewritten as the others are (tests/golden.h).
golden=${VERGE_GOLDEN_FILE:-$root/tests/golden/hashes.txt}
cat > suite.yaml <<'END'
test: [test-1, seeds 5..6]
road_length: 600
starts: 3
horizon: 12
gust: 0.05
actuation_noise: 0.02
END
for threads in 1 2 3 7; do
    "$verge" eval pursuit-noisy human_model --suite suite.yaml --json --threads $threads > result.json 2> said ||
        fail "verge eval at $threads threads"
    grep -v '^  "version": ' result.json > "content-$threads"
    cmp -s content-1 "content-$threads" || fail "result.json at $threads threads differs from that at 1"
done
hash=$(sha256sum < content-1 | cut -c 1-16)
wanted=$(awk '$1 == "result/eval" { print $2 }' "$golden")
if [ "${VERGE_GOLDEN-}" = update ]; then
    (
        flock 9
        { sed -n '/^#/p' "$golden"; { sed '/^#/d; /^result\/eval /d' "$golden"; echo "result/eval $hash"; } | LC_ALL=C sort; } > new
        cat new >&9
    ) 9<> "$golden"
elif [ "$hash" != "$wanted" ]; then
    cp content-1 said
    head -n 30 content-1 > said
    fail "golden result/eval is $wanted, this is $hash; if the change is meant: result/eval $hash"
fi
