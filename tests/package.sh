#!/bin/sh
# tests/package.sh -- make the packages and look into them: each has what it should, says what it needs, and the program runs from where
# it was unpacked; the source archive is configured without git.
set -eu
root=$(realpath "$(dirname "$0")/..")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$root/script/package" "$scratch" >"$scratch/log" 2>&1 || {
    cat "$scratch/log"
    exit 1
}
fail() {
    echo "FAIL: $*"
    exit 1
}
cd "$scratch"
for package in verge libverge0 libverge-dev; do
    dpkg-deb -x ${package}_*.deb unpacked || fail "there is no package $package"
done
has() { [ -e "unpacked/usr/$1" ] || fail "no package has usr/$1"; }
libraries=lib/$(gcc -dumpmachine)
for file in bin/verge libexec/verge/verge-policy-host "$libraries/libverge.so.0" "$libraries/libverge.so" "$libraries/pkgconfig/verge.pc" \
    include/verge/verge.h share/man/man1/verge-train-bc.1 share/bash-completion/completions/verge share/zsh/site-functions/_verge \
    share/fish/vendor_completions.d/verge.fish share/applications/verge.desktop share/icons/hicolor/scalable/apps/verge.svg \
    share/doc/verge/copyright share/doc/verge/docs/viewing.md share/verge/logs/human_model-chicane.vlog; do
    has "$file"
done
needs() { dpkg-deb -f "$1"_*.deb Depends | grep -q -e "$2" || fail "$1 does not depend on $2"; }
needs verge 'libverge0 (= '
needs verge libcairo2
needs libverge0 libsqlite3-0
needs libverge-dev 'libverge0 (= '
! dpkg-deb -f libverge0_*.deb Depends | grep -q cairo || fail "the library depends on Cairo, which only the program needs"
unpacked/usr/bin/verge --version
unpacked/usr/bin/verge record pursuit --road hairpins --laps 1 --out lap.vlog >/dev/null
unpacked/usr/bin/verge replay lap.vlog --verify >/dev/null
if [ -e verge-*.tar.gz ]; then
    tar -xf verge-*.tar.gz
    cd verge-*/
    # Not the git of a folder above.
    GIT_DIR=/nowhere cmake -S . -B build -G Ninja -DVERGE_TESTS=OFF >"$scratch/log" || {
        cat "$scratch/log"
        exit 1
    }
fi
echo "packages: as they should be"
