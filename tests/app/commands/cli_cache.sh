# verge study --cache: a cell is trained once, in whatever study it stands; results are the same to the byte. verge cache.
cat > roads.yaml <<'EOF'
train: [train-1, train-2]
test: [test-1, test-2]
starts: 2
horizon: 5
EOF
sed 's/test-2/test-3/; s/horizon: 5/horizon: 4/' roads.yaml > others.yaml
cat > s.yaml <<'EOF'
suite: roads.yaml
experts: []
demonstration_seconds: 5
settings: [bc.n_epochs=2, hidden_sizes=8]
seeds: 3
EOF
sed 's/roads.yaml/others.yaml/' s.yaml > t.yaml # other test roads: the same cells
same() { # DIR DIR; the page names its folder in lines to type
    diff -r -x index.html $1 $2 > differs || fail "$1 and $2 differ: $(cat differs)"
    sed "s/verge view $2 /verge view $1 /" $2/index.html | cmp - $1/index.html || fail "the pages of $1 and $2 differ"
}
"$verge" study s.yaml --out plain > plain.said 2>&1 &
expect 0 "" "$verge" study t.yaml --out other
wait $! || fail "without a cache: $(cat plain.said)"

# Two studies at once fill the same cache, and find what the other has made.
"$verge" study s.yaml --cache c --out cold > cold.said 2>&1 &
expect 0 "cells: " "$verge" study t.yaml --cache c --out shared
wait $! || fail "the first of two: $(cat cold.said)"
same plain cold
same other shared
[ "$(find c -name '*.cell' | wc -l)" = 3 ] && [ "$(find c -type f | wc -l)" = 3 ] || fail "not 3 entries: $(find c -type f)"

# What is damaged is found and made again.
victim=$(find c -name '*.cell' | sort | head -n 1)
printf x | dd of=$victim bs=1 seek=1000 conv=notrunc 2> dd
expect 0 "damaged" "$verge" cache list c
expect 0 "cells: 1 trained, 2 from the cache" "$verge" study s.yaml --cache c --out warm --threads 1 --times times.csv
grep -q "another hash than it says; the cell is trained anew" said || fail "no word of the damaged entry"
same plain warm
[ "$(grep -c ',"bc 2",[123],' times.csv)" = 9 ] || fail "not a time for each training, drive and open loop: $(cat times.csv)"
expect 2 "cannot read" "$root/script/scaling" none.csv
"$root/script/scaling" times.csv 30 > scaling || fail "script/scaling fails"
# What 30 seeds take on one rank is the sum of their pieces.
awk -F, 'NR > 1 { sum += $NF * ($1 ~ /^(demonstrate|train|drive|open_loop)$/ ? 10 : 1) } END { printf "%.1f\n", sum }' times.csv > sum
awk '$1 == 1 { print $2 }' scaling | cmp - sum || fail "script/scaling adds up otherwise: $(cat scaling sum)"
expect 0 "(0 were damaged)" "$verge" cache gc c

# Another recipe is another cell; a cache that cannot be written is warned of.
sed -i 's/n_epochs=2/n_epochs=3/; s/seeds: 3/seeds: 1/' s.yaml
: > file
expect 0 "is not in the cache" "$verge" study s.yaml --cache file/c --out another

expect 0 '"days_unused"' "$verge" cache list c --json
expect 2 "cannot be read as the folder of a cache" "$verge" cache list none
expect 2 "expected a number of 0 or more" "$verge" cache gc c --older soon
touch -d '40 days ago' $victim
: > $(dirname $victim)/$(basename $victim).1-0.tmp
touch -d '2 days ago' $(dirname $victim)/*.tmp
: > $(dirname $victim)/mine.txt
expect 0 "removed 2 of 4 entries" "$verge" cache gc c --older 30
[ ! -e $victim ] && [ -e $(dirname $victim)/mine.txt ] || fail "gc removed another file"
expect 0 "removed 2 of 2 entries" "$verge" cache gc c --size 0
true
