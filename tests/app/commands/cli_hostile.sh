# Hostile files, odd names, folders that may not be written and Ctrl-C at any moment: an error or the result, in little
# memory, and nothing half-made. With VERGE_THOROUGH=1 more moments, and a road of ten million points.
# Limits the address space to 1 GB. A sanitizer needs more for itself, so it has no limit.
small() (ulimit -v 1000000 && exec "$@")
small "$verge" --version > said 2>&1 || small() { "$@"; }

bytes() { printf "$1"; } # by printf's escapes

# --- files that promise more than they hold ----------------------------------------------------------------

{ bytes '\0\0\0\0\0\0\0\020'; printf '{"a":{}}'; } > huge.safetensors # a header of 2^60 bytes
expect 2 "huge.safetensors" small "$verge" info huge.safetensors
expect 2 "huge.safetensors" small "$verge" eval huge.safetensors --road test-1
printf '{"w":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}      ' > header
{ bytes '\120\0\0\0\0\0\0\0'; cat header; } > wide.safetensors
expect 2 "wide.safetensors" small "$verge" info wide.safetensors

{
    echo 'a: &a [x, x, x, x, x, x, x, x, x]'
    for pair in b:a c:b d:c e:d f:e g:f h:g i:h; do
        to=${pair#*:}
        echo "${pair%:*}: &${pair%:*} [*$to, *$to, *$to, *$to, *$to, *$to, *$to, *$to, *$to]"
    done
} > bomb.yaml
expect 2 "bomb.yaml:1" small "$verge" eval pursuit --suite bomb.yaml
expect 2 "bomb.yaml:1" small "$verge" study bomb.yaml --out bomb
expect 2 "bomb.yaml:1" small "$verge" info bomb.yaml
yes '[' | head -n 100000 | tr -d '\n' > deep.yaml
expect 2 "deep.yaml" small "$verge" info deep.yaml
yes '[' | head -n 100000 | tr -d '\n' > deep.json
expect 2 "deep.json" small "$verge" info deep.json

cat > bomb.xml <<'END'
<?xml version="1.0"?>
<!DOCTYPE testsuites [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>
<testsuites><testsuite name="&c;"/></testsuites>
END
small "$verge" info bomb.xml > said 2>&1 # reported or refused: nothing is expanded
status=$?
[ $status = 0 ] || [ $status = 2 ] || fail "entities: exit $status"
grep -q aaaaaaaaaaaaaaaaaaaa said && fail "entities are expanded"

# Pictures: a text that claims 2 GB, 32767 x 32767 pixels in a few bytes.
expect 2 "claims-2-gb: a damaged PNG" small "$verge" info "$root/tests/fuzz/corpus/png/claims-2-gb"
small "$verge" info "$root/tests/fuzz/corpus/png/bomb" > said 2>&1
status=$?
[ $status = 0 ] || [ $status = 2 ] || fail "a PNG bomb: exit $status"

# Closed, a metre apart, so that nothing is left out.
road_of() { # POINTS SPACING
    awk -v n="$1" -v d="$2" 'BEGIN {
        print "x_m,y_m,w_right_m,w_left_m"; r = n * d / 6.283185307
        for (i = 0; i < n; i++) { a = 6.283185307179586 * i / n; printf "%.4f,%.4f,5,5\n", r * cos(a), r * sin(a) } }'
}
road_of 100000 1 > long.csv
expect 0 "points" small "$verge" info long.csv
if [ "${VERGE_THOROUGH-}" ]; then
    road_of 10000000 0.09 > longer.csv
    expect 0 "points" "$verge" info longer.csv
    rm longer.csv
fi
road_of 300000 5 > far.csv # 1,500 km
expect 2 "far.csv" small "$verge" info far.csv
rm long.csv far.csv

# --- names --------------------------------------------------------------------------------------------------

odd="it's a \"test\" %s?#&; é 道"
mkdir "$odd"
expect 0 "" "$verge" track new --seed 5 --set length_least=400 --set length_most=500 --out "$odd/road  1.csv"
expect 0 "" "$verge" record pursuit --road "$odd/road  1.csv" --out "$odd/a 'log'.vlog"
expect 0 "same bits" "$verge" replay "$odd/a 'log'.vlog" --verify
expect 0 "" "$verge" train bc --logs "$odd/a 'log'.vlog" --set bc.n_epochs=2 --set hidden_sizes=8 --out "$odd/ü?.safetensors"
expect 0 "" "$verge" eval "$odd/ü?.safetensors" --road "$odd/road  1.csv" --starts 1 --horizon 2 --out "$odd/e v"
expect 0 "kind" "$verge" info "$odd/e v/result.json" "$odd/ü?.safetensors" "$odd/a 'log'.vlog" "$odd/road  1.csv"
printf 'suite: "%s"\ndemonstrations: [1]\ndemonstration_seconds: 3\nsettings: [bc.n_epochs=1, hidden_sizes=8]\nseeds: 1\n' \
    "s é.yaml" > "$odd/t.yaml"
printf 'train: ["road  1.csv"]\ntest: [test-1]\nstarts: 1\nhorizon: 2\n' > "$odd/s é.yaml"
(cd "$odd" && "$verge" study t.yaml --out "o ü") > said 2>&1 || fail "a study among odd names"
cp "$odd/road  1.csv" road.csv
# Names that are too long for their buffers, cut within a letter; and characters that no name of a road or policy may hold.
long=é道é道é道é道é道é道é道é道é道é道é道é道é道é道é道
for name in "$long" "a$long" "aa$long" "$(printf 'new\nline\033')"; do
    cp road.csv "$name.csv"
    cp "$odd/ü?.safetensors" "$name.safetensors"
    rm -rf drive.vlog e
    expect 0 "" "$verge" record pursuit --road "$name.csv" --longest 1 --out drive.vlog
    expect 0 "" "$verge" eval "$name.safetensors" --road road.csv --starts 1 --horizon 1 --out e
    expect 0 "sound" "$verge" info e/result.json
    rm "$name.csv" "$name.safetensors"
done
rm -rf drive.vlog e
# A name that a result cannot hold is refused before anything is driven.
name=$(printf '\377.safetensors')
cp "$odd/ü?.safetensors" "$name"
expect 2 "its name is not UTF-8" "$verge" eval "$name" --road road.csv --starts 1 --horizon 1 --out e
[ -e e ] && fail "an evaluation that cannot be told left a folder"
rm "$name"
cp "$odd/a 'log'.vlog" drive.vlog

# --- folders that may not be written ------------------------------------------------------------------------

mkdir locked
chmod 555 locked
user=
[ "$(id -u)" = 0 ] && user="setpriv --reuid=65534 --regid=65534 --clear-groups"
chmod 755 .
if $user "$verge" --version > said 2>&1 && $user [ -r road.csv ] && ! $user touch locked/x 2> said; then
    # shellcheck disable=SC2086
    locked() { expect 4 "locked" $user "$verge" "$@"; }
    locked record pursuit --road road.csv --out locked/a.vlog
    locked track new --seed 5 --out locked/a.csv
    locked train bc --logs drive.vlog --set bc.n_epochs=1 --out locked/p.safetensors
    locked eval pursuit --road road.csv --starts 1 --horizon 1 --out locked/e
    locked study demo --out locked/s
    locked log drop drive.vlog --episode 0 --out locked/b.vlog
    # Reading commands need only the right to read.
    cp drive.vlog locked.vlog
    chmod 444 locked.vlog
    expect 0 "same bits" $user "$verge" replay locked.vlog --verify
    [ -z "$(ls locked)" ] || fail "a folder that may not be written has $(ls locked)"
else
    echo "SKIP: folders that may not be written (no other user to be)"
fi
chmod 755 locked

# --- Ctrl-C -------------------------------------------------------------------------------------------------

cat > small.yaml <<'END'
train: [train-1]
test: [test-1, test-2]
starts: 2
horizon: 20
END
printf 'suite: small.yaml\ndemonstrations: [1, 2]\ndemonstration_seconds: 5\nsettings: [bc.n_epochs=20]\nseeds: 2\n' > study.yaml
moments=3
[ "${VERGE_THOROUGH-}" ] && moments=40
rest=4711
random() {
    rest=$(((rest * 1103515245 + 12345) % 2147483648))
    echo $((rest / 65536 % $1))
}
# Stopped after each of some times: exit 130 (or it was done), its output sound where there is one, nothing beside it.
# (--foreground: one signal; a second one is a person who does not want to wait, and ends it at once.)
stopped=0
interrupt() { # OUTPUT MOST-MILLISECONDS ARGUMENT...
    output=$1 most=$2
    shift 2
    moment=0
    while [ $moment -lt $moments ]; do
        moment=$((moment + 1))
        rm -rf "$output" "$output".*
        after=$(printf '0.%03d' $((1 + $(random "$most"))))
        timeout --foreground --preserve-status -s INT "$after" "$verge" "$@" > said 2>&1
        status=$?
        [ $status = 0 ] || [ $status = 130 ] || fail "interrupted after $after s: $* exits with $status"
        [ $status = 130 ] && stopped=$((stopped + 1))
        [ -z "$(find . -name '*.tmp')" ] || fail "interrupted after $after s: $* leaves $(find . -name '*.tmp')"
        if [ -f "$output" ]; then
            "$verge" info "$output" > said 2>&1 || fail "interrupted after $after s: $* leaves something unsound"
        elif [ $status = 0 ] && [ ! -d "$output" ]; then
            fail "$* is done after $after s without $output"
        fi
    done
}
interrupt i.vlog 300 record pursuit --road train-1 --laps 30 --out i.vlog
interrupt i.csv 100 track new --seed 7 --set length_least=19000 --set length_most=20000 --out i.csv
interrupt i.safetensors 600 train bc --logs drive.vlog --set bc.n_epochs=3000 --out i.safetensors
interrupt i.safetensors 900 train dagger --roads road.csv --expert pursuit --out i.safetensors
interrupt ev 500 eval pursuit human_model --suite small.yaml --out ev
interrupt st 900 study study.yaml --out st
[ $stopped -gt 0 ] || fail "nothing was ever interrupted"
# An interrupted study continues.
expect 0 "" "$verge" study study.yaml --out st --resume
expect 0 "kind" "$verge" info st/result.json
echo "$stopped interruptions"
