# verge bench: what it says and keeps; never how fast.
expect 0 "the car's motion alone" "$verge" bench --list
expect 2 "no piece is called 'motoin'" "$verge" bench motoin
expect 2 "--repeats" "$verge" bench motion --repeats 0
expect 0 "car-ticks/s" "$verge" bench motion --repeats 2 --seconds 0.001 --csv speed.csv
[ "$(wc -l < speed.csv)" = 2 ] || fail "speed.csv has other than a header and a row"
grep -q "^date,version,machine,level,threads,piece,unit,median,least,most,repeats,cpu$" speed.csv || fail "no header"
expect 2 "speed.csv" "$verge" bench motion --repeats 1 --seconds 0.001 --csv speed.csv
expect 0 '"piece": "lidar"' "$verge" bench lidar --repeats 1 --seconds 0.001 --json
# dagger takes seconds a piece: cli_train_expert runs the same in small.
for piece in $("$verge" bench --list | awk 'NR > 1 && $1 != "dagger" { print $1 }'); do
    expect 0 "$piece" "$verge" bench "$piece" --repeats 1 --seconds 0.001
done
