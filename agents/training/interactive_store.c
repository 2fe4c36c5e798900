#include "agents/training/interactive_store.h"

#include <stdio.h>
#include <string.h>

#include "agents/nets/ensemble.h"
#include "agents/training/checkpoint.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"

static const char KIND[] = "verge-checkpoint-rounds";

// X(type, field): the numbers of a checkpoint.
#define NUMBERS(I, D)                                                                                        \
    I(begun)                                                                                                 \
    I(cut)                                                                                                   \
    I(held)                                                                                                  \
    I(note_count)                                                                                            \
    I(report.episodes)                                                                                       \
    I(report.queries)                                                                                        \
    I(report.actions)                                                                                        \
    I(report.steps)                                                                                          \
    I(report.best_round)                                                                                     \
    D(report.seconds_off)                                                                                    \
    D(report.train_loss)                                                                                     \
    D(report.held_out_loss)                                                                                  \
    D(best.off_road)                                                                                         \
    D(best.drift)

vg_err vg_interactive_identify(vg_interactive *a, vg_diag *diag) {
    const vg_learner_def *def = a->def;
    vg_text config = {0};
    vg_config_write_yaml(a->learner->schema, def->config, &config);
    if (config.failed) {
        vg_text_free(&config);
        return vg_fail_memory(diag);
    }
    uint64_t h = vg_hash_text(vg_hash_text(0, a->learner->name), config.bytes);
    vg_text_free(&config);
    int64_t whole[] = {(int64_t)def->seed, (int64_t)vg_dataset_hash(a->data),
                       (int64_t)vg_car_hash(&a->origin.car), def->road_count, def->valid_count};
    const float *disturbance = &def->disturbance.gust;
    h = vg_hash_int(h, whole, sizeof whole / sizeof *whole);
    h = vg_hash_float(h, disturbance, sizeof def->disturbance / sizeof *disturbance);
    for (int32_t i = 0; i < def->road_count + def->valid_count; i++) {
        const vg_road *road = i < def->road_count ? def->roads[i] : def->valid[i - def->road_count];
        h = vg_hash_int(h, &(int64_t){(int64_t)vg_road_hash(road)}, 1);
    }
    if (def->expert) {
        h = vg_hash_text(h, def->expert->name);
        h = vg_hash_int(h, &(int64_t){(int64_t)def->expert->hash}, 1);
    }
    a->identity = h;
    return VG_OK;
}

// What was added to the logs' rows.
static vg_rows added(const vg_interactive *a, int part) {
    vg_rows rows = part ? vg_dataset_validation(a->data) : vg_dataset_train(a->data);
    rows.inputs += a->from_logs[part] * rows.width;
    rows.actions += a->from_logs[part] * 2;
    rows.count -= a->from_logs[part];
    return rows;
}

static const char *const part_names[2][3] = {{"train.rows", "train.inputs", "train.actions"},
                                             {"held.rows", "held.inputs", "held.actions"}};

vg_err vg_interactive_save(const vg_interactive *a, vg_diag *diag) {
    if (!a->def->checkpoint) return VG_OK;
    vg_checkpoint_draft draft;
    char name[32], own[VG_INTERACTIVE_OWN][16];
    vg_checkpoint_begin(&draft, KIND, a->identity);
    vg_checkpoint_put_int(&draft, "round", a->round);
#define I(field) vg_checkpoint_put_int(&draft, #field, a->field);
#define D(field) vg_checkpoint_put_double(&draft, #field, a->field);
    NUMBERS(I, D)
#undef I
#undef D
    for (int i = 0; i < VG_INTERACTIVE_OWN; i++) {
        snprintf(own[i], sizeof own[i], "own.%d", i);
        vg_checkpoint_put_double(&draft, own[i], a->own[i]);
    }
    for (int part = 0; part < 2; part++) {
        vg_rows rows = added(a, part);
        vg_checkpoint_put_int(&draft, part_names[part][0], rows.count);
        vg_checkpoint_put_floats(&draft, part_names[part][1], rows.inputs, rows.count * rows.width);
        vg_checkpoint_put_floats(&draft, part_names[part][2], rows.actions, rows.count * 2);
    }
    for (int32_t m = 0; m < a->members; m++) {
        snprintf(name, sizeof name, "member.%d", m);
        vg_checkpoint_put_floats(&draft, name, vg_mlp_read(a->member[m]), vg_mlp_count(a->member[m]));
    }
    vg_checkpoint_put_floats(&draft, "best", a->best_weights, vg_mlp_count(a->driving));
    vg_checkpoint_put_floats(&draft, "notes", a->notes, a->note_count);
    return vg_checkpoint_write(&draft, a->def->checkpoint, diag);
}

static vg_err restore_numbers(vg_interactive *a, const vg_checkpoint *file, vg_diag *diag) {
    int64_t round = 0;
    char name[32];
    vg_err err = vg_checkpoint_int(file, "round", &round, diag);
#define I(field)                                                                                             \
    if (!err) err = vg_checkpoint_int(file, #field, &a->field, diag);
#define D(field)                                                                                             \
    if (!err) err = vg_checkpoint_double(file, #field, &a->field, diag);
    NUMBERS(I, D)
#undef I
#undef D
    for (int i = 0; i < VG_INTERACTIVE_OWN && !err; i++) {
        snprintf(name, sizeof name, "own.%d", i);
        err = vg_checkpoint_double(file, name, &a->own[i], diag);
    }
    if (!err && (round < 0 || round > a->rounds || a->begun < 0 || a->note_count < 0))
        err = vg_fail_at(diag, VG_ERR_FORMAT, file->path, 0, "round", "beyond the end of the training");
    a->round = (int32_t)round;
    return err;
}

static vg_err restore_weights(const vg_checkpoint *file, const char *name, float *into, int64_t count,
                              vg_diag *diag) {
    const float *values;
    vg_err err = vg_checkpoint_floats(file, name, count, &values, diag);
    if (!err && count) memcpy(into, values, sizeof *into * (size_t)count);
    return err;
}

static vg_err restore_rows(vg_interactive *a, const vg_checkpoint *file, int part, vg_diag *diag) {
    int64_t count;
    const float *inputs, *actions = NULL;
    vg_err err = vg_checkpoint_int(file, part_names[part][0], &count, diag);
    if (!err) err = vg_checkpoint_floats(file, part_names[part][1], count * a->im.width, &inputs, diag);
    if (!err) err = vg_checkpoint_floats(file, part_names[part][2], count * 2, &actions, diag);
    return err || !count ? err : vg_dataset_add(a->data, inputs, actions, count, part == 1, diag);
}

static vg_err read_all(vg_interactive *a, const vg_checkpoint *file, vg_diag *diag) {
    char name[32];
    vg_err err = restore_numbers(a, file, diag);
    for (int part = 0; part < 2 && !err; part++) err = restore_rows(a, file, part, diag);
    if (!err && a->begun > vg_dataset_train(a->data).count)
        err = vg_fail_at(diag, VG_ERR_FORMAT, file->path, 0, "begun", "more rows than there are");
    for (int32_t m = 0; m < a->members && !err; m++) {
        snprintf(name, sizeof name, "member.%d", m);
        err = restore_weights(file, name, vg_mlp_parameters(a->member[m]), vg_mlp_count(a->member[m]), diag);
        vg_mlp_pack(a->member[m]);
    }
    if (!err) err = restore_weights(file, "best", a->best_weights, vg_mlp_count(a->driving), diag);
    if (!err && !(a->notes = vg_new(float, a->note_count))) err = vg_fail_memory(diag);
    if (!err) err = restore_weights(file, "notes", a->notes, a->note_count, diag);
    if (err) return err;
    if (a->members > 1) vg_ensemble_merge((const vg_mlp *const *)a->member, a->members, a->driving);
    return VG_OK;
}

vg_err vg_interactive_restore(vg_interactive *a, vg_diag *diag) {
    vg_checkpoint file;
    vg_err err = vg_checkpoint_open(a->def->checkpoint, KIND, a->identity, &file, diag);
    if (err) return err;
    err = read_all(a, &file, diag);
    vg_checkpoint_close(&file);
    return err;
}
