# verge drive on a disk that is full, and in a folder that goes: a message, exit status 4, and what was recorded stays,
# opens and replays. A disk that takes 200 ms for a sync, where tests/slow_disk.c was built: the drive goes on.
"$verge" help drive > said 2>&1 || skip "this build has no verge drive"
export SDL_VIDEODRIVER=dummy

# kept LOG: the ticks that were called safe are in LOG, to the bit.
kept() {
    safe=$(sed -n 's/^\([0-9]*\) of [0-9]* ticks are safe in .*/\1/p; s/^verge: \([0-9]*\) of [0-9]* ticks are safe in .*/\1/p' said)
    [ "$safe" ] || fail "it does not say how many ticks are safe"
    "$verge" replay "$1" --verify > replayed 2>&1 || { cp replayed said; fail "$1 does not replay"; }
    there=$("$verge" replay "$1" --json | awk '/"ticks"/ { gsub(/[^0-9]/, "", $2); n += $2 } END { print n + 0 }')
    [ "$there" -ge "$safe" ] || fail "$safe ticks were safe, $there are there"
    [ "$safe" -gt 0 ] || fail "nothing is safe"
}

# No file larger than 512 KiB, as on a disk that is full.
(ulimit -f 1024 && exec "$verge" drive --road narrow --policy pursuit --log full.vlog --seconds 600) > said 2>&1
[ $? = 4 ] || fail "a full disk is not told by the exit status"
grep -q "error: full.vlog" said || fail "no message"
kept full.vlog

mkdir here
"$verge" drive --road narrow --policy pursuit --log here/a.vlog --seconds 600 > said 2>&1 &
drive=$!
tries=0
until [ "$(sqlite3 -readonly here/a.vlog 'SELECT count(*) > 90 FROM step' 2> /dev/null)" = 1 ]; do
    tries=$((tries + 1))
    [ $tries -lt 300 ] || fail "nothing is recorded"
    sleep 0.1
done
mv here gone
wait $drive
[ $? = 4 ] || fail "a folder that is gone is not told by the exit status"
grep -q "no longer there" said || fail "no message"
kept gone/a.vlog

# The thread that paints waits for the disk before the first tick and after the last one: as often in a long drive.
slow=$(dirname "$verge")/tests/libslow_disk.so
[ -e "$slow" ] || exit 0
for seconds in 0.1 3; do
    LD_PRELOAD=$slow "$verge" drive --road narrow --policy pursuit --log slow-$seconds.vlog --seconds $seconds --json > drive.json 2> said ||
        fail "a slow disk"
    grep -c "first thread waits" said > waits-$seconds
    expect 0 "same bits" "$verge" replay slow-$seconds.vlog --verify
done
grep -qF '"safe": 180' drive.json || { cp drive.json said; fail "not all ticks are safe"; }
[ "$(cat waits-0.1)" -gt 0 ] || fail "nobody waited: the disk is not slow"
cmp waits-0.1 waits-3 > said || fail "frames wait for the disk: $(cat waits-0.1) times at first, $(cat waits-3) in 3 s"
