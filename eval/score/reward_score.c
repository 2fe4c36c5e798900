#include "eval/score/reward_score.h"

#include <string.h>

#include "sim/base/memory.h"

static const struct {
    const char *name;
    bool by_unit;
    vg_scale scale;
} metrics[] = {
#define X(name, by_unit, scale, text) {#name, by_unit, scale},
    VG_REWARD_METRICS(X)
#undef X
};

int32_t vg_reward_metric_find(const char *name) {
    for (int32_t i = 0; i < VG_REWARD_METRIC_COUNT; i++)
        if (strcmp(metrics[i].name, name) == 0) return i;
    return -1;
}

const char *vg_reward_metric_name(int32_t i) { return metrics[i].name; }
bool vg_reward_metric_by_unit(int32_t i) { return metrics[i].by_unit; }
vg_scale vg_reward_metric_scale(int32_t i) { return metrics[i].scale; }

void vg_reward_score_free(vg_reward_score *score) {
    for (int32_t i = 0; i < VG_REWARD_METRIC_COUNT; i++) vg_free(score->cells[i]);
    *score = (vg_reward_score){0};
}
