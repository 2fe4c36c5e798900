// CommonRoad's XML (Althoff, Koschi and Manzinger 2017; documentation of the format, versions 2018b and
// 2020a).
#include "logs/import/import_commonroad.h"

#include <math.h>
#include <string.h>

#include "sim/base/xml_read.h"

enum { TIME, X, Y, HEADING, SPEED, DRIVE, COLUMNS };

// Obstacles that move: <dynamicObstacle> in 2020a, <obstacle> with the role "dynamic" in 2018b.
static bool moves(const vg_xml_node *node) {
    if (strcmp(node->name, "dynamicObstacle") == 0) return true;
    const vg_xml_node *role = strcmp(node->name, "obstacle") == 0 ? vg_xml_child(node, "role") : NULL;
    return role && strcmp(role->text, "dynamic") == 0;
}

// The state behind `state` of an obstacle; NULL at the end. state NULL: the first.
static const vg_xml_node *next_state(const vg_xml_node *obstacle, const vg_xml_node *state) {
    const vg_xml_node *path = vg_xml_child(obstacle, "trajectory");
    if (!state && vg_xml_child(obstacle, "initialState")) return vg_xml_child(obstacle, "initialState");
    if (!state || state->parent == obstacle) return vg_xml_child(path, "state");
    return vg_xml_next(state, "state");
}

static int32_t count_states(const vg_xml *xml) {
    int32_t count = 0;
    for (const vg_xml_node *o = xml->root->child; o; o = o->next)
        for (const vg_xml_node *s = NULL; moves(o) && (s = next_state(o, s)) && count < INT32_MAX;) count++;
    return count;
}

// <name><exact>3.5</exact></name>: NaN if it is missing or an interval.
static vg_err take_exact(const vg_xml *xml, const vg_xml_node *state, const char *name, double *value,
                         vg_diag *diag) {
    *value = NAN;
    const vg_xml_node *exact = vg_xml_child(vg_xml_child(state, name), "exact");
    return exact ? vg_xml_double(xml, exact, NULL, value, diag) : VG_OK;
}

static vg_err take_state(const vg_xml *xml, const vg_xml_node *state, double step, double drive,
                         vg_telemetry *out, vg_diag *diag) {
    double row[COLUMNS] = {[DRIVE] = drive};
    const vg_xml_node *point = vg_xml_child(vg_xml_child(state, "position"), "point");
    if (!point)
        return vg_fail_at(diag, VG_ERR_FORMAT, xml->file, state->line, "position",
                          "the state has no exact position; expected <point> with x and y");
    vg_err err = take_exact(xml, state, "time", &row[TIME], diag);
    if (!err && isnan(row[TIME]))
        return vg_fail_at(diag, VG_ERR_FORMAT, xml->file, state->line, "time",
                          "the state has no exact time; expected the number of a time step");
    row[TIME] *= step;
    if (!err) err = vg_xml_double(xml, vg_xml_child(point, "x"), NULL, &row[X], diag);
    if (!err) err = vg_xml_double(xml, vg_xml_child(point, "y"), NULL, &row[Y], diag);
    if (!err) err = take_exact(xml, state, "orientation", &row[HEADING], diag);
    if (!err) err = take_exact(xml, state, "velocity", &row[SPEED], diag);
    if (err) return err;
    for (int i = 0; i < COLUMNS; i++) out->columns[i].values[out->rows] = row[i];
    out->lines[out->rows++] = state->line;
    return VG_OK;
}

static vg_err read_states(const vg_xml *xml, vg_telemetry *out, vg_diag *diag) {
    static const struct {
        vg_quantity quantity;
        const char *name;
    } columns[COLUMNS] = {{VG_QUANTITY_TIME, "time"},
                          {VG_QUANTITY_X, "x"},
                          {VG_QUANTITY_Y, "y"},
                          {VG_QUANTITY_HEADING, "orientation"},
                          {VG_QUANTITY_SPEED, "velocity"},
                          {VG_QUANTITY_DRIVE, "id"}};
    double step;
    vg_err err = vg_xml_double(xml, xml->root, "timeStepSize", &step, diag);
    if (err) return err;
    int32_t states = count_states(xml);
    if (states == 0)
        return vg_fail_at(diag, VG_ERR_FORMAT, xml->file, xml->root->line, "dynamicObstacle",
                          "no obstacle moves; expected a scenario with recorded traffic");
    for (int i = 0; i < COLUMNS; i++) vg_telemetry_add(out, columns[i].quantity, columns[i].name);
    err = vg_telemetry_reserve(out, states, diag);
    for (const vg_xml_node *o = xml->root->child; o && !err; o = o->next) {
        double drive;
        if (!moves(o)) continue;
        err = vg_xml_double(xml, o, "id", &drive, diag);
        for (const vg_xml_node *s = NULL; !err && (s = next_state(o, s));)
            err = take_state(xml, s, step, drive, out, diag);
    }
    if (!err) vg_telemetry_drop_empty(out);
    return err;
}

static vg_err read(const vg_telemetry_source *source, vg_telemetry *out, vg_diag *diag) {
    *out = (vg_telemetry){.file = source->file};
    vg_xml xml;
    vg_err err = vg_xml_parse(source->bytes, source->size, source->file, &xml, diag);
    if (err) return err;
    err = read_states(&xml, out, diag);
    vg_xml_free(&xml);
    if (err) vg_telemetry_free(out);
    return err;
}

static bool sniff(const char *head, int64_t size) { return vg_xml_begins(head, size, "commonRoad"); }

const vg_lap_format vg_lap_format_commonroad = {
    .about = {.name = "commonroad",
              .endings = "xml",
              .summary = "the moving obstacles of a CommonRoad scenario, one drive a vehicle",
              .help =
                  "Positions are of the vehicle's centre, in the scenario's own plane. States that are no\n"
                  "points but areas are refused.",
              .examples =
                  "verge import commonroad USA_US101.xml --road us101.xml --car sedan --out us101.vlog",
              .sniff = sniff},
    .read = read,
};
