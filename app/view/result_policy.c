// app/view/result_policy.c -- makes the roads and opens the policies of a result again, and checks them
// against it.
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "agents/policy/policy_file.h"
#include "app/view/result_file.h"
#include "eval/outcome/result_suite.h"
#include "sim/base/hash.h"

// --- roads -----------------------------------------------------------------------------------------------

vg_err vg_result_file_make_road(const vg_result_file *r, int32_t i, vg_road **out, vg_diag *diag) {
    vg_suite suite = {0};
    char own[17];
    const char *name = vg_result_file_road(r, i);
    const char *hash = json_string_value(json_object_get(json_array_get(r->roads, (size_t)i), "hash"));
    // A road's file is searched relative to the working folder, then beside the suite, then beside the
    // result.
    vg_err err = vg_result_suite_of_road(&r->config, r->suite, name, NULL, &suite, diag);
    if (err == VG_ERR_NOT_FOUND && r->folder[0])
        err = vg_result_suite_of_road(&r->config, r->suite, name, r->folder, &suite, diag);
    if (err) return err;
    *out = suite.test.roads[0];
    suite.test.roads[0] = NULL;
    vg_suite_free(&suite);
    if (strcmp(vg_hash_format(vg_road_hash(*out), own), hash) == 0) return VG_OK;
    vg_road_destroy(*out);
    *out = NULL;
    return vg_fail_at(diag, VG_ERR_MISMATCH, r->path, 0, NULL,
                      "was scored on a road '%.80s' with the hash %s; that road now has %s", name, hash, own);
}

// --- policies --------------------------------------------------------------------------------------------

// Finds which of the arm's training seeds is meant.
static vg_err find_seed(const vg_result_file *r, int32_t arm, uint64_t seed, int32_t *index,
                        const char **hash, vg_diag *diag) {
    const json_t *seeds = json_object_get(json_array_get(r->arms, (size_t)arm), "seeds");
    int32_t count = (int32_t)json_array_size(seeds);
    *index = count == 1 ? 0 : seed >= 1 && seed <= (uint64_t)count ? (int32_t)seed - 1 : -1;
    for (int32_t i = 0; i < count && *index < 0; i++) {
        json_int_t own = json_integer_value(json_object_get(json_array_get(seeds, (size_t)i), "seed"));
        if ((uint64_t)own == seed) *index = i;
    }
    if (*index < 0)
        return vg_fail_at(
            diag, VG_ERR_NOT_FOUND, r->path, 0, NULL,
            "'%.60s' has no training seed %llu: expected 1 to %d, or one of the seeds themselves",
            vg_result_file_label(r, arm), (unsigned long long)seed, count);
    *hash = json_string_value(json_object_get(json_array_get(seeds, (size_t)*index), "hash"));
    return VG_OK;
}

static bool has_hash(const vg_policy *policy, const char *hash) {
    char own[17];
    return strcmp(vg_hash_format(policy->hash, own), hash) == 0;
}

// A cell's file name ends with its training seed's number; its hash shows to which arm it belongs.
static vg_err find_cell(const vg_result_file *r, int32_t arm, int32_t seed, const char *hash, vg_policy **out,
                        vg_diag *diag) {
    const char *study = json_string_value(json_object_get(r->root, "study_hash"));
    char folder[1200], path[1600], tail[48];
    if (!study || strlen(study) != 16 || strspn(study, "0123456789abcdef") != 16)
        return vg_fail_at(diag, VG_ERR_FORMAT, r->path, 0, "study_hash", "is no hash of a study");
    snprintf(folder, sizeof folder, "%scells-%s", r->folder, study);
    snprintf(tail, sizeof tail, "-seed-%d.safetensors", seed + 1);
    DIR *listing = opendir(folder);
    for (struct dirent *entry; listing && !*out && (entry = readdir(listing));) {
        size_t length = strlen(entry->d_name), end = strlen(tail);
        if (length <= end || strcmp(entry->d_name + length - end, tail) != 0) continue;
        snprintf(path, sizeof path, "%s/%.300s", folder, entry->d_name);
        vg_policy *policy = NULL;
        if (vg_policy_load(path, &policy, NULL)) continue; // a cell is a policy file, and nothing else
        if (has_hash(policy, hash))
            *out = policy;
        else
            vg_policy_destroy(policy);
    }
    if (listing) closedir(listing);
    if (*out) return VG_OK;
    return vg_fail_at(
        diag, VG_ERR_NOT_FOUND, folder, 0, NULL,
        "has no policy with the hash %s, training seed %d of '%.60s': keep it beside result.json, "
        "or train it again by verge study --resume",
        hash, seed + 1, vg_result_file_label(r, arm));
}

vg_err vg_result_file_policy(const vg_result_file *r, int32_t arm, uint64_t seed,
                             const vg_policy_terms *terms, vg_policy **out, vg_diag *diag) {
    const json_t *object = json_array_get(r->arms, (size_t)arm);
    const char *kind = json_string_value(json_object_get(object, "kind")), *hash = NULL;
    const char *source = json_string_value(json_object_get(object, "source"));
    int32_t index;
    *out = NULL;
    vg_err err = find_seed(r, arm, seed, &index, &hash, diag);
    if (err) return err;
    if (strcmp(kind, "expert") != 0 && strcmp(kind, "policy") != 0)
        return hash ? find_cell(r, arm, index, hash, out, diag)
                    : vg_fail_at(diag, VG_ERR_FORMAT, r->path, 0, "arms", "'%.60s' has no policy's hash",
                                 vg_result_file_label(r, arm));
    vg_policy_terms same = *terms;
    same.hash = hash;
    return vg_policy_open(source, &same, out, diag);
}
