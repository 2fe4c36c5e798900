#include "tracks/formats/xodr.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/exact.h"
#include "sim/base/memory.h"
#include "tracks/formats/xodr_road.h"
#include "tracks/formats/xodr_route.h"
#include "tracks/formats/xodr_write.h"
#include "tracks/obstacles.h"
#include "tracks/strip.h"

enum { MOST_LANES = 32 };
static const double STEP_MOST = 2, STEP_LEAST = 0.05, NARROWEST = 0.05; // m

typedef enum choice { SAME_WAY, OTHER_WAY, BOTH_WAYS, BY_ID } choice;

typedef struct reader {
    const vg_track_source *source;
    vg_xml xml;
    vg_xodr_network net;
    choice lanes;
    int ids[MOST_LANES]; // by their ids, those of the section under way
    int id_count;
    double step;      // m, between points
    vg_strip strip;   // what has come of it
    vg_track objects; // only its obstacles
    vg_diag *diag;
} reader;

// --- lanes -------------------------------------------------------------------------------------------------

static vg_err choose_lanes(reader *r) {
    const char *text = r->source->options.lanes;
    r->lanes = SAME_WAY;
    if (!text || strcmp(text, "right") == 0) return VG_OK;
    if (strcmp(text, "left") == 0 || strcmp(text, "all") == 0) {
        r->lanes = *text == 'l' ? OTHER_WAY : BOTH_WAYS;
        return VG_OK;
    }
    r->lanes = BY_ID;
    while (*text) {
        char word[16];
        int64_t id;
        size_t length = strcspn(text, ",");
        snprintf(word, sizeof word, "%.*s", (int)(length < 15 ? length : 15), text);
        if (r->id_count == MOST_LANES || !vg_parse_int(word, &id) || id == 0 || id < -1000 || id > 1000)
            return vg_fail(r->diag, VG_ERR_ARGUMENT,
                           "--lanes: '%.40s'; expected right, left, all, or ids such as -1,-2",
                           r->source->options.lanes);
        r->ids[r->id_count++] = (int)id;
        text += length + (text[length] == ',');
    }
    return VG_OK;
}

static bool is_chosen(const reader *r, const vg_xodr_road *road, const vg_xodr_lane *lane, bool backwards) {
    bool same = (lane->id > 0) == (backwards != road->left_hand);
    if (r->lanes != BY_ID) return lane->driving && (r->lanes == BOTH_WAYS || same == (r->lanes == SAME_WAY));
    for (int i = 0; i < r->id_count; i++)
        if (r->ids[i] == lane->id) return true;
    return false;
}

// The outermost borders of the chosen lanes to either side, m to the left of the reference line.
static bool find_edges(const reader *r, const vg_xodr_road *road, bool backwards, const int32_t sections[2],
                       double s, double *left, double *right) {
    *left = -INFINITY, *right = INFINITY;
    for (int side = 0; side < 2; side++) {
        const vg_xodr_section *at = &road->sections[sections[side]];
        int32_t from = side == 0 ? at->first : at->first + at->left;
        int32_t to = side == 0 ? at->first + at->left : at->first + at->count;
        for (int32_t i = from; i < to; i++) {
            double inner, outer;
            if (!is_chosen(r, road, &road->lanes[i], backwards)) continue;
            vg_xodr_lane_borders(road, sections[side], road->lanes[i].id, s, &inner, &outer);
            *left = fmax(*left, fmax(inner, outer));
            *right = fmin(*right, fmin(inner, outer));
        }
    }
    return *left - *right >= NARROWEST;
}

// The ids of the chosen lanes in the section or road that comes next.
static void follow_lanes(reader *r, const vg_xodr_road *road, int32_t section, bool backwards,
                         const vg_xml_node *connection) {
    int kept = 0;
    for (int i = 0; i < r->id_count && r->lanes == BY_ID; i++) {
        const vg_xodr_lane *lane = vg_xodr_lane_of(road, section, r->ids[i]);
        int next = !lane ? 0 : backwards ? lane->before : lane->after;
        const vg_xml_node *link = vg_xml_child(connection, "laneLink");
        for (; link && next == 0; link = vg_xml_next(link, "laneLink")) {
            int64_t from, to;
            const char *a = vg_xml_get(link, "from"), *b = vg_xml_get(link, "to");
            if (a && b && vg_parse_int(a, &from) && vg_parse_int(b, &to) && from == r->ids[i]) next = (int)to;
        }
        r->ids[kept++] = next ? next : r->ids[i];
    }
}

// --- points ------------------------------------------------------------------------------------------------

static vg_err fail_narrow(const reader *r, const vg_xodr_road *road, double s) {
    return vg_fail_at(
        r->diag, VG_ERR_FORMAT, r->xml.file, road->node->line, "lane",
        "the road '%.40s' has none of the chosen lanes at s = %.1f m; expected some all the way: choose a "
        "--route, or --lanes",
        road->id, s);
}

// The points of a road between two s, with the lanes of one section for each side.
static vg_err add_stretch(reader *r, const vg_xodr_road *road, bool backwards, double from, double to) {
    double middle = 0.5 * (from + to), pieces = ceil((to - from) / r->step);
    int32_t sections[2] = {vg_xodr_section_at(road, middle, true, false),
                           vg_xodr_section_at(road, middle, false, false)};
    int32_t first = r->strip.count;
    vg_xodr_place at = {0};
    vg_err err = VG_OK;
    for (int32_t k = 0; k <= (int32_t)pieces && !err; k++) {
        double s = pieces > 0 ? from + (to - from) * k / pieces : from, left, right, sine, cosine;
        vg_xodr_plan_walk(&road->plan, s, &at);
        if (!find_edges(r, road, backwards, sections, s, &left, &right)) {
            // A lane may end, or begin, in a point: that is the neighbour's place.
            if (k == 0 || k == (int32_t)pieces) continue;
            return fail_narrow(r, road, s);
        }
        vg_sincos(at.heading, &sine, &cosine);
        const double l[2] = {at.x - left * sine, at.y + left * cosine};
        const double m[2] = {at.x - right * sine, at.y + right * cosine};
        err = backwards ? vg_strip_add(&r->strip, m, l, r->diag) : vg_strip_add(&r->strip, l, m, r->diag);
    }
    if (!err && r->strip.count == first) return fail_narrow(r, road, middle);
    if (!err && backwards) vg_strip_reverse(&r->strip, first);
    if (!err) vg_strip_joint(&r->strip, first);
    return err;
}

// The objects of a road that are obstacles: a circle by its radius, else a box.
static vg_err add_objects(reader *r, const vg_xodr_road *road) {
    const vg_xml_node *object = vg_xml_child(vg_xml_child(road->node, "objects"), "object");
    vg_err err = VG_OK;
    for (; object && !err; object = vg_xml_next(object, "object")) {
        const char *type = vg_xml_get(object, "type");
        if (!type || strcmp(type, "obstacle") != 0 || r->objects.obstacle_count >= VG_OBSTACLES_MOST)
            continue;
        vg_track_obstacle o = {.line = object->line};
        double s, t, heading, sine, cosine;
        vg_xodr_place at = {0};
        err = vg_xml_double(&r->xml, object, "s", &s, r->diag);
        if (!err) err = vg_xml_double(&r->xml, object, "t", &t, r->diag);
        if (!err) err = vg_xml_double_or(&r->xml, object, "hdg", 0, &heading, r->diag);
        if (!err) err = vg_xml_double_or(&r->xml, object, "radius", 0, &o.shape.radius, r->diag);
        bool box = o.shape.radius == 0;
        if (!err && box) err = vg_xml_double_or(&r->xml, object, "length", 0, &o.shape.length, r->diag);
        if (!err && box) err = vg_xml_double_or(&r->xml, object, "width", 0, &o.shape.width, r->diag);
        if (err || !(s >= 0 && s <= road->length)) continue;
        vg_xodr_plan_walk(&road->plan, s, &at);
        vg_sincos(at.heading, &sine, &cosine);
        o.shape.x = at.x - t * sine, o.shape.y = at.y + t * cosine;
        heading += at.heading;
        if (box) o.shape.heading = heading - 2 * VG_PI * floor(heading / (2 * VG_PI) + 0.5);
        err = vg_track_add_obstacle(&r->objects, &o, r->diag);
    }
    return err;
}

static vg_err add_road(reader *r, const vg_xodr_road *road, const vg_xodr_step *step,
                       const vg_xodr_step *next) {
    int32_t n = road->section_count;
    vg_err err = VG_OK;
    for (int32_t k = 0; k < n && !err; k++) {
        int32_t i = step->backwards ? n - 1 - k : k;
        double from = i == 0 ? 0 : road->sections[i].s,
               to = i + 1 < n ? road->sections[i + 1].s : road->length;
        if (to - from > 1e-6) err = add_stretch(r, road, step->backwards, from, to);
        const vg_xml_node *connection = k + 1 == n && next ? next->connection : NULL;
        if (k + 1 < n || next) follow_lanes(r, road, i, step->backwards, connection);
    }
    return err;
}

static vg_err measure(reader *r) {
    double total = 0;
    vg_err err = VG_OK;
    for (int32_t i = 0; i < r->net.step_count && !err; i++) {
        double length;
        err = vg_xml_double(&r->xml, r->net.roads[r->net.steps[i].road], "length", &length, r->diag);
        if (!err) total += length;
    }
    if (!err && !(total <= 1e6))
        err = vg_fail_at(r->diag, VG_ERR_FORMAT, r->xml.file, 0, "length",
                         "a route of %g m; expected up to 1000 km", total);
    r->step = fmax(fmin(total / 300, STEP_MOST), STEP_LEAST);
    return err;
}

static vg_err read_roads(reader *r) {
    vg_err err = vg_xodr_network_read(&r->xml, &r->net, r->diag);
    if (!err) err = choose_lanes(r);
    if (!err) err = vg_xodr_route(&r->net, r->source->options.route, r->diag);
    if (!err) err = measure(r);
    for (int32_t i = 0; i < r->net.step_count && !err; i++) {
        vg_xodr_road road;
        const vg_xodr_step *step = &r->net.steps[i], *next = i + 1 < r->net.step_count ? step + 1 : NULL;
        err = vg_xodr_road_read(&r->xml, r->net.roads[step->road], &road, r->diag);
        if (err) break;
        err = add_road(r, &road, step, next);
        if (!err) err = add_objects(r, &road);
        vg_xodr_road_free(&road);
    }
    return err;
}

static void warn_route(const reader *r) {
    vg_text ids = {0};
    for (int32_t i = 0; i < r->net.step_count && i < 12; i++) {
        const char *id = vg_xml_get(r->net.roads[r->net.steps[i].road], "id");
        vg_text_add(&ids, "%s%.20s", i ? "," : "", id ? id : "");
    }
    if (!r->source->options.route && r->net.count > 1 && !ids.failed && ids.size)
        vg_track_warn(r->source->warnings, "%s: of %d roads these were taken: %.300s%s; --route says others",
                      r->xml.file, r->net.count, ids.bytes, r->net.step_count > 12 ? ",..." : "");
    vg_text_free(&ids);
}

static vg_err read(const vg_track_source *source, vg_track *out, vg_diag *diag) {
    reader r = {.source = source, .diag = diag};
    *out = (vg_track){0};
    vg_err err = vg_xml_parse(source->bytes, source->size, source->file, &r.xml, diag);
    if (!err) err = read_roads(&r);
    if (!err) err = vg_strip_track(&r.strip, r.net.closed, r.step, source->file, out, diag);
    if (!err) {
        out->obstacles = r.objects.obstacles, out->obstacle_count = r.objects.obstacle_count;
        r.objects.obstacles = NULL;
        err = vg_track_keep_obstacles(out, source->warnings, diag);
        if (err) vg_track_free(out);
    }
    if (!err) warn_route(&r);
    vg_track_free(&r.objects);
    vg_strip_free(&r.strip);
    vg_xodr_network_free(&r.net);
    vg_xml_free(&r.xml);
    return err;
}

static bool is_xodr(const char *head, int64_t size) { return vg_xml_begins(head, size, "OpenDRIVE"); }

const vg_track_format vg_track_format_xodr = {
    .about = {.name = "xodr",
              .endings = "xodr",
              .summary = "ASAM OpenDRIVE 1.4 to 1.8: lanes of a chain of roads",
              .sniff = is_xodr},
    .read = read,
    .approximate = true,
    .write = vg_xodr_write,
    .obstacles = true,
};
