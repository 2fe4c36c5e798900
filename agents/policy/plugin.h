/* agents/policy/plugin.h -- a policy as a shared library, for `so:PATH`: the whole interface, C99, without
 * any other header of verge. docs/examples/plugin.c is a whole policy.
 *
 * The library exports one function, vg_plugin_1, that gives a vg_plugin which lives as long as the library.
 * It runs in processes of its own, several where several drives are under way, one call at a time in each,
 * and a process serves one drive after the other: what a drive remembers belongs into the state, not into the
 * library. A call that takes too long, ends the process, writes a NaN or says that it failed ends the run
 * (exit status 4). What it prints goes to stderr. */
#ifndef VG_AGENTS_POLICY_PLUGIN_H
#define VG_AGENTS_POLICY_PLUGIN_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define VG_PLUGIN_VERSION 1
#define VG_PLUGIN_SYMBOL  "vg_plugin_1"

typedef struct vg_plugin {
    int32_t version;   /* VG_PLUGIN_VERSION */
    const char *name;  /* for messages and tables */
    const char *sense; /* what it is shown: "offset,heading,speed,curvature@0:5:10" (sim/sense.h) */
    /* The clock it was made for: seconds a tick as a fraction, ticks an action; 0/0 and 0: any. */
    int32_t tick_num, tick_den, ticks_per_action;
    /* A drive of `count` cars, its state; NULL: out of memory. Where open is NULL there is no state. */
    void *(*open)(int32_t count);
    void (*close)(void *state); /* may be NULL */
    /* Car `car` begins an episode; seed, entity and episode name it, for random numbers. May be NULL. */
    void (*reset)(void *state, int32_t car, uint64_t seed, uint32_t entity, uint32_t episode);
    /* observed is [count][width], actions [count][2]: steering target and acceleration, in [-1, 1]; clamped.
     * All must be written. Returns how many floats were, 2 * count, or a negative number: it failed. */
    int32_t (*act)(void *state, int32_t count, int32_t width, const float *observed, float *actions);
} vg_plugin;

#if defined(__GNUC__)
__attribute__((visibility("default")))
#endif
const vg_plugin *
vg_plugin_1(void);

#ifdef __cplusplus
}
#endif
#endif
