// T-REX: trajectory-ranked reward extrapolation. Rankings say what is better, not only what was done, so the
// reward may prefer driving that is better than all of the laps.
//
//   Brown, Goo, Nagarajan & Niekum 2019, "Extrapolating beyond suboptimal demonstrations via inverse
//   reinforcement learning from observations" (ICML). A reward network is trained so that the sum of r over a
//   snippet of the better trajectory is higher, by cross-entropy over pairs of snippets (the model of Bradley
//   & Terry); an ensemble of networks is averaged. Christiano et al. 2017, "Deep reinforcement learning from
//   human preferences" (NeurIPS), ask a person for the pairs.
//
// In full: read the laps; rank them, by lap time or by a person's preferences; hold out some; fit the
// networks to snippets of equal length (agents/training/preference_reward.h); write the reward. A policy is
// then trained on it by reinforcement learning.
//
// Where it differs: a snippet's partner begins at the same place along the road (alignment=anywhere is the
// paper's), for otherwise most of what a comparison says is which of the two stretches of road is the faster;
// curvatures are shown as lateral accelerations; equal laps make pairs too, with a label of 1/2.
#include "agents/learners/trex.h"

#include <stdlib.h>
#include <string.h>

#include "logs/store/preferences.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"

static const vg_key keys[] = {
#define X(...) VG_KEY_ROW(vg_trex_config, base., "", __VA_ARGS__)
    VG_PREFERENCE_KEYS(X)
#undef X
#define X(...) VG_KEY_ROW(vg_trex_config, , "", __VA_ARGS__)
        VG_TREX_KEYS(X)
#undef X
};
const vg_schema vg_trex_schema = {"trex", keys, sizeof keys / sizeof *keys, vg_imitation_check_text};

// --- ranking by lap time -----------------------------------------------------------------------------------

static vg_err fail_rank(const vg_laps *laps, bool equal, vg_diag *diag) {
    int32_t ranked = 0;
    for (int32_t i = 0; i < laps->count; i++) ranked += laps->laps[i].whole || laps->laps[i].left_road;
    if (laps->count == 1)
        return vg_fail(diag, VG_ERR_FORMAT, "a single lap cannot be ranked, expected 2 or more");
    if (equal)
        return vg_fail(diag, VG_ERR_FORMAT, "all %d laps have the same rank: there is nothing to learn",
                       ranked);
    if (ranked < 2)
        return vg_fail(diag, VG_ERR_FORMAT,
                       "%d of %d laps came to the end or left the road, expected 2 or more: a lap that was "
                       "cut short has no lap time",
                       ranked, laps->count);
    return vg_fail(diag, VG_ERR_FORMAT,
                   "no two of %d laps are on the same road: lap times can be compared on one road only",
                   ranked);
}

vg_err vg_trex_rank_by_time(const vg_laps *laps, double tie, vg_lap_pairs *out, vg_diag *diag) {
    vg_err err = VG_OK;
    bool decided = false;
    for (int32_t a = 0; a < laps->count && !err; a++)
        for (int32_t b = a + 1; b < laps->count && !err; b++) {
            vg_lap_order order = vg_lap_compare(&laps->laps[a], &laps->laps[b], tie);
            if (order == VG_LAP_UNRELATED) continue;
            double label = order == VG_LAP_BETTER ? 1 : order == VG_LAP_WORSE ? 0 : 0.5;
            decided |= label != 0.5;
            err = vg_lap_pairs_add(out, &(vg_lap_pair){.a = a, .b = b, .a_better = label}, diag);
        }
    return err || decided ? err : fail_rank(laps, out->count > 0, diag);
}

// --- ranking by a person -----------------------------------------------------------------------------------

// The lap with this content, or -1.
static int32_t find_lap(const vg_laps *laps, uint64_t hash) {
    for (int32_t i = 0; i < laps->count; i++)
        if (laps->laps[i].hash == hash) return i;
    return -1;
}

static vg_err fail_lap(const char *path, int64_t row, const char *field, const char *name, vg_diag *diag) {
    return vg_fail_at(diag, VG_ERR_MISMATCH, path, row + 2, field,
                      "is the lap %s, which is in none of the logs: give the logs that were compared",
                      name[0] ? name : "without a name");
}

static vg_err add_row(const vg_laps *laps, const vg_preferences *all, int64_t i, const char *path,
                      vg_lap_pairs *out, vg_diag *diag) {
    static const double labels[] = {1, 0, 0.5}; // by vg_preferred
    const vg_preference_row *row = &all->rows[i];
    vg_lap_pair pair = {
        .a = find_lap(laps, row->left), .b = find_lap(laps, row->right), .a_better = labels[row->preferred]};
    if (pair.a < 0) return fail_lap(path, i, "left", row->left_lap, diag);
    if (pair.b < 0) return fail_lap(path, i, "right", row->right_lap, diag);
    return vg_lap_pairs_add(out, &pair, diag);
}

vg_err vg_trex_rank_by_person(const vg_laps *laps, const char *path, vg_lap_pairs *out, vg_diag *diag) {
    vg_preferences all;
    vg_err err = vg_preferences_read(path, &all, diag);
    bool decided = false;
    for (int64_t i = 0; i < all.count && !err; i++) {
        err = add_row(laps, &all, i, path, out, diag);
        decided |= all.rows[i].preferred != VG_PREFERRED_EQUAL;
    }
    if (!err && !decided)
        err = vg_fail_at(diag, VG_ERR_FORMAT, path, 0, "preferred",
                         all.count ? "is equal in every line: there is nothing to learn"
                                   : "no lap is compared yet: rank some by verge view --rank");
    vg_preferences_free(&all);
    return err;
}

// --- training ----------------------------------------------------------------------------------------------

static vg_err rank(vg_preference *p, const vg_trex_config *config, vg_diag *diag) {
    const char *path = config->preferences;
    uint64_t seed = p->run.def->seed;
    double share = config->base.validation_fraction;
    vg_err err = path[0] ? vg_trex_rank_by_person(&p->laps, path, &p->pairs, diag)
                         : vg_trex_rank_by_time(&p->laps, config->tie, &p->pairs, diag);
    if (err) return err;
    return path[0] ? vg_lap_pairs_split_pairs(&p->pairs, share, seed, diag)
                   : vg_lap_pairs_split_laps(&p->pairs, p->laps.count, share, seed, diag);
}

// What the comparisons come from: the rows, and who is better than whom.
static uint64_t hash_data(const vg_preference *p) {
    uint64_t h = vg_dataset_hash(p->laps.data);
    for (int64_t i = 0; i < p->pairs.count; i++) {
        const vg_lap_pair *pair = &p->pairs.pairs[i];
        h = vg_hash_int(h, (int64_t[]){pair->a, pair->b, pair->held_out}, 3);
        h = vg_hash_double(h, &pair->a_better, 1);
    }
    return h;
}

static vg_err train(const vg_learner_def *def, vg_learner_report *report, vg_diag *diag) {
    const vg_trex_config *config = def->config;
    vg_preference p = {0};
    vg_err err = vg_preference_open(&p, &vg_learner_trex, def, &config->base, diag);
    if (!err) err = vg_laps_read(p.input.sense, def->logs, def->log_count, &p.laps, diag);
    if (!err) err = rank(&p, config, diag);
    if (!err) err = vg_preference_begin(&p, hash_data(&p), diag);
    while (!err && p.run.round < p.run.rounds) err = vg_preference_round(&p, diag);
    if (!err) err = vg_preference_finish(&p, diag);
    *report = p.run.report;
    vg_preference_close(&p);
    return err;
}

const vg_learner vg_learner_trex = {
    .name = "trex",
    .schema = &vg_trex_schema,
    .config_size = sizeof(vg_trex_config),
    .needs = VG_LEARNER_LOGS,
    .writes = VG_WRITES_REWARD,
    .round = "round",
    .summary = "a reward from ranked laps: by lap time, or by a person's preferences (T-REX)",
    .details =
        "Fits an ensemble of networks so that the driving in the better one of two laps has the higher "
        "reward (Brown et al. 2019). Laps of one road are ranked by their time; a lap that left the road "
        "ranks below all that did not. With preferences=FILE a person's judgements count instead, as "
        "`verge view --rank FILE` writes them (Christiano et al. 2017). Only snippets of equal length are "
        "compared. The rounds tell how often pairs that were held out are ranked rightly.",
    .examples = "verge train trex --logs laps.vlog --out faster.safetensors\n"
                "verge view laps.vlog --rank mine.jsonl\n"
                "verge train trex --logs laps.vlog --set preferences=mine.jsonl --out mine.safetensors",
    .train = train};
