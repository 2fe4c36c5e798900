# The machine around: whatever a preloaded library has set, the bits are the same.
command -v cc > /dev/null || skip "no C compiler"
build=$(dirname "$verge")
grep -q '^VERGE_SANITIZE:STRING=$' "$build/CMakeCache.txt" || skip "a sanitizer's runtime must come first"
cat > mode.c <<'C'
#define _GNU_SOURCE
#include <fenv.h>
#if defined(__SSE__)
#include <xmmintrin.h>
#endif
__attribute__((constructor)) static void f(void) {
    fesetround(FE_UPWARD);
    MODE;
}
C
cat > suite.yaml <<'Y'
test: [seeds 1001..1002]
road_length: 600
starts: 2
horizon: 6
Y
expect 0 "pursuit" "$verge" eval pursuit --suite suite.yaml --out plain
modes='(void)0 feenableexcept(FE_ALL_EXCEPT)'
[ "$(uname -m)" != x86_64 ] || modes="$modes _mm_setcsr(_mm_getcsr()|0x8040)"
for mode in $modes; do
    cc -w -shared -fPIC "-DMODE=$mode" mode.c -o mode.so -lm || fail "mode.c"
    for threads in 1 3; do
        expect 0 "pursuit" env LD_PRELOAD="$PWD/mode.so" "$verge" eval pursuit --suite suite.yaml --out odd --threads $threads --force
        cmp plain/result.json odd/result.json || fail "$mode changes a bit"
    done
done
exit 0
