// agents/drive/rollout_start.c -- where episodes start, and the draws that belong to an episode.
#include <math.h>

#include "agents/drive/pace.h"
#include "agents/drive/recorded_starts.h"
#include "agents/drive/rollout_private.h"
#include "sim/base/random.h"

// --- starts ------------------------------------------------------------------------------------------------

vg_episode_key vg_rollout_key(const vg_rollout_def *def, int64_t episode, uint32_t restarts) {
    if (!def->by_road) return (vg_episode_key){def->seed, (uint32_t)episode, restarts};
    uint64_t road = vg_road_hash(def->roads[episode / def->starts]);
    return (vg_episode_key){vg_random_seed(def->seed, road), (uint32_t)(episode % def->starts), restarts};
}

// Starts are spread evenly over the road, one in each share: u = 0 is the begin of this episode's share, 1
// its end. On an open road they are in the first half, so that the second half is left to drive.
static double place_of(const vg_rollout_def *def, const vg_road *road, int64_t episode, double u) {
    vg_road_view view = vg_road_get(road);
    double share = ((double)(episode % def->starts) + u) / def->starts;
    return share * view.length * (view.closed ? 1 : 0.5);
}

// Add the spread; u[2] are the draws. A start is on the road, within 0.9 of its width (a recorded one where
// it was, if that is nearer to the edge); with the whole body, if corners count.
static void scatter(const vg_rollout_def *def, const vg_road *road, const vg_car *car, const double *u,
                    vg_start *start) {
    vg_road_point here = vg_road_at(road, start->s);
    double spread = def->start_spread, was = (double)start->offset;
    double body = def->corners ? 0.5 * car->width + car->length * (0.04 * spread) : 0;
    double left = fmax(0, 0.9 * here.left - body), right = fmax(0, 0.9 * here.right - body);
    if (!def->corners) left = fmax(left, was), right = fmax(right, -was);
    double low = fmax(was - spread, -right), high = fmin(was + spread, left);
    start->offset = (float)fmin(left, fmax(-right, low + (high - low) * u[0]));
    start->heading += (float)(0.04 * spread * (2 * u[1] - 1));
}

// A car that starts drives a few seconds before the first obstacle.
static const double CLEAR_SECONDS = 3, CLEAR = 20; // s; m, of cars of full size

static double clear_place(const vg_road *road, const vg_car *car, double s) {
    if (vg_road_get(road).obstacle_count == 0) return s;
    double ahead = CLEAR_SECONDS * (double)vg_careful_speed(road, car, s) + CLEAR * (double)vg_car_scale(car);
    return vg_road_clear(road, s, (double)car->length, ahead);
}

vg_start vg_rollout_draw_start(const vg_rollout_def *def, const vg_car *car, int64_t episode) {
    if (def->given) return def->given[episode];
    const vg_road *road = def->roads[episode / def->starts];
    const vg_episode_key key = vg_rollout_key(def, episode, 0);
    vg_draw at = {.seed = key.seed, .stream = VG_STREAM_START, .entity = key.entity};
    double u[3];
    for (int i = 0; i < 3; i++) at.draw = (uint32_t)i, u[i] = vg_random_uniform(&at);
    vg_start start = {.s = place_of(def, road, episode, u[0])};
    if (vg_recorded_starts_of(def->recorded, road))
        start = vg_recorded_starts_draw(def->recorded, place_of(def, road, episode, 0),
                                        place_of(def, road, episode, 1), u[0]);
    else
        start.s = clear_place(road, car, start.s), start.speed = vg_careful_speed(road, car, start.s);
    scatter(def, road, car, u + 1, &start);
    return start;
}

void vg_rollout_starts(const vg_rollout_def *def, vg_start *starts) {
    vg_car car = vg_rollout_car(def);
    for (int64_t e = 0; e < (int64_t)def->road_count * def->starts; e++)
        starts[e] = vg_rollout_draw_start(def, &car, e);
}
