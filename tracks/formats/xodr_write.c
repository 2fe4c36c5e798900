#include "tracks/formats/xodr_write.h"

#include <math.h>

#include "sim/base/exact.h"

static void add_number(vg_text *out, const char *name, double value) {
    char number[32];
    vg_text_add(out, " %s=\"%s\"", name, vg_format_double(value, number));
}

// One cubic from a node to the next: in the node's frame, by arc length.
static void add_piece(const vg_road_view *view, int32_t i, vg_text *out) {
    int32_t j = (i + 1) % view->count;
    double h = view->spacing, sine, cosine, turn = view->heading[j] - view->heading[i], ts, tc;
    turn -= 2 * VG_PI * floor(turn / (2 * VG_PI) + 0.5);
    vg_sincos(view->heading[i], &sine, &cosine);
    vg_sincos(turn, &ts, &tc);
    double dx = view->x[j] - view->x[i], dy = view->y[j] - view->y[i];
    double u = dx * cosine + dy * sine, v = dy * cosine - dx * sine;
    vg_text_add(out, "<geometry");
    add_number(out, "s", i * h);
    add_number(out, "x", view->x[i]);
    add_number(out, "y", view->y[i]);
    add_number(out, "hdg", view->heading[i]);
    add_number(out, "length", h);
    vg_text_add(out, "><paramPoly3 aU=\"0\" bU=\"1\"");
    add_number(out, "cU", (3 * u / h - 2 - tc) / h);
    add_number(out, "dU", (1 + tc - 2 * u / h) / (h * h));
    vg_text_add(out, " aV=\"0\" bV=\"0\"");
    add_number(out, "cV", (3 * v / h - ts) / h);
    add_number(out, "dV", (ts - 2 * v / h) / (h * h));
    vg_text_add(out, " pRange=\"arcLength\"/></geometry>\n");
}

// A half width, or both, at a node.
static double width_at(const vg_road_view *view, int32_t i, bool both) {
    double left = view->left[i % view->count];
    return both ? left + view->right[i % view->count] : left;
}

// Straight pieces of a width along the road: a new one where the last would be off by over 1e-4 m.
static void add_widths(const vg_road_view *view, bool both, const char *element, const char *place,
                       vg_text *out) {
    int32_t last = view->closed ? view->count : view->count - 1;
    for (int32_t from = 0, to; from < last; from = to) {
        double a = width_at(view, from, both), slope = width_at(view, from + 1, both) - a;
        for (to = from + 1; to < last; to++)
            if (fabs(a + slope * (to + 1 - from) - width_at(view, to + 1, both)) > 1e-4) break;
        vg_text_add(out, "<%s", element);
        add_number(out, place, from * view->spacing);
        add_number(out, "a", a);
        add_number(out, "b", slope / view->spacing);
        vg_text_add(out, " c=\"0\" d=\"0\"/>\n");
    }
}

static void add_objects(const vg_road *road, vg_text *out) {
    vg_road_view view = vg_road_get(road);
    if (view.obstacle_count > 0) vg_text_add(out, "<objects>\n");
    for (int32_t k = 0; k < view.obstacle_count; k++) {
        const vg_road_obstacle *o = &view.obstacles[k];
        double turn = o->shape.heading - vg_road_at(road, o->s).heading;
        vg_text_add(out,
                    "<object id=\"%d\" type=\"obstacle\" orientation=\"none\" zOffset=\"0\" height=\"1\"",
                    k + 1);
        add_number(out, "s", o->s);
        add_number(out, "t", o->offset);
        if (o->shape.radius > 0) {
            add_number(out, "radius", o->shape.radius);
        } else {
            add_number(out, "hdg", turn - 2 * VG_PI * floor(turn / (2 * VG_PI) + 0.5));
            add_number(out, "length", o->shape.length);
            add_number(out, "width", o->shape.width);
        }
        vg_text_add(out, "/>\n");
    }
    if (view.obstacle_count > 0) vg_text_add(out, "</objects>\n");
}

static void write_road(const vg_road *road, const vg_road_view *view, vg_text *out) {
    int32_t pieces = view->closed ? view->count : view->count - 1;
    vg_text_add(out, "<road id=\"1\" junction=\"-1\" rule=\"RHT\"");
    add_number(out, "length", view->length);
    vg_text_add(out, ">\n");
    if (view->closed)
        vg_text_add(out, "<link><predecessor elementType=\"road\" elementId=\"1\" contactPoint=\"end\"/>"
                         "<successor elementType=\"road\" elementId=\"1\" contactPoint=\"start\"/></link>\n");
    vg_text_add(out, "<planView>\n");
    for (int32_t i = 0; i < pieces; i++) add_piece(view, i, out);
    vg_text_add(out, "</planView>\n<lanes>\n");
    add_widths(view, false, "laneOffset", "s", out);
    vg_text_add(out,
                "<laneSection s=\"0\">\n<center><lane id=\"0\" type=\"none\" level=\"false\"/></center>\n"
                "<right><lane id=\"-1\" type=\"driving\" level=\"false\">\n");
    if (view->closed) vg_text_add(out, "<link><predecessor id=\"-1\"/><successor id=\"-1\"/></link>\n");
    add_widths(view, true, "width", "sOffset", out);
    vg_text_add(out, "</lane></right>\n</laneSection>\n</lanes>\n");
    add_objects(road, out);
    vg_text_add(out, "</road>\n");
}

void vg_xodr_write(const vg_track *track, vg_text *out) {
    vg_road *road;
    vg_diag diag;
    vg_err err = vg_track_road(track, &road, &diag);
    if (err == VG_ERR_MEMORY) out->failed = true;
    vg_text_add(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<OpenDRIVE>\n"
                     "<header revMajor=\"1\" revMinor=\"6\" name=\"\" version=\"1.00\" vendor=\"verge\"/>\n");
    if (!err) {
        vg_road_view view = vg_road_get(road);
        write_road(road, &view, out);
        vg_road_destroy(road);
    }
    vg_text_add(out, "</OpenDRIVE>\n");
}
