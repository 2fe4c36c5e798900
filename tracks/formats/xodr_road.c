#include "tracks/formats/xodr_road.h"

#include <math.h>
#include <string.h>

#include "sim/base/memory.h"
#include "sim/base/text.h"

// --- counting, so that memory is taken once ---------------------------------------------------------------

static int32_t count_children(const vg_xml_node *node, const char *name) {
    int32_t count = 0;
    for (const vg_xml_node *n = vg_xml_child(node, name); n; n = vg_xml_next(n, name)) count++;
    return count;
}

static void count_lanes(const vg_xml_node *section, int32_t *lanes, int32_t *cubics) {
    static const char *const sides[] = {"left", "right"};
    for (int side = 0; side < 2; side++) {
        const vg_xml_node *at = vg_xml_child(section, sides[side]);
        for (const vg_xml_node *lane = vg_xml_child(at, "lane"); lane; lane = vg_xml_next(lane, "lane")) {
            ++*lanes;
            *cubics += count_children(lane, "width") + count_children(lane, "border");
        }
    }
}

static vg_err reserve(vg_xodr_road *road, const vg_xml_node *lanes, vg_diag *diag) {
    int32_t lane_count = 0, cubics = 0;
    for (const vg_xml_node *s = vg_xml_child(lanes, "laneSection"); s; s = vg_xml_next(s, "laneSection"))
        count_lanes(s, &lane_count, &cubics);
    road->offsets = vg_new(vg_xodr_cubic, count_children(lanes, "laneOffset"));
    road->sections = vg_new(vg_xodr_section, count_children(lanes, "laneSection"));
    road->lanes = vg_new(vg_xodr_lane, lane_count);
    road->cubics = vg_new(vg_xodr_cubic, cubics);
    return road->offsets && road->sections && road->lanes && road->cubics ? VG_OK : vg_fail_memory(diag);
}

// --- reading -----------------------------------------------------------------------------------------------

static vg_err read_cubic(const vg_xml *xml, const vg_xml_node *node, const char *s, vg_xodr_cubic *out,
                         vg_diag *diag) {
    static const char *const names[] = {"a", "b", "c", "d"};
    vg_err err = vg_xml_double(xml, node, s, &out->s, diag);
    for (int i = 0; i < 4 && !err; i++) err = vg_xml_double(xml, node, names[i], &out->p[i], diag);
    return err;
}

static bool is_driving(const vg_xml_node *lane) {
    static const char *const types[] = {"driving",        "entry",    "exit",          "onRamp",   "offRamp",
                                        "connectingRamp", "slipLane", "bidirectional", "mwyEntry", "mwyExit"};
    const char *type = vg_xml_get(lane, "type");
    for (size_t i = 0; type && i < sizeof types / sizeof *types; i++)
        if (strcmp(type, types[i]) == 0) return true;
    return false;
}

static int lane_id(const vg_xml_node *node) {
    int64_t id = 0;
    const char *text = vg_xml_get(node, "id");
    return text && vg_parse_int(text, &id) && id >= -1000 && id <= 1000 ? (int)id : 0;
}

static vg_err read_lane(vg_xodr_road *road, const vg_xml_node *node, bool left, vg_diag *diag) {
    vg_xodr_lane lane = {.id = lane_id(node), .driving = is_driving(node), .first = road->cubic_count};
    const vg_xml_node *link = vg_xml_child(node, "link");
    if (lane.id == 0 || (lane.id > 0) != left)
        return vg_fail_at(diag, VG_ERR_FORMAT, road->xml->file, node->line, "id",
                          "a lane without a sound id on the %s; expected %s", left ? "left" : "right",
                          left ? "1, 2, ..." : "-1, -2, ...");
    lane.after = lane_id(vg_xml_child(link, "successor"));
    lane.before = lane_id(vg_xml_child(link, "predecessor"));
    const char *kind = vg_xml_child(node, "width") ? "width" : "border";
    lane.border = *kind == 'b';
    vg_err err = VG_OK;
    for (const vg_xml_node *n = vg_xml_child(node, kind); n && !err; n = vg_xml_next(n, kind)) {
        err = read_cubic(road->xml, n, "sOffset", &road->cubics[road->cubic_count++], diag);
        lane.count++;
    }
    // Outwards: the files begin with the outermost left lane.
    int32_t at = road->lane_count++, first = road->sections[road->section_count - 1].first;
    if (!left) first += road->sections[road->section_count - 1].left;
    for (; at > first && (left ? road->lanes[at - 1].id > lane.id : road->lanes[at - 1].id < lane.id); at--)
        road->lanes[at] = road->lanes[at - 1];
    road->lanes[at] = lane;
    return err;
}

static vg_err read_section(vg_xodr_road *road, const vg_xml_node *node, vg_diag *diag) {
    static const char *const sides[] = {"left", "right"};
    vg_xodr_section *section = &road->sections[road->section_count++];
    const char *one = vg_xml_get(node, "singleSide");
    section->one_side = one && strcmp(one, "true") == 0;
    section->first = road->lane_count;
    vg_err err = vg_xml_double(road->xml, node, "s", &section->s, diag);
    for (int side = 0; side < 2 && !err; side++) {
        const vg_xml_node *lane = vg_xml_child(vg_xml_child(node, sides[side]), "lane");
        for (; lane && !err; lane = vg_xml_next(lane, "lane")) err = read_lane(road, lane, side == 0, diag);
        if (side == 0) section->left = road->lane_count - section->first;
    }
    section->count = road->lane_count - section->first;
    return err;
}

static vg_err read_lanes(vg_xodr_road *road, vg_diag *diag) {
    const vg_xml_node *lanes = vg_xml_child(road->node, "lanes"), *n;
    vg_err err = reserve(road, lanes, diag);
    for (n = vg_xml_child(lanes, "laneOffset"); n && !err; n = vg_xml_next(n, "laneOffset"))
        err = read_cubic(road->xml, n, "s", &road->offsets[road->offset_count++], diag);
    for (n = vg_xml_child(lanes, "laneSection"); n && !err; n = vg_xml_next(n, "laneSection"))
        err = read_section(road, n, diag);
    if (!err && road->section_count == 0)
        err = vg_fail_at(diag, VG_ERR_FORMAT, road->xml->file, road->node->line, "lanes",
                         "a road without lanes");
    return err;
}

vg_err vg_xodr_road_read(const vg_xml *xml, const vg_xml_node *node, vg_xodr_road *out, vg_diag *diag) {
    const char *id = vg_xml_get(node, "id"), *rule = vg_xml_get(node, "rule");
    *out = (vg_xodr_road){
        .node = node, .xml = xml, .id = id ? id : "", .left_hand = rule && strcmp(rule, "LHT") == 0};
    vg_err err = vg_xml_double(xml, node, "length", &out->length, diag);
    if (!err && !(out->length >= 0 && out->length <= 1e6))
        err = vg_fail_at(diag, VG_ERR_FORMAT, xml->file, node->line, "length", "%g m; expected 0 to 1000 km",
                         out->length);
    if (!err) err = vg_xodr_plan_read(xml, node, &out->plan, diag);
    if (!err) err = read_lanes(out, diag);
    if (err) vg_xodr_road_free(out);
    return err;
}

void vg_xodr_road_free(vg_xodr_road *road) {
    vg_xodr_plan_free(&road->plan);
    vg_free(road->offsets);
    vg_free(road->cubics);
    vg_free(road->sections);
    vg_free(road->lanes);
    *road = (vg_xodr_road){0};
}

// --- asking ------------------------------------------------------------------------------------------------

// The value at s of the last cubic that begins before it; 0 before the first.
static double value_at(const vg_xodr_cubic *cubics, int32_t count, double s) {
    int32_t at = -1, past = count;
    while (past - at > 1) {
        int32_t middle = at + (past - at) / 2;
        if (cubics[middle].s <= s + 1e-9)
            at = middle;
        else
            past = middle;
    }
    if (at < 0) return 0;
    const double *p = cubics[at].p, t = s - cubics[at].s;
    return p[0] + t * (p[1] + t * (p[2] + t * p[3]));
}

int32_t vg_xodr_section_at(const vg_xodr_road *road, double s, bool left, bool end) {
    int32_t at = 0;
    for (int32_t i = 1; i < road->section_count; i++) {
        const vg_xodr_section *section = &road->sections[i];
        bool begun = end ? section->s < s - 1e-9 : section->s <= s + 1e-9;
        bool holds = !section->one_side || (left ? section->left > 0 : section->count > section->left);
        if (begun && holds) at = i;
    }
    return at;
}

const vg_xodr_lane *vg_xodr_lane_of(const vg_xodr_road *road, int32_t section, int id) {
    const vg_xodr_section *at = &road->sections[section];
    for (int32_t i = at->first; i < at->first + at->count; i++)
        if (road->lanes[i].id == id) return &road->lanes[i];
    return NULL;
}

void vg_xodr_lane_borders(const vg_xodr_road *road, int32_t section, int id, double s, double *inner,
                          double *outer) {
    const vg_xodr_section *at = &road->sections[section];
    int32_t from = id > 0 ? at->first : at->first + at->left,
            to = id > 0 ? at->first + at->left : at->first + at->count;
    double offset = value_at(road->offsets, road->offset_count, s), sign = id > 0 ? 1 : -1;
    *inner = *outer = offset;
    for (int32_t i = from; i < to; i++) {
        const vg_xodr_lane *lane = &road->lanes[i];
        double value = value_at(road->cubics + lane->first, lane->count, s - at->s);
        *inner = *outer;
        *outer = lane->border ? offset + sign * fabs(value) : *inner + sign * fmax(value, 0);
        if (lane->id == id) return;
    }
}

bool vg_xodr_has_driving(const vg_xodr_road *road, bool left) {
    for (int32_t i = 0; i < road->lane_count; i++)
        if (road->lanes[i].driving && (road->lanes[i].id > 0) == left) return true;
    return false;
}
