#include "agents/policy/head_chunk.h"

#include <math.h>

#include "agents/policy/policy_file.h"
#include "tests/agents/policy/head_fixture.h"
#include "tests/scratch.h"

enum { CHUNK_MOST = 8, ANEW = 11 };

static const vg_chunk_config plain = {
    .n_obs_steps = 1, .chunk_size = 6, .n_action_steps = 1, .action_repeat = 1};

static float actions[STEPS][CARS * VG_CAR_ACTIONS];

static vg_policy *policy_of(const made *m) {
    vg_policy *policy;
    ck_ok(vg_policy_of_network(&m->info, m->net, &policy, &diag));
    return policy;
}

static made make_chunk(const vg_chunk_config *config) {
    return make(&vg_head_chunk, config, (int32_t)config->chunk_size * VG_CAR_ACTIONS, false);
}

// The chunk that the network gives to entity c at a step, of what it saw since `begun`.
static void chunk_of(const made *m, float *scratch, const vg_chunk_config *config, int32_t c, int step,
                     int begun, float chunk[CHUNK_MOST][VG_CAR_ACTIONS]) {
    for (int i = 0; i < config->n_obs_steps; i++) {
        float row[WIDTH];
        int at = step - (int)config->n_obs_steps + 1 + i;
        observe(c, at < begun ? begun : at, row);
        vg_network_scale(row, 1, WIDTH, mean, scale,
                         vg_network_inputs(m->net, scratch) + (ptrdiff_t)i * WIDTH);
    }
    vg_network_forward(m->net, 1, scratch);
    memcpy(chunk, vg_network_outputs(m->net, scratch),
           sizeof(float) * VG_CAR_ACTIONS * (size_t)config->chunk_size);
}

// An action by the paper's words: all chunks since the car began that speak of `step`, oldest first.
static double ensembled(const made *m, float *scratch, const vg_chunk_config *config, int32_t c, int step,
                        int begun, int action) {
    int oldest = step - (int)config->chunk_size + 1, i = 0;
    double sum = 0, weights = 0;
    for (int asked = oldest < begun ? begun : oldest; asked <= step; asked++, i++) {
        float chunk[CHUNK_MOST][VG_CAR_ACTIONS];
        chunk_of(m, scratch, config, c, asked, begun, chunk);
        double weight = exp(-config->temporal_ensemble_coeff * i);
        sum += weight * (double)chunk[step - asked][action];
        weights += weight;
    }
    return sum / weights;
}

// The action without ensembling: of the chunk that was asked for last.
static double played(const made *m, float *scratch, const vg_chunk_config *config, int32_t c, int step,
                     int begun, int action) {
    float chunk[CHUNK_MOST][VG_CAR_ACTIONS];
    int every = (int)(config->chunk_size == 1 ? config->action_repeat : config->n_action_steps);
    int place = (step - begun) % every;
    chunk_of(m, scratch, config, c, step - place, begun, chunk);
    return (double)chunk[config->chunk_size == 1 ? 0 : place][action];
}

static void ck_drives(const vg_chunk_config *config) {
    made m = make_chunk(config);
    vg_policy *policy = policy_of(&m);
    float *scratch = vg_new(float, vg_network_scratch(m.net, false));
    drive(policy, 0, CARS, ANEW, actions);
    for (int t = 0; t < STEPS; t++)
        for (int32_t c = 0; c < CARS; c++)
            for (int a = 0; a < VG_CAR_ACTIONS; a++) {
                int begun = c == 1 && t >= ANEW ? ANEW : 0;
                double wanted =
                    (config->temporal_ensemble ? ensembled : played)(&m, scratch, config, c, t, begun, a);
                wanted = wanted < -1 ? -1 : wanted > 1 ? 1 : wanted;
                double found = (double)actions[t][c * VG_CAR_ACTIONS + a];
                ck_assert_msg(fabs(found - wanted) < 1e-6, "step %d, car %d: %g, not %g", t, (int)c, found,
                              wanted);
            }
    vg_free(scratch);
    vg_policy_destroy(policy);
    free_made(&m);
}

START_TEST(plays_its_chunk_then_asks_again) {
    static const int64_t of_chunk[] = {1, 2, 5, 6};
    for (size_t i = 0; i < 4; i++) {
        vg_chunk_config config = plain;
        config.n_action_steps = of_chunk[i];
        ck_drives(&config);
    }
}
END_TEST

// Weights count from the oldest chunk, so with a large m the oldest decides.
START_TEST(ensembles_from_the_oldest_chunk_on) {
    static const double m[] = {0, 0.01, 0.7, 100};
    for (size_t i = 0; i < 4; i++) {
        vg_chunk_config config = plain;
        config.temporal_ensemble = true;
        config.temporal_ensemble_coeff = m[i];
        ck_drives(&config);
    }
}
END_TEST

START_TEST(holds_an_action_for_the_control) {
    vg_chunk_config config = plain;
    config.chunk_size = 1;
    ck_drives(&config);
    config.action_repeat = 7;
    ck_drives(&config);
    made m = make_chunk(&config);
    vg_policy *policy = policy_of(&m);
    drive(policy, 0, CARS, STEPS, actions);
    ck_assert(actions[0][4] == actions[6][4] && actions[7][4] == actions[13][4]);
    ck_assert(actions[6][4] != actions[7][4]);
    vg_policy_destroy(policy);
    free_made(&m);
}
END_TEST

// Before the first row of an episode stands the first row.
START_TEST(sees_its_past) {
    for (int ensemble = 0; ensemble < 2; ensemble++) {
        vg_chunk_config config = plain;
        config.n_obs_steps = 4;
        config.temporal_ensemble = ensemble;
        config.n_action_steps = ensemble ? 1 : 3;
        ck_drives(&config);
    }
}
END_TEST

START_TEST(a_car_does_not_depend_on_its_neighbours) {
    for (int ensemble = 0; ensemble < 2; ensemble++) {
        vg_chunk_config config = plain;
        config.n_obs_steps = 2;
        config.temporal_ensemble = ensemble;
        config.n_action_steps = ensemble ? 1 : 4;
        made m = make_chunk(&config);
        vg_policy *policy = policy_of(&m);
        ck_alone_or_together(policy);
        vg_policy_destroy(policy);
        free_made(&m);
    }
}
END_TEST

static const struct {
    int64_t size, driven, repeat;
    bool ensemble;
    const char *says;
} misfits[] = {
    {6, 7, 1, false, "n_action_steps: 7, but a chunk has only 6 actions"},
    {6, 2, 1, true, "n_action_steps: 2, but temporal_ensemble asks the network at every action"},
    {6, 1, 2, false, "action_repeat: 2, but a chunk of 6 actions is not held: set chunk_size=1"},
};

START_TEST(refuses_keys_that_do_not_fit_together) {
    for (size_t i = 0; i < sizeof misfits / sizeof *misfits; i++) {
        vg_chunk_config config = {.n_obs_steps = 1,
                                  .chunk_size = misfits[i].size,
                                  .n_action_steps = misfits[i].driven,
                                  .action_repeat = misfits[i].repeat,
                                  .temporal_ensemble = misfits[i].ensemble};
        made m = make_chunk(&config);
        vg_policy *policy;
        ck_fails(vg_policy_of_network(&m.info, m.net, &policy, &diag), VG_ERR_MISMATCH, misfits[i].says);
        ck_fails(vg_policy_write(scratch("no.safetensors"), VG_KEEP, &m.info, m.net, &diag), VG_ERR_MISMATCH,
                 misfits[i].says);
        free_made(&m);
    }
}
END_TEST

// By itself a chunk is driven for 8 actions at most, and for one with ensembling.
START_TEST(knows_how_much_to_drive_of_a_chunk) {
    static const struct {
        int64_t size, driven;
        bool ensemble;
    } alike[] = {{10, 8, false}, {5, 5, false}, {1, 1, false}, {10, 1, true}};
    static float again[STEPS][CARS * VG_CAR_ACTIONS];
    for (size_t i = 0; i < sizeof alike / sizeof *alike; i++) {
        vg_chunk_config config = plain;
        config.chunk_size = alike[i].size, config.temporal_ensemble = alike[i].ensemble;
        for (int by_itself = 0; by_itself < 2; by_itself++) {
            config.n_action_steps = by_itself ? 0 : alike[i].driven;
            made m = make_chunk(&config);
            vg_policy *policy = policy_of(&m);
            drive(policy, 0, CARS, ANEW, by_itself ? again : actions);
            vg_policy_destroy(policy);
            free_made(&m);
        }
        ck_assert(!memcmp(actions, again, sizeof again));
    }
}
END_TEST

// Written, read and driven: the same actions.
START_TEST(a_file_drives_as_the_network_did) {
    static float again[STEPS][CARS * VG_CAR_ACTIONS];
    vg_chunk_config config = plain;
    config.temporal_ensemble = true;
    config.temporal_ensemble_coeff = 0.1;
    config.n_obs_steps = 3;
    made m = make_chunk(&config);
    const char *path = scratch("chunk.safetensors");
    ck_ok(vg_policy_write(path, VG_REPLACE, &m.info, m.net, &diag));
    vg_policy *policy = policy_of(&m);
    drive(policy, 0, CARS, ANEW, actions);
    vg_policy_destroy(policy);
    ck_ok(vg_policy_load(path, &policy, &diag));
    drive(policy, 0, CARS, ANEW, again);
    ck_assert(!memcmp(actions, again, sizeof again));
    vg_policy_destroy(policy);
    free_made(&m);
}
END_TEST

START_TEST(drives_alike_at_any_level) {
    vg_chunk_config config = plain;
    config.temporal_ensemble = true;
    config.temporal_ensemble_coeff = 0.1;
    ck_drives_as_ever("head_chunk/drive", &vg_head_chunk, &config);
}
END_TEST

CK_MAIN("head_chunk", plays_its_chunk_then_asks_again, ensembles_from_the_oldest_chunk_on,
        holds_an_action_for_the_control, sees_its_past, a_car_does_not_depend_on_its_neighbours,
        refuses_keys_that_do_not_fit_together, knows_how_much_to_drive_of_a_chunk,
        a_file_drives_as_the_network_did, drives_alike_at_any_level)
