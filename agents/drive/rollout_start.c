// agents/drive/rollout_start.c -- where episodes start, and the draws that belong to an episode.
#include <math.h>

#include "agents/drive/pace.h"
#include "agents/drive/rollout_private.h"
#include "sim/base/random.h"

// --- starts ------------------------------------------------------------------------------------------------

vg_episode_key vg_rollout_key(const vg_rollout_def *def, int64_t episode, uint32_t restarts) {
    if (!def->by_road) return (vg_episode_key){def->seed, (uint32_t)episode, restarts};
    uint64_t road = vg_road_hash(def->roads[episode / def->starts]);
    return (vg_episode_key){vg_random_seed(def->seed, road), (uint32_t)(episode % def->starts), restarts};
}

// Starts are spread evenly over the road: one random place in each share. On an open road they are in the
// first half, so that the second half is left to drive.
static double place_of(const vg_rollout_def *def, const vg_road *road, int64_t episode, double u) {
    vg_road_view view = vg_road_get(road);
    double share = ((double)(episode % def->starts) + u) / def->starts;
    return share * view.length * (view.closed ? 1 : 0.5);
}

vg_start vg_rollout_draw_start(const vg_rollout_def *def, const vg_car *car, int64_t episode) {
    if (def->given) return def->given[episode];
    const vg_road *road = def->roads[episode / def->starts];
    const vg_episode_key key = vg_rollout_key(def, episode, 0);
    vg_draw at = {.seed = key.seed, .stream = VG_STREAM_START, .entity = key.entity};
    double u[3];
    for (int i = 0; i < 3; i++) at.draw = (uint32_t)i, u[i] = vg_random_uniform(&at);
    double room = def->start_spread, s = place_of(def, road, episode, u[0]);
    vg_road_point here = vg_road_at(road, s);
    // A start is on the road; with the whole body, if corners count.
    double body = def->corners ? 0.5 * car->width + car->length * (0.04 * def->start_spread) : 0;
    double low = -fmin(room, fmax(0, 0.9 * here.right - body)),
           high = fmin(room, fmax(0, 0.9 * here.left - body));
    return (vg_start){s, (float)(low + (high - low) * u[1]),
                      (float)(0.04 * def->start_spread * (2 * u[2] - 1)), vg_careful_speed(road, car, s)};
}

void vg_rollout_starts(const vg_rollout_def *def, vg_start *starts) {
    vg_car car = vg_rollout_car(def);
    for (int64_t e = 0; e < (int64_t)def->road_count * def->starts; e++)
        starts[e] = vg_rollout_draw_start(def, &car, e);
}
