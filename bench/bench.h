// bench/bench.h -- how fast, here: pieces of fixed work, repeated, with medians.
#ifndef VG_BENCH_BENCH_H
#define VG_BENCH_BENCH_H

#include "sim/base/text.h"

// A piece of work that is measured. open prepares it and says how much it is; run does it once.
typedef struct bench_case {
    const char *name; // "motion"
    const char *unit; // of the work, e.g. "car-ticks": results are given per second
    const char *help; // one line
    double goal;      // wanted work/s, or for `lower` cases wanted seconds; 0: none
    bool lower;       // the result is seconds for one piece, less is better
    vg_err (*open)(int32_t threads, void **state, double *work, vg_diag *diag);
    vg_err (*run)(void *state, vg_diag *diag);
    void (*close)(void *state);
} bench_case;

extern const bench_case bench_motion, bench_action, bench_lidar;
extern const bench_case bench_train_64, bench_train_256, bench_train_4096, bench_infer;
extern const bench_case bench_dagger, bench_gail, bench_gail_imitation;

typedef struct bench_result {
    const bench_case *piece;
    double median, least, most; // work/s, or seconds
    int32_t repeats;
    int64_t pieces; // runs within a repeat
    double share;   // cores' worth of CPU it had meanwhile: much below `threads`, the machine was busy
} bench_result;

// Measure: pieces are run for about `seconds` in each of `repeats` repeats, after one that does not count; or
// exactly `fixed` pieces a repeat, where that is not 0, and nothing before. Errors: those of the case;
// VG_ERR_ARGUMENT (repeats < 1).
VG_NODISCARD vg_err bench_measure(const bench_case *piece, int32_t threads, double seconds, int32_t repeats,
                                  int64_t fixed, bench_result *out, vg_diag *diag);
vg_err bench_run_pieces(const bench_case *piece, void *state, int64_t pieces, double *seconds, vg_diag *diag);

// A result for people: "152.3 M" a second, or "0.0420" seconds. Returns buffer.
char *bench_format(double value, bool seconds, char buffer[32]);

// CSV with a header. machine is a word, such as bench_machine gives.
void bench_csv(const bench_result *results, int32_t count, const char *machine, int32_t threads,
               vg_text *out);

// This machine's CPU as one lower-case word, into buffer[64]. Returns buffer.
char *bench_machine(char *buffer);

// Seconds of a clock that only goes forward.
double bench_now(void);

#endif
