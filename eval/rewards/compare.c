#include "eval/rewards/compare.h"

#include <math.h>
#include <string.h>

#include "agents/rewards/reward_draft.h"
#include "eval/rewards/epic.h"
#include "sim/base/memory.h"

// --- weights -----------------------------------------------------------------------------------------------

static double cosine_of(const float *a, const float *b, int64_t count, double sums[3]) {
    for (int64_t i = 0; i < count; i++) {
        sums[0] += (double)a[i] * (double)a[i];
        sums[1] += (double)b[i] * (double)b[i];
        sums[2] += (double)a[i] * (double)b[i];
    }
    return sums[0] > 0 && sums[1] > 0 ? sums[2] / (sqrt(sums[0]) * sqrt(sums[1])) : NAN;
}

static const vg_tensor *find(const vg_reward_draft *draft, const char *name) {
    for (int32_t i = 0; i < draft->tensor_count; i++)
        if (strcmp(draft->tensors[i].name, name) == 0) return &draft->tensors[i];
    return NULL;
}

static bool same(const vg_tensor *a, const vg_tensor *b) {
    return a->count == b->count && memcmp(a->values, b->values, sizeof(float) * (size_t)a->count) == 0;
}

// Of two rewards of kind "linear", whose features are the same if sense and normaliser are.
static double linear_cosine(const vg_reward *a, const vg_reward *b) {
    static const char *const names[] = {"normaliser.mean", "normaliser.scale", "weights", "action_weights"};
    const vg_reward *rewards[] = {a, b};
    vg_reward_draft drafts[2] = {0};
    const vg_tensor *tensors[2][4];
    double sums[3] = {0, 0, 0}, cosine = NAN;
    if (strcmp(a->kind, "linear") != 0 || strcmp(b->kind, "linear") != 0 ||
        strcmp(vg_sense_text(a->sense), vg_sense_text(b->sense)) != 0)
        return NAN;
    for (int r = 0; r < 2; r++) {
        if (rewards[r]->ops->describe(rewards[r], &drafts[r])) return NAN;
        for (int t = 0; t < 4; t++)
            if (!(tensors[r][t] = find(&drafts[r], names[t]))) return NAN;
    }
    if (!same(tensors[0][0], tensors[1][0]) || !same(tensors[0][1], tensors[1][1])) return NAN;
    for (int t = 2; t < 4; t++)
        cosine = cosine_of(tensors[0][t]->values, tensors[1][t]->values, tensors[0][t]->count, sums);
    return cosine;
}

// --- distances ---------------------------------------------------------------------------------------------

static vg_err compare_driving(const vg_coverage *coverage, const double *a, const double *b,
                              vg_reward_comparison *out, vg_diag *diag) {
    vg_driving_spread spread;
    vg_err err = vg_driving_coverage(&coverage->car, coverage->seed, &spread, diag);
    if (err) return err;
    out->driving = true;
    out->epic = vg_pearson_distance(vg_driving_correlation(&spread, a, b));
    vg_driving_directions(&spread, a, out->directions[0]);
    vg_driving_directions(&spread, b, out->directions[1]);
    out->cosine = 0;
    for (int32_t k = 0; k < VG_DRIVING_COUNT; k++)
        out->cosine += out->directions[0][k] * out->directions[1][k];
    return VG_OK;
}

static vg_err canonical(const vg_coverage *c, const vg_reward *reward, double *means, double **out,
                        vg_diag *diag) {
    vg_err err = vg_coverage_evaluate(c, reward, out, diag);
    for (int32_t place = 0; place < c->places && !err; place++)
        vg_epic_canonicalise(*out + (int64_t)place * c->states * c->states, c->states, reward->discount,
                             means);
    return err;
}

vg_err vg_reward_compare(const vg_coverage *coverage, const vg_reward *a, const vg_reward *b,
                         vg_reward_comparison *out, vg_diag *diag) {
    const vg_driving_reward_def *first = vg_driving_reward_of(a), *second = vg_driving_reward_of(b);
    *out = (vg_reward_comparison){.epic = NAN, .cosine = NAN};
    if (first && second) return compare_driving(coverage, first->theta, second->theta, out, diag);
    double *tables[2] = {NULL, NULL}, *means = vg_new(double, coverage->states);
    vg_err err = means ? VG_OK : vg_fail_memory(diag);
    if (!err) err = canonical(coverage, a, means, &tables[0], diag);
    if (!err) err = canonical(coverage, b, means, &tables[1], diag);
    if (!err) {
        int64_t count = (int64_t)coverage->places * coverage->states * coverage->states;
        out->epic = vg_pearson_distance(vg_pearson(tables[0], tables[1], count));
        out->cosine = linear_cosine(a, b);
    }
    vg_free(tables[0]);
    vg_free(tables[1]);
    vg_free(means);
    return err;
}
