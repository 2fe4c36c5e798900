#include "agents/experts/line_follower.h"

#include <stddef.h>

#include "agents/experts/line_laps.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"

static const vg_key keys[] = {
#define X(field, unit, least, most, standard, help)                                                          \
    {#field, VG_KEY_TEXT, offsetof(vg_line_follower, field), unit, least, most, standard, NULL, help},
    VG_LINE_FOLLOWER_TEXTS(X)
#undef X
#define X(field, unit, least, most, standard, help)                                                          \
    {#field, VG_KEY_FLOAT, offsetof(vg_line_follower, field), unit, least, most, standard, NULL, help},
        VG_LINE_FOLLOWER_FIELDS(X)
#undef X
#define X(field, unit, least, most, standard, help)                                                          \
    {#field, VG_KEY_FLOAT, offsetof(vg_line_follower, following.field), unit, least, most, standard,         \
     NULL,   help},
            VG_FOLLOWING_FIELDS(X)
#undef X
};
const vg_schema vg_line_follower_schema = {"line_follower", keys, sizeof keys / sizeof *keys, NULL};

typedef struct line_follower {
    vg_policy policy;
    vg_line_follower set;
    vg_car car;
    vg_road *road; // the road of the log
    vg_followed_line line;
} line_follower;

static vg_err line_label(const vg_policy *policy, const void *memory, const vg_world *world, float *out) {
    (void)memory;
    const line_follower *f = (const line_follower *)policy;
    int32_t count = vg_world_get(world).count;
    for (int32_t i = 0; i < count; i++)
        vg_followed_line_drive(&f->line, &f->set.following, world, i, out + VG_CAR_ACTIONS * (int64_t)i);
    return VG_OK;
}

static vg_err line_act(const vg_policy *policy, void *memory, const float *observed, const vg_world *world,
                       float *out) {
    (void)observed;
    return line_label(policy, memory, world, out);
}

static vg_err line_knows(const vg_policy *policy, const vg_road *road, vg_diag *diag) {
    const line_follower *f = (const line_follower *)policy;
    if (vg_road_hash(road) == vg_road_hash(f->road)) return VG_OK;
    return vg_fail(diag, VG_ERR_MISMATCH,
                   "%s knows the road '%.60s' of %.200s, not '%.60s'; ask it there, or give it a log driven "
                   "here",
                   policy->name, vg_road_get(f->road).name, f->set.log, vg_road_get(road).name);
}

static void line_destroy(vg_policy *policy) {
    line_follower *f = (line_follower *)policy;
    vg_road_destroy(f->road);
    vg_followed_line_close(&f->line);
    vg_free(f);
}

static const vg_policy_ops ops = {
    .act = line_act,
    .label = line_label,
    .knows = line_knows,
    .destroy = line_destroy,
};

// Hash over the path, the speeds and the settings that are not in them.
static uint64_t hash_of(const line_follower *f) {
    uint64_t hash = vg_hash_text(0, vg_line_follower_schema.name);
    const int64_t roads[] = {(int64_t)vg_road_hash(f->road), (int64_t)vg_road_hash(f->line.path)};
    hash = vg_hash_int(hash, roads, 2);
    hash = vg_hash_float(hash, f->line.speed, vg_road_get(f->line.path).count);
#define X(field, unit, least, most, standard, help) hash = vg_hash_float(hash, &f->set.field, 1);
    VG_LINE_FOLLOWER_FIELDS(X)
#undef X
#define X(field, unit, least, most, standard, help) hash = vg_hash_float(hash, &f->set.following.field, 1);
    VG_FOLLOWING_FIELDS(X)
#undef X
    return hash;
}

vg_err vg_line_follower_create(const vg_line_follower *settings, vg_policy **out, vg_diag *diag) {
    vg_line_laps laps;
    *out = NULL;
    vg_line_laps_def def = {settings->log, settings->driver, settings->lap, settings->smooth};
    vg_err err = vg_line_laps_read(&def, &laps, diag);
    if (err) return err;
    line_follower *f = vg_new(line_follower, 1);
    if (!f) {
        vg_line_laps_free(&laps);
        return vg_fail_memory(diag);
    }
    f->policy = (vg_policy){.ops = &ops, .name = vg_line_follower_schema.name, .car = &f->car};
    f->set = *settings;
    f->car = laps.car;
    f->road = laps.road;
    laps.road = NULL;
    vg_line_points points = {laps.bins, laps.bins, 0.5, laps.offset, laps.speed, 1};
    err = vg_followed_line_open(f->road, &points, &f->line, diag);
    vg_line_laps_free(&laps);
    if (err) {
        line_destroy(&f->policy);
        return err;
    }
    f->policy.hash = hash_of(f);
    *out = &f->policy;
    return VG_OK;
}
