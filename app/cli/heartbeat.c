#define _GNU_SOURCE
#include "app/cli/heartbeat.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <time.h>

static struct timespec later(struct timespec from, double seconds) {
    double whole = floor(seconds);
    from.tv_sec += (time_t)whole;
    from.tv_nsec += (long)((seconds - whole) * 1e9);
    if (from.tv_nsec >= 1000000000) from.tv_sec++, from.tv_nsec -= 1000000000;
    return from;
}

static void *run(void *context) {
    vg_heartbeat *h = context;
    struct timespec next;
    clock_gettime(CLOCK_MONOTONIC, &next);
    next = later(next, h->every);
    pthread_mutex_lock(&h->lock);
    while (!h->over) {
        if (pthread_cond_timedwait(&h->ended, &h->lock, &next) != ETIMEDOUT || h->over) continue;
        h->beat(h->context);
        next = later(next, h->every);
    }
    pthread_mutex_unlock(&h->lock);
    return NULL;
}

// Signals go to the threads that wait for something to be interrupted.
static bool start(vg_heartbeat *h) {
    sigset_t all, before;
    sigfillset(&all);
    if (pthread_sigmask(SIG_SETMASK, &all, &before)) return false;
    bool started = pthread_create(&h->thread, NULL, run, h) == 0;
    return pthread_sigmask(SIG_SETMASK, &before, NULL) == 0 && started;
}

void vg_heartbeat_begin(vg_heartbeat *h, double every, void (*beat)(void *context), void *context) {
    pthread_condattr_t attributes;
    *h = (vg_heartbeat){.every = every, .beat = beat, .context = context};
    if (pthread_condattr_init(&attributes)) return;
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    bool made = pthread_cond_init(&h->ended, &attributes) == 0;
    pthread_condattr_destroy(&attributes);
    if (!made) return;
    pthread_mutex_init(&h->lock, NULL);
    h->running = start(h);
    if (h->running) return;
    pthread_cond_destroy(&h->ended);
    pthread_mutex_destroy(&h->lock);
}

void vg_heartbeat_end(vg_heartbeat *h) {
    if (!h->running) return;
    pthread_mutex_lock(&h->lock);
    h->over = true;
    pthread_cond_signal(&h->ended);
    pthread_mutex_unlock(&h->lock);
    pthread_join(h->thread, NULL);
    pthread_cond_destroy(&h->ended);
    pthread_mutex_destroy(&h->lock);
    h->running = false;
}
