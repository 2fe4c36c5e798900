// verge reward laps: who drives how, in eight weights; and whether they predict corners that were held out.
#include "app/commands/cmd_reward_laps.h"

#include <math.h>
#include <stddef.h>

#include "app/cli/output.h"
#include "eval/rewards/corner_halves.h"
#include "eval/stats/student.h"
#include "sim/base/exact.h"
#include "sim/base/memory.h"

typedef struct options {
    bool corners;
    vg_maxent_learner_config config;
} options;

// The weights of a log's laps: of all together, and over the laps an interval of each weight's logarithm.
typedef struct driver {
    int32_t laps;
    vg_maxent_fit fit;
    double low[VG_DRIVING_COUNT], high[VG_DRIVING_COUNT]; // of the geometric mean, 95 %; NaN for one lap
    vg_corner_prediction halves;
} driver;

static vg_err fit_laps(const options *o, const vg_demonstrations *shown, driver *d, vg_diag *diag) {
    double sum[VG_DRIVING_COUNT] = {0}, squares[VG_DRIVING_COUNT] = {0};
    vg_maxent_def all = {.config = &o->config, .shown = shown};
    vg_err err = vg_maxent_find(&all, &d->fit, diag);
    d->laps = shown->count;
    for (int32_t i = 0; i < shown->count && !err; i++) {
        vg_maxent_def one = {.config = &o->config, .shown = shown, .chosen = &i, .count = 1};
        vg_maxent_fit fit;
        err = vg_maxent_find(&one, &fit, diag);
        for (int32_t k = 0; k < VG_DRIVING_COUNT && !err; k++) {
            double x = vg_ln(fmax(fit.theta[k], 1e-300));
            sum[k] += x, squares[k] += x * x;
        }
    }
    for (int32_t k = 0; k < VG_DRIVING_COUNT && !err; k++) {
        double n = d->laps, mean = sum[k] / n, variance = fmax(0, squares[k] / n - mean * mean) / (n - 1);
        double half = n > 1 ? vg_student_quantile(0.975, n - 1) * sqrt(variance) : NAN;
        d->low[k] = vg_exp(mean - half), d->high[k] = vg_exp(mean + half);
    }
    return err;
}

static json_t *number(double x) { return isfinite(x) ? json_real(x) : json_null(); }

static json_t *driver_json(const options *o, const char *log, const driver *d) {
    json_t *weights = json_array();
    for (int32_t k = 0; k < VG_DRIVING_COUNT; k++)
        json_array_append_new(weights, json_pack("{ss so so so}", "feature", vg_driving_name(k), "weight",
                                                 number(d->fit.theta[k]), "low", number(d->low[k]), "high",
                                                 number(d->high[k])));
    json_t *out = json_pack("{ss si so so}", "log", log, "laps", d->laps, "temperature",
                            number(d->fit.temperature), "weights", weights);
    if (!o->corners) return out;
    json_t *errors = json_array();
    for (int32_t g = 0; g < VG_GUESS_COUNT; g++)
        json_array_append_new(errors, json_pack("{ss so so}", "by", vg_line_guess_label(g), "offset",
                                                number(d->halves.errors[g].offset), "speed",
                                                number(d->halves.errors[g].speed)));
    json_object_set_new(out, "corners", json_integer(d->halves.corners));
    json_object_set_new(out, "held_out", errors);
    return out;
}

static vg_err print_weights(const vg_list *logs, const driver *drivers, vg_diag *diag) {
    static const char *const titles[] = {"log", "laps", "feature", "weight", "95 % over laps", "unit"};
    vg_table table = {0};
    vg_table_begin(&table, 6, titles);
    for (int32_t i = 0; i < logs->count; i++)
        for (int32_t k = 1; k < VG_DRIVING_COUNT; k++) {
            const driver *d = &drivers[i];
            vg_table_cell(&table, "%s", k == 1 ? logs->items[i] : "");
            if (k == 1)
                vg_table_cell(&table, "%d", d->laps);
            else
                vg_table_cell(&table, "%s", "");
            vg_table_cell(&table, "%s", vg_driving_name(k));
            vg_table_cell(&table, "%.3g", d->fit.theta[k]);
            if (isfinite(d->low[k]))
                vg_table_cell(&table, "%.3g to %.3g", d->low[k], d->high[k]);
            else
                vg_table_cell(&table, "%s", "one lap");
            vg_table_cell(&table, "s a %s", vg_driving_unit(k));
        }
    vg_err err = vg_table_print(&table, diag);
    vg_table_free(&table);
    return err;
}

static vg_err print_halves(const vg_list *logs, const driver *drivers, vg_diag *diag) {
    static const char *const titles[] = {"log", "corners held out predicted by", "offset rms m",
                                         "speed rms m/s"};
    vg_table table = {0};
    vg_print("\n");
    vg_table_begin(&table, 4, titles);
    for (int32_t i = 0; i < logs->count; i++)
        for (int32_t g = 0; g < VG_GUESS_COUNT; g++) {
            vg_table_cell(&table, "%s", g == 0 ? logs->items[i] : "");
            vg_table_cell(&table, "%s", vg_line_guess_label(g));
            vg_table_cell(&table, "%.3f", drivers[i].halves.errors[g].offset);
            vg_table_cell(&table, "%.3f", drivers[i].halves.errors[g].speed);
        }
    vg_err err = vg_table_print(&table, diag);
    vg_table_free(&table);
    return err;
}

static vg_err run(const vg_call *call, int *status, vg_diag *diag) {
    (void)status;
    const options *o = call->options;
    const vg_list *logs = &call->operands;
    driver *drivers = vg_new(driver, logs->count);
    json_t *rows = json_array();
    vg_err err = drivers && rows ? VG_OK : vg_fail_memory(diag);
    for (int32_t i = 0; i < logs->count && !err; i++) {
        vg_demonstrations shown;
        err = vg_maxent_demonstrations(&o->config, &logs->items[i], 1, &shown, diag);
        if (!err) err = fit_laps(o, &shown, &drivers[i], diag);
        if (!err && o->corners) err = vg_corner_predict(&shown, &o->config, &drivers[i].halves, diag);
        if (!err) json_array_append_new(rows, driver_json(o, logs->items[i], &drivers[i]));
        vg_demonstrations_close(&shown);
    }
    if (!err && call->json)
        err = vg_print_json(json_incref(rows), diag);
    else if (!err) {
        err = print_weights(logs, drivers, diag);
        if (!err && o->corners) err = print_halves(logs, drivers, diag);
    }
    json_decref(rows);
    vg_free(drivers);
    return err;
}

static const vg_flag flags[] = {
    {"corners", VG_FLAG_SWITCH, offsetof(options, corners),
     .help = "fit to every second corner, and predict line and speed at the others"},
};

const vg_command vg_command_reward_laps = {
    .name = "laps",
    .summary = "who drives how: the weights of each log's laps",
    .synopsis = "LOG... [--corners] [--config Y] [--set KEY=VALUE...] [--json]",
    .details =
        "Takes each LOG as one driver. Prints what a metre with each feature at 1 costs the driver, in "
        "seconds, as the learner maxent finds it from all laps, and a 95 % interval of the geometric mean "
        "over the laps (Student's t on the logarithms). Laps of one day are not independent: the interval "
        "says how steady the driver is, not how they would drive elsewhere.\n\n"
        "--corners cuts the road midway between its corners, learns from every second one, and compares a "
        "plan by these weights with the laps at the others: root mean squares of offset and speed. Beside it "
        "stand the default weights, and the line that bends least, driven at the share of the grip that fits "
        "the speeds of the corners learned from best.",
    .examples = "verge reward laps kart.vlog\nverge reward laps anna.vlog ben.vlog --corners",
    VG_FLAGS(flags),
    .options_size = sizeof(options),
    .least_operands = 1,
    .most_operands = 100,
    .takes = VG_TAKES_JSON,
    .schema = &vg_maxent_schema,
    .config_at = offsetof(options, config),
    .run = run,
};
