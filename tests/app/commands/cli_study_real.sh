# verge study on human laps: they are scored first, as the floor; wrong edges show in it.
[ -d "$data/logs" ] || skip "no human laps in $data"
cat > kart.yaml <<'END'
suite: human
test: [tracks/krp_essay_est.csv]
car: kart
laps: [logs/krp_*.csv]
laps_road: tracks/krp_essay_est.csv
experts: []
demonstrations: [1, all]
settings: [bc.n_epochs=2]
seeds: 2
END
expect 0 "The floor, human laps: 0 of 4 laps leave the road" "$verge" study kart.yaml --data "$data" --out kart
expect 0 "bc all (taught here)" "$verge" study kart.yaml --data "$data" --out kart --resume
for edges in monza monza_ac; do
    sed "s/krp_essay_est/$edges/; s/car: kart/car: formula/; s/krp_/f1_monza/; s/1, all/all/" kart.yaml > $edges.yaml
    expect 0 "13 of 13 laps leave the road" "$verge" study $edges.yaml --data "$data" --out $edges
done
grep -q '"outside": 0.0[3-9]' monza/result.json || fail "the plain edges cut off less than 3 % of real driving"
grep -q '"outside": 0.00' monza_ac/result.json || fail "the surveyed edges cut off 1 % or more"
