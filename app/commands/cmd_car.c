// verge car list|show|fit: the presets, and cars made from laps.
#include <stdio.h>
#include <string.h>

#include "app/cli/args.h"
#include "app/cli/output.h"
#include "logs/fit/car_fit.h"
#include "sim/base/file.h"

// --- list ------------------------------------------------------------------------------------------------

// X(title, unit, field): what a list of cars shows.
#define LISTED(X)                                                                                            \
    X("wheelbase m", wheelbase)                                                                              \
    X("top speed m/s", speed_max)                                                                            \
    X("across m/s^2", lateral_max)                                                                           \
    X("along m/s^2", longitudinal_max)                                                                       \
    X("downforce 1/m", downforce)                                                                            \
    X("power W/kg", power)

static json_t *car_json(const vg_car *car) {
    json_t *all = json_pack("{ss}", "name", car->name);
#define X(field, unit, least, most, standard, help)                                                          \
    json_object_set_new(all, #field, json_real((double)car->field));
    VG_CAR_FIELDS(X)
#undef X
    return all;
}

static vg_err run_list(const vg_call *call, int *status, vg_diag *diag) {
#define X(title, field) title,
    static const char *const titles[] = {"car", LISTED(X)};
#undef X
    (void)status;
    json_t *cars = call->json ? json_array() : NULL;
    vg_table table = {0};
    vg_err err = VG_OK;
    char name[64];
    vg_table_begin(&table, sizeof titles / sizeof *titles, titles);
    for (int32_t i = 0; vg_car_name(i, name) && !err; i++) {
        vg_car car;
        err = vg_car_load(name, &car, diag);
        if (err) break;
        if (call->json && json_array_append_new(cars, car_json(&car))) err = vg_fail_memory(diag);
        vg_table_cell(&table, "%s", name);
#define X(title, field) vg_table_cell(&table, "%g", (double)car.field);
        LISTED(X)
#undef X
    }
    if (!err && call->json) {
        err = vg_print_json(cars, diag);
        cars = NULL;
    } else if (!err) {
        err = vg_table_print(&table, diag);
    }
    json_decref(cars);
    vg_table_free(&table);
    return err;
}

static const vg_command car_list = {
    .name = "list",
    .summary = "list the presets and their limits",
    .synopsis = "[--json]",
    .takes = VG_TAKES_JSON,
    .run = run_list,
};

// --- show ------------------------------------------------------------------------------------------------

static vg_err run_show(const vg_call *call, int *status, vg_diag *diag) {
    (void)status;
    vg_car car;
    vg_err err = vg_car_load(call->operands.items[0], &car, diag);
    if (err) return err;
    if (call->json) return vg_print_json(car_json(&car), diag);
    vg_text text = {0};
    vg_config_write_yaml(&vg_car_schema, &car, &text);
    err = vg_print_text(&text, diag);
    vg_text_free(&text);
    return err;
}

static void list_keys(vg_text *out) {
    vg_text_add(out, "The keys of a car:\n");
    vg_config_help(&vg_car_schema, out);
}

static const vg_command car_show = {
    .name = "show",
    .summary = "print a car as YAML, with every key",
    .synopsis = "CAR [--json]",
    .details =
        "CAR is a preset or a YAML file. What is printed is a car file: change it, and give it to --car.",
    .more = list_keys,
    .examples = "verge car show kart > my-kart.yaml",
    .least_operands = 1,
    .most_operands = 1,
    .takes = VG_TAKES_JSON,
    .run = run_show,
};

// --- fit -------------------------------------------------------------------------------------------------

typedef struct fit_options {
    const char *out, *base, *name;
} fit_options;

// The base car is the one that the first lap was driven with, unless --base names another.
static vg_err read_laps(const vg_call *call, vg_car_evidence *evidence, vg_car *base, vg_diag *diag) {
    const fit_options *options = call->options;
    vg_err err = options->base ? vg_car_load(options->base, base, diag) : VG_OK;
    bool has_base = options->base != NULL;
    for (int32_t i = 0; i < call->operands.count && !err; i++) {
        vg_log *log = NULL;
        vg_log_episode episode;
        int32_t count = 0;
        err = vg_log_open(call->operands.items[i], &log, diag);
        if (!err) err = vg_log_count(log, &count, diag);
        if (!err && count && !has_base) {
            err = vg_log_episode_at(log, 0, &episode, diag);
            if (!err) err = vg_log_car(log, episode.car, base, diag);
            has_base = true;
        }
        if (!err) err = vg_car_evidence_add_log(evidence, log, diag);
        vg_log_discard(log);
    }
    if (!err && !has_base) return vg_fail(diag, VG_ERR_ARGUMENT, "the logs hold no lap");
    return err;
}

static const char *verdict(vg_car_fit_key key, const vg_car_fit_limit *limit) {
    if (limit->reached) return "reached";
    return key == VG_CAR_FIT_downforce ? "not told" : "at least";
}

// A limit that was only a lower bound is said so beside its key.
static void write_yaml(const vg_car_fit *fit, vg_text *text) {
    vg_text_add(text,
                "# Limits from laps by verge car fit; all other keys are the base car's. Not reached, so the "
                "base car's, or what was seen if that is more:\n#");
    for (int k = 0; k < VG_CAR_FIT_COUNT; k++)
        if (!fit->limits[k].reached)
            vg_text_add(text, " %s (seen: %.4g)", vg_car_fit_name((vg_car_fit_key)k), fit->limits[k].seen);
    vg_text_add(text, "\n");
    vg_config_write_yaml(&vg_car_schema, &fit->car, text);
}

static json_t *fit_json(const vg_car_fit *fit) {
    json_t *limits = json_object();
    for (int k = 0; k < VG_CAR_FIT_COUNT; k++) {
        const vg_car_fit_limit *x = &fit->limits[k];
        json_object_set_new(limits, vg_car_fit_name((vg_car_fit_key)k),
                            json_pack("{ss sf si sb sf sf}", "unit", vg_car_fit_unit((vg_car_fit_key)k),
                                      "seen", x->seen, "places", (int)x->places, "reached", (int)x->reached,
                                      "base", x->base, "value", x->value));
    }
    return json_pack("{so so}", "limits", limits, "car", car_json(&fit->car));
}

static vg_err print_fit(const vg_call *call, const vg_car_fit *fit, vg_diag *diag) {
    static const char *const titles[] = {"limit", "unit", "seen", "places", "", "base", "fitted"};
    if (call->json) return vg_print_json(fit_json(fit), diag);
    vg_table table = {0};
    vg_table_begin(&table, sizeof titles / sizeof *titles, titles);
    for (int k = 0; k < VG_CAR_FIT_COUNT; k++) {
        const vg_car_fit_limit *x = &fit->limits[k];
        vg_table_cell(&table, "%s", vg_car_fit_name((vg_car_fit_key)k));
        vg_table_cell(&table, "%s", vg_car_fit_unit((vg_car_fit_key)k));
        vg_table_cell(&table, "%.4g", x->seen);
        vg_table_cell(&table, "%d", x->places);
        vg_table_cell(&table, "%s", verdict((vg_car_fit_key)k, x));
        vg_table_cell(&table, "%.4g", x->base);
        vg_table_cell(&table, "%.4g", x->value);
    }
    vg_err err = vg_table_print(&table, diag);
    vg_table_free(&table);
    return err;
}

static vg_err run_fit(const vg_call *call, int *status, vg_diag *diag) {
    (void)status;
    const fit_options *options = call->options;
    vg_car_evidence evidence = {0};
    vg_car base;
    vg_car_fit fit;
    vg_text text = {0};
    vg_err err = vg_file_may_write(options->out, vg_call_overwrite(call), diag);
    if (!err) err = read_laps(call, &evidence, &base, diag);
    if (!err) err = vg_car_fit_limits(&evidence, &base, &fit, diag);
    if (!err) err = vg_config_set(&vg_car_schema, &fit.car, "name", options->name, "--name", 0, diag);
    if (!err) {
        write_yaml(&fit, &text);
        if (text.failed) err = vg_fail_memory(diag);
    }
    if (!err) err = vg_file_write(options->out, text.bytes, text.size, vg_call_overwrite(call), diag);
    if (!err) err = print_fit(call, &fit, diag);
    double driven = 0;
    for (int64_t i = 0; i < evidence.count; i++) driven += evidence.windows[i].length;
    if (!err) vg_say("wrote %s, from %.0f s of driving", options->out, driven);
    vg_text_free(&text);
    vg_car_evidence_free(&evidence);
    return err;
}

static const vg_flag fit_flags[] = {
    {"out", VG_FLAG_TEXT, offsetof(fit_options, out), "CAR", .required = true, .help = "YAML file to write"},
    {"base", VG_FLAG_TEXT, offsetof(fit_options, base), "CAR",
     .help = "car that gives sizes, lags and resistances; without it, the first lap's own"},
    {"name", VG_FLAG_TEXT, offsetof(fit_options, name), "NAME", .standard = "fitted",
     .help = "what the car is called"},
};

static const vg_command car_fit = {
    .name = "fit",
    .summary = "estimate a car's limits from laps",
    .synopsis = "LOG... --out CAR [--base CAR] [--name NAME]",
    .details =
        "Estimates grip across and along, downforce, drive, brakes and power from how the laps were driven, "
        "and "
        "writes a car file.\n"
        "A limit counts as reached if the car came within 5 % of it at three places or more, a second apart. "
        "A limit "
        "that was not reached is only a lower bound: the fitted car keeps the base car's, or takes what was "
        "seen if "
        "that is more. Laps cannot tell a cautious driver from a weak car, nor brakes from tyres where a car "
        "brakes straight. See docs/cars.md.",
    .examples = "verge car fit kart.vlog --out my-kart.yaml\n"
                "verge import csv lap*.csv --road circuit.csv --car my-kart.yaml --out laps.vlog",
    VG_FLAGS(fit_flags),
    .options_size = sizeof(fit_options),
    .least_operands = 1,
    .most_operands = -1,
    .takes = VG_TAKES_FORCE | VG_TAKES_JSON,
    .run = run_fit,
};

static const vg_command *const children[] = {&car_list, &car_show, &car_fit, NULL};

const vg_command vg_command_car = {
    .name = "car",
    .summary = "list cars, show one, or fit one to laps",
    .synopsis = "list|show|fit",
    .children = children,
};
