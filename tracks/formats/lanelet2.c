#include "tracks/formats/lanelet2.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/geodesy.h"
#include "sim/base/memory.h"
#include "sim/base/xml_read.h"
#include "tracks/formats/lanelets.h"

// The elements of one name, by their ids.
typedef struct node_index {
    const vg_xml_node **items; // [count]
    int32_t count;
} node_index;

// The ends of a lanelet's bounds, as ids of nodes, and its ways: all borrowed.
typedef struct ends {
    const char *begin[2], *end[2], *way[2]; // left, right
    int32_t lanelet;
} ends;

typedef struct reader {
    const vg_track_source *source;
    vg_xml xml;
    node_index nodes, ways;
    bool local;  // nodes have local_x and local_y
    bool placed; // the plane is known
    double latitude, longitude;
    vg_plane plane;
    vg_lanelets all;
    ends *ends; // [all.count]
    vg_diag *diag;
} reader;

static const char *id_of(const vg_xml_node *node) {
    const char *id = vg_xml_get(node, "id");
    return id ? id : "";
}

static int by_id(const void *a, const void *b) {
    return strcmp(id_of(*(const vg_xml_node *const *)a), id_of(*(const vg_xml_node *const *)b));
}

static vg_err make_index(const vg_xml *xml, const char *name, node_index *out, vg_diag *diag) {
    int32_t count = 0;
    for (const vg_xml_node *n = vg_xml_child(xml->root, name); n; n = vg_xml_next(n, name)) count++;
    out->items = vg_new(const vg_xml_node *, count);
    if (!out->items) return vg_fail_memory(diag);
    for (const vg_xml_node *n = vg_xml_child(xml->root, name); n; n = vg_xml_next(n, name))
        out->items[out->count++] = n;
    if (count) qsort(out->items, (size_t)count, sizeof *out->items, by_id);
    return VG_OK;
}

static const vg_xml_node *find(const node_index *index, const char *id) {
    int32_t low = 0, high = index->count;
    while (id && low < high) {
        int32_t middle = (low + high) / 2, order = strcmp(id, id_of(index->items[middle]));
        if (order == 0) return index->items[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

static const vg_xml_node *tag_of(const vg_xml_node *node, const char *key) {
    const vg_xml_node *tag = vg_xml_child(node, "tag");
    for (; tag; tag = vg_xml_next(tag, "tag")) {
        const char *k = vg_xml_get(tag, "k");
        if (k && strcmp(k, key) == 0) return tag;
    }
    return NULL;
}

static bool tag_is(const vg_xml_node *node, const char *key, const char *value) {
    const char *v = vg_xml_get(tag_of(node, key), "v");
    return v && strcmp(v, value) == 0;
}

// --- places ------------------------------------------------------------------------------------------------

static vg_err place_node(reader *r, const vg_xml_node *node, double *x, double *y) {
    const vg_xml_node *local[2] = {tag_of(node, "local_x"), tag_of(node, "local_y")};
    double latitude, longitude;
    vg_err err;
    if (local[0] && local[1]) {
        r->local = true;
        err = vg_xml_double(&r->xml, local[0], "v", x, r->diag);
        if (!err) err = vg_xml_double(&r->xml, local[1], "v", y, r->diag);
    } else {
        err = vg_xml_double(&r->xml, node, "lat", &latitude, r->diag);
        if (!err) err = vg_xml_double(&r->xml, node, "lon", &longitude, r->diag);
        if (!err && !(fabs(latitude) <= 90 && fabs(longitude) <= 360))
            err = vg_fail_at(r->diag, VG_ERR_FORMAT, r->xml.file, node->line, "lat",
                             "latitude %g, longitude %g; expected degrees", latitude, longitude);
        if (err) return err;
        if (!r->placed) {
            bool said = r->source->options.at_origin;
            r->latitude = said ? r->source->options.latitude : latitude;
            r->longitude = said ? r->source->options.longitude : longitude;
            r->plane = vg_plane_at(r->latitude, r->longitude);
            r->placed = true;
        }
        vg_plane_project(&r->plane, latitude, longitude, x, y);
    }
    if (!err && !(fabs(*x) <= 1e7 && fabs(*y) <= 1e7))
        err = vg_fail_at(r->diag, VG_ERR_FORMAT, r->xml.file, node->line, "node",
                         "(%g, %g); expected within 1e7 m", *x, *y);
    return err;
}

// The points of a way, and the ids of its first and last node.
static vg_err read_way(reader *r, const vg_xml_node *way, vg_points *out, const char **begin,
                       const char **end) {
    vg_err err = VG_OK;
    const vg_xml_node *nd = vg_xml_child(way, "nd");
    for (; nd && !err; nd = vg_xml_next(nd, "nd")) {
        const vg_xml_node *node = find(&r->nodes, vg_xml_get(nd, "ref"));
        double x, y;
        if (!node)
            return vg_fail_at(r->diag, VG_ERR_FORMAT, r->xml.file, nd->line, "nd",
                              "a node that the file does not hold");
        err = place_node(r, node, &x, &y);
        if (!err) err = vg_points_add(out, x, y, r->diag);
        *end = id_of(node);
        if (out->count == 1) *begin = *end;
    }
    if (!err && out->count < 2)
        err = vg_fail_at(r->diag, VG_ERR_FORMAT, r->xml.file, way->line, "way",
                         "%d nodes; expected at least 2", out->count);
    return err;
}

// --- lanelets ----------------------------------------------------------------------------------------------

static bool is_for_cars(const vg_xml_node *relation) {
    static const char *const subtypes[] = {"road", "highway", "play_street", "bus_lane", "emergency_lane"};
    if (!tag_is(relation, "type", "lanelet")) return false;
    if (!tag_of(relation, "subtype")) return true;
    for (int i = 0; i < 5; i++)
        if (tag_is(relation, "subtype", subtypes[i])) return true;
    return false;
}

static const vg_xml_node *bound_of(const reader *r, const vg_xml_node *relation, const char *side) {
    const vg_xml_node *m = vg_xml_child(relation, "member");
    for (; m; m = vg_xml_next(m, "member")) {
        const char *role = vg_xml_get(m, "role");
        if (role && strcmp(role, side) == 0) return find(&r->ways, vg_xml_get(m, "ref"));
    }
    return NULL;
}

static double gap(const vg_points *a, int32_t i, const vg_points *b, int32_t j) {
    double dx = a->x[i] - b->x[j], dy = a->y[i] - b->y[j];
    return sqrt(dx * dx + dy * dy);
}

static void turn_round(vg_points *points, ends *e, int side) {
    const char *keep = e->begin[side];
    vg_points_reverse(points);
    e->begin[side] = e->end[side];
    e->end[side] = keep;
}

// Ways may run either way: bounds run side by side, with the left one to the left.
static void align(vg_lanelet *lanelet, ends *e) {
    vg_points *l = &lanelet->left, *r = &lanelet->right;
    int32_t a = l->count - 1, b = r->count - 1;
    if (gap(l, 0, r, b) + gap(l, a, r, 0) < gap(l, 0, r, 0) + gap(l, a, r, b)) turn_round(r, e, 1);
    double sum = 0;
    for (int32_t i = 0; i < a; i++)
        for (int32_t k = 0; k <= 2; k++) {
            int32_t j = (int32_t)((int64_t)b * k / 2);
            sum +=
                (l->x[i + 1] - l->x[i]) * (r->y[j] - l->y[i]) - (l->y[i + 1] - l->y[i]) * (r->x[j] - l->x[i]);
        }
    if (sum <= 0) return;
    turn_round(l, e, 0);
    turn_round(r, e, 1);
}

static vg_err read_lanelet(reader *r, const vg_xml_node *relation) {
    static const char *const sides[] = {"left", "right"};
    ends e = {.lanelet = r->all.count};
    const vg_xml_node *bounds[2];
    for (int side = 0; side < 2; side++) {
        bounds[side] = bound_of(r, relation, sides[side]);
        if (!bounds[side])
            return vg_fail_at(r->diag, VG_ERR_FORMAT, r->xml.file, relation->line, sides[side],
                              "the lanelet '%.40s' has no way for its %s bound", id_of(relation),
                              sides[side]);
        e.way[side] = id_of(bounds[side]);
    }
    vg_err err = vg_lanelets_add(&r->all, id_of(relation), r->diag);
    vg_lanelet *lanelet = err ? NULL : &r->all.items[r->all.count - 1];
    if (!err) err = read_way(r, bounds[0], &lanelet->left, &e.begin[0], &e.end[0]);
    if (!err) err = read_way(r, bounds[1], &lanelet->right, &e.begin[1], &e.end[1]);
    if (err) return err;
    align(lanelet, &e);
    r->ends[e.lanelet] = e;
    return VG_OK;
}

static int by_begin(const void *a, const void *b) {
    const ends *p = a, *q = b;
    int order = strcmp(p->begin[0], q->begin[0]);
    return order ? order : strcmp(p->begin[1], q->begin[1]);
}

static int by_left_way(const void *a, const void *b) {
    return strcmp(((const ends *)a)->way[0], ((const ends *)b)->way[0]);
}

// Where the ends of one are the begins of another, it leads into it; a shared way makes neighbours, if both
// run the same way.
static vg_err link_all(reader *r) {
    int32_t n = r->all.count;
    ends *sorted = vg_new(ends, n);
    if (!sorted) return vg_fail_memory(r->diag);
    if (n) memcpy(sorted, r->ends, (size_t)n * sizeof *sorted);
    if (n) qsort(sorted, (size_t)n, sizeof *sorted, by_begin);
    for (int32_t i = 0; i < n; i++) {
        const ends key = {.begin = {r->ends[i].end[0], r->ends[i].end[1]}};
        const ends *hit = bsearch(&key, sorted, (size_t)n, sizeof *sorted, by_begin);
        while (hit && hit > sorted && by_begin(hit - 1, &key) == 0) hit--;
        for (; hit && hit < sorted + n && by_begin(hit, &key) == 0; hit++)
            vg_lanelets_link(&r->all, i, hit->lanelet);
    }
    if (n) qsort(sorted, (size_t)n, sizeof *sorted, by_left_way);
    for (int32_t i = 0; i < n; i++) {
        const ends key = {.way = {r->ends[i].way[1]}};
        const ends *hit = bsearch(&key, sorted, (size_t)n, sizeof *sorted, by_left_way);
        if (!hit || hit->lanelet == i || strcmp(hit->begin[0], r->ends[i].begin[1]) != 0) continue;
        r->all.items[i].to_right = hit->lanelet;
        r->all.items[hit->lanelet].to_left = i;
    }
    vg_free(sorted);
    return VG_OK;
}

static vg_err read_all(reader *r) {
    int32_t count = 0;
    vg_err err = make_index(&r->xml, "node", &r->nodes, r->diag);
    if (!err) err = make_index(&r->xml, "way", &r->ways, r->diag);
    const vg_xml_node *n = vg_xml_child(r->xml.root, "relation");
    for (; n; n = vg_xml_next(n, "relation")) count += is_for_cars(n);
    if (!err && !(r->ends = vg_new(ends, count))) err = vg_fail_memory(r->diag);
    for (n = vg_xml_child(r->xml.root, "relation"); n && !err; n = vg_xml_next(n, "relation"))
        if (is_for_cars(n)) err = read_lanelet(r, n);
    if (!err) err = vg_lanelets_sort(&r->all, r->diag);
    return err ? err : link_all(r);
}

static vg_err read(const vg_track_source *source, vg_track *out, vg_diag *diag) {
    reader r = {.source = source, .diag = diag};
    *out = (vg_track){0};
    vg_err err = vg_xml_parse(source->bytes, source->size, source->file, &r.xml, diag);
    if (!err) err = read_all(&r);
    if (!err) err = vg_lanelets_track(&r.all, source, out, diag);
    if (!err) {
        out->geodetic = r.placed && !r.local;
        out->latitude = r.latitude, out->longitude = r.longitude;
    }
    vg_lanelets_free(&r.all);
    vg_free(r.ends);
    vg_free(r.nodes.items);
    vg_free(r.ways.items);
    vg_xml_free(&r.xml);
    return err;
}

static bool is_osm(const char *head, int64_t size) { return vg_xml_begins(head, size, "osm"); }

const vg_track_format vg_track_format_lanelet2 = {
    .about = {.name = "lanelet2",
              .endings = "osm",
              .summary = "Lanelet2 maps as OSM XML: a chain of lanelets",
              .sniff = is_osm},
    .read = read,
};
