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
# Episodes start where the person was, at that person's speed; its drift is from its own mean line, as everybody's is.
sed 's/suite: human/suite: drawn.yaml/' kart.yaml > other.yaml
printf 'test: hairpins\nstarts: 128\nhorizon: 60\nreference: ""\n' > drawn.yaml
expect 0 "" "$verge" study other.yaml --data "$data" --out drawn
python3 - "$data" <<'END' || fail "the starts or the floor are not the person's"
import csv, glob, json, sys
result, other = (json.load(open(p + "/result.json")) for p in ("kart", "drawn"))
starts, speeds = result["recorded_starts"][0], []
for lap in glob.glob(sys.argv[1] + "/logs/krp_*.csv"):
    speeds += [float(row["speed_mps"]) for row in csv.DictReader(open(lap))]
rows = list(csv.DictReader(open("kart/episodes.csv")))[:128]
assert [s[3] for s in starts] == [float(row["start_speed"]) for row in rows]
assert min(speeds) - 0.5 < min(s[3] for s in starts) and max(s[3] for s in starts) < max(speeds) + 0.5
assert other["recorded_starts"] is None
assert result["floors"][0]["drift_90"] < other["floors"][0]["drift_90"]
END
expect 2 "only a study has laps" "$verge" eval pursuit --suite human

for edges in monza monza_ac; do
    sed "s/krp_essay_est/$edges/; s/car: kart/car: formula/; s/krp_/f1_monza/; s/1, all/all/" kart.yaml > $edges.yaml
    expect 0 "13 of 13 laps leave the road" "$verge" study $edges.yaml --data "$data" --out $edges
done
grep -q '"outside": 0.0[3-9]' monza/result.json || fail "the plain edges cut off less than 3 % of real driving"
grep -q '"outside": 0.00' monza_ac/result.json || fail "the surveyed edges cut off 1 % or more"
