# A plug-in that does what it wants to its own process: the run fails (4), whatever it does; what concerns nobody else
# changes no bit.
command -v cc > /dev/null || skip "no C compiler"
cat > suite.yaml <<'Y'
test: [seeds 1001..1002]
road_length: 600
starts: 2
horizon: 6
Y
cat > p.c <<'C'
#define _GNU_SOURCE
#include <fenv.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "agents/policy/plugin.h"
static int n;
static volatile int sink;
static int deep(int k) { volatile char b[4096]; b[0] = (char)k; return deep(k + 1) + b[0]; }
static void nothing(int s) { (void)s; }
static void *forever(void *x) { for (;;) pause(); return x; }
static void spare(void) { pthread_t t; pthread_create(&t, NULL, forever, NULL); }
static void deaf(void) { sigset_t m; sigfillset(&m); pthread_sigmask(SIG_BLOCK, &m, 0); }
static int32_t act(void *s, int32_t c, int32_t w, const float *o, float *a) {
    (void)s, (void)w, (void)o;
    for (int i = 0; i < 2 * c; i++) a[i] = i % 2 ? 0.1f : 0.0f;
    if (++n < 5) return 2 * c;
    DOES;
    return 2 * c;
}
static vg_plugin p = {.version = 1, .name = "plug", .sense = "offset,heading,speed", .act = act};
const vg_plugin *vg_plugin_1(void) { LOADS; return &p; }
C
build() { # NAME DOES LOADS
    cc -w -O1 -shared -fPIC -I"$root" "-DDOES=$2" "-DLOADS=$3" p.c -o "$1.so" -lm || fail "p.c"
}
export VERGE_POLICY_TIMEOUT=0.4
build good 'sink++' 'sink++'
expect 0 "good" "$verge" eval so:./good.so --suite suite.yaml --out good
"$verge" baseline update good --reason first --baseline good.json > said 2>&1 || fail "baseline"
expect 0 "pass" "$verge" gate good.json --run so:./good.so --allow-exec

ends() { # DOES: the run fails, and the gate with it
    build bad "$1" 'sink++'
    expect 4 "policy 'plug'" "$verge" gate good.json --run so:./bad.so --allow-exec
}
ends 'exit(0)'
expect 4 "policy 'plug'" "$verge" eval so:./bad.so --suite suite.yaml --out bad
[ ! -e bad/result.json ] || fail "$1 left a result"
ends '_exit(0)'
ends 'exit(3)'
ends 'pthread_exit(0)'
ends 'spare(); pthread_exit(0)'
ends 'quick_exit(0)'
ends 'execl("/bin/true", "true", (char *)0)'
ends 'deep(0)'
ends 'abort()'
ends 'deaf(); for (;;) sink++'
ends 'signal(SIGSEGV, nothing); *(volatile int *)8 = 1'
ends 'raise(SIGINT)'
ends 'raise(SIGSTOP)'
ends 'kill(0, SIGKILL)'
ends 'kill(getppid(), SIGKILL); pause()'
ends 'kill(getppid(), SIGSTOP); for (;;) sink++'
ends 'for (int i = 3; i < 1000; i++) close(i)'
ends 'for (int i = 0; i < 2 * c + 1000000; i++) a[i] = 0'
ends 'sink = 1 / (sink * 0)'
ends 'feenableexcept(FE_ALL_EXCEPT); a[0] = a[0] / 0.0f'
ends 'return 2 * c - 1'
ends 'write(65, "xxxxxxxxxxxxxxxx", 16)'

# While it is loaded.
for does in 'exit(0)' 'abort()' 'deep(0)' 'pthread_exit(0)'; do
    build bad 'sink++' "$does"
    expect 4 "before its first frame" "$verge" eval so:./bad.so --suite suite.yaml
done

same() { # DOES: it drives on, with the same bits
    build odd "$1" 'sink++'
    expect 0 "odd" "$verge" eval so:./odd.so --suite suite.yaml --out odd --force
    cut -d, -f2- good/episodes.csv > one
    cut -d, -f2- odd/episodes.csv > two
    cmp -s one two || fail "$1 changes a bit"
}
same 'fesetround(FE_UPWARD); fesetround(FE_UPWARD)'
same 'if (chdir("/")) abort()'
same 'close(0); close(1); close(2)'
same 'fork()'
same 'if (fork() == 0) for (;;) pause()'
same 'memset((float *)(void *)o, 0, 4)'
same 'setenv("SOURCE_DATE_EPOCH", "x", 1)'
same 'umask(0777)'
printf '' > printed
build talks 'printf("{\n"); fflush(stdout)' 'sink++'
"$verge" eval so:./talks.so --suite suite.yaml --json 2> said > talks.json || fail "talks"
! grep -qx '{' talks.json || [ "$(grep -cx '{' talks.json)" -le 1 ] || fail "what it prints is in the JSON"

# Nothing is left of them.
sleep 0.2
ps -ef 2> /dev/null | grep -v grep | grep "verge-policy-host so $PWD" > said && fail "processes are left"
exit 0
