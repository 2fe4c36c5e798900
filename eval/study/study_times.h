// eval/study/study_times.h -- where a study's processor time goes.
//
// Results do not depend on times, so no file of a study holds them; `verge study --times FILE` writes them
// apart.
#ifndef VG_EVAL_STUDY_STUDY_TIMES_H
#define VG_EVAL_STUDY_STUDY_TIMES_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// X(name, help)
#define VG_STUDY_WORK(X)                                                                                     \
    X(open, "roads of the suite, and all that is read before any work")                                      \
    X(demonstrate, "logs to learn from, one for each budget and training seed")                              \
    X(train, "cells, one after the other")                                                                   \
    X(reference, "drives of the suite's reference")                                                          \
    X(drive, "a training seed of an arm drives the suite, with the expert's labels")                         \
    X(open_loop, "its actions along the expert's drives")                                                    \
    X(judge, "statistics of an arm")

typedef enum vg_study_work {
#define X(name, help) VG_STUDY_WORK_##name,
    VG_STUDY_WORK(X)
#undef X
        VG_STUDY_WORK_COUNT
} vg_study_work;

// One piece of work. arm: "" where it belongs to none; seed: from 1, 0: none.
typedef struct vg_study_time {
    vg_study_work work;
    const char *arm;
    int32_t seed;
    double seconds; // of processors, all threads together
} vg_study_time;

const char *vg_study_work_name(vg_study_work work);

// What was done so far, in no particular order. Zero-initialise; free by vg_study_times_free.
typedef struct vg_study_times {
    vg_study_time *items; // [count]
    int64_t count, room;
} vg_study_times;
void vg_study_times_add(vg_study_times *times,
                        vg_study_time time); // where there is no memory, it is left out
void vg_study_times_free(vg_study_times *times);

// Processor time so far, in s: of the calling thread, or of the whole process.
double vg_study_thread_seconds(void);
double vg_study_process_seconds(void);

#ifdef __cplusplus
}
#endif
#endif
