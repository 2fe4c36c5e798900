#include "agents/policy_open.h"

#include <string.h>

#include "agents/experts/expert.h"
#include "agents/nets/safetensors.h"
#include "agents/policy/exec_policy.h"
#include "agents/policy/policy_file.h"
#include "agents/policy/so_policy.h"
#include "sim/base/hash.h"

static const char *program_of(const char *name) { return strncmp(name, "exec:", 5) == 0 ? name + 5 : NULL; }
static const char *library_of(const char *name) { return strncmp(name, "so:", 3) == 0 ? name + 3 : NULL; }

vg_err vg_policy_may_open(const char *name, vg_trust trust, vg_diag *diag) {
    if (trust == VG_NAMED_BY_USER || (!program_of(name) && !library_of(name))) return VG_OK;
    return vg_fail(diag, VG_ERR_ARGUMENT,
                   "'%.200s' runs code, and a file names it, not you: read the file, then say --allow-exec",
                   name);
}

// Its hash must be what the terms say. A policy's is 0 where it has none.
static vg_err check_hash(const char *name, const vg_policy_terms *terms, uint64_t hash, vg_diag *diag) {
    char own[17] = "";
    if (hash) vg_hash_format(hash, own);
    if (!terms->hash || strcmp(own, terms->hash) == 0) return VG_OK;
    return vg_fail_at(diag, VG_ERR_MISMATCH, name, 0, NULL,
                      "has the hash '%s', expected '%.20s': the policy is another by now", own, terms->hash);
}

// Foreign code starts only once all that can be known of it before is right.
static vg_err open_foreign(const char *name, const vg_policy_terms *terms, vg_policy **out, vg_diag *diag) {
    const char *library = library_of(name);
    uint64_t hash = 0;
    vg_err err = vg_policy_may_open(name, terms->trust, diag);
    if (!err && library && terms->hash) err = vg_so_policy_hash(library, &hash, diag);
    if (!err) err = check_hash(name, terms, hash, diag);
    if (err) return err;
    return library ? vg_so_policy_load(library, terms->stop, out, diag)
                   : vg_exec_policy_start(program_of(name), terms->stop, out, diag);
}

static bool is_reward(const vg_safetensors *file) {
    const char *format = vg_safetensors_text(file, "format");
    return format && strcmp(format, "verge-reward") == 0;
}

// Who drives by a reward.
static vg_err open_reward(const char *path, vg_policy **out, vg_diag *diag) {
    vg_planner set;
    vg_config_default(&vg_planner_schema, &set);
    vg_err err = vg_config_set(&vg_planner_schema, &set, "reward", path, path, 0, diag);
    return err ? err : vg_planner_create(&set, out, diag);
}

static vg_err open_file(const char *path, vg_policy **out, vg_diag *diag) {
    char names[VG_EXPERT_NAMES];
    vg_safetensors parts;
    // Read once: it may be a pipe.
    vg_err err = vg_safetensors_read(path, &parts, diag);
    if (!err && is_reward(&parts)) {
        vg_safetensors_free(&parts);
        return open_reward(path, out, diag);
    }
    if (!err) err = vg_policy_of_parts(path, &parts, out, diag);
    // A bare word was meant as a name: say which there are.
    if (err == VG_ERR_NOT_FOUND && !strpbrk(path, "./"))
        return vg_fail(diag, err, "no expert and no file '%.60s'; experts are %s", path,
                       vg_expert_names(names));
    return err;
}

vg_err vg_policy_open(const char *name, const vg_policy_terms *terms, vg_policy **out, vg_diag *diag) {
    *out = NULL;
    bool foreign = program_of(name) || library_of(name);
    vg_err err = foreign                 ? open_foreign(name, terms, out, diag)
                 : vg_expert_known(name) ? vg_expert_create(name, out, diag)
                                         : open_file(name, out, diag);
    if (!err) err = check_hash(name, terms, (*out)->hash, diag);
    if (err) {
        vg_policy_destroy(*out);
        *out = NULL;
    }
    return err;
}
