#include "logs/store/log_roads.h"

#include "sim/base/memory.h"

static vg_err add(vg_log_roads *out, vg_road *road, vg_diag *diag) {
    for (int32_t i = 0; i < out->count; i++) {
        if (vg_road_hash(out->roads[i]) != vg_road_hash(road)) continue;
        vg_road_destroy(road);
        return VG_OK;
    }
    vg_road **grown = vg_realloc(out->roads, out->count, out->count + 1, sizeof *grown);
    if (!grown) {
        vg_road_destroy(road);
        return vg_fail_memory(diag);
    }
    out->roads = grown;
    out->roads[out->count++] = road;
    return VG_OK;
}

static vg_err read_log(const char *path, vg_log_roads *out, vg_diag *diag) {
    vg_log *log = NULL;
    int32_t episodes = 0;
    int64_t last = 0; // id of the road of the episode before
    vg_err err = vg_log_open(path, &log, diag);
    if (!err) err = vg_log_count(log, &episodes, diag);
    for (int32_t e = 0; e < episodes && !err; e++) {
        vg_log_episode episode;
        vg_road *road = NULL;
        err = vg_log_episode_at(log, e, &episode, diag);
        if (err || episode.road == last) continue;
        last = episode.road;
        err = vg_log_road(log, episode.road, &road, diag);
        if (!err) err = add(out, road, diag);
    }
    vg_err closed = vg_log_close(log, err ? NULL : diag);
    return err ? err : closed;
}

vg_err vg_log_roads_read(const char *const *paths, int32_t path_count, vg_log_roads *out, vg_diag *diag) {
    *out = (vg_log_roads){0};
    vg_err err = VG_OK;
    for (int32_t i = 0; i < path_count && !err; i++) err = read_log(paths[i], out, diag);
    if (err) vg_log_roads_free(out);
    return err;
}

void vg_log_roads_free(vg_log_roads *roads) {
    for (int32_t i = 0; i < roads->count; i++) vg_road_destroy(roads->roads[i]);
    vg_free(roads->roads);
    *roads = (vg_log_roads){0};
}
