# kill -9 of verge drive at random moments: the log opens by itself, no tick is lost that was called safe; it replays to the bit,
# and SQLite finds it sound. As a rule one tick is lost at most: on a busy machine the recorder may be some ticks behind, but in
# half of the kills it is not (with sanitizers it may always be). 10 moments; VERGE_THOROUGH=1: 100.
"$verge" help drive > said 2>&1 || skip "this build has no verge drive"
command -v sqlite3 > /dev/null || skip "no sqlite3"
export SDL_VIDEODRIVER=dummy
rounds=10
[ "${VERGE_THOROUGH-}" ] && rounds=100

rest=12345
random() { # of $1, by a fixed sequence
    rest=$(((rest * 1103515245 + 12345) % 2147483648))
    echo $((rest / 65536 % $1))
}

lost_most=0
driving=0 # kills of a drive that had told a tick
behind=0  # those that lost more than one
round=0
while [ $round -lt $rounds ]; do
    log=killed-$round.vlog
    disturbances=$([ $((round % 2)) = 0 ] || echo "--suite disturbed")
    # shellcheck disable=SC2086
    "$verge" drive --road narrow --policy pursuit $disturbances --tell --log $log --width 480 --height 320 > told 2> /dev/null &
    pid=$!
    # Of three moments one is counted from the start, and two from the first tick, which a busy machine is slow to come to.
    [ $((round % 3)) = 0 ] || until [ -s told ] || ! kill -0 $pid 2> /dev/null; do sleep 0.05; done
    sleep "$(printf '0.%03d' "$(random 1000)")"
    kill -9 $pid
    wait $pid 2> /dev/null
    round=$((round + 1))
    if [ ! -e $log ]; then # before there was a window
        [ -s told ] && fail "round $round: ticks were driven, and there is no log"
        rm -f told
        continue
    fi
    # The last line may be cut off.
    driven=$(awk 'NF == 2 { n = $1 } END { print n + 0 }' told)
    safe=$(sed '$d' told | awk '{ n = $2 } END { print n + 0 }')
    kept=$("$verge" replay $log --verify --json 2> said | awk '/"ticks"/ { gsub(/[^0-9]/, "", $2); n += $2 } END { print n + 0 }')
    "$verge" replay $log --verify > said 2>&1 || fail "round $round: it does not replay"
    [ "$kept" -ge "$safe" ] || fail "round $round: $safe ticks were safe, $kept are there"
    lost=$((driven - kept))
    [ $lost -gt $lost_most ] && lost_most=$lost
    [ "$driven" -gt 0 ] && driving=$((driving + 1))
    [ $lost -gt 1 ] && behind=$((behind + 1))
    sound=$(sqlite3 $log 'PRAGMA integrity_check')
    [ "$sound" = ok ] || fail "round $round: $sound"
    rm -f killed-* told
done
[ $driving -gt 0 ] || fail "no kill met a drive that had told a tick"
[ $((2 * behind)) -le $driving ] || [ "${ASAN_OPTIONS-}" ] || fail "$behind of $driving kills lost more than one tick"
echo "$rounds kills, $lost_most tick(s) lost at most"
exit 0
