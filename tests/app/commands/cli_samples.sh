# The sample logs replay to the bit, are what script/samples makes, and say that a model drove them.
"$root/script/samples" "$verge" . > said 2>&1 || fail "script/samples"
count=0
for log in *.vlog; do
    shipped=$root/assets/logs/$log
    expect 0 "" "$verge" replay "$shipped" --verify
    expect 0 "human_model" "$verge" log list "$shipped"
    expect 0 "model" "$verge" log list "$shipped"
    "$verge" info "$shipped" | grep '^hash' > shipped
    "$verge" info "$log" | grep '^hash' > made
    cmp -s shipped made || fail "assets/logs/$log is not what script/samples makes: $(cat shipped made)"
    count=$((count + 1))
done
[ "$count" = "$(ls "$root"/assets/logs/*.vlog | wc -l)" ] || fail "script/samples makes $count logs, git holds others"
[ "$count" -ge 2 ] || fail "script/samples makes only $count logs"

# The logs' driver can label states on that road, and on no other.
chicane=$root/assets/logs/human_model-chicane.vlog
expect 0 "finish" "$verge" record "line_follower:log=$chicane" --road chicane --out line.vlog
expect 2 "knows the road 'chicane' of $chicane, not 'narrow'" "$verge" record "line_follower:log=$chicane" --road narrow --out no.vlog
expect 2 "knows the road 'chicane'" "$verge" eval "line_follower:log=$chicane" --road chicane narrow --starts 1 --horizon 1
expect 2 "log=laps.vlog" "$verge" record line_follower --road chicane --out no.vlog
[ ! -e no.vlog ] || fail "a refused recording left a log"
printf 'reaction: 0.2\nnoise: 0.02\n' > driver.yaml
expect 0 "finish" "$verge" record human_model:config=driver.yaml,noise=0.03 --road chicane --car kart --out calm.vlog
expect 0 "human_model:config=driver.yaml" "$verge" log list calm.vlog
printf 'reaction: 2\n' > driver.yaml
expect 2 "driver.yaml:1" "$verge" record human_model:config=driver.yaml --road chicane --out no.vlog
