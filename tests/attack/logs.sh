# A log whose recorder was killed, renamed or copied without its write-ahead log; a name that such a log left behind; a log
# that is being recorded and that others would replace; a killed log in a folder that may not be written.
"$verge" help drive > said 2>&1 || skip "this build has no verge drive"
command -v sqlite3 > /dev/null || skip "no sqlite3"
export SDL_VIDEODRIVER=dummy
unset WAYLAND_DISPLAY DISPLAY

# A drive with more than 30 safe ticks, killed.
kill_one() { # LOG
    rm -f told
    "$verge" drive --road narrow --policy pursuit --tell --log "$1" > told 2> said &
    drive=$!
    tries=0
    until [ "$(tail -n 1 told 2> /dev/null | cut -d ' ' -f 2)" -gt 30 ] 2> /dev/null; do
        tries=$((tries + 1))
        [ $tries -lt 1200 ] || fail "no tick is safe"
        kill -0 $drive 2> /dev/null || fail "verge drive ended by itself"
        sleep 0.05
    done
    kill -9 $drive
    wait $drive 2> /dev/null
    safe=$(tail -n 1 told | grep -E '^[0-9]+ [0-9]+$' || tail -n 2 told | head -n 1)
    safe=${safe#* }
}
holds() { # LOG: at least the safe ticks
    ticks=$(sqlite3 -readonly "$1" 'SELECT count(*) FROM step')
    [ "$ticks" -ge "$safe" ] || fail "$1 holds $ticks ticks of $safe safe ones"
}

# Renamed without its write-ahead log: refused, with the way out; and the way out works.
kill_one k.vlog
mv k.vlog monday.vlog
for command in info "log list" "replay --verify"; do
    expect 2 "monday.vlog-wal" "$verge" $command monday.vlog
done
expect 2 "touch" "$verge" train bc --logs monday.vlog --out p.safetensors
# The next drive, or any other new log, leaves the orphan alone.
expect 2 "k.vlog-wal" "$verge" drive --road narrow --policy pursuit --seconds 0.2 --log k.vlog
expect 2 "k.vlog-wal" "$verge" record pursuit --road train-1 --longest 2 --out k.vlog
expect 2 "k.vlog-wal" "$verge" record pursuit --road train-1 --longest 2 --out k.vlog --force
[ -s k.vlog-wal ] || fail "the orphan is gone"
mv k.vlog-wal monday.vlog-wal
expect 0 "sound" "$verge" info monday.vlog
[ ! -e monday.vlog-wal ] || fail "opening did not make one file"
holds monday.vlog

# A copy without it is refused as well; with an empty one, what is left is read. The log itself loses nothing.
kill_one a.vlog
cp a.vlog b.vlog
expect 2 "b.vlog-wal" "$verge" info b.vlog
: > b.vlog-wal
expect 0 "sound" "$verge" info b.vlog
expect 0 "episode" "$verge" log list a.vlog
holds a.vlog
# A foreign write-ahead log beside a log that was closed is not read into it.
kill_one c.vlog
"$verge" record pursuit --road train-1 --longest 2 --out d.vlog > /dev/null 2>&1
before=$(sha256sum < d.vlog)
mv c.vlog-wal d.vlog-wal
expect 0 "sound" "$verge" info d.vlog
expect 2 "d.vlog-wal" "$verge" record pursuit --road train-1 --longest 2 --out d.vlog --force
[ "$before" = "$(sha256sum < d.vlog)" ] && [ -s d.vlog-wal ] || fail "a foreign write-ahead log changed the log, or is gone"
mv d.vlog-wal c.vlog-wal
holds c.vlog

# Over a log that is being recorded nothing is written, with --force or without; the drive keeps all its ticks.
rm -f told
"$verge" drive --road narrow --policy pursuit --tell --log live.vlog > told 2> drive-said &
drive=$!
tries=0
until [ "$(tail -n 1 told 2> /dev/null | cut -d ' ' -f 2)" -gt 30 ] 2> /dev/null; do
    tries=$((tries + 1))
    [ $tries -lt 1200 ] || fail "no tick is safe"
    sleep 0.05
done
expect 2 "being written by another process" "$verge" record pursuit --road train-1 --longest 2 --out live.vlog --force
expect 2 "being written by another process" "$verge" drive --road narrow --policy pursuit --seconds 0.2 --log live.vlog --force
expect 2 "being written by another process" "$verge" log merge monday.vlog --out live.vlog --force
expect 2 "being written by another process" "$verge" train bc --logs monday.vlog --out live.vlog --force
expect 0 "sound" "$verge" info live.vlog
kill -INT $drive
wait $drive
safe=$(tail -n 1 told)
safe=${safe#* }
[ ! -e live.vlog-wal ] || fail "the log is not one file"
expect 0 "sound" "$verge" info live.vlog
holds live.vlog
# Once it has ended, its lock has ended with it.
expect 0 "" "$verge" record pursuit --road train-1 --longest 2 --out live.vlog --force

# Renamed while it is recorded: the drive says so, and all that was driven is in the renamed file.
rm -f told
"$verge" drive --road narrow --policy pursuit --tell --log here.vlog > told 2> drive-said &
drive=$!
tries=0
until [ "$(tail -n 1 told 2> /dev/null | cut -d ' ' -f 2)" -gt 30 ] 2> /dev/null; do
    tries=$((tries + 1))
    [ $tries -lt 1200 ] || fail "no tick is safe"
    sleep 0.05
done
mv here.vlog there.vlog
kill -INT $drive
wait $drive
grep -q "no longer there" drive-said || { cp drive-said said; fail "a log that was renamed is not told"; }
safe=$(tail -n 1 told | grep -E '^[0-9]+ [0-9]+$' || tail -n 2 told | head -n 1)
safe=${safe#* }
expect 0 "sound" "$verge" info there.vlog
holds there.vlog

# In a folder that may not be written: read, and left as it is. (Root may write everywhere, so it is somebody else who reads.)
kill_one ro.vlog
mkdir ro && mv ro.vlog ro.vlog-wal ro && chmod a+rX . ro ro/* && chmod a-w ro
if [ "$(id -u)" = 0 ]; then
    command -v setpriv > /dev/null || skip "no setpriv to read as somebody else"
    expect 0 "sound" setpriv --reuid 65534 --regid 65534 --clear-groups "$verge" info ro/ro.vlog
else
    expect 0 "sound" "$verge" info ro/ro.vlog
fi
grep -Eq "ticks +[1-9]" said || fail "no ticks are seen"
[ -s ro/ro.vlog-wal ] || fail "the folder was changed"
chmod u+w ro
exit 0
