# What the dynamic linker and the kernel are told of each binary, in the build tree and installed: no library from the
# working folder, no writable table of functions, programs at an address nobody can foretell.
command -v readelf > /dev/null || skip "no readelf"
build=$(dirname "$verge")
grep -q '^VERGE_SANITIZE:STRING=$' "$build/CMakeCache.txt" || skip "a sanitizer's build"

elf() { # FILE
    readelf -dW "$1" > dynamic && readelf -lW "$1" > segments && readelf -hW "$1" > header || fail "$1: readelf"
    sed -n 's/.*(R.*PATH).*\[\(.*\)\]/\1/p' dynamic > said
    # Each element is relative to the binary itself; none is empty, which would be the working folder.
    ! tr ':' '\n' < said | grep -v '^\$ORIGIN' || fail "$1: looks for libraries elsewhere than beside itself"
    ! grep -q '^:\|::\|:$' said || fail "$1: looks for libraries in the working folder"
    grep -q 'BIND_NOW\|FLAGS_1.*NOW' dynamic || fail "$1: binds functions late"
    grep -q GNU_RELRO segments || fail "$1: its tables stay writable"
    ! grep 'GNU_STACK' segments | grep -q 'RWE' || fail "$1: its stack can be run"
    grep -q 'Type: *DYN' header || fail "$1: is at a fixed address"
}
checked() { # FILE: the compiler's own checks
    readelf -sW "$1" > said
    grep -q __stack_chk_fail said || fail "$1: no stack protector"
    grep -q '^CMAKE_BUILD_TYPE:STRING=Debug' "$build/CMakeCache.txt" || grep -q '_chk@' said || fail "$1: no FORTIFY_SOURCE"
}

cmake --install "$build" --prefix "$PWD/installed" > said || fail "install"
count=0
for file in "$verge" "$build"/libverge*.so "$build"/verge-policy-host installed/bin/verge \
    $(find installed -name 'libverge*.so' -o -name verge-policy-host); do
    [ -e "$file" ] || continue
    elf "$file"
    count=$((count + 1))
done
[ $count -ge 2 ] || fail "nothing was looked at"
checked "$verge"
[ ! -e "$build/libverge.so" ] || checked "$build/libverge.so"

# And so it is: a library of the right name in the working folder is not loaded.
command -v cc > /dev/null || exit 0
cat > evil.c <<'C'
#include <unistd.h>
__attribute__((constructor)) static void f(void) { if (write(2, "loaded\n", 7)) _exit(66); }
C
for name in libjansson.so.4 libsqlite3.so.0 libverge.so.0 libc.so.6; do
    cc -shared -fPIC -Wl,-soname,$name -o $name evil.c
done
expect 0 "verge " "$verge" --version
expect 0 "verge " installed/bin/verge --version
