// verge reward: how far apart two rewards are.
#include <math.h>

#include "agents/rewards/reward_file.h"
#include "app/cli/args.h"
#include "app/cli/output.h"
#include "app/commands/cmd_reward_laps.h"
#include "eval/rewards/compare.h"

typedef struct compare_options {
    const char *car;
} compare_options;

static json_t *number(double x) { return isfinite(x) ? json_real(x) : json_null(); }

static json_t *weights_json(const vg_reward *const rewards[2], const vg_reward_comparison *c) {
    json_t *rows = json_array();
    for (int32_t k = 0; k < VG_DRIVING_COUNT; k++)
        json_array_append_new(
            rows, json_pack("{ss ss so so so so}", "feature", vg_driving_name(k), "unit", vg_driving_unit(k),
                            "a", number(vg_driving_reward_of(rewards[0])->theta[k]), "b",
                            number(vg_driving_reward_of(rewards[1])->theta[k]), "a_direction",
                            number(c->directions[0][k]), "b_direction", number(c->directions[1][k])));
    return rows;
}

static vg_err print_json(const vg_call *call, const vg_reward *const rewards[2],
                         const vg_reward_comparison *c, vg_diag *diag) {
    json_t *out =
        json_pack("{ss ss ss ss so so ss}", "a", call->operands.items[0], "b", call->operands.items[1],
                  "a_kind", rewards[0]->kind, "b_kind", rewards[1]->kind, "epic", number(c->epic), "cosine",
                  number(c->cosine), "compared_on", c->driving ? "pieces of road" : "actions");
    if (c->driving) json_object_set_new(out, "weights", weights_json(rewards, c));
    return vg_print_json(out, diag);
}

static vg_err print_weights(const vg_reward *const rewards[2], const vg_reward_comparison *c, vg_diag *diag) {
    static const char *const titles[] = {"feature", "A", "B", "A's direction", "B's direction"};
    vg_table table = {0};
    vg_print("\n");
    vg_table_begin(&table, 5, titles);
    for (int32_t k = 0; k < VG_DRIVING_COUNT; k++) {
        vg_table_cell(&table, "%s", vg_driving_name(k));
        for (int r = 0; r < 2; r++) vg_table_cell(&table, "%.4g", vg_driving_reward_of(rewards[r])->theta[k]);
        for (int r = 0; r < 2; r++) vg_table_cell(&table, "%.3f", c->directions[r][k]);
    }
    vg_err err = vg_table_print(&table, diag);
    vg_table_free(&table);
    return err;
}

static vg_err print_comparison(const vg_reward *const rewards[2], const vg_reward_comparison *c,
                               vg_diag *diag) {
    if (isfinite(c->epic))
        vg_print("EPIC distance  %.4f\n", c->epic);
    else
        vg_print("EPIC distance  none: one of the two prefers nothing to anything\n");
    if (isfinite(c->cosine))
        vg_print("cosine         %.4f\n", c->cosine);
    else
        vg_print("cosine         none: they are not linear in the same features\n");
    vg_print("compared on    %s\n", c->driving ? "pieces of road" : "actions");
    return c->driving ? print_weights(rewards, c, diag) : VG_OK;
}

static vg_err run_compare(const vg_call *call, int *status, vg_diag *diag) {
    (void)status;
    const compare_options *o = call->options;
    vg_reward *rewards[2] = {NULL, NULL};
    vg_coverage coverage = vg_coverage_default();
    coverage.seed = call->seed, coverage.threads = (int32_t)call->threads;
    vg_reward_comparison c;
    vg_err err = vg_car_load(o->car, &coverage.car, diag);
    for (int32_t i = 0; i < 2 && !err; i++) err = vg_reward_load(call->operands.items[i], &rewards[i], diag);
    if (!err) err = vg_reward_compare(&coverage, rewards[0], rewards[1], &c, diag);
    const vg_reward *const both[] = {rewards[0], rewards[1]};
    if (!err) err = call->json ? print_json(call, both, &c, diag) : print_comparison(both, &c, diag);
    vg_reward_destroy(rewards[0]);
    vg_reward_destroy(rewards[1]);
    return err;
}

static const vg_flag compare_flags[] = {
    {"car", VG_FLAG_TEXT, offsetof(compare_options, car), "CAR", .standard = "sedan",
     .help = "car whose driving covers the road: a preset or a YAML file"},
};

static const vg_command reward_compare = {
    .name = "compare",
    .summary = "the distance between two rewards, by what they prefer",
    .synopsis = "A B [--car CAR] [--json]",
    .details =
        "Prints the EPIC distance (Gleave et al. 2021): 0 where two rewards differ only by a positive "
        "factor, "
        "a constant and potential shaping, none of which changes the best policy; 1 where they are opposite; "
        "0.71 where they have nothing in common. And, where both are linear in the same features, the cosine "
        "of their weights, each times its feature's deviation.\n"
        "Two rewards of kind 'driving' are compared on pieces of road, because they are paid by the metre; "
        "others on actions from states that cover a generated road, each by its own discount. The same seed "
        "gives the same bits.",
    .examples = "verge reward compare why.safetensors true.safetensors",
    VG_FLAGS(compare_flags),
    .options_size = sizeof(compare_options),
    .least_operands = 2,
    .most_operands = 2,
    .takes = VG_TAKES_SEED | VG_TAKES_THREADS | VG_TAKES_JSON,
    .run = run_compare,
};

static const vg_command *const children[] = {&reward_compare, &vg_command_reward_laps, NULL};

const vg_command vg_command_reward = {
    .name = "reward",
    .summary = "compare rewards; tell drivers by theirs",
    .synopsis = "compare|laps",
    .children = children,
};
