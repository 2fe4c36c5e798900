// agents/experts/expert.h -- experts by name.
#ifndef VG_AGENTS_EXPERTS_EXPERT_H
#define VG_AGENTS_EXPERTS_EXPERT_H

#include "agents/experts/human_model.h"
#include "agents/experts/line_follower.h"
#include "agents/experts/planner.h"
#include "agents/experts/pursuit.h"
#include "agents/policy/policy.h"
#include "sim/base/config.h"

#ifdef __cplusplus
extern "C" {
#endif

// An expert from its name, with optional settings: "pursuit", "pursuit-noisy:noise=0.05,reaction=0.2".
// Settings apply in order. "config=FILE" reads a YAML file of settings (or a preset of assets/experts/ by its
// name); settings behind it override it. A value, and so a path, cannot contain a comma. Destroy it by
// vg_policy_destroy. Errors: VG_ERR_NOT_FOUND, whose message lists the names; VG_ERR_FORMAT (a setting);
// VG_ERR_MEMORY; those of vg_config_read and of the expert.
VG_NODISCARD vg_err vg_expert_create(const char *text, vg_policy **out, vg_diag *diag);

// Is the part before any ':' an expert's name?
bool vg_expert_known(const char *text);

// The settings of any expert: room for what its schema describes.
typedef union vg_expert_settings {
    vg_pursuit pursuit;
    vg_human_model human_model;
    vg_line_follower line_follower;
    vg_planner planner;
} vg_expert_settings;

// The i-th expert's settings (the schema's name is the expert's), or NULL past the last.
const vg_schema *vg_expert_schema(int32_t i);

// "pursuit, pursuit-noisy, human_model, line_follower and planner". Returns names.
enum { VG_EXPERT_NAMES = 200 };
const char *vg_expert_names(char names[VG_EXPERT_NAMES]);

#ifdef __cplusplus
}
#endif
#endif
