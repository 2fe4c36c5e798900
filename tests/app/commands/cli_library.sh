# The library's roads are what script/library makes of their seeds and recipes, to the byte.
"$root/script/library" "$verge" . > said 2>&1 || fail "script/library"
count=0
for road in *.csv; do
    cmp -s "$road" "$root/tracks/library/$road" || fail "tracks/library/$road is not what script/library makes"
    count=$((count + 1))
done
[ "$count" = "$(ls "$root"/tracks/library/*.csv | wc -l)" ] || fail "script/library makes $count roads, git holds others"
[ "$count" -ge 20 ] || fail "script/library makes only $count roads"
