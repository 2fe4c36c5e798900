#include "tracks/formats/xodr_plan.h"

#include <math.h>
#include <string.h>

#include "sim/base/exact.h"
#include "sim/base/memory.h"

// --- reading -----------------------------------------------------------------------------------------------

static vg_err read_numbers(const vg_xml *xml, const vg_xml_node *node, const char *const *names, int count,
                           double *out, vg_diag *diag) {
    vg_err err = VG_OK;
    for (int i = 0; i < count && !err; i++) err = vg_xml_double(xml, node, names[i], &out[i], diag);
    return err;
}

static vg_err read_shape(const vg_xml *xml, const vg_xml_node *node, vg_xodr_geometry *g, vg_diag *diag) {
    static const char *const arc[] = {"curvature"}, *const spiral[] = {"curvStart", "curvEnd"},
                             *const poly[] = {"a", "b", "c", "d"}, *const param[] = {"aU", "bU", "cU", "dU",
                                                                                     "aV", "bV", "cV", "dV"};
    for (const vg_xml_node *shape = node->child; shape; shape = shape->next) {
        if (strcmp(shape->name, "line") == 0) {
            g->kind = VG_XODR_LINE;
            return VG_OK;
        }
        if (strcmp(shape->name, "arc") == 0) {
            g->kind = VG_XODR_ARC;
            return read_numbers(xml, shape, arc, 1, g->p, diag);
        }
        if (strcmp(shape->name, "spiral") == 0) {
            g->kind = VG_XODR_SPIRAL;
            return read_numbers(xml, shape, spiral, 2, g->p, diag);
        }
        if (strcmp(shape->name, "poly3") == 0) {
            g->kind = VG_XODR_POLY3;
            return read_numbers(xml, shape, poly, 4, g->p, diag);
        }
        if (strcmp(shape->name, "paramPoly3") == 0) {
            const char *range = vg_xml_get(shape, "pRange");
            g->kind = VG_XODR_PARAM;
            g->range = range && strcmp(range, "arcLength") == 0 ? g->length : 1;
            return read_numbers(xml, shape, param, 8, g->p, diag);
        }
    }
    return vg_fail_at(diag, VG_ERR_FORMAT, xml->file, node->line, "geometry",
                      "of no known kind; expected line, arc, spiral, poly3 or paramPoly3");
}

static vg_err read_geometry(const vg_xml *xml, const vg_xml_node *node, vg_xodr_geometry *g, vg_diag *diag) {
    static const char *const names[] = {"s", "x", "y", "hdg", "length"};
    double values[5];
    vg_err err = read_numbers(xml, node, names, 5, values, diag);
    if (err) return err;
    *g = (vg_xodr_geometry){values[0], values[1], values[2], values[3], values[4], VG_XODR_LINE, {0}, 1};
    if (!(g->s >= 0 && g->s <= 1e6 && g->length >= 0 && g->length <= 1e6 && fabs(g->x) <= 1e7 &&
          fabs(g->y) <= 1e7 && fabs(g->heading) <= 1e4))
        return vg_fail_at(
            diag, VG_ERR_FORMAT, xml->file, node->line, "geometry",
            "s %g, length %g, x %g, y %g, hdg %g; expected lengths up to 1000 km and places within "
            "1e7 m",
            g->s, g->length, g->x, g->y, g->heading);
    return read_shape(xml, node, g, diag);
}

vg_err vg_xodr_plan_read(const vg_xml *xml, const vg_xml_node *road, vg_xodr_plan *out, vg_diag *diag) {
    *out = (vg_xodr_plan){0};
    const vg_xml_node *plan = vg_xml_child(road, "planView"), *node = vg_xml_child(plan, "geometry");
    int32_t count = 0;
    for (const vg_xml_node *n = node; n; n = vg_xml_next(n, "geometry")) count++;
    if (count == 0)
        return vg_fail_at(diag, VG_ERR_FORMAT, xml->file, road->line, "planView",
                          "a road without a geometry");
    out->items = vg_new(vg_xodr_geometry, count);
    if (!out->items) return vg_fail_memory(diag);
    vg_err err = VG_OK;
    for (; node && !err; node = vg_xml_next(node, "geometry")) {
        vg_xodr_geometry *g = &out->items[out->count];
        err = read_geometry(xml, node, g, diag);
        if (!err && out->count > 0 && g->s < g[-1].s)
            err = vg_fail_at(diag, VG_ERR_FORMAT, xml->file, node->line, "s", "%g behind %g; expected rising",
                             g->s, g[-1].s);
        out->count++;
    }
    if (err) vg_xodr_plan_free(out);
    return err;
}

void vg_xodr_plan_free(vg_xodr_plan *plan) {
    vg_free(plan->items);
    *plan = (vg_xodr_plan){0};
}

// --- walking -----------------------------------------------------------------------------------------------

static double cubic(const double *p, double t) { return p[0] + t * (p[1] + t * (p[2] + t * p[3])); }
static double slope(const double *p, double t) { return p[1] + t * (2 * p[2] + 3 * t * p[3]); }

// The heading of an arc or a spiral in its own frame, and Simpson's rule along it: pieces of at most a metre
// and a twentieth of a radian.
static double bend_at(const vg_xodr_geometry *g, double t) {
    if (g->kind == VG_XODR_ARC) return g->p[0] * t;
    double rate = g->length > 0 ? (g->p[1] - g->p[0]) / g->length : 0;
    return t * (g->p[0] + 0.5 * rate * t);
}

static void follow_bend(const vg_xodr_geometry *g, double to, vg_xodr_place *place) {
    double from = place->along, turn = fabs(bend_at(g, to) - bend_at(g, from)) + fabs(g->p[0] * (to - from));
    double pieces = ceil(fmax(to - from, 20 * turn));
    pieces = pieces < 1 ? 1 : pieces > 1000 ? 1000 : pieces;
    double h = (to - from) / pieces, s0, c0, s1, c1, s2, c2;
    vg_sincos(bend_at(g, from), &s0, &c0);
    for (int k = 0; k < (int)pieces; k++) {
        double t = from + k * h;
        vg_sincos(bend_at(g, t + h / 2), &s1, &c1);
        vg_sincos(bend_at(g, t + h), &s2, &c2);
        place->u += h / 6 * (c0 + 4 * c1 + c2);
        place->v += h / 6 * (s0 + 4 * s1 + s2);
        s0 = s2, c0 = c2;
    }
}

static double rate(const vg_xodr_geometry *g, double u) {
    double rise = slope(g->p, u);
    return 1 / sqrt(1 + rise * rise);
}

// Along a cubic v(u) by arc length: du = ds / sqrt(1 + v'^2), by Runge and Kutta's rule in pieces of half a
// metre.
static void follow_poly(const vg_xodr_geometry *g, double to, vg_xodr_place *place) {
    double pieces = ceil((to - place->along) * 2);
    pieces = pieces < 1 ? 1 : pieces > 100000 ? 100000 : pieces;
    double h = (to - place->along) / pieces;
    for (int k = 0; k < (int)pieces; k++) {
        double a = rate(g, place->u), b = rate(g, place->u + 0.5 * h * a),
               c = rate(g, place->u + 0.5 * h * b);
        place->u += h / 6 * (a + 2 * b + 2 * c + rate(g, place->u + h * c));
    }
    place->v = cubic(g->p, place->u);
}

// The place `along` a geometry, and its direction there in the geometry's frame.
static double go_to(const vg_xodr_geometry *g, double to, vg_xodr_place *place) {
    double direction = 0;
    if (g->kind == VG_XODR_LINE) {
        place->u = to;
        place->v = 0;
    } else if (g->kind == VG_XODR_PARAM) {
        double t = g->length > 0 ? to / g->length * g->range : 0;
        place->u = cubic(g->p, t);
        place->v = cubic(g->p + 4, t);
        direction = vg_atan2(slope(g->p + 4, t), slope(g->p, t));
    } else if (g->kind == VG_XODR_POLY3) {
        follow_poly(g, to, place);
        direction = vg_atan2(slope(g->p, place->u), 1);
    } else {
        follow_bend(g, to, place);
        direction = bend_at(g, to);
    }
    place->along = to;
    return direction;
}

void vg_xodr_plan_walk(const vg_xodr_plan *plan, double s, vg_xodr_place *place) {
    int32_t at = place->begun && s >= plan->items[place->at].s ? place->at : 0;
    while (at + 1 < plan->count && s >= plan->items[at + 1].s) at++;
    const vg_xodr_geometry *g = &plan->items[at];
    double along = s - g->s;
    along = along < 0 ? 0 : along > g->length ? g->length : along;
    if (!place->begun || at != place->at || along < place->along)
        *place = (vg_xodr_place){.at = at, .begun = true};
    double direction = go_to(g, along, place), sine, cosine;
    vg_sincos(g->heading, &sine, &cosine);
    place->x = g->x + place->u * cosine - place->v * sine;
    place->y = g->y + place->u * sine + place->v * cosine;
    place->heading = g->heading + direction;
}
