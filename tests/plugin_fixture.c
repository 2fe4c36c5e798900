/* A policy as a shared library, that does what the environment variable PLUGIN_DOES says: for
 * test_so_policy.c. */
#include <fenv.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#if defined(__SSE__)
#include <xmmintrin.h>
#endif

#include "agents/policy/plugin.h"

static int does(const char *what) {
    const char *wish = getenv("PLUGIN_DOES");
    return wish && strcmp(wish, what) == 0;
}

/* One drive at a time, so that what a crash leaves behind is no leak. */
static void *begin(int32_t count) {
    static float state[64];
    return does("no-state") || count > 64 ? NULL : state;
}

static void end(void *state) { (void)state; }

static void begin_car(void *state, int32_t car, uint64_t seed, uint32_t entity, uint32_t episode) {
    (void)episode;
    ((float *)state)[car] = (float)(seed % 7) / 10 + (float)entity / 100;
}

static void flush_to_zero(void) {
#if defined(__SSE__)
    _mm_setcsr(_mm_getcsr() | 0x8040);
#else
    fesetround(FE_UPWARD);
#endif
}

static int overflow(int depth) {
    volatile char room[4096];
    room[0] = (char)depth;
    return overflow(depth + 1) + room[0];
}

static void be_deaf(void) {
    volatile int going = 1;
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    while (going) {
    }
}

static int32_t act(void *state, int32_t count, int32_t width, const float *observed, float *actions) {
    volatile int going = 1;
    if (does("crash")) *(volatile int *)(uintptr_t)8 = 1;
    if (does("abort")) abort();
    while (does("hang") && going) {
    }
    if (does("fail")) return -5;
    if (does("exit")) exit(0);
    if (does("_exit")) _exit(0);
    if (does("pthread_exit")) pthread_exit(NULL);
    if (does("overflow")) overflow(1);
    if (does("deaf")) be_deaf();
    if (does("stop")) raise(SIGSTOP);
    if (does("round")) fesetround(FE_UPWARD);
    if (does("move") && chdir("/")) return -6;
    if (does("fork") && fork() < 0) return -7;
    if (does("flush")) flush_to_zero();
    for (int32_t i = 0; i < count; i++) {
        actions[2 * i] = does("nan") ? NAN : ((float *)state)[i];
        if (!does("leave-out")) actions[2 * i + 1] = observed[i * width];
    }
    return does("short") ? count : 2 * count;
}

const vg_plugin *vg_plugin_1(void) {
    static vg_plugin plugin = {VG_PLUGIN_VERSION, "fixture", "offset,speed", 1, 60, 3, begin, end,
                               begin_car,         act};
    if (does("load-flush")) flush_to_zero();
    if (does("load-crash")) *(volatile int *)(uintptr_t)8 = 1;
    plugin.version = does("version") ? 9 : VG_PLUGIN_VERSION;
    plugin.sense = does("sense") ? "offset,smell" : "offset,speed";
    return does("nothing") ? NULL : &plugin;
}
