// Facts about a log: its episodes, and that every row of it can be read.
#include "app/info.h"
#include "logs/log.h"
#include "sim/base/hash.h"

static json_t *episode_facts(vg_log *log, const vg_log_episode *e, vg_diag *diag) {
    char name[VG_KEY_TEXT_SIZE] = "?", hash[17] = "";
    vg_road *road = NULL;
    vg_car car;
    if (vg_log_road(log, e->road, &road, diag) || vg_log_car(log, e->car, &car, diag)) {
        vg_road_destroy(road);
        return NULL;
    }
    snprintf(name, sizeof name, "%s", vg_road_get(road).name);
    vg_road_destroy(road);
    if (e->policy_hash) vg_hash_format(e->policy_hash, hash);
    double seconds = (double)e->ticks * e->tick_num / e->tick_den;
    json_t *row = json_pack("{sI ss ss ss sI sf si ss ss ss ss ss}", "episode", (json_int_t)e->id, "driver",
                            e->policy, "road", name, "car", car.name, "ticks", (json_int_t)e->ticks,
                            "seconds", seconds, "k", e->ticks_per_action, "end", vg_end_word(e->end), "tags",
                            e->tags, "started", e->started, "source", e->source, "policy_hash", hash);
    if (!row) (void)vg_fail_memory(diag);
    return row;
}

static vg_err episodes(vg_log *log, vg_facts *facts, vg_diag *diag) {
    int32_t count;
    vg_err err = vg_log_count(log, &count, diag);
    if (err) return err;
    json_t *rows = json_array();
    int64_t ticks = 0;
    char tick[64] = "", version[64] = "";
    for (int32_t i = 0; i < count; i++) {
        vg_log_episode e;
        err = vg_log_episode_at(log, i, &e, diag);
        json_t *row = err ? NULL : episode_facts(log, &e, diag);
        if (!row || json_array_append_new(rows, row)) {
            json_decref(rows);
            return err ? err : diag->code;
        }
        ticks += e.ticks;
        if (i) continue;
        snprintf(tick, sizeof tick, "%d/%d", e.tick_num, e.tick_den);
        snprintf(version, sizeof version, "%s", e.version);
    }
    vg_fact(facts, "episodes", json_integer(count));
    vg_fact(facts, "ticks", json_integer(ticks));
    if (count) {
        vg_fact_text(facts, "tick_s", "%s", tick);
        vg_fact_text(facts, "version", "%s", version);
    }
    vg_fact(facts, "rows", rows);
    return VG_OK;
}

vg_err vg_info_log(const char *path, vg_facts *facts, vg_diag *diag) {
    vg_log *log;
    uint64_t hash;
    vg_fact_text(facts, "kind", "log");
    vg_err err = vg_log_open(path, &log, diag);
    if (err) return err;
    err = vg_log_hash(log, &hash, diag); // reads and checks every step
    if (!err) vg_fact_hash(facts, "hash", hash);
    if (!err) err = episodes(log, facts, diag);
    vg_diag ignored;
    vg_err closed = vg_log_close(log, err ? &ignored : diag);
    return err ? err : closed;
}
