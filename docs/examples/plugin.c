/* A policy as a shared library, for `so:PATH`: keeps to the centreline of the road, as fast as its bends
 * allow.
 *
 *     cc -O2 -shared -fPIC -I$(pkg-config --variable=includedir verge)/verge plugin.c -o plugin.so
 *     verge eval so:./plugin.so --suite smoke
 *
 * It remembers nothing, so that it needs neither open nor reset. */
#include <stddef.h>

#include "agents/policy/plugin.h"

/* As the sense below lays them out. */
enum { OFFSET, HEADING, SPEED, NEAR, AHEAD, FAR, WIDTH };

static const float wheelbase = 2.7f, steer_most = 0.6f; /* m, rad: the sedan's */

static float magnitude(float x) { return x < 0 ? -x : x; }

static float clamp(float x) { return x < -1 ? -1 : x > 1 ? 1 : x; }

static int32_t act(void *state, int32_t count, int32_t width, const float *observed, float *actions) {
    int32_t i;
    (void)state;
    if (width != WIDTH) return -1;
    for (i = 0; i < count; i++) {
        const float *at = observed + i * width;
        float bend = magnitude(at[NEAR]), speed = 18;
        float turn = wheelbase * at[NEAR] - 0.08f * at[OFFSET] - 0.6f * at[HEADING];
        if (magnitude(at[AHEAD]) > bend) bend = magnitude(at[AHEAD]);
        if (magnitude(at[FAR]) > bend) bend = magnitude(at[FAR]);
        while (speed > 4 && speed * speed * bend > 3) speed -= 0.5f; /* 3 m/s^2 sideways */
        actions[2 * i] = clamp(turn / steer_most);
        actions[2 * i + 1] = clamp(0.4f * (speed - at[SPEED]));
    }
    return 2 * count;
}

const vg_plugin *vg_plugin_1(void) {
    static const vg_plugin plugin = {VG_PLUGIN_VERSION,
                                     "centre keeper",
                                     "offset,heading,speed,curvature@3:12:25",
                                     0,
                                     0,
                                     0,
                                     NULL,
                                     NULL,
                                     NULL,
                                     act};
    return &plugin;
}
