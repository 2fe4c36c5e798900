// verge suite list|show: the suites that verge knows by name, and what a suite is.
#include <stdio.h>

#include "app/cli/args.h"
#include "app/cli/output.h"
#include "eval/score/suite.h"

// Number of roads in a list of names, files and ranges "seeds A..B".
static int64_t count_roads(const char *list) {
    char item[VG_KEY_TEXT_SIZE], name[VG_KEY_TEXT_SIZE];
    int64_t count = 0;
    while (vg_suite_item(list, (int32_t)count, item, name)) count++;
    return count;
}

static vg_err list_one(const char *named, vg_table *table, json_t *suites, vg_diag *diag) {
    vg_suite_config config;
    char name[VG_KEY_TEXT_SIZE];
    vg_err err = vg_suite_read(named, &config, name, diag);
    if (err) return err;
    json_int_t roads = count_roads(config.test);
    if (suites && json_array_append_new(
                      suites, json_pack("{ss ss ss sI sI sf sf}", "name", name, "about", config.about, "car",
                                        config.car, "test_roads", roads, "starts", (json_int_t)config.starts,
                                        "horizon_s", config.horizon, "start_spread_m", config.start_spread)))
        return vg_fail_memory(diag);
    vg_table_cell(table, "%s", name);
    vg_table_cell(table, "%lld", (long long)roads);
    vg_table_cell(table, "%lld", (long long)config.starts);
    vg_table_cell(table, "%g", config.horizon);
    vg_table_cell(table, "%s", config.car);
    vg_table_cell(table, "%s", config.about);
    return VG_OK;
}

static vg_err run_list(const vg_call *call, int *status, vg_diag *diag) {
    static const char *const titles[] = {"suite", "roads", "starts a road", "s", "car", "what for"};
    (void)status;
    json_t *suites = call->json ? json_array() : NULL;
    vg_table table = {0};
    vg_err err = VG_OK;
    char name[64];
    vg_table_begin(&table, sizeof titles / sizeof *titles, titles);
    for (int32_t i = 0; !err && vg_suite_name(i, name); i++) err = list_one(name, &table, suites, diag);
    if (!err) err = call->json ? vg_print_json(json_incref(suites), diag) : vg_table_print(&table, diag);
    json_decref(suites);
    vg_table_free(&table);
    return err;
}

static const vg_command suite_list = {
    .name = "list",
    .summary = "list the suites that verge knows by name",
    .synopsis = "[--json]",
    .takes = VG_TAKES_JSON,
    .run = run_list,
};

static vg_err run_show(const vg_call *call, int *status, vg_diag *diag) {
    (void)status;
    vg_suite_config config;
    char name[VG_KEY_TEXT_SIZE];
    vg_err err = vg_suite_read(call->operands.items[0], &config, name, diag);
    if (err) return err;
    vg_text text = {0};
    vg_config_write_yaml(&vg_suite_schema, &config, &text);
    err = vg_print_text(&text, diag);
    vg_text_free(&text);
    return err;
}

static void list_keys(vg_text *out) {
    vg_text_add(out, "The keys of a suite:\n");
    vg_config_help(&vg_suite_schema, out);
}

static const vg_command suite_show = {
    .name = "show",
    .summary = "print a suite with all its keys, as a file to copy and change",
    .synopsis = "SUITE",
    .more = list_keys,
    .examples = "verge suite show standard >mine.yaml\nverge eval pursuit --suite mine.yaml --out out/mine",
    .least_operands = 1,
    .most_operands = 1,
    .run = run_show,
};

static const vg_command *const children[] = {&suite_list, &suite_show, NULL};

const vg_command vg_command_suite = {
    .name = "suite",
    .summary = "list suites, or show one: the roads and starts that policies are scored on",
    .synopsis = "list|show",
    .children = children,
};
