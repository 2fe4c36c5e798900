// Drives the training seeds of all arms on the suite, among all ranks; what the others drove is sent to rank
// 0.
#include <math.h>
#include <string.h>

#include "eval/study/study_private.h"
#include "sim/base/memory.h"

void vg_study_free_driven(vg_study_driven *driven) {
    if (driven->traces.bytes) driven->rollout.trace = NULL;
    vg_spill_free(&driven->traces);
    vg_rollout_free(&driven->rollout);
    vg_free(driven->open_error);
    driven->open_error = NULL;
}

void vg_study_rest(const vg_study *s, int32_t arm) {
    for (int32_t k = 0; k < s->arms[arm].seeds; k++) vg_spill_rest(&s->driven[arm][k].traces);
}

// Moves the traces, nearly all that a drive takes, into a file without a name: the memory of a study does not
// grow with its cells.
static vg_err put_aside(const vg_study *s, vg_study_driven *room, vg_diag *diag) {
    vg_rollout *r = &room->rollout;
    int64_t size = (int64_t)r->count * r->samples * (int64_t)sizeof *r->trace;
    if (!r->trace || size < 1) return VG_OK;
    vg_err err = vg_spill_new(s->def.out, size, &room->traces, diag);
    if (err) return err;
    memcpy(room->traces.bytes, r->trace, (size_t)size);
    vg_spill_rest(&room->traces);
    vg_free(r->trace);
    r->trace = room->traces.bytes;
    return VG_OK;
}

static vg_err drive(const vg_study *s, const vg_study_arm *arm, int32_t seed, const vg_reference *reference,
                    const vg_policy *policy, vg_study_driven *room, vg_diag *diag) {
    vg_rollout_def def = vg_study_rollout(s, arm);
    def.policy = policy;
    def.reference = reference;
    def.threads = s->def.threads;
    def.stop = s->def.stop;
    vg_drive_features *features = vg_study_features(s, (int32_t)(arm - s->arms), seed);
    double begin = vg_study_process_seconds();
    vg_err err = features ? vg_drive_features_run(&def, &room->rollout, features, diag)
                          : vg_rollout_run(&def, &room->rollout, diag);
    room->drive_seconds = vg_study_process_seconds() - begin;
    if (err || !vg_reference_expert(reference)) return err;
    if (!(room->open_error = vg_new(double, room->rollout.count))) return vg_fail_memory(diag);
    begin = vg_study_process_seconds();
    err = vg_suite_open_loop(&s->suite, reference, policy, s->def.threads, room->open_error, diag);
    room->open_seconds = vg_study_process_seconds() - begin;
    return err;
}

static vg_err drive_seed(const vg_study *s, const vg_study_arm *arm, int32_t seed,
                         const vg_reference *reference, vg_arm_seed *out, vg_study_driven *room,
                         vg_diag *diag) {
    vg_policy *policy = NULL;
    vg_learner_report report = {0};
    vg_err err = vg_study_check_stop(s, diag);
    *out = (vg_arm_seed){.rollout = &room->rollout, .held_out = NAN};
    if (!err) err = vg_study_load_policy(s, arm, seed, &policy, diag);
    if (!err && arm->learner) err = vg_study_cell_report(s, arm, seed, &report, diag);
    if (!err) err = drive(s, arm, seed, reference, policy, room, diag);
    if (!err) {
        if (arm->learner) out->held_out = report.held_out_loss;
        out->hash = policy->hash;
        out->seed = arm->learner ? vg_study_cell_seed(s, arm, seed) : 0;
        out->open_error = room->open_error;
    }
    vg_policy_destroy(policy);
    return err;
}

// --- between ranks -----------------------------------------------------------------------------------------

// Pieces of a message, in order. Both ends are the same program: numbers travel as they lie in memory.
typedef struct message {
    vg_text *write;   // NULL: it is read
    const char *read; // what is left of it
    int64_t left;
    bool failed; // it ended too early
} message;

static void pass(message *m, void *bytes, int64_t size) {
    if (m->write) {
        vg_text_bytes(m->write, bytes, size);
    } else if (size > m->left) {
        m->failed = true;
    } else if (size > 0) {
        memcpy(bytes, m->read, (size_t)size);
        m->read += size, m->left -= size;
    }
}

// An array; where it is read, it is allocated. There: whether there is one.
static void pass_array(message *m, void **array, int64_t count, int64_t size) {
    bool there = *array;
    pass(m, &there, sizeof there);
    if (!there || m->failed) return;
    if (!m->write && (count < 0 || count > m->left / size)) m->failed = true;
    if (!m->write && !m->failed && !(*array = vg_alloc(count, (size_t)size))) m->failed = true;
    if (!m->failed) pass(m, *array, count * size);
}

static void pass_seed(message *m, vg_arm_seed *seed, vg_study_driven *room, vg_drive_features *features) {
    vg_rollout *r = &room->rollout, shape = *r;
    pass(m, &seed->seed, sizeof seed->seed);
    pass(m, &seed->hash, sizeof seed->hash);
    pass(m, &seed->held_out, sizeof seed->held_out);
    pass(m, &room->drive_seconds, sizeof room->drive_seconds);
    pass(m, &room->open_seconds, sizeof room->open_seconds);
    pass(m, &shape, sizeof shape);
    if (!m->write) *r = shape, r->episodes = NULL, r->trace = NULL;
    pass_array(m, (void **)&r->episodes, r->count, sizeof *r->episodes);
    pass_array(m, (void **)&r->trace, (int64_t)r->count * r->samples, sizeof *r->trace);
    pass_array(m, (void **)&room->open_error, r->count, sizeof *room->open_error);
    if (features) pass(m, features, r->count * (int64_t)sizeof *features);
    if (!m->write) seed->rollout = r, seed->open_error = room->open_error;
}

// A piece is a training seed of an arm, in the order of the arms.
typedef struct driving {
    vg_study *study;
    const vg_reference *reference;
} driving;

static int32_t arm_of(const vg_study *s, int64_t piece, int32_t *seed) {
    int32_t arm = 0;
    for (; piece >= s->arms[arm].seeds; arm++) piece -= s->arms[arm].seeds;
    *seed = (int32_t)piece;
    return arm;
}

static void note(vg_study *s, int32_t arm, int32_t seed) {
    const vg_study_driven *room = &s->driven[arm][seed];
    vg_study_note_time(s, VG_STUDY_WORK_drive, s->arms[arm].label, seed + 1, room->drive_seconds);
    if (room->open_error)
        vg_study_note_time(s, VG_STUDY_WORK_open_loop, s->arms[arm].label, seed + 1, room->open_seconds);
    vg_study_progress(s);
}

static vg_err do_piece(void *context, int64_t piece, vg_text *result, vg_diag *diag) {
    driving *d = context;
    vg_study *s = d->study;
    int32_t seed, arm = arm_of(s, piece, &seed);
    vg_arm_seed *out = &s->seeds[arm][seed];
    vg_study_driven *room = &s->driven[arm][seed];
    vg_err err = drive_seed(s, &s->arms[arm], seed, d->reference, out, room, diag);
    if (!err && result) pass_seed(&(message){.write = result}, out, room, vg_study_features(s, arm, seed));
    if (result) vg_study_free_driven(room); // rank 0 has it now
    if (!err && !result) err = put_aside(s, room, diag);
    if (!err && !result) note(s, arm, seed);
    return err;
}

static vg_err take_result(void *context, int64_t piece, const char *bytes, int64_t size, vg_diag *diag) {
    vg_study *s = ((driving *)context)->study;
    message m = {.read = bytes, .left = size};
    int32_t seed, arm = arm_of(s, piece, &seed);
    pass_seed(&m, &s->seeds[arm][seed], &s->driven[arm][seed], vg_study_features(s, arm, seed));
    if (m.failed || m.left)
        return vg_fail(diag, VG_ERR_IO, "a rank sent half of the drives of '%.200s', or memory ran out",
                       s->arms[arm].label);
    vg_err err = put_aside(s, &s->driven[arm][seed], diag);
    if (!err) note(s, arm, seed);
    return err;
}

vg_err vg_study_drive_all(vg_study *s, const vg_reference *reference, vg_diag *diag) {
    driving d = {s, reference};
    int64_t count = 0;
    for (int32_t i = 0; i < s->arm_count; i++) {
        s->seeds[i] = vg_new(vg_arm_seed, s->arms[i].seeds);
        s->driven[i] = vg_new(vg_study_driven, s->arms[i].seeds);
        if (!s->seeds[i] || !s->driven[i]) return vg_fail_memory(diag);
        count += s->arms[i].seeds;
    }
    // One after the other: each is driven by all threads of its rank.
    return vg_ranks_run(s->def.ranks, count, 1, do_piece, take_result, &d, diag);
}
