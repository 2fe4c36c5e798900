#include "eval/gate/evidence.h"

#include <math.h>
#include <string.h>

#include "eval/stats/chain.h"
#include "eval/stats/share.h"
#include "sim/base/blocks.h"
#include "sim/base/exact.h"
#include "sim/base/memory.h"
#include "sim/base/random.h"

enum { BLOCK = 5 };

vg_evidence_def vg_evidence_def_default(void) {
    return (vg_evidence_def){.roads = 64,
                             .starts = 16,
                             .rate = 0.1,
                             .unit_sd = 0.6,
                             .cell_sd = 0.4,
                             .drift_unit = 0.13,
                             .drift_cell = 0.1,
                             .drift_own = 0.2,
                             .comparisons = 1000};
}

// The counts of a block.
typedef struct tally {
    int64_t done, verdicts[3], of_metric[3], passes;
} tally;

typedef struct run {
    const vg_evidence_def *def;
    const vg_drives *pool; // NULL: made up
    int32_t metric;
    int32_t passes; // upper limit
    vg_gate_levels levels[VG_LOOKS_MOST];
    tally *tallies; // [blocks]
    vg_diag *diags; // [blocks]
} run;

// --- made-up drives ---------------------------------------------------------------------------------------

enum {
    ROAD_EFFECT = 8,
    CELL_EFFECT,
    DRIVE_EFFECT
}; // entities of stream CHAIN, beyond those of eval/stats/chain.c

static void normal2(uint64_t seed, uint32_t kind, uint32_t index, uint32_t arm, double out[2]) {
    vg_random_normal2(
        &(vg_draw){.seed = seed, .stream = VG_STREAM_CHAIN, .entity = kind, .episode = index, .step = arm},
        out);
}

static const double horizon = 160, speed = 20, median_drift = 0.25; // s, m/s, m

static vg_drive make_drive(const vg_evidence_def *d, uint64_t seed, uint32_t arm, uint32_t row,
                           const vg_life *life, double level) {
    double own[2], tail[2];
    normal2(seed, DRIVE_EFFECT, 2 * row, arm, own);
    normal2(seed, DRIVE_EFFECT, 2 * row + 1, arm, tail);
    double drift = median_drift * vg_exp(level + d->drift_own * own[0]) * (arm % 2 ? 1 + d->drift_rise : 1);
    double progress = speed * (life->cause == VG_CAUSE_OFF_ROAD ? life->time : horizon);
    return (vg_drive){.start_s = (float)row,
                      .off_time = life->cause == VG_CAUSE_OFF_ROAD ? (float)life->time : NAN,
                      .stall_time = NAN,
                      .departures = life->cause == VG_CAUSE_OFF_ROAD ? 1 + (tail[1] > 1) : 0,
                      .distance = (float)(speed * horizon),
                      .progress = (float)progress,
                      .drift = (float)drift,
                      .drift_99 = (float)(4 * drift * vg_exp(0.1 * tail[0])),
                      .jerk_lateral = (float)(6 * vg_exp(0.5 * level + 0.1 * own[1]))};
}

// One side of a pair: even arms are baselines, odd arms results.
static vg_err make_side(const vg_evidence_def *d, uint64_t seed, uint32_t arm, vg_life *lives,
                        vg_drives *out) {
    vg_synthetic_def synthetic = vg_synthetic_def_default();
    synthetic.seeds = 1, synthetic.units = d->roads, synthetic.each = out->passes * d->starts;
    synthetic.rate = d->rate + (arm % 2 ? d->rise : 0), synthetic.horizon = horizon;
    synthetic.unit_sd = d->unit_sd, synthetic.cell_sd = d->cell_sd;
    synthetic.seed = seed, synthetic.arm = arm;
    vg_err err = vg_synthetic_draw(&synthetic, lives, NULL, NULL);
    for (int32_t r = 0; r < d->roads && !err; r++) {
        double of_road[2], of_cell[2];
        normal2(seed, ROAD_EFFECT, (uint32_t)r, 0, of_road);
        normal2(seed, CELL_EFFECT, (uint32_t)r, arm, of_cell);
        double level = d->drift_unit * of_road[0] + d->drift_cell * of_cell[0];
        for (int32_t k = 0; k < synthetic.each; k++) {
            int32_t row = (k / d->starts * d->roads + r) * d->starts + k % d->starts;
            out->rows[row] = make_drive(d, seed, arm, (uint32_t)row, &lives[r * synthetic.each + k], level);
        }
    }
    return err;
}

// --- drives drawn from a pool -----------------------------------------------------------------------------

// Shuffles each road's starts; the first go to one side, the next to the other.
static void draw_sides(const run *r, uint64_t seed, int32_t *order, vg_drives *a, vg_drives *b) {
    const vg_drives *pool = r->pool;
    int32_t roads = pool->road_count, starts = pool->starts, each = pool->passes * starts;
    for (int32_t road = 0; road < roads; road++) {
        for (int32_t k = 0; k < each; k++) order[k] = k;
        for (int32_t k = 0; k < 2 * starts; k++) {
            vg_draw at = {
                .seed = seed, .stream = VG_STREAM_CHAIN, .episode = (uint32_t)road, .step = (uint32_t)k};
            int32_t other = k + (int32_t)vg_random_below(&at, (uint64_t)(each - k)), own = order[other];
            order[other] = order[k], order[k] = own;
            const vg_drive *from = &pool->rows[(own / starts * roads + road) * starts + own % starts];
            vg_drives *to = k < starts ? a : b;
            to->rows[road * starts + k % starts] = *from;
        }
    }
}

// --- comparisons ------------------------------------------------------------------------------------------

// Memory of one block.
typedef struct workspace {
    vg_drives sides[2];
    vg_life *lives;
    int32_t *order;
} workspace;

static bool open_workspace(const run *r, workspace *w) {
    const vg_evidence_def *d = r->def;
    int64_t rows = (int64_t)d->roads * d->starts * r->passes;
    for (int s = 0; s < 2; s++)
        w->sides[s] =
            (vg_drives){.road_count = d->roads, .starts = d->starts, .rows = vg_new(vg_drive, rows)};
    w->lives = vg_new(vg_life, rows);
    w->order = vg_new(int32_t, r->pool ? (int64_t)r->pool->passes * r->pool->starts : 1);
    return w->sides[0].rows && w->sides[1].rows && w->lives && w->order;
}

static void close_workspace(workspace *w) {
    vg_free(w->sides[0].rows), vg_free(w->sides[1].rows);
    vg_free(w->lives), vg_free(w->order);
}

static vg_err one(const run *r, uint64_t seed, workspace *w, tally *t, vg_diag *diag) {
    vg_judgement judgement = {.verdict = VG_INCONCLUSIVE};
    vg_err err = VG_OK;
    for (int s = 0; s < 2 && !err && !r->pool; s++) {
        w->sides[s].passes = r->passes;
        err = make_side(r->def, seed, (uint32_t)s, w->lives, &w->sides[s]);
    }
    if (r->pool) draw_sides(r, seed, w->order, &w->sides[0], &w->sides[1]);
    int32_t pass = 0;
    while (!err && pass < r->passes && judgement.verdict == VG_INCONCLUSIVE) {
        w->sides[0].passes = w->sides[1].passes = pass + 1;
        err = vg_judge(&w->sides[0], &w->sides[1], r->def->gate, &r->levels[pass++], seed, &judgement, diag);
    }
    if (err) return err;
    t->done++, t->verdicts[judgement.verdict]++, t->passes += pass;
    for (int32_t i = 0; i < judgement.count; i++)
        if (judgement.rows[i].metric == r->metric) t->of_metric[judgement.rows[i].verdict]++;
    return VG_OK;
}

static vg_err block_of(void *context, int64_t block, int64_t begin, int64_t end) {
    run *r = context;
    workspace w = {0};
    vg_err err = open_workspace(r, &w) ? VG_OK : vg_fail_memory(&r->diags[block]);
    for (int64_t i = begin; i < end && !err; i++) {
        if (r->def->stop && r->def->stop()) err = vg_fail(&r->diags[block], VG_ERR_INTERRUPTED, "stopped");
        if (!err)
            err = one(r, vg_random_seed(r->def->seed, (uint64_t)i), &w, &r->tallies[block], &r->diags[block]);
    }
    close_workspace(&w);
    return err;
}

static void summarise(const run *r, int64_t blocks, vg_evidence *out) {
    tally sum = {0};
    for (int64_t b = 0; b < blocks; b++) {
        const tally *t = &r->tallies[b];
        sum.done += t->done, sum.passes += t->passes;
        for (int v = 0; v < 3; v++) sum.verdicts[v] += t->verdicts[v], sum.of_metric[v] += t->of_metric[v];
    }
    double n = (double)sum.done;
    out->regressed = vg_wilson((double)sum.verdicts[VG_REGRESSED] / n, n);
    out->passed = vg_wilson((double)sum.verdicts[VG_PASS] / n, n);
    out->metric_regressed = vg_wilson((double)sum.of_metric[VG_REGRESSED] / n, n);
    out->metric_passed = vg_wilson((double)sum.of_metric[VG_PASS] / n, n);
    out->passes = (double)sum.passes / n;
}

static vg_err run_all(run *r, vg_evidence *out, vg_diag *diag) {
    int32_t n = r->def->comparisons;
    if (n < 1) return vg_fail(diag, VG_ERR_ARGUMENT, "%d comparisons, expected at least one", n);
    r->levels[0] = vg_gate_levels_once(r->def->gate->alpha), r->passes = 1;
    vg_err err = VG_OK;
    if (r->def->sequential) {
        err = vg_gate_levels_spent(r->def->gate, r->levels, diag);
        r->passes = (int32_t)r->def->gate->passes;
    }
    if (err) return err;
    int64_t blocks = vg_blocks_count(n, BLOCK);
    r->tallies = vg_new(tally, blocks);
    r->diags = vg_new(vg_diag, blocks);
    err =
        r->tallies && r->diags ? vg_blocks_run(n, BLOCK, r->def->threads, block_of, r) : vg_fail_memory(diag);
    for (int64_t b = 0; r->diags && err && b < blocks; b++)
        if (diag && r->diags[b].code == err) {
            *diag = r->diags[b];
            break;
        }
    if (!err) summarise(r, blocks, out);
    vg_free(r->tallies);
    vg_free(r->diags);
    return err;
}

vg_err vg_evidence_made_up(const vg_evidence_def *def, int32_t metric, vg_evidence *out, vg_diag *diag) {
    run r = {.def = def, .metric = metric};
    return run_all(&r, out, diag);
}

vg_err vg_evidence_driven(const vg_evidence_def *def, const vg_drives *pool, int32_t metric, vg_evidence *out,
                          vg_diag *diag) {
    vg_evidence_def own = *def;
    if (pool->passes < 2)
        return vg_fail(diag, VG_ERR_ARGUMENT, "%d pass, expected at least 2 to draw from", pool->passes);
    own.roads = pool->road_count, own.starts = pool->starts, own.sequential = false;
    run r = {.def = &own, .pool = pool, .metric = metric};
    return run_all(&r, out, diag);
}
