#include "agents/training/learner.h"

#include <string.h>

#include "tests/check.h"

static vg_diag diag;

static vg_err label(void) { return VG_OK; }

START_TEST(names_the_need_that_is_not_met) {
    static const char *const logs[] = {"a.vlog"};
    static const vg_road *const roads[] = {NULL};
    vg_policy_ops mute_ops = {0}, asked_ops = {0};
    memcpy(&asked_ops.label, &(vg_err(*)(void)){label},
           sizeof asked_ops.label); // never called: only looked for
    vg_policy mute = {.ops = &mute_ops}, asked = {.ops = &asked_ops};
    const struct {
        unsigned needs;
        vg_learner_def def;
        const char *message; // NULL: fine
    } cases[] = {
        {0, {0}, NULL},
        {VG_LEARNER_LOGS, {0}, "x learns from logs"},
        {VG_LEARNER_LOGS, {.logs = logs, .log_count = 1}, NULL},
        {VG_LEARNER_ROADS, {0}, "x drives while it learns"},
        {VG_LEARNER_ROADS, {.roads = roads, .road_count = 1}, NULL},
        {VG_LEARNER_EXPERT, {0}, "x asks an expert for labels while it learns"},
        {VG_LEARNER_EXPERT, {.expert = &mute}, "gives labels"},
        {VG_LEARNER_EXPERT, {.expert = &asked}, NULL},
        {VG_LEARNER_EITHER, {0}, "an expert and roads, or logs"},
        {VG_LEARNER_EITHER, {.logs = logs, .log_count = 1}, NULL},
        {VG_LEARNER_EITHER, {.expert = &asked}, "give roads to drive on"},
        {VG_LEARNER_EITHER, {.expert = &mute, .roads = roads, .road_count = 1}, "gives labels"},
        {VG_LEARNER_EITHER, {.expert = &asked, .roads = roads, .road_count = 1}, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        vg_learner learner = {.name = "x", .needs = cases[i].needs};
        if (cases[i].message)
            ck_fails(vg_learner_check(&learner, &cases[i].def, &diag), VG_ERR_ARGUMENT, cases[i].message);
        else
            ck_ok(vg_learner_check(&learner, &cases[i].def, &diag));
    }
}
END_TEST

CK_MAIN("learner", names_the_need_that_is_not_met)
