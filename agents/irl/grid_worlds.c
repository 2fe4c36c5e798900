#include "agents/irl/grid_worlds.h"

#include <stdio.h>

#include "sim/base/memory.h"
#include "sim/base/random.h"

static const double NOISE = 0.3; // share of moves that go anywhere
enum { MACROCELLS = 8, COLOURS = 2, RINGS = 6, OBJECT_SHARE = 20 };

static vg_err size_of(const vg_table_world_def *def, int32_t standard, int32_t least, int32_t most,
                      int32_t step, int32_t *size, vg_diag *diag) {
    *size = def->size ? def->size : standard;
    if (*size < least || *size > most || *size % step)
        return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, 0, "size", "%d; expected %d to %d, a multiple of %d",
                          *size, least, most, step);
    return VG_OK;
}

// Places, arrows and outcomes; the square `absorbing` (or -1) is never left.
static vg_err squares(vg_table_world *world, int32_t size, int32_t absorbing, vg_diag *diag) {
    vg_mdp *mdp = &world->mdp;
    vg_err err = VG_OK;
    for (int32_t s = 0; s < mdp->states; s++) {
        world->places[s] = (vg_world_place){.x = s % size, .y = s / size};
        for (int32_t a = 0; a < mdp->actions && !err; a++) {
            int32_t dx, dy;
            vg_grid_direction(a, &dx, &dy);
            double *arrow = world->arrows + 2 * ((int64_t)s * mdp->actions + a);
            if (s != absorbing) arrow[0] = dx, arrow[1] = dy;
            if (s == absorbing) err = vg_mdp_add(mdp, s, 1, diag);
            for (int32_t b = 0; b < mdp->actions && s != absorbing && !err; b++)
                err = vg_mdp_add(mdp, vg_grid_step(size, size, s, b),
                                 NOISE / mdp->actions + (1 - NOISE) * (a == b), diag);
            vg_mdp_end_pair(mdp);
        }
    }
    return err ? err : vg_mdp_check(mdp, diag);
}

static double discount_of(const vg_table_world_def *def, double standard) {
    return def->discount > 0 ? def->discount : standard;
}

// --- Ng & Russell 2000 -----------------------------------------------------------------------------------

vg_err vg_corner_world(const vg_table_world_def *def, vg_table_world *out, vg_diag *diag) {
    int32_t size = 0;
    vg_err err = size_of(def, 5, 2, 64, 1, &size, diag);
    int32_t states = size * size;
    *out = (vg_table_world){0};
    double *weights = vg_new(double, states);
    if (!err && !weights) err = vg_fail_memory(diag);
    if (!err) err = vg_table_world_begin(out, states, 4, discount_of(def, 0.9), states, diag);
    for (int32_t s = 0; s < states && !err; s++) {
        out->phi[(int64_t)s * states + s] = 1, weights[s] = s == states - 1;
        snprintf(out->feature_names[s], VG_WORLD_FEATURE_NAME, "square %d,%d", s % size, s / size);
    }
    if (!err) err = vg_table_world_weigh(out, weights, diag);
    if (!err) err = squares(out, size, states - 1, diag);
    vg_free(weights);
    return err;
}

// --- Abbeel & Ng 2004 ------------------------------------------------------------------------------------

static void draw_weights(uint64_t seed, double weights[MACROCELLS * MACROCELLS]) {
    int32_t positive = 0;
    double sum = 0;
    for (uint32_t trial = 0; positive < 2; trial++) {
        positive = 0, sum = 0;
        for (uint32_t k = 0; k < MACROCELLS * MACROCELLS; k++) {
            vg_draw at = {.seed = seed, .stream = VG_STREAM_TABLE, .entity = k, .episode = trial};
            bool given = vg_random_uniform(&at) < 0.1;
            at.draw = 1;
            weights[k] = given ? vg_random_uniform(&at) : 0;
            positive += given, sum += weights[k];
        }
    }
    for (int32_t k = 0; k < MACROCELLS * MACROCELLS; k++) weights[k] /= sum;
}

vg_err vg_macrocell_world(const vg_table_world_def *def, vg_table_world *out, vg_diag *diag) {
    enum { FEATURES = MACROCELLS * MACROCELLS };
    int32_t size = 0;
    double weights[FEATURES];
    *out = (vg_table_world){0};
    vg_err err = size_of(def, 32, MACROCELLS, 256, MACROCELLS, &size, diag);
    if (!err) err = vg_table_world_begin(out, size * size, 4, discount_of(def, 0.99), FEATURES, diag);
    if (err) return err;
    for (int32_t s = 0; s < size * size; s++) {
        int32_t wide = size / MACROCELLS, k = s / size / wide * MACROCELLS + s % size / wide;
        out->phi[(int64_t)s * FEATURES + k] = 1;
    }
    for (int32_t k = 0; k < FEATURES; k++)
        snprintf(out->feature_names[k], VG_WORLD_FEATURE_NAME, "macrocell %d,%d", k % MACROCELLS,
                 k / MACROCELLS);
    draw_weights(def->seed, weights);
    err = vg_table_world_weigh(out, weights, diag);
    return err ? err : squares(out, size, -1, diag);
}

// --- Levine, Popovic & Koltun 2011 -----------------------------------------------------------------------

// nearest [2 * COLOURS]: the squared distance to the nearest object with that outer colour, then inner
// colour.
static void nearest_objects(uint64_t seed, int32_t size, int32_t square, int32_t nearest[2 * COLOURS]) {
    for (int32_t c = 0; c < 2 * COLOURS; c++) nearest[c] = 2 * size * size;
    for (int32_t s = 0; s < size * size; s++) {
        vg_draw at = {.seed = seed, .stream = VG_STREAM_TABLE, .entity = (uint32_t)s, .episode = 1};
        if (vg_random_below(&at, OBJECT_SHARE)) continue;
        int32_t dx = s % size - square % size, dy = s / size - square / size, away = dx * dx + dy * dy;
        for (uint32_t part = 0; part < 2; part++) {
            at.draw = 1 + part;
            int32_t c = (int32_t)(part * COLOURS + vg_random_below(&at, COLOURS));
            if (away < nearest[c]) nearest[c] = away;
        }
    }
}

static double object_reward(const int32_t nearest[2 * COLOURS]) {
    if (nearest[0] > 3 * 3) return 0;
    return nearest[1] <= 2 * 2 ? 1 : -1;
}

vg_err vg_object_world(const vg_table_world_def *def, vg_table_world *out, vg_diag *diag) {
    enum { FEATURES = 2 * COLOURS * RINGS };
    int32_t size = 0;
    *out = (vg_table_world){0};
    vg_err err = size_of(def, 16, 8, 64, 1, &size, diag);
    if (!err) err = vg_table_world_begin(out, size * size, 5, discount_of(def, 0.9), FEATURES, diag);
    for (int32_t s = 0; s < size * size && !err; s++) {
        int32_t nearest[2 * COLOURS];
        nearest_objects(def->seed, size, s, nearest);
        for (int32_t k = 0; k < FEATURES; k++) {
            int32_t ring = k % RINGS + 1;
            out->phi[(int64_t)s * FEATURES + k] = nearest[k / RINGS] <= ring * ring;
        }
        out->reward[s] = object_reward(nearest);
    }
    for (int32_t k = 0; k < FEATURES && !err; k++)
        snprintf(out->feature_names[k], VG_WORLD_FEATURE_NAME, "%s %d within %d",
                 k / RINGS < COLOURS ? "outer" : "inner", k / RINGS % COLOURS + 1, k % RINGS + 1);
    return err ? err : squares(out, size, -1, diag);
}
