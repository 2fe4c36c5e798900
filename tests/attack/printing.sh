# Texts out of files: no escape reaches a terminal, no line is forged, what is to be typed is quoted for the shell, Markdown
# and CSV hold texts and nothing else.
command -v python3 > /dev/null || skip "no python3"
printf 'test: [seeds 1..2]\nroad_length: 400\nstarts: 2\nhorizon: 4\n' > suite.yaml
"$verge" eval pursuit --suite suite.yaml --json > good.json 2> said || fail "eval"
# Sealed again, so that the text itself gets through.
cat > poison.py <<'END'
import json, subprocess, sys
bad = "\x1b[31m\x9b2J\u202ered\ufffe\x07`x`|<b>'; touch pwned; '$(touch pwned2)\nsound yes"
def change(r):
    for name in ("name", "about", "command"): r[name] = bad
    r["suite"]["name"] = bad
    r[bad] = bad
    r["warnings"] = [bad]
    r["roads"][0]["name"] = bad
    r["arms"][0]["label"] = bad
r = json.load(open("good.json"))
change(r)
json.dump(r, open("bad.json", "w"), ensure_ascii=False)
del r["content_hash"]
json.dump(r, open("unsealed.json", "w"), ensure_ascii=False)
END
python3 poison.py || fail "python3"
cat > clean.py <<'END'
import sys
text = open("said", "rb").read()
for bad in (b"\x1b", b"\x07", b"\xc2\x9b", b"\xe2\x80\xae", b"\xef\xbf\xbe", b"\x9b"):
    if bad in text: sys.exit("%r is printed" % bad)
if b"\nsound yes" in text: sys.exit("a line is forged")
END
harmless() {
    "$@" > said 2>&1
    python3 clean.py > why 2>&1 || { cat why; fail "$* is not harmless"; }
}
for file in bad.json unsealed.json; do
    for command in "info" "info --json" "baseline list" "view --shot x.png" "gate --json $file"; do
        harmless "$verge" $command $file
    done
done
# A name of a file is a text as well.
odd=$(printf 'a\033[31m\302\233b')
cp good.json "$odd.json"
harmless "$verge" info "$odd.json"
harmless "$verge" info --json "$odd.json"
harmless "$verge" gate "$odd.json" "$odd.json"
printf 'x_m,y_m\n1,\033[2Jx\n' > esc.csv
harmless "$verge" track info esc.csv
harmless "$verge" info "$(printf 'bad\377\033[0m')"
expect 2 '"error"' "$verge" info --json "$(printf 'none\377.csv')"

# What is to be typed does what it says, whatever the name: pasted into a shell it makes no file.
name="o'; touch pwned; echo '.safetensors"
printf 'test: [seeds 1..8]\nroad_length: 400\nstarts: 2\nhorizon: 8\n' > eight.yaml
"$verge" record pursuit --road train-1 --longest 5 --out laps.vlog > said 2>&1 || fail "record"
"$verge" train bc --logs laps.vlog --out "$name" --set bc.n_epochs=2 > said 2>&1 || fail "train"
grep '^next' said | sed 's/next *//; s/ --road.*//; s/^verge/"$verge"/' > typed
grep -q "verge" typed || fail "no command is suggested"
. ./typed > /dev/null 2>&1
mkdir "it's; touch pwned"
"$verge" eval pursuit --suite eight.yaml --json > before.json 2> said || fail "eval"
"$verge" eval "$name" --suite eight.yaml --out "it's; touch pwned/out" > said 2>&1 || fail "eval of it"
"$verge" gate before.json "it's; touch pwned/out" > said 2>&1
grep '^    verge view' said | sed 's/^ *verge/"$verge"/; s/$/ --shot shot.png --force/' > typed
[ -s typed ] || fail "no episode is to be viewed"
. ./typed > said 2>&1 || fail "what was suggested does not work: $(head -n 1 typed)"
[ ! -e pwned ] && [ ! -e pwned2 ] || fail "a name was run"

# CSV: no formula. Markdown: a code span that no backtick ends.
cp "$name" "=1+1.safetensors"
"$verge" eval "=1+1.safetensors" --suite suite.yaml --out eq > said 2>&1 || fail "eval of =1+1"
grep -q "^'=1+1," eq/episodes.csv || fail "a formula stands in the CSV"
cp "$name" 'a`b|[x](y)<i>.safetensors'
"$verge" eval 'a`b|[x](y)<i>.safetensors' --suite eight.yaml --json > md.json 2> said || fail "eval of md"
GITHUB_STEP_SUMMARY=summary.md "$verge" gate before.json md.json > said 2>&1
grep -qF '`` a`b_[x](y)_i_ ``' summary.md || { cp summary.md said; fail "Markdown gets through"; }
exit 0
