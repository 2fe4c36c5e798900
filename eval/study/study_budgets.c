// The budgets of a study: numbers of demonstrations, laps or drivers.
#include <stdio.h>
#include <string.h>

#include "eval/study/study_private.h"
#include "sim/base/memory.h"

static int32_t laps_of_drivers(const vg_study *s, int64_t drivers) {
    int32_t count = 0;
    for (int32_t i = 0; i < s->lap_count; i++) count += s->lap_driver[i] < drivers;
    return count;
}

static vg_err read_budget(const vg_study *s, const char *name, const char *teacher, vg_study_budget *out,
                          vg_diag *diag) {
    char item[VG_KEY_TEXT_SIZE];
    int64_t count = 0, most = s->lap_count ? s->lap_count : 100000;
    int32_t drivers = 0;
    while (vg_config_item(s->config.drivers, drivers, item)) drivers++;
    if (drivers) most = drivers;
    bool all = strcmp(name, "all") == 0;
    if (!all && (strlen(name) > VG_STUDY_BUDGET_NAME || !vg_parse_int(name, &count) || count < 1))
        return vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, "demonstrations", "'%.60s' is no budget", name);
    if (all && !s->lap_count)
        return vg_fail_at(
            diag, VG_ERR_FORMAT, NULL, 0, "demonstrations",
            "'all' needs laps, because a teacher gives any number of demonstrations: expected numbers");
    if (all) count = most;
    if (count > most)
        return vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, "demonstrations", "asks for %lld, but there are %lld",
                          (long long)count, (long long)most);
    out->count = drivers ? laps_of_drivers(s, count) : (int32_t)count;
    snprintf(out->name, sizeof out->name, "%s", name);
    snprintf(out->teacher, sizeof out->teacher, "%s", teacher);
    return VG_OK;
}

// Allocates space for the budgets of the list, for one of each arm, and for all laps.
vg_err vg_study_list_budgets(vg_study *s, vg_diag *diag) {
    char item[VG_KEY_TEXT_SIZE];
    int32_t most = 0, arms = 0;
    vg_err err = VG_OK;
    while (s->config.learners[0] && vg_config_item(s->config.demonstrations, most, item)) most++;
    while (vg_config_item(s->config.arms, arms, item)) arms++;
    if (most == 0 && s->config.learners[0])
        return vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, "demonstrations", "is empty: expected a budget");
    if (!(s->budgets = vg_new(vg_study_budget, most + arms + 1))) return vg_fail_memory(diag);
    for (; s->budget_count < most && !err; s->budget_count++) {
        vg_config_item(s->config.demonstrations, s->budget_count, item);
        err = read_budget(s, item, s->config.teacher, &s->budgets[s->budget_count], diag);
    }
    s->crossed_budgets = s->budget_count;
    return err;
}

bool vg_study_driver(const char *teacher, int32_t i, char driver[VG_KEY_TEXT_SIZE]) {
    for (; i > 0; i--) {
        if (!(teacher = strchr(teacher, '|'))) return false;
        teacher++;
    }
    snprintf(driver, VG_KEY_TEXT_SIZE, "%.*s", (int)strcspn(teacher, "|"), teacher);
    return true;
}

int32_t vg_study_find_budget(vg_study *s, const char *name, const char *teacher) {
    for (int32_t i = 0; i < s->budget_count; i++)
        if (strcmp(s->budgets[i].name, name) == 0 && strcmp(s->budgets[i].teacher, teacher) == 0) return i;
    if (read_budget(s, name, teacher, &s->budgets[s->budget_count], NULL)) return -1;
    return s->budget_count++;
}
