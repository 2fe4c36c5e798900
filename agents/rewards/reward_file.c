#include "agents/rewards/reward_file.h"

#include <stdio.h>
#include <string.h>

#include "agents/rewards/constant.h"
#include "agents/rewards/driving.h"
#include "agents/rewards/linear.h"
#include "agents/rewards/network_reward.h"
#include "agents/rewards/progress.h"
#include "agents/rewards/reward_draft.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"
#include "sim/base/text.h"
#include "sim/base/version.h"

// One row per kind of reward.
static const struct {
    const char *name, *summary;
    vg_err (*read)(const vg_safetensors *file, const char *path, vg_reward **out, vg_diag *diag);
} kinds[] = {
    {"progress", "progress along the road, less for driving far from its middle", vg_progress_read},
    {"linear", "a weighted sum of what is sensed and done", vg_linear_read},
    {"driving", "time, comfort and the place on the road, each with a weight", vg_driving_reward_read},
    {"network", "what networks learned from demonstrations or preferences", vg_network_reward_read},
    {"constant", "the same for every action", vg_constant_read}};
enum { KINDS = sizeof kinds / sizeof *kinds };

const char *vg_reward_kind(int32_t i) { return i >= 0 && i < KINDS ? kinds[i].name : NULL; }

const char *vg_reward_kind_summary(int32_t i) { return i >= 0 && i < KINDS ? kinds[i].summary : NULL; }

// --- writing -----------------------------------------------------------------------------------------------

static vg_err write_draft(const char *path, vg_overwrite overwrite, vg_reward *reward,
                          const vg_reward_origin *origin, vg_reward_draft *draft, vg_diag *diag) {
    char version[8], data[17];
    snprintf(version, sizeof version, "%d", VG_REWARD_FORMAT);
    vg_reward_put_text(draft, "format", "verge-reward");
    vg_reward_put_text(draft, "format_version", version);
    vg_reward_put_text(draft, "kind", reward->kind);
    if (reward->sense) vg_reward_put_text(draft, "sense", vg_sense_text(reward->sense));
    vg_reward_put_number(draft, "discount", reward->discount);
    vg_reward_put_number(draft, "terminal", reward->terminal);
    vg_reward_put_number(draft, "absorbing", reward->absorbing);
    if (reward->stall != 0) vg_reward_put_number(draft, "stall", reward->stall);
    vg_err err = reward->ops->describe(reward, draft);
    if (err) return err;
    if (origin) {
        vg_reward_put_text(draft, "learner", origin->learner);
        vg_reward_put_text(draft, "config", origin->config);
        vg_reward_put_text(draft, "data", vg_hash_format(origin->data, data));
    }
    uint64_t hash = vg_safetensors_hash(draft->pairs, draft->pair_count, draft->tensors, draft->tensor_count);
    vg_reward_put_text(draft, "version", VG_VERSION);
    err = vg_safetensors_write(path, overwrite, draft->tensors, draft->tensor_count, draft->pairs,
                               draft->pair_count, diag);
    if (!err) reward->hash = hash;
    return err;
}

vg_err vg_reward_write_from(const char *path, vg_overwrite overwrite, vg_reward *reward,
                            const vg_reward_origin *origin, vg_diag *diag) {
    vg_reward_draft *draft = vg_new(vg_reward_draft, 1);
    if (!draft) return vg_fail_memory(diag);
    vg_err err = write_draft(path, overwrite, reward, origin, draft, diag);
    vg_free(draft);
    return err;
}

vg_err vg_reward_write(const char *path, vg_overwrite overwrite, vg_reward *reward, vg_diag *diag) {
    return vg_reward_write_from(path, overwrite, reward, NULL, diag);
}

// --- reading -----------------------------------------------------------------------------------------------

static vg_err check_format(const vg_safetensors *file, const char *path, vg_diag *diag) {
    const char *format = vg_safetensors_text(file, "format"),
               *version = vg_safetensors_text(file, "format_version");
    if (!format || strcmp(format, "verge-reward") != 0)
        return vg_fail_at(diag, VG_ERR_FORMAT, path, 0, "format", "'%.40s', expected 'verge-reward'",
                          format ? format : "");
    int64_t number;
    if (!version || !vg_parse_int(version, &number) || number != VG_REWARD_FORMAT)
        return vg_fail_at(diag, VG_ERR_FORMAT, path, 0, "format_version", "'%.20s', this verge reads %d",
                          version ? version : "", VG_REWARD_FORMAT);
    return VG_OK;
}

static vg_err fail_kind(const char *kind, vg_diag *diag) {
    const char *names[KINDS];
    for (int32_t i = 0; i < KINDS; i++) names[i] = kinds[i].name;
    return vg_fail_unknown(diag, "kind", kind, names, KINDS);
}

// The metadata that the hash covers: all but verge's version.
static uint64_t hash_of(const vg_safetensors *file) {
    vg_pair pairs[VG_REWARD_PAIRS];
    int32_t count = 0;
    for (int32_t i = 0; i < file->metadata_count && count < VG_REWARD_PAIRS; i++)
        if (strcmp(file->metadata[i].key, "version") != 0) pairs[count++] = file->metadata[i];
    return vg_safetensors_hash(pairs, count, file->tensors, file->tensor_count);
}

// Any kind of reward may have it.
static vg_err read_stall(const vg_safetensors *file, const char *path, vg_reward *reward, vg_diag *diag) {
    if (!vg_safetensors_text(file, "stall")) return VG_OK;
    vg_err err = vg_reward_get_number(file, path, "stall", &reward->stall, diag);
    return err ? err : vg_reward_check(reward, diag);
}

vg_err vg_reward_load(const char *path, vg_reward **out, vg_diag *diag) {
    vg_safetensors file;
    *out = NULL;
    vg_err err = vg_safetensors_read(path, &file, diag);
    if (err) return err;
    err = check_format(&file, path, diag);
    const char *kind = vg_safetensors_text(&file, "kind");
    int32_t i = 0;
    while (i < KINDS && kind && strcmp(kinds[i].name, kind) != 0) i++;
    if (!err && (!kind || i == KINDS)) err = fail_kind(kind ? kind : "", diag);
    if (!err && file.metadata_count > VG_REWARD_PAIRS)
        err = vg_fail_at(diag, VG_ERR_FORMAT, path, 0, NULL, "%d texts of metadata, expected at most %d",
                         file.metadata_count, VG_REWARD_PAIRS);
    if (!err) {
        err = kinds[i].read(&file, path, out, diag);
        if (!err) err = read_stall(&file, path, *out, diag);
        err = vg_fail_of_file(err, diag); // a value that a reward cannot have
    }
    if (err) vg_reward_destroy(*out), *out = NULL;
    if (err && diag && !diag->file[0]) snprintf(diag->file, sizeof diag->file, "%s", path);
    if (!err) (*out)->hash = hash_of(&file);
    vg_safetensors_free(&file);
    return err;
}
