# verge bench: its output and files; never its speed.
expect 0 "the car's motion alone" "$verge" bench --list
expect 2 "no piece is called 'motoin'" "$verge" bench motoin
expect 2 "no piece is called 'matrix-6'" "$verge" bench matrix-6
expect 2 "--repeats" "$verge" bench motion --repeats 0
expect 0 "car-ticks/s" "$verge" bench motion --repeats 2 --seconds 0.001 --csv speed.csv
[ "$(wc -l < speed.csv)" = 2 ] || fail "speed.csv has other than a header and a row"
header=date,version,machine,level,threads,piece,beside,unit,median,least,most,goal,repeats,cpu
grep -q "^$header$" speed.csv || fail "no header"
expect 2 "speed.csv" "$verge" bench motion --repeats 1 --seconds 0.001 --csv speed.csv
expect 0 '"piece": "lidar"' "$verge" bench lidar --repeats 1 --seconds 0.001 --json
# The rest takes minutes under sanitizers; test_bench has its parts.
[ -z "${ASAN_OPTIONS-}" ] || exit 0
# Every piece but those that take seconds: a training of GAIL is run once; cli_train_expert runs DAgger in small.
pieces=$("$verge" bench --list | awk 'NR > 1 && $1 !~ /^(dagger|gail.*|openblas.*)$/ { print $1 }')
expect 0 "train-4096" "$verge" bench $pieces --repeats 1 --seconds 0.001 --csv all.csv
expect 0 "gail-imitation" "$verge" bench gail-imitation --repeats 1 --pieces 1
for piece in $pieces; do
    grep -q ",1,$piece,," all.csv || fail "$piece is not in all.csv"
done
# Peers are measured too, and a second thread beside the first; counted pieces are measured alone.
grep -q "^[^,]*,[^,]*,[^,]*,[^,]*,1,closed-loop,products,x,.*,0.6,1," all.csv || fail "no ratio to the products"
[ "$(grep -c ",closed-loop," all.csv)" = 3 ] || fail "the closed loop is beside other than infer and products"
expect 0 "closed-loop" "$verge" bench closed-loop --pieces 1 --repeats 1 --csv alone.csv
[ "$(wc -l < alone.csv)" = 2 ] || fail "a counted piece brought others along"
expect 0 "1 thread" "$verge" bench motion infer --threads 2 --repeats 2 --seconds 0.001 --csv two.csv
[ "$(grep -c ",motion,," two.csv)" = 2 ] || fail "motion was measured on other than one and two threads"
grep -q ",2,motion,1 thread,x,.*,1.9,2," two.csv || fail "no ratio of two threads to one"
[ "$(grep -c ",infer," two.csv)" = 1 ] || fail "infer, which knows no threads, was measured on two"
# OpenBLAS if there is one; a message if there is none.
"$verge" bench matrix-64-64 --repeats 1 --seconds 0.001 > said 2>&1 || fail "matrix-64-64 fails"
grep -q "matrix-64-64 .*openblas-64-64\|skipped openblas-64-64: there is no libopenblas.so.0" said ||
    fail "neither OpenBLAS nor a word that it is missing"

# verge bench frame, where figures are built: ten small frames, whatever they take.
if "$verge" bench frame --help | grep -q "^verge bench frame:"; then
    expect 0 "goal for 95 %" "$verge" bench frame --frames 10 --width 480 --height 320
    expect 2 "--frames" "$verge" bench frame --frames 9
fi
# verge bench gate takes minutes: here only what it refuses.
expect 2 "--comparisons: 0 is out of range" "$verge" bench gate --comparisons 0
expect 2 "no such file and no shipped gate" "$verge" bench gate --gate none

# verge bench sizes, where figures are built: small ones only.
if "$verge" bench sizes --help | grep -q "^verge bench sizes:"; then
    expect 2 "no series is called 'car'" "$verge" bench sizes car
    expect 0 "nothing worse than linear" "$verge" bench sizes cars --most 1 --repeats 1 --seconds 0.001
    expect 0 "memory" "$verge" bench sizes --most 16 --repeats 1 --seconds 0.001 --out drawn
    for name in cars nets labels; do [ -s drawn/sizes-$name.png ] || fail "no drawn/sizes-$name.png"; done
    expect 2 "drawn/sizes-cars.png: exists already" "$verge" bench sizes --most 1e7 --out drawn
    expect 0 '"series": "labels"' "$verge" bench sizes labels --most 10 --repeats 1 --seconds 0.001 --json
fi

# verge bench roofline, where figures are built: three pieces of a table of its own.
if "$verge" bench roofline --help | grep -q "^verge bench roofline:"; then
    header=piece,unit,instructions,flops,divisions,bytes,bytes_l2
    printf '%s\n' $header infer,samples,2000,11000,0,6000,1400 motion,car-ticks,32,112,2,355,17 > made.csv
    quick="--repeats 1 --seconds 0.001"
    expect 0 "infer" "$verge" bench roofline --operations made.csv --out roofs.png $quick
    [ -s roofs.png ] || fail "no roofs.png"
    expect 0 '"bound"' "$verge" bench roofline --operations made.csv --json $quick
    expect 0 "matrix-64-64" "$verge" bench roofline --operations "$root/bench/operations.csv" $quick
    expect 2 "roofs.png: exists already" "$verge" bench roofline --operations made.csv --out roofs.png $quick
    printf '%s\n' $header infer,samples,many,1,1,1,1 > made.csv
    expect 2 "made.csv:2: expected a piece, its unit and five numbers" "$verge" bench roofline --operations made.csv
    printf '%s\n' $header nobody,samples,1,1,1,1,1 > made.csv
    expect 2 "no piece is called 'nobody'" "$verge" bench roofline --operations made.csv
    echo piece > made.csv
    expect 2 "made.csv:1: expected the header $header" "$verge" bench roofline --operations made.csv
fi
expect 2 "cannot measure 2 threads" "$verge" bench motion --cpu --threads 2
