#include "agents/find.h"

#include "agents/experts/expert.h"

vg_err vg_policy_find(const char *name_or_path, vg_policy **out, vg_diag *diag) {
    return vg_expert_create(name_or_path, out, diag);
}
