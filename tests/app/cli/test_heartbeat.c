// The thread that tells of long work.
#include "app/cli/heartbeat.h"

#include <signal.h>
#include <stdatomic.h>
#include <time.h>

#include "tests/check.h"

typedef struct counted {
    atomic_int beats;
    atomic_bool blocked; // the thread takes no SIGINT
} counted;

static void count(void *context) {
    counted *c = context;
    sigset_t now;
    pthread_sigmask(SIG_SETMASK, NULL, &now);
    c->blocked = sigismember(&now, SIGINT) == 1;
    c->beats++;
}

START_TEST(beats_until_it_is_ended) {
    vg_heartbeat heartbeat;
    counted c = {0};
    vg_heartbeat_begin(&heartbeat, 0.002, count, &c);
    while (c.beats < 5) nanosleep(&(struct timespec){0, 1000000}, NULL);
    vg_heartbeat_end(&heartbeat);
    int beats = c.beats;
    nanosleep(&(struct timespec){0, 20000000}, NULL);
    ck_assert_int_eq(c.beats, beats);
    ck_assert(c.blocked);
    sigset_t now;
    pthread_sigmask(SIG_SETMASK, NULL, &now);
    ck_assert_int_eq(sigismember(&now, SIGINT), 0); // here it is taken as before
}
END_TEST

// Work that is over soon does not wait for a beat, and has none.
START_TEST(ends_at_once) {
    counted c = {0};
    for (int i = 0; i < 50; i++) {
        vg_heartbeat heartbeat;
        vg_heartbeat_begin(&heartbeat, 1e6, count, &c);
        vg_heartbeat_end(&heartbeat);
        vg_heartbeat_end(&heartbeat); // twice is fine
    }
    ck_assert_int_eq(c.beats, 0);
    vg_heartbeat none = {0};
    vg_heartbeat_end(&none);
}
END_TEST

CK_MAIN("heartbeat", beats_until_it_is_ended, ends_at_once)
