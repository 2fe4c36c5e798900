#include "tracks/formats/xodr_route.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/exact.h"
#include "sim/base/memory.h"
#include "tracks/formats/xodr_road.h"

enum { MOST_WAYS = 64 };

static const char *id_of(const vg_xml_node *road) {
    const char *id = vg_xml_get(road, "id");
    return id ? id : "";
}

static int by_id(const void *a, const void *b) {
    return strcmp(id_of(*(const vg_xml_node *const *)a), id_of(*(const vg_xml_node *const *)b));
}

vg_err vg_xodr_network_read(const vg_xml *xml, vg_xodr_network *out, vg_diag *diag) {
    *out = (vg_xodr_network){.xml = xml};
    int32_t count = 0;
    for (const vg_xml_node *n = vg_xml_child(xml->root, "road"); n; n = vg_xml_next(n, "road")) count++;
    if (count == 0)
        return vg_fail_at(diag, VG_ERR_FORMAT, xml->file, xml->root->line, "road", "a map without a road");
    out->roads = vg_new(const vg_xml_node *, count);
    out->used = vg_new(bool, count);
    out->steps = vg_new(vg_xodr_step, count);
    if (!out->roads || !out->used || !out->steps) {
        vg_xodr_network_free(out);
        return vg_fail_memory(diag);
    }
    for (const vg_xml_node *n = vg_xml_child(xml->root, "road"); n; n = vg_xml_next(n, "road"))
        out->roads[out->count++] = n;
    qsort(out->roads, (size_t)count, sizeof *out->roads, by_id);
    for (int32_t i = 1; i < count; i++)
        if (by_id(&out->roads[i - 1], &out->roads[i]) == 0) {
            vg_err err = vg_fail_at(diag, VG_ERR_FORMAT, xml->file, out->roads[i]->line, "id",
                                    "a second road '%.40s'", id_of(out->roads[i]));
            vg_xodr_network_free(out);
            return err;
        }
    return VG_OK;
}

void vg_xodr_network_free(vg_xodr_network *net) {
    vg_free(net->roads);
    vg_free(net->used);
    vg_free(net->steps);
    *net = (vg_xodr_network){0};
}

static int32_t find_road(const vg_xodr_network *net, const char *id) {
    int32_t low = 0, high = net->count;
    while (id && low < high) {
        int32_t middle = (low + high) / 2, order = strcmp(id, id_of(net->roads[middle]));
        if (order == 0) return middle;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return -1;
}

// --- links -------------------------------------------------------------------------------------------------

static const vg_xml_node *find_junction(const vg_xodr_network *net, const char *id) {
    const vg_xml_node *n = vg_xml_child(net->xml->root, "junction");
    while (n && (!id || strcmp(id_of(n), id) != 0)) n = vg_xml_next(n, "junction");
    return n;
}

static bool is_end(const vg_xml_node *node) {
    const char *point = vg_xml_get(node, "contactPoint");
    return point && strcmp(point, "end") == 0;
}

// Where a road's link at its far end (as it is driven) leads: the road, or the junction in *junction.
static int32_t follow_link(const vg_xodr_network *net, vg_xodr_step from, bool *backwards,
                           const vg_xml_node **junction) {
    const vg_xml_node *link = vg_xml_child(net->roads[from.road], "link");
    link = vg_xml_child(link, from.backwards ? "predecessor" : "successor");
    const char *type = vg_xml_get(link, "elementType"), *id = vg_xml_get(link, "elementId");
    *junction = NULL;
    if (!type) return -1;
    if (strcmp(type, "junction") == 0) *junction = find_junction(net, id);
    *backwards = is_end(link);
    return *junction ? -1 : find_road(net, id);
}

// The steps that may follow one.
static int ways_on(const vg_xodr_network *net, vg_xodr_step from, vg_xodr_step out[MOST_WAYS]) {
    const vg_xml_node *junction;
    bool backwards = false;
    int count = 0;
    int32_t road = follow_link(net, from, &backwards, &junction);
    if (road >= 0) out[count++] = (vg_xodr_step){road, backwards, NULL};
    const vg_xml_node *c = vg_xml_child(junction, "connection");
    for (; c && count < MOST_WAYS; c = vg_xml_next(c, "connection")) {
        const char *incoming = vg_xml_get(c, "incomingRoad");
        road = find_road(net, vg_xml_get(c, "connectingRoad"));
        if (incoming && road >= 0 && strcmp(incoming, id_of(net->roads[from.road])) == 0)
            out[count++] = (vg_xodr_step){road, is_end(c), c};
    }
    return count;
}

static bool leads_to(const vg_xodr_network *net, vg_xodr_step from, vg_xodr_step to) {
    vg_xodr_step ways[MOST_WAYS];
    int count = ways_on(net, from, ways);
    for (int i = 0; i < count; i++)
        if (ways[i].road == to.road && ways[i].backwards == to.backwards) return true;
    return false;
}

// The steps that may come before one.
static int ways_in(const vg_xodr_network *net, vg_xodr_step to, vg_xodr_step out[MOST_WAYS]) {
    const vg_xml_node *junction;
    bool backwards = false;
    int count = 0;
    vg_xodr_step back = {to.road, !to.backwards, NULL};
    int32_t road = follow_link(net, back, &backwards, &junction);
    // A road that is entered at its end, going back, is driven from its begin to its end.
    if (road >= 0) out[count++] = (vg_xodr_step){road, !backwards, NULL};
    const vg_xml_node *c = vg_xml_child(junction, "connection");
    for (; c && count < MOST_WAYS; c = vg_xml_next(c, "connection")) {
        road = find_road(net, vg_xml_get(c, "connectingRoad"));
        vg_xodr_step way = {road, is_end(c), c};
        if (road >= 0 && leads_to(net, way, to)) out[count++] = way;
    }
    return count;
}

// --- the way that is taken by itself ----------------------------------------------------------------------

// The direction in which a step leaves its road, or enters it; whether the road can be driven this way.
static vg_err look_at(const vg_xodr_network *net, vg_xodr_step step, bool leaving, double *heading,
                      bool *driven, vg_diag *diag) {
    vg_xodr_road road;
    vg_xodr_place place = {0};
    vg_err err = vg_xodr_road_read(net->xml, net->roads[step.road], &road, diag);
    if (err) return err;
    vg_xodr_plan_walk(&road.plan, leaving != step.backwards ? road.length : 0, &place);
    *heading = place.heading + (step.backwards ? VG_PI : 0);
    *driven = vg_xodr_has_driving(&road, step.backwards != road.left_hand);
    vg_xodr_road_free(&road);
    return VG_OK;
}

// Of some ways on from `at` (with `in`: into it) the straightest that is not in the route yet; *best is -1 if
// there is none.
static vg_err choose(const vg_xodr_network *net, vg_xodr_step at, bool in, const vg_xodr_step *ways,
                     int count, int *best, vg_diag *diag) {
    double least = INFINITY, from = 0;
    bool driven;
    *best = -1;
    vg_err err = count ? look_at(net, at, !in, &from, &driven, diag) : VG_OK;
    for (int i = 0; i < count && !err; i++) {
        double to;
        if (net->used[ways[i].road]) continue;
        err = look_at(net, ways[i], !in, &to, &driven, diag);
        if (err) break;
        double turn = fabs(to - from - 2 * VG_PI * floor((to - from) / (2 * VG_PI) + 0.5));
        if (driven && turn < least) least = turn, *best = i;
    }
    return err;
}

static void reverse_steps(vg_xodr_network *net) {
    for (int32_t i = 0, j = net->step_count - 1; i < j; i++, j--) {
        vg_xodr_step keep = net->steps[i];
        net->steps[i] = net->steps[j];
        net->steps[j] = keep;
    }
}

// Go on from the last step, or, with `in`, back from it.
static vg_err extend(vg_xodr_network *net, bool in, vg_diag *diag) {
    vg_err err = VG_OK;
    while (!err && net->step_count < net->count) {
        vg_xodr_step ways[MOST_WAYS], at = net->steps[net->step_count - 1];
        int best, count = in ? ways_in(net, at, ways) : ways_on(net, at, ways);
        err = choose(net, at, in, ways, count, &best, diag);
        if (err || best < 0) break;
        net->used[ways[best].road] = true;
        net->steps[net->step_count++] = ways[best];
    }
    return err;
}

// The longest road that can be driven begins the route.
static vg_err begin(vg_xodr_network *net, vg_diag *diag) {
    double longest = -1;
    vg_xodr_step best = {0};
    for (int32_t i = 0; i < net->count; i++) {
        double length, heading;
        bool driven = false;
        vg_xodr_step step = {i, false, NULL};
        vg_err err = vg_xml_double(net->xml, net->roads[i], "length", &length, diag);
        if (err) return err;
        if (length <= longest) continue;
        for (int way = 0; way < 2 && !err && !driven; way++) {
            step.backwards = way;
            err = look_at(net, step, true, &heading, &driven, diag);
        }
        if (err) return err;
        if (driven) longest = length, best = step;
    }
    if (longest < 0)
        return vg_fail_at(diag, VG_ERR_FORMAT, net->xml->file, 0, NULL, "no road has a lane of type driving");
    net->steps[0] = best;
    net->step_count = 1;
    net->used[best.road] = true;
    return VG_OK;
}

// --- by ids ------------------------------------------------------------------------------------------------

static vg_err append(vg_xodr_network *net, vg_xodr_step step, vg_diag *diag) {
    if (net->step_count == net->count || net->used[step.road])
        return vg_fail(diag, VG_ERR_FORMAT, "--route: the road '%.40s' is driven twice; expected once",
                       id_of(net->roads[step.road]));
    net->used[step.road] = true;
    net->steps[net->step_count++] = step;
    return VG_OK;
}

// From a step to a road, directly or over one connecting road: the steps in between and the road; their
// number.
static int connect(const vg_xodr_network *net, vg_xodr_step from, int32_t target, vg_xodr_step out[2]) {
    vg_xodr_step ways[MOST_WAYS], further[MOST_WAYS];
    int count = ways_on(net, from, ways);
    for (int i = 0; i < count; i++)
        if (ways[i].road == target) {
            out[0] = ways[i];
            return 1;
        }
    // Only the other one may tell of the link.
    for (int way = 0; way < 2; way++) {
        const vg_xml_node *link = vg_xml_child(net->roads[target], "link");
        link = vg_xml_child(link, way ? "successor" : "predecessor");
        const char *type = vg_xml_get(link, "elementType");
        if (type && strcmp(type, "road") == 0 && find_road(net, vg_xml_get(link, "elementId")) == from.road &&
            is_end(link) == !from.backwards) {
            out[0] = (vg_xodr_step){target, way, NULL};
            return 1;
        }
    }
    for (int i = 0; i < count; i++) {
        int more = ways_on(net, ways[i], further);
        for (int k = 0; k < more; k++)
            if (further[k].road == target) {
                out[0] = ways[i];
                out[1] = further[k];
                return 2;
            }
    }
    return 0;
}

static vg_err add_road(vg_xodr_network *net, int32_t road, vg_diag *diag) {
    vg_xodr_step way[2];
    if (net->step_count == 0) return append(net, (vg_xodr_step){road, false, NULL}, diag);
    vg_xodr_step *last = &net->steps[net->step_count - 1];
    int count = connect(net, *last, road, way);
    if (count == 0 && net->step_count == 1) { // the first may be driven the other way
        vg_xodr_step other = {last->road, !last->backwards, NULL};
        count = connect(net, other, road, way);
        if (count) *last = other;
    }
    if (count == 0)
        return vg_fail(diag, VG_ERR_FORMAT, "--route: no link leads from the road '%.40s' to '%.40s'",
                       id_of(net->roads[last->road]), id_of(net->roads[road]));
    vg_err err = VG_OK;
    for (int i = 0; i < count && !err; i++) err = append(net, way[i], diag);
    return err;
}

static vg_err take_ids(vg_xodr_network *net, const char *ids, vg_diag *diag) {
    vg_err err = VG_OK;
    while (*ids && !err) {
        char id[64];
        size_t length = strcspn(ids, ",");
        if (length >= sizeof id) return vg_fail(diag, VG_ERR_FORMAT, "--route: '%.40s...' is no road", ids);
        memcpy(id, ids, length);
        id[length] = 0;
        int32_t road = find_road(net, id);
        if (road < 0) return vg_fail(diag, VG_ERR_FORMAT, "--route: the file has no road '%.40s'", id);
        err = add_road(net, road, diag);
        ids += length + (ids[length] == ',');
    }
    if (err || net->step_count != 1) return err;
    double heading;
    bool driven;
    err = look_at(net, net->steps[0], true, &heading, &driven, diag);
    if (!err && !driven) net->steps[0].backwards = true;
    return err;
}

vg_err vg_xodr_route(vg_xodr_network *net, const char *ids, vg_diag *diag) {
    vg_err err = ids ? take_ids(net, ids, diag) : begin(net, diag);
    if (err) return err;
    if (net->step_count == 0)
        return vg_fail(diag, VG_ERR_FORMAT, "--route: no road; expected ids such as 5,12");
    if (!ids) {
        err = extend(net, false, diag);
        reverse_steps(net);
        if (!err) err = extend(net, true, diag);
        reverse_steps(net);
    }
    if (!err) net->closed = leads_to(net, net->steps[net->step_count - 1], net->steps[0]);
    return err;
}
