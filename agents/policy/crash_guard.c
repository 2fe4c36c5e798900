#define _GNU_SOURCE // gettid's like, SIGEV_THREAD_ID
#include "agents/policy/crash_guard.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "sim/base/text.h"

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

vg_err vg_policy_timeout(double *seconds, vg_diag *diag) {
    const char *wish = getenv("VERGE_POLICY_TIMEOUT");
    *seconds = 10;
    if (!wish || (vg_parse_double(wish, seconds) && *seconds >= 0.1 && *seconds <= 86400)) return VG_OK;
    return vg_fail(diag, VG_ERR_ARGUMENT,
                   "VERGE_POLICY_TIMEOUT is '%.40s', expected seconds from 0.1 to 86400", wish);
}

// Where this thread goes when its call fails; NULL: it is in no call.
static _Thread_local sigjmp_buf *volatile way_back;

static const int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
enum { CRASHES = sizeof crashes / sizeof *crashes };
static struct sigaction before[CRASHES];

static int late(void) { return SIGRTMIN + 5; }

static void handle(int signal) {
    if (way_back) siglongjmp(*way_back, signal);
    if (signal == late()) return; // it had just come back in time
    for (int i = 0; i < CRASHES; i++)
        if (crashes[i] == signal) sigaction(signal, &before[i], NULL);
    raise(signal);
}

static void install(void) {
    struct sigaction action = {.sa_handler = handle, .sa_flags = SA_NODEFER};
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < CRASHES; i++) sigaction(crashes[i], &action, &before[i]);
    sigaction(late(), &action, NULL);
}

static bool arm(double seconds, timer_t *timer) {
    struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = late()};
    event.sigev_notify_thread_id = (pid_t)syscall(SYS_gettid);
    struct itimerspec when = {
        .it_value = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)}};
    if (timer_create(CLOCK_MONOTONIC, &event, timer) != 0) return false;
    return timer_settime(*timer, 0, &when, NULL) == 0;
}

vg_err vg_crash_guard_run(void (*fn)(void *context), void *context, double seconds, char trouble[80]) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, install);
    sigjmp_buf here;
    timer_t timer;
    if (!arm(seconds, &timer)) {
        snprintf(trouble, 80, "could not be watched: no timer");
        return VG_ERR_POLICY;
    }
    int signal = sigsetjmp(here, 1);
    if (signal == 0) {
        way_back = &here;
        fn(context);
    }
    way_back = NULL;
    timer_delete(timer);
    if (signal == 0) return VG_OK;
    if (signal == late())
        snprintf(trouble, 80, "did not answer within %.3g s", seconds);
    else
        snprintf(trouble, 80, "crashed (SIG%s)", sigabbrev_np(signal));
    return VG_ERR_POLICY;
}
