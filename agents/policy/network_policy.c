#include "agents/policy/network_policy.h"

#include <math.h>

#include "agents/policy/heads.h"
#include "sim/base/memory.h"

// First member: the policy contract.
typedef struct network_policy {
    vg_policy policy;
    vg_policy_info info;
    const vg_network *net;
    vg_policy_origin origin;
} network_policy;

// --- acting ------------------------------------------------------------------------------------------------

// The state of one driver. Without a head's state it has neither cars nor states.
typedef struct lanes {
    int32_t count;
    float *scratch;
    vg_head_car *cars;     // [count]
    unsigned char *states; // [count] of state_size bytes
    int64_t state_size;
} lanes;

static void close_lanes(void *state) {
    lanes *lanes = state;
    if (!lanes) return;
    vg_free(lanes->scratch);
    vg_free(lanes->cars);
    vg_free(lanes->states);
    vg_free(lanes);
}

// Memory for the head's state.
static bool open_states(lanes *lanes, const vg_policy_info *info) {
    enum { ALIGNMENT = _Alignof(max_align_t) };
    if (!info->head->state) return true;
    int64_t size = info->head->state(info->head_hyperparameters, vg_sense_size(info->sense));
    lanes->state_size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    lanes->cars = vg_new(vg_head_car, lanes->count);
    lanes->states = vg_new(unsigned char, lanes->count * lanes->state_size + 1);
    return lanes->cars && lanes->states;
}

static vg_err open_lanes(const vg_policy *policy, int32_t count, void **state, vg_diag *diag) {
    const network_policy *p = (const network_policy *)policy;
    lanes *lanes = vg_new(struct lanes, 1);
    bool whole = lanes != NULL;
    if (whole) {
        lanes->count = count;
        lanes->scratch = vg_new(float, vg_network_scratch(p->net, false));
        whole = lanes->scratch && open_states(lanes, &p->info);
    }
    if (!whole) {
        close_lanes(lanes);
        return vg_fail_memory(diag);
    }
    *state = lanes;
    return VG_OK;
}

static void reset(const vg_policy *policy, void *state, int32_t car, const vg_episode_key *key) {
    const vg_policy_info *info = &((const network_policy *)policy)->info;
    lanes *lanes = state;
    if (!lanes->cars) return;
    unsigned char *own = lanes->states + car * lanes->state_size;
    lanes->cars[car] = (vg_head_car){.key = *key};
    memset(own, 0, (size_t)lanes->state_size);
    if (info->head->reset) info->head->reset(info->head_hyperparameters, own, &lanes->cars[car]);
}

// Clamp a block's actions as a car does. Errors: VG_ERR_POLICY (one is NaN).
static vg_err clamp(float *actions, int32_t count) {
    for (int32_t i = 0; i < count; i++) {
        if (isnan(actions[i])) return VG_ERR_POLICY;
        actions[i] = actions[i] < -1 ? -1 : actions[i] > 1 ? 1 : actions[i];
    }
    return VG_OK;
}

vg_err vg_network_policy_decide(const vg_policy *policy, void *state, const float *observed, float *values) {
    const network_policy *p = (const network_policy *)policy;
    const lanes *lanes = state;
    vg_head_block block = {.hyperparameters = p->info.head_hyperparameters,
                           .net = p->net,
                           .scratch = lanes->scratch,
                           .width = vg_sense_size(policy->sense),
                           .mean = p->info.mean,
                           .scale = p->info.scale,
                           .state_size = lanes->state_size};
    for (int32_t first = 0; first < lanes->count; first += VG_NETWORK_BLOCK) {
        int32_t left = lanes->count - first;
        block.rows = left < VG_NETWORK_BLOCK ? left : VG_NETWORK_BLOCK;
        block.observed = observed + (int64_t)first * block.width;
        block.cars = lanes->cars ? lanes->cars + first : NULL;
        block.states = lanes->cars ? lanes->states + first * lanes->state_size : NULL;
        block.actions = values + (int64_t)first * VG_CAR_ACTIONS;
        vg_err err = p->info.head->act(&block);
        if (!err) err = clamp(block.actions, block.rows * VG_CAR_ACTIONS);
        if (err) return err;
    }
    for (int32_t i = 0; lanes->cars && i < lanes->count; i++) lanes->cars[i].step++;
    return VG_OK;
}

static vg_err act(const vg_policy *policy, void *state, const float *observed, const vg_world *world,
                  float *out) {
    const vg_action_space *space = ((const network_policy *)policy)->info.action_space;
    if (policy->needs_world && !world) return VG_ERR_ARGUMENT;
    vg_err err = vg_network_policy_decide(policy, state, observed, out);
    int32_t count = !err && policy->needs_world ? ((const lanes *)state)->count : 0;
    for (int32_t i = 0; i < count; i++)
        space->command(world, i, out + VG_CAR_ACTIONS * (int64_t)i, out + VG_CAR_ACTIONS * (int64_t)i);
    return err;
}

// --- life --------------------------------------------------------------------------------------------------

static void destroy(vg_policy *policy) {
    network_policy *p = (network_policy *)policy;
    if (p->origin.release) p->origin.release(p->origin.owner);
    vg_free(p);
}

static const vg_policy_ops ops = {
    .open = open_lanes, .close = close_lanes, .reset = reset, .act = act, .destroy = destroy};

vg_err vg_policy_of_owned_network(const vg_policy_info *info, const vg_network *net,
                                  const vg_policy_origin *origin, vg_policy **out, vg_diag *diag) {
    *out = NULL;
    const vg_head *head = info->head ? info->head : vg_head_default(net);
    vg_err err = vg_head_check(head, info->head_hyperparameters, net, vg_sense_size(info->sense), diag);
    if (err) return err;
    network_policy *p = vg_new(network_policy, 1);
    if (!p) return vg_fail_memory(diag);
    p->info = *info;
    p->info.head = head;
    p->net = net;
    p->origin = *origin;
    p->policy = (vg_policy){.ops = &ops,
                            .name = origin->name,
                            .hash = origin->hash,
                            .sense = info->sense,
                            .tick_num = info->tick_num,
                            .tick_den = info->tick_den,
                            .ticks_per_action = info->ticks_per_action,
                            .car = &p->info.car,
                            .needs_world = info->action_space && info->action_space->command};
    *out = &p->policy;
    return VG_OK;
}

vg_err vg_policy_of_network(const vg_policy_info *info, const vg_network *net, vg_policy **out,
                            vg_diag *diag) {
    return vg_policy_of_owned_network(info, net, &(vg_policy_origin){.name = info->learner}, out, diag);
}

static const network_policy *own(const vg_policy *policy) {
    return policy && policy->ops == &ops ? (const network_policy *)policy : NULL;
}

const vg_policy_info *vg_network_policy_info(const vg_policy *policy) {
    return own(policy) ? &own(policy)->info : NULL;
}

const vg_network *vg_network_policy_network(const vg_policy *policy) {
    return own(policy) ? own(policy)->net : NULL;
}

const vg_policy_origin *vg_network_policy_origin(const vg_policy *policy) {
    return own(policy) ? &own(policy)->origin : NULL;
}
