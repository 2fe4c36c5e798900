#include "tracks/formats/commonroad.h"

#include <math.h>
#include <string.h>

#include "sim/base/exact.h"
#include "sim/base/xml_read.h"
#include "tracks/formats/lanelets.h"
#include "tracks/obstacles.h"

static vg_err read_bound(const vg_xml *xml, const vg_xml_node *lanelet, const char *name, vg_points *out,
                         vg_diag *diag) {
    const vg_xml_node *bound = vg_xml_child(lanelet, name), *point = vg_xml_child(bound, "point");
    vg_err err = VG_OK;
    for (; point && !err; point = vg_xml_next(point, "point")) {
        const vg_xml_node *x = vg_xml_child(point, "x"), *y = vg_xml_child(point, "y");
        double value[2];
        if (!x || !y)
            return vg_fail_at(diag, VG_ERR_FORMAT, xml->file, point->line, name, "a point without x and y");
        err = vg_xml_double(xml, x, NULL, &value[0], diag);
        if (!err) err = vg_xml_double(xml, y, NULL, &value[1], diag);
        if (!err && !(fabs(value[0]) <= 1e7 && fabs(value[1]) <= 1e7))
            err = vg_fail_at(diag, VG_ERR_FORMAT, xml->file, point->line, name,
                             "(%g, %g); expected within 1e7 m", value[0], value[1]);
        if (!err) err = vg_points_add(out, value[0], value[1], diag);
    }
    if (!err && out->count < 2)
        err = vg_fail_at(diag, VG_ERR_FORMAT, xml->file, lanelet->line, name,
                         "%d points; expected at least 2", out->count);
    return err;
}

static void read_links(vg_lanelets *all, int32_t at, const vg_xml_node *lanelet) {
    for (const vg_xml_node *n = lanelet->child; n; n = n->next) {
        int32_t other = vg_lanelets_find(all, vg_xml_get(n, "ref"));
        const char *way = vg_xml_get(n, "drivingDir");
        bool same = way && strcmp(way, "same") == 0;
        if (strcmp(n->name, "successor") == 0) vg_lanelets_link(all, at, other);
        if (strcmp(n->name, "predecessor") == 0) vg_lanelets_link(all, other, at);
        if (same && strcmp(n->name, "adjacentLeft") == 0) all->items[at].to_left = other;
        if (same && strcmp(n->name, "adjacentRight") == 0) all->items[at].to_right = other;
    }
}

static vg_err read_lanelets(const vg_xml *xml, vg_lanelets *all, vg_diag *diag) {
    vg_err err = VG_OK;
    const vg_xml_node *n = vg_xml_child(xml->root, "lanelet");
    for (; n && !err; n = vg_xml_next(n, "lanelet")) {
        err = vg_lanelets_add(all, vg_xml_get(n, "id"), diag);
        if (!err) err = read_bound(xml, n, "leftBound", &all->items[all->count - 1].left, diag);
        if (!err) err = read_bound(xml, n, "rightBound", &all->items[all->count - 1].right, diag);
    }
    if (!err) err = vg_lanelets_sort(all, diag);
    int32_t at = 0;
    for (n = vg_xml_child(xml->root, "lanelet"); n && !err; n = vg_xml_next(n, "lanelet"))
        read_links(all, at++, n);
    return err;
}

// The number in the element that `path`, names with blanks between, leads to; `standard` where there is none.
static vg_err number_at(const vg_xml *xml, const vg_xml_node *node, const char *const *path, double standard,
                        double *out, vg_diag *diag) {
    for (; node && *path; path++) node = vg_xml_child(node, *path);
    *out = standard;
    return node ? vg_xml_double(xml, node, NULL, out, diag) : VG_OK;
}

// A static obstacle that is a circle or a rectangle, at its initial state.
static vg_err read_obstacle(const vg_xml *xml, const vg_xml_node *node, vg_track *out, vg_diag *diag) {
    static const char *const x[] = {"position", "point", "x", NULL}, *const y[] = {"position", "point", "y",
                                                                                   NULL};
    static const char *const turned[] = {"orientation", "exact", NULL};
    static const char *const length[] = {"length", NULL}, *const width[] = {"width", NULL},
                             *const radius[] = {"radius", NULL}, *const own[] = {"orientation", NULL};
    const vg_xml_node *shape = vg_xml_child(node, "shape"), *state = vg_xml_child(node, "initialState");
    const vg_xml_node *circle = vg_xml_child(shape, "circle"), *box = vg_xml_child(shape, "rectangle");
    if (!circle && !box) return VG_OK; // a polygon
    vg_track_obstacle o = {.line = node->line};
    double heading, turn = 0;
    vg_err err = number_at(xml, state, x, NAN, &o.shape.x, diag);
    if (!err) err = number_at(xml, state, y, NAN, &o.shape.y, diag);
    if (!err) err = number_at(xml, state, turned, 0, &heading, diag);
    if (!err && circle) err = number_at(xml, circle, radius, 0, &o.shape.radius, diag);
    if (!err && !circle) err = number_at(xml, box, length, 0, &o.shape.length, diag);
    if (!err && !circle) err = number_at(xml, box, width, 0, &o.shape.width, diag);
    if (!err && !circle) err = number_at(xml, box, own, 0, &turn, diag);
    if (err) return err;
    heading += turn;
    if (!circle) o.shape.heading = heading - 2 * VG_PI * floor(heading / (2 * VG_PI) + 0.5);
    return out->obstacle_count < VG_OBSTACLES_MOST ? vg_track_add_obstacle(out, &o, diag) : VG_OK;
}

// Those of 2018b are `obstacle` with the role static.
static vg_err read_obstacles(const vg_xml *xml, vg_track *out, vg_diag *diag) {
    vg_err err = VG_OK;
    for (const vg_xml_node *n = xml->root->child; n && !err; n = n->next) {
        const vg_xml_node *role = vg_xml_child(n, "role");
        bool older =
            strcmp(n->name, "obstacle") == 0 && role && role->text && strcmp(role->text, "static") == 0;
        if (older || strcmp(n->name, "staticObstacle") == 0) err = read_obstacle(xml, n, out, diag);
    }
    return err;
}

static vg_err read(const vg_track_source *source, vg_track *out, vg_diag *diag) {
    vg_xml xml;
    vg_lanelets all = {0};
    *out = (vg_track){0};
    vg_err err = vg_xml_parse(source->bytes, source->size, source->file, &xml, diag);
    if (err) return err;
    err = read_lanelets(&xml, &all, diag);
    if (!err) err = vg_lanelets_track(&all, source, out, diag);
    if (!err) {
        err = read_obstacles(&xml, out, diag);
        if (!err) err = vg_track_keep_obstacles(out, source->warnings, diag);
        if (err) vg_track_free(out);
    }
    vg_lanelets_free(&all);
    vg_xml_free(&xml);
    return err;
}

static bool is_commonroad(const char *head, int64_t size) { return vg_xml_begins(head, size, "commonRoad"); }

const vg_track_format vg_track_format_commonroad = {
    .about = {.name = "commonroad",
              .endings = "xml",
              .summary = "CommonRoad 2018b and 2020a: a chain of lanelets",
              .sniff = is_commonroad},
    .read = read,
};
