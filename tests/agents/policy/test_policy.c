#include <string.h>

#include "agents/drive/record.h"
#include "agents/drive/reference.h"
#include "tests/drivers.h"
#include "tests/roads.h"
#include "tests/scratch.h"

// Drives a circle of 50 m, and knows no other road.
static const vg_road *home;

static vg_err knows_home(const vg_policy *policy, const vg_road *road, vg_diag *diag) {
    if (vg_road_hash(road) == vg_road_hash(home)) return VG_OK;
    return vg_fail(diag, VG_ERR_MISMATCH, "%s knows the circle only", policy->name);
}

static vg_err no_label(const vg_policy *policy, const void *state, const vg_world *world, float *out) {
    (void)policy, (void)state;
    memset(out, 0, sizeof *out * 2 * (size_t)vg_world_get(world).count);
    return VG_OK;
}

START_TEST(is_asked_before_it_is_let_loose) {
    vg_diag diag;
    vg_road *circle = circle_road(50, 5), *other = stadium_road(80, 20, 4);
    vg_policy *policy = test_policy_create(0.1f, 8, false);
    vg_policy_ops ops = *policy->ops;
    home = circle;
    ck_ok(vg_policy_check_road(policy, other, &diag)); // who says nothing drives anywhere
    ops.knows = knows_home, ops.label = no_label;
    policy->ops = &ops;
    ck_ok(vg_policy_check_road(policy, circle, &diag));
    ck_fails(vg_policy_check_road(policy, other, &diag), VG_ERR_MISMATCH, "the circle only");
    const vg_road *roads[] = {circle, other};
    ck_ok(vg_policy_check_roads(policy, roads, 1, &diag));
    ck_fails(vg_policy_check_roads(policy, roads, 2, &diag), VG_ERR_MISMATCH, "the circle only");

    vg_rollout_def run = vg_rollout_def_default();
    vg_rollout out;
    run.policy = policy, run.roads = roads, run.road_count = 2, run.horizon = 1;
    ck_fails(vg_rollout_run(&run, &out, &diag), VG_ERR_MISMATCH, "the circle only");
    vg_reference *reference;
    ck_fails(vg_reference_drive(policy, &run, &reference, &diag), VG_ERR_MISMATCH, "the circle only");
    vg_log *log;
    ck_ok(vg_log_create(scratch("policy.vlog"), VG_REPLACE, &log, &diag));
    vg_record_def record = vg_record_default();
    record.policy = policy, record.road = other;
    ck_fails(vg_record_run(&record, log, NULL, NULL, &diag), VG_ERR_MISMATCH, "the circle only");
    vg_log_discard(log);
    vg_policy_destroy(policy);
    vg_road_destroy(circle);
    vg_road_destroy(other);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

CK_MAIN("policy", is_asked_before_it_is_let_loose)
