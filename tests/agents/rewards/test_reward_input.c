#include "agents/rewards/reward_input.h"

#include <math.h>

#include "tests/check.h"

static vg_diag diag;
static const char *const SENSE = "offset,speed,curvature@0:10";

START_TEST(shows_curvatures_as_accelerations_where_asked) {
    const float sensed[] = {0.5f, 20, 0.01f, -0.02f}, action[] = {-3, 0.25f};
    for (int lateral = 0; lateral < 2; lateral++) {
        vg_reward_input in = {0};
        ck_ok(vg_reward_input_open(&in, SENSE, true, lateral, &diag));
        ck_assert(in.sensed == 4 && in.count == 6);
        float row[6];
        vg_reward_input_row(&in, sensed, action, row);
        ck_assert(row[0] == 0.5f && row[1] == 20 && row[4] == -1 && row[5] == 0.25f);
        ck_assert_double_eq_tol((double)row[2], lateral ? 4 : 0.01, 1e-6);
        ck_assert_double_eq_tol((double)row[3], lateral ? -8 : -0.02, 1e-6);
        vg_reward_input_free(&in);
    }
    vg_reward_input blind = {0}; // without a speed a curvature stays one
    ck_ok(vg_reward_input_open(&blind, "offset,curvature@0", false, true, &diag));
    ck_assert(blind.count == 2 && blind.speed_at == -1);
    ck_assert(vg_reward_input_value(&blind, (float[]){1, 0.125f}, NULL, 1) == 0.125f);
    vg_reward_input_free(&blind);
}
END_TEST

START_TEST(fits_the_normaliser_to_all_parts_together) {
    vg_reward_input in = {0};
    vg_car car = vg_car_default();
    float scale[2];
    const float first[] = {1, 10, 3, 10}, second[] = {5, 10, 7, 10}, actions[4] = {0};
    const vg_rows parts[] = {{.inputs = first, .actions = actions, .count = 2, .width = 2},
                             {.inputs = second, .actions = actions, .count = 2, .width = 2}};
    ck_ok(vg_reward_input_open(&in, "offset,speed", false, false, &diag));
    ck_ok(vg_reward_input_fit(&in, &car, 0.1, parts, 2, &diag));
    vg_sense_physical(in.sense, &car, scale);
    ck_assert(in.mean[0] == 4 && in.mean[1] == 10);
    ck_assert_double_eq_tol((double)in.scale[0], 1 / sqrt(5), 1e-6);
    ck_assert_double_eq_tol((double)in.scale[1], (double)scale[1] / 0.1, 1e-6); // it never varied
    vg_reward_input_free(&in);
}
END_TEST

START_TEST(refuses_a_sense_that_is_none) {
    vg_reward_input in = {0};
    ck_fails(vg_reward_input_open(&in, "sonar", false, false, &diag), VG_ERR_FORMAT, "sonar");
    vg_reward_input_free(&in);
}
END_TEST

CK_MAIN("reward_input", shows_curvatures_as_accelerations_where_asked,
        fits_the_normaliser_to_all_parts_together, refuses_a_sense_that_is_none)
