# Completion in the shells themselves: commands, flags, choices, keys and the names of roads, after what was typed.
for shell in bash zsh fish; do
    "$verge" help --completion $shell >verge.$shell || fail "no completion for $shell"
done
expect 2 "no completion for 'tcsh'; there is one for bash, zsh and fish" "$verge" help --completion tcsh

cat >try.bash <<'EOF'
source ./verge.bash
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_verge 2>try.err
printf '%s\n' "${COMPREPLY[@]}"
EOF
cat >try.zsh <<'EOF'
compdef() { :; }
source ./verge.zsh
_describe() { print -l -- "${(@)${(P)2}%%:*}" }
_files() { :; }
words=("$@") CURRENT=$#
prefix=${words[CURRENT]}
_verge | grep -e "^$prefix"
EOF
cat >try.fish <<'EOF'
source ./verge.fish
complete -C (string join ' ' -- $argv) | string replace -r '\t.*' ''
EOF

# completes SHELL WANTED WORD... : WANTED is among what may follow.
completes() {
    by=$1 wanted=$2
    shift 2
    case $by in zsh) zsh -f try.zsh "$@" ;; *) "$by" "try.$by" "$@" ;; esac >said 2>&1
    grep -qxF -e "$wanted" said || fail "$by does not complete '$*' to '$wanted'"
}
missing=
for by in bash zsh fish; do
    command -v $by >/dev/null || { missing="$missing $by"; continue; }
    completes $by train verge tra
    completes $by bc verge train b
    completes $by --logs verge train bc --lo
    completes $by hidden_sizes= verge train bc --set hid
    completes $by hairpins verge record pursuit --road hair
    completes $by kart verge record pursuit --force --car ka
    completes $by heading verge view --camera he
    completes $by list verge help car l
done
[ "$missing" ] && skip "not installed:$missing (the others passed)"
exit 0
