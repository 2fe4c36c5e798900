#include "tracks/formats/torcs.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/exact.h"
#include "sim/base/xml_read.h"
#include "tracks/points.h"

enum { MOST_STEPS = 10000 };
static const double SPACING = 2; // m

typedef struct pen {
    const vg_xml *xml;
    double x, y, heading, length; // where the line has come to
    double steps_length;          // m, of the main track
    vg_points points;
    vg_diag *diag;
} pen;

static const vg_xml_node *named(const vg_xml_node *parent, const char *kind, const char *name) {
    const vg_xml_node *n = vg_xml_child(parent, kind);
    for (; n; n = vg_xml_next(n, kind)) {
        const char *has = vg_xml_get(n, "name");
        if (has && strcmp(has, name) == 0) return n;
    }
    return NULL;
}

static const char *text_of(const vg_xml_node *section, const char *name) {
    const char *text = vg_xml_get(named(section, "attstr", name), "val");
    return text ? text : "";
}

// A number in m or rad; `standard` where there is none.
static vg_err number_of(pen *p, const vg_xml_node *section, const char *name, double standard, double *out) {
    const vg_xml_node *n = named(section, "attnum", name);
    *out = standard;
    if (!n) return VG_OK;
    vg_err err = vg_xml_double(p->xml, n, "val", out, p->diag);
    const char *unit = vg_xml_get(n, "unit");
    if (!err && unit && strcmp(unit, "deg") == 0) *out *= VG_PI / 180;
    return err;
}

// Go on along an arc; curvature 0: straight.
static vg_err draw(pen *p, double length, double curvature) {
    double pieces = ceil(length / SPACING);
    vg_err err = VG_OK;
    for (int32_t k = 0; k < (int32_t)pieces && !err; k++) {
        double step = length / pieces, turn = curvature * step, sine, cosine, chord = step;
        if (turn != 0) {
            vg_sincos(turn / 2, &sine, &cosine);
            chord = 2 * sine / curvature;
        }
        vg_sincos(p->heading + turn / 2, &sine, &cosine);
        err = vg_points_add(&p->points, p->x, p->y, p->diag);
        p->x += chord * cosine;
        p->y += chord * sine;
        p->heading += turn;
        p->length += step;
    }
    return err;
}

// A bend whose radius changes: steps of equal length whose radii rise evenly, stretched so that they turn by
// `arc`.
static vg_err draw_spiral(pen *p, const vg_xml_node *segment, double arc, double from, double to, int sign) {
    double steps, steps_length, length = (from + to) / 2 * arc, angle = 0;
    vg_err err = number_of(p, segment, "profil steps", 1, &steps);
    if (!err) err = number_of(p, segment, "profil steps length", p->steps_length, &steps_length);
    if (err) return err;
    if (!(steps > 1) && steps_length > 0) steps = floor(length / steps_length) + 1;
    steps = fmax(2, fmin(floor(steps), MOST_STEPS));
    double rise = (to - from) / (steps - 1), step = length / steps;
    for (int k = 0; k < (int)steps; k++) angle += step / (from + k * rise);
    step *= arc / angle;
    for (int k = 0; k < (int)steps && !err; k++) err = draw(p, step, sign / (from + k * rise));
    return err;
}

static vg_err fail(const pen *p, const vg_xml_node *segment, const char *field, double value,
                   const char *expected) {
    return vg_fail_at(p->diag, VG_ERR_FORMAT, p->xml->file, segment->line, field,
                      "%g in the segment '%.40s'; expected %s", value,
                      vg_xml_get(segment, "name") ? vg_xml_get(segment, "name") : "", expected);
}

static vg_err draw_segment(pen *p, const vg_xml_node *segment) {
    const char *type = text_of(segment, "type");
    double length, arc, radius, end;
    if (strcmp(type, "str") == 0) {
        vg_err err = number_of(p, segment, "lg", 0, &length);
        if (err) return err;
        if (!(length >= 0 && length <= 1e5)) return fail(p, segment, "lg", length, "0 to 100,000 m");
        return draw(p, length, 0);
    }
    bool left = strcmp(type, "lft") == 0;
    if (!left && strcmp(type, "rgt") != 0)
        return vg_fail_at(p->diag, VG_ERR_FORMAT, p->xml->file, segment->line, "type",
                          "'%.40s'; expected str, lft or rgt", type);
    vg_err err = number_of(p, segment, "arc", 0, &arc);
    if (!err) err = number_of(p, segment, "radius", 0, &radius);
    if (!err) err = number_of(p, segment, "end radius", radius, &end);
    if (err) return err;
    if (!(arc >= 0 && arc <= 100)) return fail(p, segment, "arc", arc, "an angle of at least 0");
    if (!(radius > 0 && radius <= 1e5))
        return fail(p, segment, "radius", radius, "above 0, at most 100,000 m");
    if (!(end > 0 && end <= 1e5)) return fail(p, segment, "end radius", end, "above 0, at most 100,000 m");
    int sign = left ? 1 : -1;
    return radius == end ? draw(p, arc * radius, sign / radius)
                         : draw_spiral(p, segment, arc, radius, end, sign);
}

static vg_err draw_all(pen *p, double *width) {
    const vg_xml_node *main = named(p->xml->root, "section", "Main Track");
    const vg_xml_node *list = named(main, "section", "Track Segments");
    if (!list) list = named(main, "list", "segments"); // of the oldest files
    const vg_xml_node *segment = vg_xml_child(list, "section");
    if (!segment)
        return vg_fail_at(p->diag, VG_ERR_FORMAT, p->xml->file, p->xml->root->line, "Track Segments",
                          "no segments of a main track; expected a TORCS track");
    vg_err err = number_of(p, main, "width", 10, width);
    if (!err) err = number_of(p, main, "profil steps length", 0, &p->steps_length);
    if (!err && !(*width > 0 && *width <= 1000))
        err = fail(p, main, "width", *width, "above 0, at most 1000 m");
    for (; segment && !err; segment = vg_xml_next(segment, "section")) {
        err = draw_segment(p, segment);
        if (!err && p->length > 1e6) err = fail(p, segment, "lg", p->length, "a track of at most 1000 km");
    }
    return err;
}

static vg_err make_track(pen *p, double width, const vg_track_source *source, vg_track *out, vg_diag *diag) {
    if (p->points.count < 3)
        return vg_fail_at(diag, VG_ERR_FORMAT, source->file, 0, NULL, "%d points; expected at least 3",
                          p->points.count);
    double gap = sqrt(p->x * p->x + p->y * p->y);
    bool closed = gap < 0.01 * p->length || gap < 2 * SPACING;
    vg_err err = VG_OK;
    if (!closed) err = vg_points_add(&p->points, p->x, p->y, diag);
    if (!err) err = vg_track_alloc(p->points.count, out, diag);
    if (err) return err;
    if (closed && gap > 0.1)
        vg_track_warn(source->warnings, "%s: the segments end %.2g m from their start; spread over the lap",
                      source->file, gap);
    for (int32_t i = 0; i < p->points.count; i++) {
        double share = closed ? (double)i / p->points.count : 0;
        vg_track_add(out, p->points.x[i] - share * p->x, p->points.y[i] - share * p->y, width / 2, width / 2);
    }
    out->closed = closed;
    snprintf(out->file, sizeof out->file, "%s", source->file);
    return VG_OK;
}

static vg_err read(const vg_track_source *source, vg_track *out, vg_diag *diag) {
    vg_xml xml;
    double width;
    *out = (vg_track){0};
    vg_err err = vg_xml_parse(source->bytes, source->size, source->file, &xml, diag);
    if (err) return err;
    pen p = {.xml = &xml, .diag = diag};
    err = draw_all(&p, &width);
    if (!err) err = make_track(&p, width, source, out, diag);
    vg_points_free(&p.points);
    vg_xml_free(&xml);
    return err;
}

static bool is_torcs(const char *head, int64_t size) { return vg_xml_begins(head, size, "params"); }

const vg_track_format vg_track_format_torcs = {
    .about = {.name = "torcs",
              .endings = "xml",
              .summary = "TORCS and Speed Dreams track XML",
              .sniff = is_torcs},
    .read = read,
};
