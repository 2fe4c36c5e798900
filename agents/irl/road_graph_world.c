#include "agents/irl/road_graph_world.h"

#include <math.h>
#include <stdio.h>

#include "sim/base/exact.h"
#include "sim/base/memory.h"
#include "sim/base/random.h"

enum { WAYS = 4, TURNS = 3, MAIN_EVERY = 4, MAIN_FIRST = 2 };
static const double APART = 0.15, MOVED = 0.035; // km
static const double KEPT = 0.75;                 // share of side streets that connection does not need

typedef struct town {
    int32_t size, nodes;
    uint64_t seed;
    double (*at)[2];    // [nodes] km
    bool (*open)[WAYS]; // [nodes] is there a road out to the east, north, ...?
    int32_t *of;        // [nodes] a tree of connected crossings, while streets are chosen
} town;

static bool is_main(const town *t, int32_t node, int32_t way) {
    int32_t line = way % 2 ? node % t->size : node / t->size; // a column or a row
    return line % MAIN_EVERY == MAIN_FIRST;
}

static double chance(const town *t, int32_t node, uint32_t draw) {
    return vg_random_uniform(&(vg_draw){
        .seed = t->seed, .stream = VG_STREAM_TABLE, .entity = (uint32_t)node, .episode = 2, .draw = draw});
}

static int32_t root_of(const town *t, int32_t node) {
    while (t->of[node] != node) node = t->of[node];
    return node;
}

// Streets to the east and north of each crossing: one that connects two parts of the town stays, any other
// with a chance of KEPT.
static void choose_streets(town *t) {
    for (int32_t n = 0; n < t->nodes; n++) t->of[n] = n;
    for (int32_t pass = 0; pass < 2; pass++) // main roads first
        for (int32_t i = 0; i < 2 * t->nodes; i++) {
            int32_t n = i / 2, way = i % 2, to = vg_grid_step(t->size, t->size, n, way);
            if (to == n || is_main(t, n, way) != (pass == 0)) continue;
            bool needed = root_of(t, n) != root_of(t, to);
            bool kept = pass == 0 || chance(t, n, (uint32_t)(2 + way)) < KEPT;
            if (!needed && !kept) continue;
            t->of[root_of(t, n)] = root_of(t, to);
            t->open[n][way] = t->open[to][way + 2] = true;
        }
}

static vg_err build(town *t, int32_t size, uint64_t seed, vg_diag *diag) {
    *t = (town){.size = size, .nodes = size * size, .seed = seed};
    t->at = vg_alloc(t->nodes, sizeof *t->at);
    t->open = vg_alloc(t->nodes, sizeof *t->open);
    t->of = vg_new(int32_t, t->nodes);
    if (!t->at || !t->open || !t->of) return vg_fail_memory(diag);
    for (int32_t n = 0; n < t->nodes; n++) {
        t->at[n][0] = n % size * APART + MOVED * (2 * chance(t, n, 0) - 1);
        t->at[n][1] = n / size * APART + MOVED * (2 * chance(t, n, 1) - 1);
    }
    choose_streets(t);
    return VG_OK;
}

static void tear_down(town *t) {
    vg_free(t->at);
    vg_free(t->open);
    vg_free(t->of);
}

// --- states: (crossing left, way, turn by which it was entered) -------------------------------------------

static int32_t state_of(int32_t node, int32_t way, int32_t turn) {
    return (node * WAYS + way) * TURNS + turn;
}

// 0: straight on; 1: to the left, 2: to the right, by more than 45 degrees.
static int32_t turn_of(const town *t, int32_t from, int32_t at, int32_t to) {
    double ax = t->at[at][0] - t->at[from][0], ay = t->at[at][1] - t->at[from][1];
    double bx = t->at[to][0] - t->at[at][0], by = t->at[to][1] - t->at[at][1];
    double angle = vg_atan2(ax * by - ay * bx, ax * bx + ay * by);
    return fabs(angle) <= VG_PI / 4 ? 0 : angle > 0 ? 1 : 2;
}

static bool dead_end(const town *t, int32_t node) {
    int32_t ways = 0;
    for (int32_t way = 0; way < WAYS; way++) ways += t->open[node][way];
    return ways == 1;
}

static vg_err add_state(vg_table_world *out, const town *t, int32_t node, int32_t way, int32_t turn,
                        vg_diag *diag) {
    int32_t state = state_of(node, way, turn), at = vg_grid_step(t->size, t->size, node, way);
    bool real = t->open[node][way], arrived = at == t->nodes - 1;
    double x = t->at[node][0], y = t->at[node][1], x_to = t->at[at][0], y_to = t->at[at][1];
    double *phi = out->phi + (int64_t)state * VG_ROAD_GRAPH_FEATURES;
    vg_err err = VG_OK;
    for (int32_t exit = 0; exit < WAYS; exit++) {
        bool back = exit == (way + 2) % WAYS && !dead_end(t, at);
        double *arrow = out->arrows + 2 * ((int64_t)state * WAYS + exit);
        int32_t dx, dy;
        vg_grid_direction(exit, &dx, &dy);
        arrow[0] = dx, arrow[1] = dy;
        if (real && !arrived && t->open[at][exit] && !back && !err) {
            int32_t to = vg_grid_step(t->size, t->size, at, exit);
            err = vg_mdp_add(&out->mdp, state_of(at, exit, turn_of(t, node, at, to)), 1, diag);
        }
        vg_mdp_end_pair(&out->mdp);
    }
    if (!real) return err; // a number without a road: it is never reached
    phi[is_main(t, node, way) ? 0 : 1] = sqrt((x_to - x) * (x_to - x) + (y_to - y) * (y_to - y));
    phi[2] = turn == 1, phi[3] = turn == 2;
    out->places[state] = (vg_world_place){x / APART, y / APART, x_to / APART, y_to / APART};
    return err;
}

// Trips start with the same probability on every stretch that does not arrive at once.
static void start_anywhere(vg_table_world *out, const town *t) {
    int32_t count = 0;
    for (int32_t pass = 0; pass < 2; pass++)
        for (int32_t s = 0; s < out->mdp.states; s++) {
            bool can = s % TURNS == 0;
            int32_t node = s / TURNS / WAYS, way = s / TURNS % WAYS;
            can &= t->open[node][way] && vg_grid_step(t->size, t->size, node, way) != t->nodes - 1;
            if (pass == 0) count += can;
            if (pass == 1) out->mdp.start[s] = can ? 1.0 / count : 0;
        }
}

vg_err vg_road_graph_world(const vg_table_world_def *def, vg_table_world *out, vg_diag *diag) {
    static const char *const names[VG_ROAD_GRAPH_FEATURES] = {"km main road", "km side street", "left turns",
                                                              "right turns"};
    static const double weights[VG_ROAD_GRAPH_FEATURES] = {-5, -10, -1, -0.5};
    int32_t size = def->size ? def->size : 10;
    town t = {0};
    *out = (vg_table_world){0};
    if (size < 4 || size > 24)
        return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, 0, "size", "%d; expected 4 to 24", size);
    vg_err err = build(&t, size, def->seed, diag);
    if (!err)
        err = vg_table_world_begin(out, t.nodes * WAYS * TURNS, WAYS, def->discount > 0 ? def->discount : 1,
                                   VG_ROAD_GRAPH_FEATURES, diag);
    for (int32_t k = 0; k < VG_ROAD_GRAPH_FEATURES && !err; k++)
        snprintf(out->feature_names[k], VG_WORLD_FEATURE_NAME, "%s", names[k]);
    for (int32_t s = 0; s < t.nodes * WAYS * TURNS && !err; s++)
        err = add_state(out, &t, s / TURNS / WAYS, s / TURNS % WAYS, s % TURNS, diag);
    if (!err) {
        out->roads = true, out->first_weight = -8;
        start_anywhere(out, &t);
        err = vg_mdp_check(&out->mdp, diag);
    }
    if (!err) err = vg_table_world_weigh(out, weights, diag);
    tear_down(&t);
    return err;
}
