# kill -9 of verge drive at random moments: the log opens by itself, no tick is lost that was called safe; it replays to the bit,
# and SQLite finds it sound. On a busy machine the recorder may be some ticks behind, but not always by more than one (with
# sanitizers it may). 10 moments; VERGE_THOROUGH=1: 100.
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
lost_least=999
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
    [ $lost -lt $lost_least ] && [ "$driven" -gt 0 ] && lost_least=$lost
    sound=$(sqlite3 $log 'PRAGMA integrity_check')
    [ "$sound" = ok ] || fail "round $round: $sound"
    rm -f killed-* told
done
[ $lost_least -le 1 ] || [ "${ASAN_OPTIONS-}" ] || fail "each kill lost $lost_least ticks or more"
echo "$rounds kills, $lost_most tick(s) lost at most"
exit 0
