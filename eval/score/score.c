#include "eval/score/score.h"

#include <math.h>

#include "eval/stats/quantile.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"

static float drift_of(const vg_trace_point *p) { return p->departed ? p->edge : fabsf(p->offset); }

static float share_of(const vg_trace_point *p) {
    float share = fabsf(p->offset) / p->edge;
    return p->departed || share > 1 ? 1 : share;
}

static void score_moments(const vg_rollout *r, vg_score *out, float *values) {
    for (int32_t k = 0; k < r->samples; k++) {
        vg_score_moment *m = &out->moments[k];
        int64_t n = 0, alive = 0;
        for (int32_t e = 0; e < r->count; e++) {
            const vg_trace_point *p = &r->trace[(int64_t)e * r->samples + k];
            alive += !p->departed;
            if (!p->ended) values[n++] = share_of(p);
        }
        *m = (vg_score_moment){.t = k * r->sample_seconds, .alive = (double)alive / r->count};
        if (n == 0) {
            m->q50 = m->q90 = m->q99 = NAN;
            continue;
        }
        m->q50 = vg_quantile(values, n, 0.5);
        m->q90 = vg_quantile(values, n, 0.9);
        m->q99 = vg_quantile(values, n, 0.99);
    }
}

static void score_drift(const vg_rollout *r, vg_score *out, float *values) {
    double *const in_metres[] = {&out->drift_50, &out->drift_90, &out->drift_99};
    double *const as_share[] = {&out->share_50, &out->share_90, &out->share_99};
    static const double wanted[] = {0.5, 0.9, 0.99};
    for (int unit = 0; unit < 2; unit++) {
        int64_t n = 0;
        for (int64_t i = 0; i < (int64_t)r->count * r->samples; i++)
            if (!r->trace[i].ended) values[n++] = unit ? share_of(&r->trace[i]) : drift_of(&r->trace[i]);
        for (int q = 0; q < 3; q++) *(unit ? as_share : in_metres)[q] = vg_quantile(values, n, wanted[q]);
    }
}

static void score_episodes(const vg_rollout *r, vg_score *out) {
    double off_time = 0, distance = 0, lap_time = 0;
    int64_t off = 0, departures = 0, with_laps = 0;
    for (int32_t e = 0; e < r->count; e++) {
        const vg_episode *row = &r->episodes[e];
        departures += row->departures;
        distance += row->distance;
        out->progress += row->distance_on;
        out->mean_speed += row->mean_speed;
        out->laps += row->laps;
        out->stalled += row->outcome == VG_OUTCOME_STALLED;
        out->success += row->success;
        out->collision += row->outcome == VG_OUTCOME_COLLISION;
        out->progress_ratio += row->progress_ratio;
        out->driving_score += row->driving_score;
        if (row->duration > out->horizon) out->horizon = row->duration;
        if (row->off_time >= 0) off++, off_time += row->off_time;
        if (row->lap_time < 0) continue;
        with_laps++;
        lap_time += row->lap_time;
        if (out->best_lap < 0 || row->lap_time < out->best_lap) out->best_lap = row->lap_time;
    }
    out->off_road = (double)off / r->count;
    out->collision /= r->count;
    if (off) out->off_time = off_time / (double)off;
    out->departures_per_km = distance > 0 ? 1000 * (double)departures / distance : 0;
    double *const means[] = {&out->stalled,       &out->success,  &out->progress_ratio,
                             &out->driving_score, &out->progress, &out->mean_speed};
    for (size_t i = 0; i < sizeof means / sizeof *means; i++) *means[i] /= r->count;
    if (with_laps) out->lap_time = lap_time / (double)with_laps;
}

vg_err vg_score_rollout(const vg_rollout *r, vg_score *out, vg_diag *diag) {
    *out = (vg_score){.episodes = r->count, .off_time = -1, .lap_time = -1, .best_lap = -1};
    out->drift_50 = out->drift_90 = out->drift_99 = out->share_50 = out->share_90 = out->share_99 = -1;
    score_episodes(r, out);
    if (!r->trace) return VG_OK;
    float *values = vg_new(float, (int64_t)r->count * r->samples);
    out->moments = vg_new(vg_score_moment, r->samples);
    out->moment_count = r->samples;
    if (values && out->moments) {
        score_moments(r, out, values);
        score_drift(r, out, values);
    }
    bool failed = !values || !out->moments;
    vg_free(values);
    if (!failed) return VG_OK;
    vg_score_free(out);
    return vg_fail_memory(diag);
}

void vg_score_free(vg_score *score) {
    vg_free(score->moments);
    *score = (vg_score){0};
}

uint64_t vg_score_hash(const vg_rollout *r, const vg_score *score) {
    uint64_t h = 0;
    double value;
    for (int32_t e = 0; e < r->count; e++) h = vg_episode_hash(h, &r->episodes[e]);
#define X(type, name, unit, text)                                                                            \
    value = (double)score->name;                                                                             \
    h = vg_hash_double(h, &value, 1);
    VG_SCORE_COLUMNS(X)
#undef X
    return h;
}
