#include "app/cli/episodes.h"

#include "sim/base/memory.h"

vg_err vg_episodes_parse(const vg_list *list, vg_log_pick *pick, bool *given, vg_diag *diag) {
    *pick = (vg_log_pick){0};
    *given = list->count > 0;
    if (!*given) return VG_OK;
    int32_t *episodes = vg_new(int32_t, list->count);
    if (!episodes) return vg_fail_memory(diag);
    for (int32_t i = 0; i < list->count; i++) {
        int64_t number;
        if (!vg_parse_int(list->items[i], &number) || number < 0 || number > INT32_MAX) {
            vg_free(episodes);
            return vg_fail(diag, VG_ERR_ARGUMENT, "--episode %s: must be a number from 0 on", list->items[i]);
        }
        episodes[i] = (int32_t)number;
    }
    *pick = (vg_log_pick){episodes, list->count};
    return VG_OK;
}

vg_err vg_episodes_out(const vg_call *call, const char *log, const char **out, vg_diag *diag) {
    if (*out) return VG_OK;
    *out = log;
    if (call->force) return VG_OK;
    return vg_fail_at(diag, VG_ERR_EXISTS, log, 0, NULL,
                      "would be rewritten: name another file with --out, or allow it with --force");
}
