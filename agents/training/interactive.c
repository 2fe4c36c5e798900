#include "agents/training/interactive.h"

#include <stdio.h>
#include <string.h>

#include "agents/nets/ensemble.h"
#include "sim/base/memory.h"
#include "sim/base/random.h"

// The order is that of the words in the key's choices.
enum { RETRAIN_SCRATCH, RETRAIN_WARM };
enum { SELECT_VALIDATION, SELECT_LAST };
// Seeds derived from the training's seed, one family for each purpose.
enum { SEED_DRIVE = 1, SEED_FIT, SEED_MEMBER, SEED_VALIDATION };

static uint64_t seed_of(const vg_interactive *a, uint64_t family, int64_t n) {
    return vg_random_seed(vg_random_seed(a->run.def->seed, family), (uint64_t)n);
}

static int64_t row_count(const vg_interactive *a) {
    return vg_dataset_train(a->data).count + vg_dataset_validation(a->data).count;
}

int64_t vg_interactive_rollout(const vg_interactive *a) {
    const vg_imitation_origin *o = &a->origin;
    double action = (double)o->tick_num / o->tick_den * o->ticks_per_action;
    int64_t rows = (int64_t)(a->config->rollout_seconds / action + 0.5);
    return rows > 1 ? rows : 1;
}

// --- beginning ---------------------------------------------------------------------------------------------

static vg_err read_demonstrations(vg_interactive *a, vg_diag *diag) {
    const vg_learner_def *def = a->run.def;
    vg_imitation_origin *o = &a->origin;
    vg_dataset_def rows = vg_imitation_dataset(&a->config->fit, def->seed, a->im.sense);
    vg_learner_place_rows(def, &rows);
    rows.who = a->who, rows.anyone = a->anyone;
    o->car = def->car ? *def->car : vg_car_default();
    if (!def->log_count) {
        vg_err err = vg_dataset_create(&rows, &o->car, &a->data, diag);
        if (!err) vg_dataset_clock(a->data, &o->tick_num, &o->tick_den, &o->ticks_per_action);
        if (!err && def->expert->tick_den) {
            o->tick_num = def->expert->tick_num, o->tick_den = def->expert->tick_den;
            o->ticks_per_action = def->expert->ticks_per_action;
        }
        return err;
    }
    vg_err err = vg_dataset_read(&rows, def->logs, def->log_count, &a->data, diag);
    if (err) return err;
    const vg_car *car = vg_dataset_car(a->data);
    if (def->car && vg_car_hash(car) != vg_car_hash(def->car))
        return vg_fail_at(
            diag, VG_ERR_MISMATCH, def->logs[0], 0, "car",
            "was driven in '%s', not in the '%s' that is to be driven; import or record it with "
            "that car",
            car->name, def->car->name);
    o->car = *car;
    vg_dataset_clock(a->data, &o->tick_num, &o->tick_den, &o->ticks_per_action);
    a->from_logs[0] = vg_dataset_train(a->data).count;
    a->from_logs[1] = vg_dataset_validation(a->data).count;
    a->run.report.episodes = vg_dataset_episodes(a->data);
    return VG_OK;
}

static vg_err check_expert(const vg_interactive *a, vg_diag *diag) {
    const vg_policy *e = a->run.def->expert;
    const vg_imitation_origin *o = &a->origin;
    if (e->car && vg_car_hash(e->car) != vg_car_hash(&o->car))
        return vg_fail(diag, VG_ERR_MISMATCH, "%s drives the car '%s', the demonstrations '%s'", e->name,
                       e->car->name, o->car.name);
    if (e->tick_den && ((int64_t)e->tick_num * o->tick_den != (int64_t)o->tick_num * e->tick_den ||
                        e->ticks_per_action != o->ticks_per_action))
        return vg_fail(diag, VG_ERR_MISMATCH,
                       "%s acts every %d ticks of %d/%d s, the demonstrations every %d of %d/%d s", e->name,
                       e->ticks_per_action, e->tick_num, e->tick_den, o->ticks_per_action, o->tick_num,
                       o->tick_den);
    return VG_OK;
}

static vg_err check_budget(const vg_interactive *a, vg_diag *diag) {
    int64_t budget = a->config->labels, begun = row_count(a), rollout = vg_interactive_rollout(a);
    if (a->run.def->log_count && a->run.rounds == 1) return VG_OK; // no expert is asked
    if (budget - begun >= rollout) return VG_OK;
    return vg_fail_at(
        diag, VG_ERR_ARGUMENT, NULL, 0, "labels",
        "%lld, less the %lld rows of demonstrations, leave less than one rollout of %g s (%lld rows); "
        "raise labels or lower rollout_seconds",
        (long long)budget, (long long)begun, a->config->rollout_seconds, (long long)rollout);
}

static vg_err make_networks(vg_interactive *a, vg_diag *diag) {
    vg_err err = VG_OK;
    if (a->members < 1) a->members = 1;
    a->member[0] = a->driving = a->im.net;
    for (int32_t m = 1; m < a->members && !err; m++) err = vg_imitation_network(&a->im, &a->member[m], diag);
    if (!err && a->members > 1) err = vg_ensemble_create(a->im.net, a->members, &a->driving, diag);
    return err ? err : vg_imitation_policy(&a->im, &a->origin, a->driving, &a->policy, diag);
}

static void fix_scale(vg_interactive *a) {
    vg_rows rows = vg_dataset_train(a->data);
    if (a->begun == 0) a->begun = rows.count;
    rows.count = a->begun;
    vg_imitation_scale(&a->im, &a->origin.car, &rows);
}

static void fit_path(const vg_interactive *a, int32_t member, char path[1100]) {
    snprintf(path, 1100, "%s.fit-%d", a->run.def->checkpoint, member);
}

static void discard_fits(const vg_interactive *a) {
    char path[1100];
    bool there = a->run.def->checkpoint && vg_ranks_first(a->run.def->ranks);
    for (int32_t m = 0; m < a->members && there; m++) {
        fit_path(a, m, path);
        vg_file_discard(path);
    }
}

// --- the checkpoint ----------------------------------------------------------------------------------------

static void list_state(vg_interactive *a) {
    static const char *const names[2][3] = {{"train.inputs", "train.actions", "train.ends"},
                                            {"held.inputs", "held.actions", "held.ends"}};
    vg_checkpoint *state = &a->run.state;
    vg_learner_report *report = &a->run.report;
    char name[32];
    vg_checkpoint_int(state, "begun", &a->begun);
    vg_checkpoint_int(state, "cut", &a->cut);
    vg_checkpoint_int(state, "held", &a->held);
    vg_checkpoint_int(state, "episodes", &report->episodes);
    vg_checkpoint_int(state, "queries", &report->queries);
    vg_checkpoint_int(state, "actions", &report->actions);
    vg_checkpoint_int(state, "steps", &report->steps);
    vg_checkpoint_double(state, "seconds_off", &report->seconds_off);
    vg_checkpoint_double(state, "train_loss", &report->train_loss);
    vg_checkpoint_double(state, "held_out_loss", &report->held_out_loss);
    vg_checkpoint_double(state, "best.driving_score", &a->best.driving_score);
    vg_checkpoint_double(state, "best.drift", &a->best.drift);
    for (int part = 0; part < 2; part++) {
        vg_interactive_rows *rows = &a->collected[part];
        vg_checkpoint_grown(state, names[part][0], &rows->inputs, &rows->input_count);
        vg_checkpoint_grown(state, names[part][1], &rows->actions, &rows->action_count);
        vg_checkpoint_grown(state, names[part][2], &rows->ends, &rows->end_count);
    }
    for (int32_t m = 0; m < a->members; m++) {
        snprintf(name, sizeof name, "member.%d", m);
        vg_checkpoint_floats(state, name, vg_network_parameters(a->member[m]),
                             vg_network_count(a->member[m]));
    }
}

static void take_rows_back(vg_interactive *a) {
    for (int part = 0; part < 2; part++) vg_free(a->collected[part].ends);
    a->collected[0] = a->collected[1] = (vg_interactive_rows){0};
}

// The collected rows follow the rows of the logs in the dataset; the checkpoint borrows them while it is
// written. The ends of episodes are converted to floats, because a checkpoint holds floats.
static vg_err lend_rows(vg_interactive *a, vg_diag *diag) {
    for (int part = 0; part < 2; part++) {
        vg_rows rows = part ? vg_dataset_validation(a->data) : vg_dataset_train(a->data);
        int64_t first = a->from_logs[part], count = rows.count - first;
        float *ends = vg_new(float, count);
        a->collected[part] = (vg_interactive_rows){.inputs = (float *)rows.inputs + first * rows.width,
                                                   .actions = (float *)rows.actions + first * VG_CAR_ACTIONS,
                                                   .ends = ends,
                                                   .input_count = count * rows.width,
                                                   .action_count = count * VG_CAR_ACTIONS,
                                                   .end_count = count};
        if (!ends) {
            take_rows_back(a);
            return vg_fail_memory(diag);
        }
        for (int64_t i = 0; i < rows.episode_count; i++) {
            const vg_rows_episode *episode = &rows.episodes[i];
            if (episode->first >= first)
                ends[episode->first + episode->count - 1 - first] = (float)episode->end;
        }
    }
    return VG_OK;
}

static vg_err save(vg_interactive *a, vg_diag *diag) {
    vg_err err = lend_rows(a, diag);
    if (!err) err = vg_run_save(&a->run, diag);
    take_rows_back(a);
    return err;
}

// A vg_row_end for each restored row, allocated by vg_new.
static vg_err read_ends(const vg_interactive *a, const vg_interactive_rows *rows, uint8_t **out,
                        vg_diag *diag) {
    *out = vg_new(uint8_t, rows->end_count);
    if (!*out) return vg_fail_memory(diag);
    for (int64_t r = 0; r < rows->end_count; r++) {
        if (!(rows->ends[r] >= VG_ROW_GOES_ON && rows->ends[r] <= VG_ROW_TERMINATED))
            return vg_fail_at(diag, VG_ERR_FORMAT, a->run.def->checkpoint, 0, "ends",
                              "%g is not an end of a row", (double)rows->ends[r]);
        (*out)[r] = (uint8_t)rows->ends[r];
    }
    return VG_OK;
}

static vg_err add_restored(vg_interactive *a, int part, vg_diag *diag) {
    const vg_interactive_rows *rows = &a->collected[part];
    int64_t count = rows->end_count;
    if (rows->action_count != count * VG_CAR_ACTIONS || rows->input_count != count * a->im.width)
        return vg_fail_at(diag, VG_ERR_FORMAT, a->run.def->checkpoint, 0, part ? "held" : "train",
                          "inputs, actions and ends differ in their number of rows");
    if (!count) return VG_OK;
    uint8_t *ends;
    vg_err err = read_ends(a, rows, &ends, diag);
    if (!err) err = vg_dataset_add(a->data, rows->inputs, rows->actions, ends, count, part == 1, diag);
    vg_free(ends);
    return err;
}

static vg_err restore(vg_interactive *a, vg_diag *diag) {
    vg_err err = vg_run_restore(&a->run, diag);
    for (int part = 0; part < 2 && !err && a->run.resumed; part++) err = add_restored(a, part, diag);
    for (int part = 0; part < 2; part++) {
        vg_free(a->collected[part].inputs);
        vg_free(a->collected[part].actions);
    }
    take_rows_back(a);
    if (err || !a->run.resumed) return err;
    if (a->begun < 0 || a->begun > vg_dataset_train(a->data).count)
        return vg_fail_at(diag, VG_ERR_FORMAT, a->run.def->checkpoint, 0, "begun",
                          "more rows than the dataset has");
    for (int32_t m = 0; m < a->members; m++) vg_network_pack(a->member[m]);
    if (a->members > 1) vg_ensemble_merge((const vg_network *const *)a->member, a->members, a->driving);
    if (a->begun > 0) fix_scale(a);
    return VG_OK;
}

// --- opening -----------------------------------------------------------------------------------------------

// Continue from a checkpoint, or write the first one, so that from then on there is always one to continue
// from.
static vg_err begin(vg_interactive *a, vg_diag *diag) {
    list_state(a);
    vg_err err = vg_run_select_from(&a->run, a->driving, diag);
    if (!err) err = vg_run_identify(&a->run, &a->origin.car, vg_dataset_hash(a->data), diag);
    if (!err) err = restore(a, diag);
    if (err || a->run.resumed) return err;
    discard_fits(a);
    if (a->run.def->log_count) fix_scale(a);
    return save(a, diag);
}

vg_err vg_interactive_open(vg_interactive *a, const vg_learner *learner, const vg_learner_def *def,
                           vg_diag *diag) {
    a->config = def->config;
    if (a->run.rounds < 1) a->run.rounds = a->config->rounds;
    a->loss = __builtin_nan("");
    a->origin.learner = learner->name, a->origin.schema = learner->schema, a->origin.config = def->config;
    vg_err err = vg_run_open(&a->run, learner, def, diag);
    if (!err && def->expert) err = vg_policy_check_roads(def->expert, def->roads, def->road_count, diag);
    if (!err) err = vg_imitation_open(&a->im, &a->config->fit, def->seed, diag);
    if (!err) err = read_demonstrations(a, diag);
    if (!err) err = vg_imitation_check_rows(&a->im, a->data, diag);
    if (!err && def->expert) err = check_expert(a, diag);
    if (!err && def->expert) err = check_budget(a, diag);
    if (!err) err = make_networks(a, diag);
    return err ? err : begin(a, diag);
}

void vg_interactive_close(vg_interactive *a) {
    vg_policy_destroy(a->policy);
    if (a->driving != a->im.net) vg_network_destroy(a->driving); // an ensemble, if there was memory for one
    for (int32_t m = 1; m < a->members; m++) vg_network_destroy(a->member[m]);
    vg_dataset_destroy(a->data);
    vg_imitation_close(&a->im);
    vg_run_close(&a->run);
    *a = (vg_interactive){0};
}

// --- collecting --------------------------------------------------------------------------------------------

vg_collect_def vg_interactive_plan(const vg_interactive *a) {
    const vg_learner_def *def = a->run.def;
    int64_t left = a->config->labels - row_count(a), rollout = vg_interactive_rollout(a);
    int64_t rows = left > 0 ? left / (a->run.rounds - a->run.round) : 0;
    return (vg_collect_def){.sense = a->im.sense,
                            .expert = def->expert,
                            .roads = def->roads,
                            .road_count = def->road_count,
                            .first_road = (int32_t)(a->cut % (def->road_count ? def->road_count : 1)),
                            .car = &a->origin.car,
                            .tick_num = a->origin.tick_num,
                            .tick_den = a->origin.tick_den,
                            .ticks_per_action = a->origin.ticks_per_action,
                            .disturbance = def->disturbance,
                            .start_spread = (float)a->config->start_spread,
                            .action_space = vg_imitation_action_space(&a->config->fit),
                            .episodes = (int32_t)((rows - 1) / rollout + 1),
                            .rows = rows,
                            .beta = 1,
                            .seed = seed_of(a, SEED_DRIVE, a->run.round),
                            .threads = def->threads,
                            .ranks = def->ranks};
}

// Is episode e of a round among the `wanted` episodes with the smallest random draws? A draw depends on the
// seed and the episode's number alone.
static bool is_held_out(const vg_interactive *a, int64_t e, int64_t episodes, int64_t wanted) {
    vg_draw at = {.seed = seed_of(a, SEED_DRIVE, a->run.round), .stream = VG_STREAM_SPLIT};
    at.entity = (uint32_t)e;
    double mine = vg_random_uniform(&at);
    int64_t below = 0;
    for (int64_t i = 0; i < episodes; i++) {
        at.entity = (uint32_t)i;
        double other = vg_random_uniform(&at);
        below += other < mine || (other == mine && i < e);
    }
    return below < wanted;
}

// Whole episodes are held out. Their share is kept over all rounds: if it is not 0 and there are two or more
// episodes, at least one is held out and at least one is not. Rows beyond the budget are dropped.
static vg_err aggregate(vg_interactive *a, const vg_collection *got, vg_diag *diag) {
    double share = a->config->fit.bc.validation_fraction;
    int64_t wanted = (int64_t)(share * (double)(a->cut + got->episodes) + 0.5) - a->held;
    if (wanted < 1 && share > 0 && vg_dataset_validation(a->data).count == 0) wanted = 1;
    if (wanted >= got->episodes && row_count(a) == 0) wanted = got->episodes - 1;
    int64_t left = a->config->labels - row_count(a), first = 0;
    vg_err err = VG_OK;
    for (int32_t e = 0; e < got->episodes && !err; e++) {
        int64_t rows = got->count[e] < left ? got->count[e] : left;
        bool held = is_held_out(a, e, got->episodes, wanted);
        err = vg_dataset_add(a->data, got->inputs + first * a->im.width, got->labels + first * VG_CAR_ACTIONS,
                             got->ends + first, rows, held, diag);
        first += got->count[e];
        left -= rows;
        a->held += held;
        a->run.report.queries += rows;
    }
    a->cut += got->episodes;
    a->run.report.episodes += got->episodes;
    a->run.report.actions += got->actions;
    a->run.report.seconds_off += got->seconds_off;
    return err;
}

vg_err vg_interactive_collect(vg_interactive *a, const vg_collect_def *plan, vg_collection *got,
                              vg_diag *diag) {
    vg_collection own;
    if (!got) got = &own;
    *got = (vg_collection){0};
    if (plan->rows <= 0) return VG_OK;
    vg_err err = vg_collect_run(plan, got, diag);
    if (!err) err = aggregate(a, got, diag);
    if (!err && a->run.round == 0) fix_scale(a);
    if (got == &own) vg_collect_free(got);
    return err;
}

// --- fitting -----------------------------------------------------------------------------------------------

typedef struct fit_watch {
    const vg_interactive *a;
    int32_t member;
} fit_watch;

static bool watch(void *context, const vg_supervised_status *status) {
    const fit_watch *w = context;
    const vg_learner_def *def = w->a->run.def;
    int64_t fits = (int64_t)w->a->run.rounds * w->a->members,
            fit = w->a->run.round * w->a->members + w->member;
    return !def->watch || def->watch(def->context, fit * status->steps + status->step, fits * status->steps);
}

static vg_err fit_member(vg_interactive *a, int32_t m, double *loss, vg_diag *diag) {
    const vg_learner_def *def = a->run.def;
    char path[1100];
    fit_watch watcher = {a, m};
    fit_path(a, m, path);
    vg_fit_def fit = {.data = a->data,
                      .steps = a->config->gradient_steps,
                      .seed = seed_of(a, SEED_FIT, (int64_t)a->run.round * VG_ENSEMBLE_MOST + m),
                      .threads = def->threads,
                      .watch = watch,
                      .watch_context = &watcher,
                      .checkpoint = def->checkpoint && vg_ranks_first(def->ranks) ? path : NULL,
                      .resume = a->run.resumed};
    if (a->run.round == 0 || a->config->retrain == RETRAIN_SCRATCH)
        vg_network_init(a->member[m], m == 0 ? def->seed : seed_of(a, SEED_MEMBER, m));
    vg_supervised_status status = {0};
    vg_err err = vg_imitation_fit(&a->im, &fit, a->member[m], &status, diag);
    a->run.report.steps += status.step;
    if (err) return err;
    if (fit.checkpoint) vg_file_discard(path);
    a->run.report.train_loss = status.train_loss;
    *loss += (status.best_loss < 1e300 ? status.best_loss : __builtin_nan("")) / a->members;
    return VG_OK;
}

vg_err vg_interactive_fit(vg_interactive *a, vg_diag *diag) {
    double loss = 0;
    for (int32_t m = 0; m < a->members; m++) {
        vg_err err = vg_ranks_agree(a->run.def->ranks, fit_member(a, m, &loss, diag), diag);
        if (err) return err;
    }
    a->run.resumed = false;
    a->loss = loss;
    if (a->members > 1) vg_ensemble_merge((const vg_network *const *)a->member, a->members, a->driving);
    return VG_OK;
}

// --- ending a round ----------------------------------------------------------------------------------------

// Drive on the validation roads, from the same starts in every round.
static vg_err validate(const vg_interactive *a, vg_selection *out, vg_diag *diag) {
    const vg_learner_def *def = a->run.def;
    *out = vg_selection_none;
    // The numbers are not needed if the last round is selected and nobody listens. A network that was not
    // fitted yet has no numbers.
    bool unheard = a->config->selection == SELECT_LAST && !def->on_round;
    if (unheard || def->road_count + def->valid_count == 0 || !a->run.report.steps) return VG_OK;
    vg_selection_def how = {.starts = (int32_t)a->config->validation.starts_per_road,
                            .seconds = a->config->validation.seconds,
                            .start_spread = (float)a->config->start_spread,
                            .seed = seed_of(a, SEED_VALIDATION, 0)};
    return vg_run_validate(&a->run, &how, a->policy, out, diag);
}

vg_err vg_interactive_measure(vg_interactive *a, vg_diag *diag) {
    vg_run *run = &a->run;
    vg_selection here;
    vg_err err = validate(a, &here, diag);
    if (err) return err;
    bool last = a->config->selection == SELECT_LAST || !(here.driving_score >= 0);
    bool none = !(a->best.driving_score >= 0); // of the rounds so far
    if (last || none || run->report.best_round == 0 || vg_selection_better(&here, &a->best)) {
        a->best = here;
        run->report.held_out_loss = a->loss;
        vg_run_select(run, run->round + 1);
    }
    vg_run_note_driving(run, &here);
    vg_run_note(run, "departures_per_lap", here.departures_per_lap);
    vg_run_note(run, "departures_per_km", here.departures_per_km);
    vg_run_note(run, "labels", (double)row_count(a));
    vg_run_note(run, "queries", (double)run->report.queries);
    vg_run_note(run, "actions", (double)run->report.actions);
    vg_run_note(run, "seconds_off", run->report.seconds_off);
    vg_run_note(run, "held_out_loss", a->loss);
    return VG_OK;
}

vg_err vg_interactive_end(vg_interactive *a, vg_diag *diag) {
    vg_err err = lend_rows(a, diag);
    if (!err) err = vg_run_end_round(&a->run, 1, diag);
    take_rows_back(a);
    return err;
}

vg_err vg_interactive_finish(vg_interactive *a, vg_diag *diag) {
    a->origin.data = vg_dataset_hash(a->data);
    a->run.report.labels = vg_dataset_train(a->data).count;
    a->run.report.held_out_rows = vg_dataset_validation(a->data).count;
    return vg_run_finish(&a->run, &a->im, &a->origin, diag);
}
