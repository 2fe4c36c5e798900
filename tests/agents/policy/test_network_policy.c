#include "agents/policy/network_policy.h"

#include <math.h>
#include <string.h>

#include "agents/nets/safetensors.h"
#include "agents/policy/heads.h"
#include "agents/policy/policy_file.h"
#include "tests/agents/policy/head_fixture.h"
#include "tests/out_of_memory.h"
#include "tests/scratch.h"

// --- a head that holds: its network gives a chunk of actions, which it plays one by one, with noise
// ---------

typedef struct hold_config {
    int64_t chunk_size;
} hold_config;

enum { CHUNK_MOST = 4 };

typedef struct held {
    int32_t at; // of the chunk, next to play; 0: ask the network
    float chunk[CHUNK_MOST * VG_CAR_ACTIONS];
    double begun; // whether reset was called
} held;

static int32_t hold_outputs(const void *config) {
    return (int32_t)((const hold_config *)config)->chunk_size * VG_CAR_ACTIONS;
}

static int64_t hold_state(const void *config, int32_t sensed) {
    (void)config;
    ck_assert_int_eq(sensed, WIDTH);
    return sizeof(held);
}

static void hold_reset(const void *config, void *state, const vg_head_car *car) {
    held *h = state;
    (void)config;
    ck_assert(h->at == 0 && h->begun == 0 && car->step == 0);
    h->begun = (double)car->key.entity + 1;
}

static float noise_of(const vg_head_car *car, uint32_t action) {
    vg_draw at = {car->key.seed, VG_STREAM_POLICY, car->key.entity, car->key.episode, car->step, action};
    return (float)(0.2 * vg_random_uniform(&at) - 0.1);
}

static vg_err hold_act(const vg_head_block *b) {
    const hold_config *config = b->hyperparameters;
    for (int32_t r = 0; r < b->rows; r++) {
        held *h = vg_head_state(b, r);
        ck_assert(h->begun == (double)b->cars[r].key.entity + 1);
        if (h->at == 0) {
            vg_network_scale(b->observed + r * b->width, 1, b->width, b->mean, b->scale,
                             vg_network_inputs(b->net, b->scratch));
            vg_network_forward(b->net, 1, b->scratch);
            memcpy(h->chunk, vg_network_outputs(b->net, b->scratch),
                   sizeof(float) * (size_t)hold_outputs(config));
        }
        for (uint32_t a = 0; a < VG_CAR_ACTIONS; a++)
            b->actions[r * VG_CAR_ACTIONS + (int32_t)a] =
                h->chunk[h->at * VG_CAR_ACTIONS + (int32_t)a] + noise_of(&b->cars[r], a);
        h->at = (h->at + 1) % (int32_t)config->chunk_size;
    }
    return VG_OK;
}

static const vg_key hold_keys[] = {{"chunk_size", VG_KEY_INT, offsetof(hold_config, chunk_size), "1", 1,
                                    CHUNK_MOST, "3", NULL, "actions of one answer"}};
static const vg_schema hold_schema = {"hold", hold_keys, 1, NULL};
static const vg_head hold = {.name = "hold",
                             .help = "for tests",
                             .schema = &hold_schema,
                             .outputs = hold_outputs,
                             .state = hold_state,
                             .reset = hold_reset,
                             .act = hold_act};
static const hold_config three = {3};

// What the network says to what entity c sees at a step, number i of its outputs.
static float answer(const made *m, float *scratch, int32_t c, int step, int i) {
    float row[WIDTH];
    observe(c, step, row);
    vg_network_scale(row, 1, WIDTH, mean, scale, vg_network_inputs(m->net, scratch));
    vg_network_forward(m->net, 1, scratch);
    return vg_network_outputs(m->net, scratch)[i];
}

// --- tests -------------------------------------------------------------------------------------------------

// Each car plays its own chunk, draws by its own place in its episode, and begins anew alone.
START_TEST(a_head_has_a_state_and_a_place_for_each_car) {
    enum { ANEW = 4 };
    static float actions[STEPS][CARS * VG_CAR_ACTIONS];
    made m = make(&hold, &three, 6, false);
    vg_policy *policy;
    ck_ok(vg_policy_of_network(&m.info, m.net, &policy, &diag));
    ck_assert_str_eq(policy->name, "test");
    float *scratch = vg_new(float, vg_network_scratch(m.net, false));
    drive(policy, 0, CARS, ANEW, actions);
    for (int t = 0; t < STEPS; t++)
        for (int32_t c = 0; c < CARS; c++)
            for (int a = 0; a < VG_CAR_ACTIONS; a++) {
                bool second = c == 1 && t >= ANEW;
                int step = second ? t - ANEW : t, asked = t - step % 3;
                vg_head_car place = {key_of(c, second), (uint32_t)step};
                float wanted = answer(&m, scratch, c, asked, step % 3 * VG_CAR_ACTIONS + a) +
                               noise_of(&place, (uint32_t)a);
                wanted = wanted < -1 ? -1 : wanted > 1 ? 1 : wanted;
                ck_assert_msg(actions[t][c * VG_CAR_ACTIONS + a] == wanted, "step %d, car %d", t, (int)c);
            }
    vg_free(scratch);
    vg_policy_destroy(policy);
    free_made(&m);
}
END_TEST

// The same bits whoever drives beside it.
START_TEST(a_car_does_not_depend_on_its_neighbours) {
    made m = make(&hold, &three, 6, false);
    vg_policy *policy;
    ck_ok(vg_policy_of_network(&m.info, m.net, &policy, &diag));
    ck_alone_or_together(policy);
    vg_policy_destroy(policy);
    free_made(&m);
}
END_TEST

// A mean policy remembers nothing: lanes need no reset, and what was is of no consequence.
START_TEST(mean_and_gaussian_are_what_the_network_gives) {
    for (int gaussian = 0; gaussian < 2; gaussian++) {
        made m = make(NULL, NULL, VG_CAR_ACTIONS, gaussian);
        vg_policy *policy;
        void *state;
        float row[2 * WIDTH], actions[2 * VG_CAR_ACTIONS];
        ck_ok(vg_policy_of_network(&m.info, m.net, &policy, &diag));
        ck_assert_str_eq(vg_network_policy_info(policy)->head->name, gaussian ? "gaussian" : "mean");
        ck_assert(vg_network_policy_network(policy) == m.net && !vg_policy_file_info(policy));
        ck_ok(policy->ops->open(policy, 2, &state, &diag));
        float *scratch = vg_new(float, vg_network_scratch(m.net, false));
        for (int t = 0; t < 3; t++) {
            for (int32_t c = 0; c < 2; c++) observe(c, t, row + c * WIDTH);
            ck_assert_int_eq(policy->ops->act(policy, state, row, NULL, actions), VG_OK);
            for (int32_t i = 0; i < 2 * VG_CAR_ACTIONS; i++)
                ck_assert_float_eq(actions[i],
                                   answer(&m, scratch, i / VG_CAR_ACTIONS, t, i % VG_CAR_ACTIONS));
        }
        vg_free(scratch);
        policy->ops->close(state);
        vg_policy_destroy(policy);
        free_made(&m);
    }
}
END_TEST

START_TEST(the_table_has_each_head_once) {
    int32_t count = 0;
    for (const vg_head *head; (head = vg_head_at(count)); count++) {
        const vg_head *found;
        ck_ok(vg_head_find(head->name, &found, &diag));
        ck_assert(found == head && head->act && head->help[0]);
        if (!head->schema) ck_assert_int_gt(head->outputs(NULL), 0);
    }
    ck_assert_int_ge(count, 2);
    ck_assert(!vg_head_at(-1));
    const vg_head *none;
    ck_fails(vg_head_find("meen", &none, &diag), VG_ERR_FORMAT,
             "head: 'meen' is unknown, expected one of: mean, gaussian, gmm, ");
    ck_fails(vg_head_find("meen", &none, &diag), VG_ERR_FORMAT, "; did you mean 'mean'?");
    ck_assert_ptr_null(none);
}
END_TEST

START_TEST(refuses_a_network_that_does_not_fit) {
    static const struct {
        int32_t outputs;
        bool log_std;
        const vg_head *head;
        const void *config;
        const char *says;
    } cases[] = {
        {3, false, NULL, NULL, "the head 'mean', which ask for 3 inputs and 2 outputs"},
        {2, false, &hold, &three, "a network of 3 inputs and 2 outputs for a sense of 3 values"},
        {6, true, &hold, &three, "the head 'hold' needs a network without log_std"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        made m = make(cases[i].head, cases[i].config, cases[i].outputs, cases[i].log_std);
        vg_policy *policy;
        ck_fails(vg_policy_of_network(&m.info, m.net, &policy, &diag), VG_ERR_MISMATCH, cases[i].says);
        ck_assert_ptr_null(policy);
        ck_fails(vg_policy_write(scratch("no.safetensors"), VG_KEEP, &m.info, m.net, &diag), VG_ERR_MISMATCH,
                 cases[i].says);
        free_made(&m);
    }
}
END_TEST

// The file names the head and has its hyperparameters; a verge without that head says which ones it knows.
START_TEST(a_file_carries_the_head) {
    const char *path = scratch("hold.safetensors");
    made m = make(&hold, &three, 6, false);
    vg_safetensors file;
    vg_policy *policy;
    ck_ok(vg_policy_write(path, VG_REPLACE, &m.info, m.net, &diag));
    ck_ok(vg_safetensors_read(path, &file, &diag));
    ck_assert_str_eq(vg_safetensors_text(&file, "architecture"), "mlp");
    ck_assert_str_eq(vg_safetensors_text(&file, "layers"), "3,9,6");
    ck_assert_str_eq(vg_safetensors_text(&file, "head"), "hold");
    ck_assert_str_eq(vg_safetensors_text(&file, "chunk_size"), "3");
    vg_safetensors_free(&file);
    ck_fails(vg_policy_load(path, &policy, &diag), VG_ERR_FORMAT,
             "head: 'hold' is unknown, expected one of: mean, gaussian, gmm, chunk, diffusion, flow");
    hold_config two = {2};
    uint64_t hash = vg_policy_content(&m.info, m.net);
    m.info.head_hyperparameters = &two;
    ck_assert(hash != vg_policy_content(&m.info, m.net));
    free_made(&m);
}
END_TEST

START_TEST(out_of_memory_leaves_nothing) {
    made m = make(&hold, &three, 6, false);
    for (oom turn = {.diag = &diag}; oom_next(&turn);) {
        vg_policy *policy = NULL;
        void *state = NULL;
        turn.err = vg_policy_of_network(&m.info, m.net, &policy, &diag);
        if (!turn.err) turn.err = policy->ops->open(policy, 3, &state, &diag);
        if (state) policy->ops->close(state);
        vg_policy_destroy(policy);
    }
    free_made(&m);
}
END_TEST

CK_MAIN("network_policy", a_head_has_a_state_and_a_place_for_each_car,
        a_car_does_not_depend_on_its_neighbours, mean_and_gaussian_are_what_the_network_gives,
        the_table_has_each_head_once, refuses_a_network_that_does_not_fit, a_file_carries_the_head,
        out_of_memory_leaves_nothing)
