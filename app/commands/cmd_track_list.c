// verge track list: the roads of the library.
#include "app/cli/args.h"
#include "app/cli/output.h"
#include "tracks/library.h"
#include "tracks/survey.h"

static vg_err list_one(const char *name, vg_table *table, json_t *roads, vg_diag *diag) {
    vg_road *road;
    vg_survey s;
    vg_err err = vg_track_load(name, &road, diag);
    if (err) return err;
    bool closed = vg_road_get(road).closed;
    err = vg_survey_road(road, &s, diag);
    vg_road_destroy(road);
    if (err) return err;
    if (roads && json_array_append_new(
                     roads, json_pack("{ss sb sf sf sf sf si}", "name", name, "closed", closed, "length_m",
                                      s.length, "width_least_m", s.width_least, "width_most_m", s.width_most,
                                      "radius_least_m", s.radius_least, "hairpins", (int)s.hairpins)))
        return vg_fail_memory(diag);
    vg_table_cell(table, "%s", name);
    vg_table_cell(table, "%s", closed ? "closed" : "open");
    vg_table_cell(table, "%.0f", s.length);
    vg_table_cell(table, "%.1f to %.1f", s.width_least, s.width_most);
    vg_table_cell(table, "%.1f", s.radius_least);
    vg_table_cell(table, "%d", (int)s.hairpins);
    return VG_OK;
}

static vg_err run(const vg_call *call, int *status, vg_diag *diag) {
    static const char *const titles[] = {"road", "ends", "length m", "width m", "least radius m", "hairpins"};
    (void)status;
    json_t *roads = call->json ? json_array() : NULL;
    vg_table table = {0};
    vg_err err = VG_OK;
    char name[64];
    vg_table_begin(&table, sizeof titles / sizeof *titles, titles);
    for (int32_t i = 0; !err && vg_library_name(i, name); i++) err = list_one(name, &table, roads, diag);
    if (!err) err = call->json ? vg_print_json(json_incref(roads), diag) : vg_table_print(&table, diag);
    json_decref(roads);
    vg_table_free(&table);
    return err;
}

const vg_command vg_command_track_list = {
    .name = "list",
    .summary = "list the roads that verge knows by name",
    .synopsis = "[--json]",
    .takes = VG_TAKES_JSON,
    .run = run,
};
