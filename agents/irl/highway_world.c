#include "agents/irl/highway_world.h"

#include <stdio.h>

enum { LANES = VG_HIGHWAY_LANES, PATTERNS = VG_HIGHWAY_PATTERNS, DISTANCES = VG_HIGHWAY_DISTANCES };
enum { STATES = LANES * PATTERNS * DISTANCES };

typedef struct place {
    int32_t lane, pattern, distance; // bit i of pattern + 1: a car in lane i + 1
} place;

static int32_t state_of(place p) { return (p.lane * PATTERNS + p.pattern) * DISTANCES + p.distance; }
static place place_of(int32_t state) {
    return (place){state / DISTANCES / PATTERNS, state / DISTANCES % PATTERNS, state % DISTANCES};
}

static bool collides(place p) {
    bool road = p.lane >= 1 && p.lane <= 3;
    return road && p.distance <= 1 && ((p.pattern + 1) >> (p.lane - 1) & 1);
}

static vg_err outcomes(vg_mdp *mdp, place p, int32_t target, vg_diag *diag) {
    place next = {p.lane + (target > p.lane) - (target < p.lane), p.pattern, p.distance - 1};
    vg_err err = VG_OK;
    if (p.distance > 0) err = vg_mdp_add(mdp, state_of(next), 1, diag);
    next.distance = DISTANCES - 1;
    for (next.pattern = 0; next.pattern < PATTERNS && p.distance == 0 && !err; next.pattern++)
        err = vg_mdp_add(mdp, state_of(next), 1.0 / PATTERNS, diag);
    vg_mdp_end_pair(mdp);
    return err;
}

static vg_err fill(vg_table_world *out, vg_diag *diag) {
    static const char *const names[VG_HIGHWAY_FEATURES] = {
        "collision", "off on the left", "left lane", "middle lane", "right lane", "off on the right"};
    vg_err err = VG_OK;
    for (int32_t k = 0; k < VG_HIGHWAY_FEATURES; k++)
        snprintf(out->feature_names[k], VG_WORLD_FEATURE_NAME, "%s", names[k]);
    for (int32_t s = 0; s < STATES; s++) {
        place p = place_of(s);
        double *phi = out->phi + (int64_t)s * VG_HIGHWAY_FEATURES;
        phi[0] = collides(p), phi[1 + p.lane] = 1;
        // A block for each pattern, four in a row: the distance upward, the lanes from left to right.
        out->places[s] = (vg_world_place){.x = p.pattern % 4 * (LANES + 1) + p.lane,
                                          .y = (1 - p.pattern / 4) * (DISTANCES + 1) + p.distance};
        for (int32_t a = 0; a < LANES && !err; a++) {
            double *arrow = out->arrows + 2 * ((int64_t)s * LANES + a);
            int32_t aside = (a > p.lane) - (a < p.lane);
            arrow[0] = 0.7 * aside, arrow[1] = aside ? -0.7 : -1; // the row of cars comes nearer
            err = outcomes(&out->mdp, p, a, diag);
        }
    }
    return err ? err : vg_mdp_check(&out->mdp, diag);
}

vg_err vg_highway_world(const vg_table_world_def *def, vg_highway_style style, vg_table_world *out,
                        vg_diag *diag) {
    static const double weights[VG_HIGHWAY_STYLE_COUNT][VG_HIGHWAY_FEATURES] = {
#define X(constant, name, text, ...) __VA_ARGS__,
        VG_HIGHWAY_STYLES(X)
#undef X
    };
    *out = (vg_table_world){0};
    if (def->size)
        return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, 0, "size", "%d; expected 0: a highway has one size",
                          def->size);
    vg_err err = vg_table_world_begin(out, STATES, LANES, def->discount > 0 ? def->discount : 0.99,
                                      VG_HIGHWAY_FEATURES, diag);
    if (!err) err = fill(out, diag);
    return err ? err : vg_table_world_weigh(out, weights[style], diag);
}
