#!/bin/sh
# tests/links.sh -- every relative link in a page leads to a file in git. Prints each that does not; exits 1 then.
cd "$(dirname "$0")/.." || exit 1
git ls-files '*.md' | while read -r page; do
    grep -oE '\]\([^)# ]+' "$page" | cut -c3- | grep -vE '^(https?|mailto):' | while read -r link; do
        path=$(realpath -m --relative-to=. "$(dirname "$page")/$link")
        git ls-files --error-unmatch "$path" >/dev/null 2>&1 || [ "$(git ls-files "$path")" ] ||
            echo "$page: no such file: $link"
    done
done | awk '{ print; bad = 1 } END { exit bad }'
