// verge irl: inverse reinforcement learning in small worlds, where the answer is known.
#include <math.h>
#include <stdio.h>

#include "agents/irl/methods.h"
#include "app/cli/args.h"
#include "app/cli/interrupt.h"
#include "app/cli/output.h"
#include "app/commands/irl_figure.h"

typedef struct options {
    int64_t size, episodes, iterations;
    double discount, tolerance, lambda, l2;
    int32_t expert;
    const char *out;
} options;

enum { METHODS_MOST = VG_IRL_COLUMNS_MOST - 1 };

typedef struct lab {
    vg_table_world world;
    vg_world_expert expert;
    vg_irl_scale scale;
    int32_t count;
    int32_t methods[METHODS_MOST];
    vg_irl_result results[METHODS_MOST];
    vg_irl_score scores[METHODS_MOST];
} lab;

static vg_err find_methods(const vg_list *names, lab *l, vg_diag *diag) {
    vg_err err = VG_OK;
    for (int32_t i = 1; i < names->count && !err; i++)
        err = vg_irl_method_find(names->items[i], &l->methods[l->count++], diag);
    return err;
}

static vg_err run_methods(const vg_call *call, lab *l, vg_diag *diag) {
    const options *o = call->options;
    vg_irl_settings settings = {.iterations = (int32_t)o->iterations,
                                .tolerance = o->tolerance,
                                .lambda = o->lambda,
                                .l2 = o->l2,
                                .seed = call->seed,
                                .stopped = vg_interrupted};
    vg_table_world_def def = {.size = (int32_t)o->size, .discount = o->discount, .seed = call->seed};
    vg_err err = vg_table_world_open(call->operands.items[0], &def, &l->world, diag);
    if (!err) err = vg_irl_scale_open(&l->world, &l->scale, diag);
    if (!err)
        err = vg_world_expert_open(&l->world, o->expert == 1, (int32_t)o->episodes, call->seed, &l->expert,
                                   diag);
    for (int32_t i = 0; i < l->count && !err; i++) {
        err = vg_irl_run(l->methods[i], &l->world, &l->expert, &settings, &l->results[i], diag);
        if (!err) l->scores[i] = vg_irl_score_of(&l->world, &l->expert, &l->scale, &l->results[i]);
        if (!err) err = vg_interrupt_check(diag);
    }
    return err;
}

static void close_lab(lab *l) {
    for (int32_t i = 0; i < l->count; i++) vg_irl_result_close(&l->results[i]);
    vg_irl_scale_close(&l->scale);
    vg_world_expert_close(&l->expert);
    vg_table_world_destroy(&l->world);
}

// --- output ----------------------------------------------------------------------------------------------

static void cell(vg_table *table, double x, const char *format) {
    char text[32];
    snprintf(text, sizeof text, format, fabs(x) < 0.0005 ? fabs(x) : x); // no "-0.000"
    vg_table_cell(table, "%s", isfinite(x) ? text : "-");
}

static vg_err print_scores(const lab *l, vg_diag *diag) {
    static const char *const titles[] = {"method", "iterations", "feature gap", "regret",
                                         "reward's correlation"};
    vg_table table = {0};
    vg_table_begin(&table, 5, titles);
    for (int32_t i = 0; i < l->count; i++) {
        vg_table_cell(&table, "%s", vg_irl_method_name(l->methods[i]));
        vg_table_cell(&table, "%d", l->results[i].iterations);
        cell(&table, 100 * l->scores[i].gap, "%.3f %%");
        cell(&table, l->scores[i].regret, "%.4f");
        cell(&table, l->scores[i].correlation, "%.3f");
    }
    vg_err err = vg_table_print(&table, diag);
    vg_table_free(&table);
    return err;
}

// What the expert and each method expect of the features; not where there is one for each state.
static vg_err print_features(const lab *l, vg_diag *diag) {
    enum { FEATURES_SHOWN = 12 };
    const char *titles[2 + 2 * METHODS_MOST] = {"feature", "expert"};
    vg_table table = {0};
    if (l->world.features > FEATURES_SHOWN) return VG_OK;
    for (int32_t i = 0; i < l->count; i++) {
        titles[2 + 2 * i] = vg_irl_method_name(l->methods[i]);
        titles[3 + 2 * i] = "weight";
    }
    double rest = 1 - l->world.mdp.discount, a_step = rest > 0 ? rest : 1;
    vg_print("\n");
    vg_table_begin(&table, 2 + 2 * l->count, titles);
    for (int32_t k = 0; k < l->world.features; k++) {
        vg_table_cell(&table, "%s", l->world.feature_names[k]);
        vg_table_cell(&table, "%.4f", a_step * l->expert.mu[k]);
        for (int32_t i = 0; i < l->count; i++) {
            cell(&table, a_step * l->results[i].mu[k], "%.4f");
            cell(&table, l->results[i].weights[k], "%.3f");
        }
    }
    vg_err err = vg_table_print(&table, diag);
    vg_table_free(&table);
    return err;
}

static json_t *number(double x) { return isfinite(x) ? json_real(x) : json_null(); }

static json_t *numbers(const double *x, int32_t count) {
    json_t *array = json_array();
    for (int32_t i = 0; i < count; i++) json_array_append_new(array, number(x[i]));
    return array;
}

static vg_err print_json(const vg_call *call, const lab *l, vg_diag *diag) {
    json_t *methods = json_array(), *names = json_array();
    for (int32_t k = 0; k < l->world.features; k++)
        json_array_append_new(names, json_string(l->world.feature_names[k]));
    for (int32_t i = 0; i < l->count; i++) {
        const vg_irl_result *r = &l->results[i];
        json_array_append_new(
            methods, json_pack("{ss si so so so so so so so}", "method", vg_irl_method_name(l->methods[i]),
                               "iterations", r->iterations, "objective", number(r->objective), "feature_gap",
                               number(l->scores[i].gap), "regret", number(l->scores[i].regret), "correlation",
                               number(l->scores[i].correlation), "weights",
                               numbers(r->weights, l->world.features), "features",
                               numbers(r->mu, l->world.features), "gaps", numbers(r->gaps, r->iterations)));
    }
    return vg_print_json(json_pack("{ss si sf so so so}", "world", call->operands.items[0], "states",
                                   l->world.mdp.states, "discount", l->world.mdp.discount, "feature_names",
                                   names, "expert", numbers(l->expert.mu, l->world.features), "methods",
                                   methods),
                         diag);
}

#ifdef VG_WITH_FIGURES

static vg_err draw(const vg_call *call, const lab *l, vg_diag *diag) {
    const options *o = call->options;
    char title[128];
    snprintf(title, sizeof title, "Inverse reinforcement learning: %s", call->operands.items[0]);
    vg_irl_figure figure = {.title = title, .world = &l->world, .count = l->count + 1};
    figure.columns[0] =
        (vg_irl_column){"the truth, and the expert", l->world.reward, l->expert.occupancy, l->expert.policy};
    for (int32_t i = 0; i < l->count; i++)
        figure.columns[i + 1] = (vg_irl_column){vg_irl_method_name(l->methods[i]), l->results[i].reward,
                                                l->results[i].occupancy, l->results[i].policy};
    return vg_irl_figure_write(&figure, o->out, vg_call_overwrite(call), diag);
}

#else

static vg_err draw(const vg_call *call, const lab *l, vg_diag *diag) {
    (void)call, (void)l;
    return vg_fail(diag, VG_ERR_ARGUMENT, "this build cannot draw: it was made without figures (Cairo)");
}

#endif

static vg_err run(const vg_call *call, int *status, vg_diag *diag) {
    (void)status;
    const options *o = call->options;
    lab l = {0};
    vg_err err = o->out ? vg_file_may_write(o->out, vg_call_overwrite(call), diag) : VG_OK;
    if (!err) err = find_methods(&call->operands, &l, diag);
    if (!err) err = run_methods(call, &l, diag);
    if (!err && o->out) err = draw(call, &l, diag);
    if (!err && call->json) err = print_json(call, &l, diag);
    if (!err && !call->json) err = print_scores(&l, diag);
    if (!err && !call->json) err = print_features(&l, diag);
    close_lab(&l);
    return err;
}

static void list_all(vg_text *out) {
    vg_text_add(out, "Worlds:\n");
    for (int32_t i = 0; vg_world_name(i); i++)
        vg_text_add(out, "  %-20s %s\n", vg_world_name(i), vg_world_summary(i));
    vg_text_add(out, "\nMethods:\n");
    for (int32_t i = 0; vg_irl_method_name(i); i++)
        vg_text_add(out, "  %-20s %s\n", vg_irl_method_name(i), vg_irl_method_summary(i));
}

static const vg_flag flags[] = {
    {"size", VG_FLAG_INT, offsetof(options, size), "N", 0, 256, "0",
     .help = "squares or crossings along a side; 0: the world's own"},
    {"discount", VG_FLAG_DOUBLE, offsetof(options, discount), "D", 0, 1, "0",
     .help = "discount of the next step; 0: the world's own"},
    {"expert", VG_FLAG_CHOICE, offsetof(options, expert), "E", .standard = "best", .choices = "best|soft",
     .help = "takes the best action, or each with probability proportional to e^Q"},
    {"episodes", VG_FLAG_INT, offsetof(options, episodes), "N", 0, 1000000, "0",
     .help = "demonstrations that are drawn; 0: what is expected of the expert, exactly"},
    {"iterations", VG_FLAG_INT, offsetof(options, iterations), "N", 1, 1000, "100",
     .help = "iterations at most"},
    {"tolerance", VG_FLAG_DOUBLE, offsetof(options, tolerance), "X", 0, 1, "0.0001",
     .help = "stop when the features are as near as this"},
    {"lambda", VG_FLAG_DOUBLE, offsetof(options, lambda), "X", 0, 1e6, "1",
     .help = "linear: weight of the sum of absolute weights"},
    {"l2", VG_FLAG_DOUBLE, offsetof(options, l2), "X", 0, 1e6, "0",
     .help = "weight of half the sum of squared weights: maxent, causal, max-margin-planning (there 0 means "
             "0.01)"},
    {"out", VG_FLAG_TEXT, offsetof(options, out), "FILE",
     .help = "draw rewards and policies into this file: .png or .svg"},
};

const vg_command vg_command_irl = {
    .name = "irl",
    .summary = "inverse reinforcement learning in small worlds",
    .synopsis = "WORLD METHOD... [--expert E] [--size N] [--discount D] [--out FILE] [--json]",
    .details = "Makes a small WORLD with a known reward, lets an expert drive in it, shows the expert to "
               "each METHOD, and "
               "compares what the method finds with what it could not see.\n\n"
               "Feature gap: the distance between the features expected of the method's policy and of the "
               "expert, in % of "
               "the expert's. Regret, by the true reward: 0 for the best policy, 1 for random actions. "
               "Correlation: of the "
               "reward that was found and the true one. A method may match the features without finding the "
               "reward: many "
               "rewards explain the same driving.",
    .more = list_all,
    .examples =
        "verge irl corner linear causal --lambda 4 --out corner.png\n"
        "verge irl roads maxent causal --expert soft\nverge irl highway-nasty projection max-margin causal",
    VG_FLAGS(flags),
    .options_size = sizeof(options),
    .least_operands = 2,
    .most_operands = 1 + METHODS_MOST,
    .takes = VG_TAKES_SEED | VG_TAKES_JSON | VG_TAKES_FORCE,
    .run = run,
};
