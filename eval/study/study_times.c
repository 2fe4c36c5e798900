#define _GNU_SOURCE
#include "eval/study/study_times.h"

#include <time.h>

#include "sim/base/memory.h"

const char *vg_study_work_name(vg_study_work work) {
    static const char *const names[] = {
#define X(name, help) #name,
        VG_STUDY_WORK(X)
#undef X
    };
    return names[work];
}

static double seconds_of(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

double vg_study_thread_seconds(void) { return seconds_of(CLOCK_THREAD_CPUTIME_ID); }
double vg_study_process_seconds(void) { return seconds_of(CLOCK_PROCESS_CPUTIME_ID); }

void vg_study_times_add(vg_study_times *t, vg_study_time time) {
    if (t->count == t->room) {
        int64_t wider = t->room ? 2 * t->room : 64;
        void *grown = vg_realloc(t->items, t->room, wider, sizeof *t->items);
        if (!grown) return;
        t->items = grown, t->room = wider;
    }
    t->items[t->count++] = time;
}

void vg_study_times_free(vg_study_times *t) {
    vg_free(t->items);
    *t = (vg_study_times){0};
}
