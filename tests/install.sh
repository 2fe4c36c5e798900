#!/bin/sh
# tests/install.sh BUILD -- install BUILD into a scratch prefix and use it as a stranger would: every header
# alone, in C and in C++; docs/examples through the CMake package and through pkg-config.
set -eu
build=$(realpath "$1")
source=$(realpath "$(dirname "$0")/..")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
prefix=$scratch/prefix
cmake --install "$build" --prefix "$prefix" >"$scratch/install.log" || {
    cat "$scratch/install.log"
    exit 1
}

# An installed tree may be moved.
mv "$prefix" "$scratch/moved"
prefix=$scratch/moved
export PKG_CONFIG_PATH="$prefix/lib/pkgconfig:$prefix/lib/$(gcc -dumpmachine)/pkgconfig"

ls "$prefix"/share/verge/logs/human_model-*.vlog "$prefix"/share/verge/formats/csv.yaml >/dev/null
[ ! -x "$prefix/bin/verge" ] || ls "$prefix"/share/man/man1/verge.1 "$prefix"/share/man/man1/verge-train-bc.1 >/dev/null

cd "$prefix/include"
find verge -name '*.h' | while read -r header; do
    echo "#include <$header>" | gcc -std=c17 -Wall -Wextra -Werror $(pkg-config --cflags verge) -fsyntax-only -x c - ||
        exit 1
    if command -v clang++ >/dev/null; then
        echo "#include <$header>" | clang++ -std=c++17 -Wall -Wextra -Werror $(pkg-config --cflags verge) \
            -nostdinc++ -fsyntax-only -x c++ - || exit 1
    fi
done

echo "-- by the CMake package"
cmake -G Ninja -S "$source/docs/examples" -B "$scratch/cmake" -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_BUILD_TYPE=Release \
    >"$scratch/cmake.log" || {
    cat "$scratch/cmake.log"
    exit 1
}
cmake --build "$scratch/cmake"
"$scratch/cmake/embed" >"$scratch/cmake.txt"
cat "$scratch/cmake.txt"

echo "-- by pkg-config"
static=
[ -e "$(pkg-config --variable=libdir verge)/libverge.so" ] || static=--static
gcc -std=c17 -Wall -Wextra -Werror "$source/docs/examples/embed.c" $(pkg-config $static --cflags --libs verge) -lm \
    -Wl,-rpath,"$(pkg-config --variable=libdir verge)" -o "$scratch/embed"
"$scratch/embed" >"$scratch/pkg-config.txt"
cmp "$scratch/cmake.txt" "$scratch/pkg-config.txt"

if [ -x "$prefix/bin/verge" ]; then
    echo "-- the program"
    "$prefix/bin/verge" --version
    status=0
    "$prefix/bin/verge" eval 'exec:exit 9' --road test-1 2>"$scratch/exec.txt" || status=$?
    [ $status = 4 ] && grep -q 'ended with exit status 9' "$scratch/exec.txt" || { # by the installed verge-policy-host
        cat "$scratch/exec.txt"
        exit 1
    }
fi
