#include "agents/policy/head_soft_q.h"

#include <math.h>

#include "agents/nets/soft_value.h"
#include "sim/base/random.h"

static const vg_key keys[] = {
#define X(...) VG_KEY_ROW(vg_soft_q_head_config, , "", __VA_ARGS__)
    VG_SOFT_Q_HEAD_KEYS(X)
#undef X
};
static const vg_schema schema = {"soft-q", keys, sizeof keys / sizeof *keys, NULL};

enum { SELECT_MEAN, SELECT_MODE, SELECT_SAMPLE };

void vg_soft_q_grid(const vg_soft_q_head_config *config, vg_action_grid *out) {
    const int32_t levels[] = {(int32_t)config->steer_levels, (int32_t)config->accel_levels};
    const double mu[] = {config->steer_companding, config->accel_companding};
    vg_action_grid_make(levels, mu, out);
}

static vg_err check(const void *hyperparameters, vg_diag *diag) {
    const vg_soft_q_head_config *c = hyperparameters;
    const bool steer = c->steer_levels % 2 == 0;
    if (!steer && c->accel_levels % 2 != 0) return VG_OK;
    return vg_fail_at(diag, VG_ERR_MISMATCH, NULL, 0, steer ? "steer_levels" : "accel_levels",
                      "%lld levels, expected an odd number, so that one of them is 0",
                      (long long)(steer ? c->steer_levels : c->accel_levels));
}

static int32_t outputs(const void *hyperparameters) {
    const vg_soft_q_head_config *c = hyperparameters;
    return (int32_t)(c->steer_levels * c->accel_levels);
}

static int64_t state(const void *hyperparameters, int32_t sensed) {
    (void)hyperparameters, (void)sensed;
    return 0; // a sample is drawn by the car's place in its episode
}

// The action of one car.
static void choose(const vg_soft_q_head_config *config, const vg_action_grid *grid, const float *q,
                   const vg_head_car *car, float *action) {
    const int32_t cells = vg_action_grid_cells(grid);
    float policy[VG_SOFT_Q_CELLS_MOST];
    if (!isfinite(vg_soft_value(q, cells, config->temperature, policy))) {
        action[0] = action[1] = NAN; // a value is not a number
    } else if (config->action_selection == SELECT_MEAN) {
        vg_action_grid_mean(grid, policy, action);
    } else if (config->action_selection == SELECT_MODE) {
        vg_action_grid_action(grid, vg_soft_greatest(q, cells), action);
    } else {
        const vg_draw at = {.seed = car->key.seed,
                            .stream = VG_STREAM_POLICY,
                            .entity = car->key.entity,
                            .episode = car->key.episode,
                            .step = car->step};
        vg_action_grid_action(grid, vg_soft_draw(policy, cells, vg_random_uniform(&at)), action);
    }
}

static vg_err act(const vg_head_block *b) {
    const vg_soft_q_head_config *config = b->hyperparameters;
    const int64_t out = vg_net_stride(outputs(config));
    vg_action_grid grid;
    vg_soft_q_grid(config, &grid);
    vg_network_scale(b->observed, b->rows, b->width, b->mean, b->scale,
                     vg_network_inputs(b->net, b->scratch));
    vg_network_forward(b->net, b->rows, b->scratch);
    for (int32_t r = 0; r < b->rows; r++)
        choose(config, &grid, vg_network_outputs(b->net, b->scratch) + r * out, &b->cars[r],
               b->actions + (int64_t)r * VG_CAR_ACTIONS);
    return VG_OK;
}

const vg_head vg_head_soft_q = {.name = "soft-q",
                                .help = "the outputs are the values of a grid of actions, of which a softmax "
                                        "is the policy",
                                .schema = &schema,
                                .outputs = outputs,
                                .check = check,
                                .state = state,
                                .act = act};
