# Real circuits and lanes, which are not shipped: each is read, and warnings say what is odd about it.
[ -d "$data/tracks" ] || skip "no $data/tracks; set VERGE_DATA"
for road in "$data"/tracks/*.csv; do
    expect 0 "closed" "$verge" track info "$road"
    grep -q "open" said && fail "$road is taken for open"
done
expect 0 "folds over at 53" "$verge" track info "$data/tracks/austin.csv"
expect 0 "folds       none" "$verge" track info "$data/tracks/monza.csv"
for lane in "$data"/roads/*.csv; do
    expect 0 "say '# open'" "$verge" track info "$lane"
    expect 0 "" "$verge" track convert "$lane" --open --out lane.csv --force
    expect 0 "crossings   none" "$verge" track info lane.csv
    grep -q warning said && fail "$lane, opened, is still odd"
    expect 0 "finish" "$verge" record pursuit --road lane.csv --car sedan --out lane.vlog --force
done
expect 0 "finish" "$verge" record pursuit --road "$data/tracks/monza.csv" --car formula --out lap.vlog
exit 0
