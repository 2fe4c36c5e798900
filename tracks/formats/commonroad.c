#include "tracks/formats/commonroad.h"

#include <math.h>
#include <string.h>

#include "sim/base/xml_read.h"
#include "tracks/formats/lanelets.h"

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

static vg_err read(const vg_track_source *source, vg_track *out, vg_diag *diag) {
    vg_xml xml;
    vg_lanelets all = {0};
    *out = (vg_track){0};
    vg_err err = vg_xml_parse(source->bytes, source->size, source->file, &xml, diag);
    if (err) return err;
    err = read_lanelets(&xml, &all, diag);
    if (!err) err = vg_lanelets_track(&all, source, out, diag);
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
