// Maximum-entropy inverse reinforcement learning of a driving reward.
//
//   Ziebart, Maas, Bagnell & Dey 2008, "Maximum entropy inverse reinforcement learning", AAAI: of all
//   distributions over drives whose expected features are the demonstrator's, take the one with the largest
//   entropy: p(drive) ~ e^(-theta' f). Its weights are those of maximum likelihood.
//   Levine & Koltun 2012, "Continuous inverse optimal control with locally optimal examples", ICML: in
//   continuous spaces, take the integral over drives near the demonstration by Laplace's method
//   (agents/planner/laplace.h).
//   Kuderer, Gulati & Burgard 2015, "Learning driving styles for autonomous vehicles from demonstration",
//   ICRA: the features of driving (agents/rewards/driving.h).
//
// The search runs over the logarithms of the weights, so they stay above 0, by L-BFGS. It begins where each
// feature costs as much as time does, with the size that fits the demonstrations best.
#include "agents/learners/maxent.h"

#include <math.h>
#include <string.h>

#include "agents/irl/lbfgs.h"
#include "agents/planner/laplace.h"
#include "agents/rewards/reward_file.h"
#include "agents/training/run.h"
#include "logs/store/log.h"
#include "sim/base/blocks.h"
#include "sim/base/exact.h"
#include "sim/base/memory.h"

static const vg_key keys[] = {
#define X(...) VG_KEY_ROW(vg_maxent_learner_config, , "", __VA_ARGS__)
    VG_MAXENT_KEYS(X)
#undef X
};
const vg_schema vg_maxent_schema = {"maxent", keys, sizeof keys / sizeof *keys, NULL};

enum { FEATURES = VG_DRIVING_COUNT };

// What one demonstration says of a theta.
typedef struct answer {
    double value, gradient[FEATURES], misfit;
    int32_t row; // -1, or where the Hessian is not positive definite
    bool finite;
} answer;

typedef struct search {
    const vg_maxent_def *def;
    vg_laplace *laplace;    // [count]
    answer *answers;        // [count]
    double theta[FEATURES]; // of the last call
    double start[FEATURES]; // logarithms of the weights where it begins
    int32_t of[FEATURES];   // variable -> feature
    int32_t variables;
    double unknowns, misfit, value;
    int32_t rounds, threads;
    bool stopped;
} search;

static const vg_demonstration *shown_at(const search *s, int64_t i) {
    return &s->def->shown->items[s->def->chosen ? s->def->chosen[i] : i];
}

// --- likelihood --------------------------------------------------------------------------------------------

static vg_err ask(void *context, int64_t block, int64_t begin, int64_t end) {
    search *s = context;
    (void)block;
    for (int64_t i = begin; i < end; i++) {
        answer *a = &s->answers[i];
        a->finite = vg_laplace_value(&s->laplace[i], s->theta, &a->value, a->gradient, &a->misfit, &a->row);
    }
    return VG_OK;
}

// The sum over demonstrations, in their order. *finite: false where one has no value.
static vg_err likelihood(search *s, double *value, double gradient[FEATURES], bool *finite) {
    vg_err err = vg_blocks_run(s->def->count, 1, s->def->threads, ask, s);
    if (err) return err;
    *value = s->misfit = 0, *finite = true;
    for (int32_t k = 0; k < FEATURES; k++) gradient[k] = 0;
    for (int32_t i = 0; i < s->def->count; i++) {
        const answer *a = &s->answers[i];
        *finite &= a->finite;
        *value += a->value, s->misfit += a->misfit;
        for (int32_t k = 0; k < FEATURES; k++) gradient[k] += a->gradient[k];
    }
    return VG_OK;
}

// By the logarithms x of the weights: the likelihood for each unknown, less the pull to the start.
static vg_err objective(void *context, const double *x, double *value, double *gradient, vg_diag *diag) {
    search *s = context;
    double sum, slopes[FEATURES], l2 = s->def->config->l2;
    bool finite;
    (void)diag;
    for (int32_t v = 0; v < s->variables; v++) {
        if (fabs(x[v]) > 100) { // far outside of what a double's weight is good for
            *value = -INFINITY;
            return VG_OK;
        }
        s->theta[s->of[v]] = vg_exp(x[v]);
    }
    vg_err err = likelihood(s, &sum, slopes, &finite);
    if (err) return err;
    *value = finite ? sum / s->unknowns : -INFINITY;
    s->value = *value;
    for (int32_t v = 0; v < s->variables; v++) {
        double away = x[v] - s->start[s->of[v]];
        *value -= 0.5 * l2 * away * away / s->unknowns;
        gradient[v] = (slopes[s->of[v]] * s->theta[s->of[v]] - l2 * away) / s->unknowns;
    }
    return VG_OK;
}

// --- the fit -----------------------------------------------------------------------------------------------

static void fill_fit(const search *s, vg_maxent_fit *out) {
    double time = s->theta[VG_DRIVING_time], metres = 0, cost = 0;
    *out = (vg_maxent_fit){.temperature = 1 / time,
                           .likelihood = s->value,
                           .misfit = s->misfit / s->unknowns,
                           .rounds = s->rounds,
                           .unknowns = (int64_t)s->unknowns};
    for (int32_t k = 0; k < FEATURES; k++) out->theta[k] = s->theta[k] / time;
    for (int32_t i = 0; i < s->def->count; i++) {
        metres += s->laplace[i].metres;
        for (int32_t k = 0; k < FEATURES; k++) cost += out->theta[k] * s->laplace[i].features[k];
    }
    out->pay = cost / metres;
}

static bool good_enough(void *context, int32_t step, const double *gradient) {
    search *s = context;
    vg_maxent_fit so_far;
    double most = 0;
    s->rounds = step;
    fill_fit(s, &so_far);
    if (s->def->watch && !s->def->watch(s->def->context, step, &so_far)) s->stopped = true;
    for (int32_t v = 0; v < s->variables; v++) most = fmax(most, fabs(gradient[v]));
    return s->stopped || most <= s->def->config->tolerance;
}

static vg_err choose_features(search *s, vg_diag *diag) {
    const char *list = s->def->config->features, *names[FEATURES];
    char item[VG_KEY_TEXT_SIZE];
    bool wanted[FEATURES] = {false};
    for (int32_t k = 0; k < FEATURES; k++) names[k] = vg_driving_name(k), wanted[k] = !list[0];
    for (int32_t i = 0; vg_config_item(list, i, item); i++) {
        int32_t k = 0;
        while (k < FEATURES && strcmp(names[k], item) != 0) k++;
        if (k == FEATURES) return vg_fail_unknown(diag, "features", item, names, FEATURES);
        wanted[k] = true;
    }
    wanted[VG_DRIVING_time] = true;
    for (int32_t k = 0; k < FEATURES; k++)
        if (wanted[k]) s->of[s->variables++] = k;
    return VG_OK;
}

static vg_err fail_hessian(const search *s, vg_diag *diag) {
    for (int32_t i = 0; i < s->def->count; i++) {
        const vg_demonstration *shown = shown_at(s, i);
        if (s->answers[i].row < 0) continue;
        int64_t station = shown->first + 3 + s->answers[i].row / 2;
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "the Hessian of log %d, episode %d is not positive definite at %.0f m along the road: "
                       "nothing there says how a drive must go; let more features have a weight",
                       shown->log, shown->episode, (double)station * shown->stations.spacing);
    }
    return vg_fail(diag, VG_ERR_ARGUMENT, "the likelihood of the demonstrations is not finite");
}

// Each feature costs as much as time; then all of them times what makes the misfit 1 for each unknown.
static vg_err begin(search *s, double *x, vg_diag *diag) {
    double sum[FEATURES] = {0}, value, slopes[FEATURES];
    bool finite;
    for (int32_t i = 0; i < s->def->count; i++) {
        s->unknowns += s->laplace[i].unknowns;
        for (int32_t k = 0; k < FEATURES; k++) sum[k] += s->laplace[i].features[k];
    }
    for (int32_t v = 0; v < s->variables; v++) {
        int32_t k = s->of[v];
        s->theta[k] = sum[VG_DRIVING_time] / fmax(sum[k], 1e-9 * sum[VG_DRIVING_time]);
    }
    vg_err err = likelihood(s, &value, slopes, &finite);
    if (err) return err;
    if (!finite) return fail_hessian(s, diag);
    double size = s->unknowns / fmax(s->misfit, 1e-9 * s->unknowns);
    for (int32_t v = 0; v < s->variables; v++) {
        s->start[s->of[v]] = x[v] = vg_ln(s->theta[s->of[v]] * size);
        s->theta[s->of[v]] *= size;
    }
    return VG_OK;
}

static vg_err open(search *s, vg_diag *diag) {
    int32_t count = s->def->count;
    s->laplace = vg_new(vg_laplace, count);
    s->answers = vg_new(answer, count);
    if (!s->laplace || !s->answers) return vg_fail_memory(diag);
    for (int32_t i = 0; i < count; i++) {
        const vg_demonstration *shown = shown_at(s, i);
        vg_err err = vg_laplace_open(shown, &s->def->shown->cars[shown->car], &s->laplace[i], diag);
        if (err) return err;
    }
    return choose_features(s, diag);
}

static vg_err climb(search *s, vg_maxent_fit *out, vg_diag *diag) {
    double x[FEATURES], value, slopes[FEATURES];
    bool finite;
    vg_ascent_end end = {0};
    vg_err err = begin(s, x, diag);
    vg_ascent ascent = {objective, good_enough, s, s->variables, (int32_t)s->def->config->rounds};
    if (!err) err = vg_ascend(&ascent, x, &end, diag);
    if (!err && s->stopped) err = vg_fail(diag, VG_ERR_INTERRUPTED, "stopped after round %d", s->rounds);
    for (int32_t v = 0; v < s->variables && !err; v++) s->theta[s->of[v]] = vg_exp(x[v]);
    if (!err) err = likelihood(s, &value, slopes, &finite);
    if (err) return err;
    s->value = value / s->unknowns, s->rounds = end.steps;
    fill_fit(s, out);
    out->settled = end.done;
    return VG_OK;
}

vg_err vg_maxent_find(const vg_maxent_def *def, vg_maxent_fit *out, vg_diag *diag) {
    vg_maxent_def all = *def;
    if (!all.chosen) all.count = all.shown->count;
    search s = {.def = &all};
    *out = (vg_maxent_fit){0};
    vg_err err = open(&s, diag);
    if (!err) err = climb(&s, out, diag);
    for (int32_t i = 0; s.laplace && i < all.count; i++) vg_laplace_close(&s.laplace[i]);
    vg_free(s.laplace);
    vg_free(s.answers);
    return err;
}

// --- as a learner ------------------------------------------------------------------------------------------

// The scale of the car of the first episode.
static vg_err first_scale(const char *path, double *scale, vg_diag *diag) {
    vg_log *log;
    vg_log_episode episode;
    vg_car car;
    int32_t count = 0;
    *scale = 1;
    vg_err err = vg_log_open(path, &log, diag);
    if (err) return err;
    err = vg_log_count(log, &count, diag);
    if (!err && count > 0) {
        err = vg_log_episode_at(log, 0, &episode, diag);
        if (!err) err = vg_log_car(log, episode.car, &car, diag);
        if (!err) *scale = (double)vg_car_scale(&car);
    }
    vg_err closed = vg_log_close(log, err ? NULL : diag);
    return err ? err : closed;
}

vg_err vg_maxent_demonstrations(const vg_maxent_learner_config *config, const char *const *logs,
                                int32_t count, vg_demonstrations *out, vg_diag *diag) {
    double scale = 1;
    *out = (vg_demonstrations){0};
    vg_err err = count > 0 && config->spacing == 0 ? first_scale(logs[0], &scale, diag) : VG_OK;
    if (err) return err;
    vg_demonstrations_def def = {logs, count,
                                 config->spacing > 0 ? config->spacing : VG_STATION_SPACING * scale};
    return vg_demonstrations_read(&def, out, diag);
}

typedef struct telling {
    const vg_learner_def *def;
    vg_run run;
} telling;

static bool tell(void *context, int32_t round, const vg_maxent_fit *so_far) {
    telling *t = context;
    const vg_learner_def *def = t->def;
    const vg_maxent_learner_config *config = def->config;
    const char *names[FEATURES + 3] = {"likelihood", "misfit", "temperature"};
    double values[FEATURES + 3] = {so_far->likelihood, so_far->misfit, so_far->temperature};
    for (int32_t k = 0; k < FEATURES; k++)
        names[3 + k] = vg_driving_name(k), values[3 + k] = so_far->theta[k];
    vg_learner_round told = {round, FEATURES + 3, names, values};
    if (def->on_round) def->on_round(def->context, &told);
    return !def->watch || def->watch(def->context, round, config->rounds);
}

static vg_err write_reward(const vg_learner_def *def, const vg_demonstrations *shown,
                           const vg_maxent_fit *fit, vg_diag *diag) {
    vg_driving_reward_def made = vg_driving_reward_default();
    vg_reward *reward = NULL;
    vg_text config = {0};
    memcpy(made.theta, fit->theta, sizeof made.theta);
    made.temperature = fit->temperature, made.pay = fit->pay;
    made.car_scale = (double)vg_car_scale(&shown->cars[0]);
    vg_config_write_yaml(&vg_maxent_schema, def->config, &config);
    vg_err err = config.failed ? vg_fail_memory(diag) : vg_driving_reward_create(&made, &reward, diag);
    if (!err) {
        vg_reward_origin origin = {"maxent", config.bytes, shown->hash};
        err = vg_reward_write_from(def->out, def->overwrite, reward, &origin, diag);
    }
    vg_reward_destroy(reward);
    vg_text_free(&config);
    return err;
}

static vg_err train(const vg_learner_def *def, vg_learner_report *report, vg_diag *diag) {
    telling t = {.def = def};
    vg_demonstrations shown = {0};
    vg_maxent_fit fit = {0};
    vg_err err = vg_run_open(&t.run, &vg_learner_maxent, def, diag);
    if (!err) err = vg_maxent_demonstrations(def->config, def->logs, def->log_count, &shown, diag);
    if (!err) {
        vg_maxent_def find = {
            .config = def->config, .shown = &shown, .threads = def->threads, .watch = tell, .context = &t};
        err = vg_maxent_find(&find, &fit, diag);
    }
    if (!err) err = write_reward(def, &shown, &fit, diag);
    *report = t.run.report;
    report->labels = shown.used, report->episodes = shown.episodes;
    report->rounds = report->best_round = report->steps = fit.rounds;
    if (!err) report->train_loss = -fit.likelihood;
    vg_demonstrations_close(&shown);
    vg_run_close(&t.run);
    return err;
}

const vg_learner vg_learner_maxent = {
    .name = "maxent",
    .schema = &vg_maxent_schema,
    .config_size = sizeof(vg_maxent_learner_config),
    .needs = VG_LEARNER_LOGS | VG_LEARNER_ANEW,
    .writes = VG_WRITES_REWARD,
    .round = "round",
    .summary = "why they drive so: weights of time, comfort and place that make the logs likely",
    .details =
        "Maximum-entropy inverse reinforcement learning (Ziebart et al. 2008) of a driving reward, by the "
        "Laplace approximation (Levine & Koltun 2012): finds what a second, a metre of hard cornering, of "
        "braking, of jerk, of driving far from the middle or near the edge costs the driver of the logs. It "
        "writes a reward file. The expert planner drives by it, on any road and with any car: "
        "planner:reward=FILE. It needs no simulator; a lap takes well under a second.",
    .examples = "verge train maxent --logs kart.vlog --out why.safetensors\n"
                "verge record planner:reward=why.safetensors --road narrow --out how.vlog",
    .train = train};
