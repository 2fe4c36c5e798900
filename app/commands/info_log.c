#include "app/commands/info_log.h"

#include "logs/store/log.h"
#include "sim/base/hash.h"

// Appends one episode's row to rows. Episodes are numbered from 0, as in `verge log list` and --episode.
static vg_err add_row(vg_log *log, const vg_log_episode *e, json_t *rows, vg_diag *diag) {
    vg_road *road;
    vg_car car;
    vg_err err = vg_log_car(log, e->car, &car, diag);
    if (!err) err = vg_log_road(log, e->road, &road, diag);
    if (err) return err;
    char hash[17] = "";
    if (e->policy_hash) vg_hash_format(e->policy_hash, hash);
    double seconds = (double)e->ticks * e->tick_num / e->tick_den;
    json_t *row = json_pack("{sI ss ss ss sI sf si ss ss ss ss ss}", "episode",
                            (json_int_t)json_array_size(rows), "driver", e->policy, "road",
                            vg_road_get(road).name, "car", car.name, "ticks", (json_int_t)e->ticks, "seconds",
                            seconds, "k", e->ticks_per_action, "end", vg_end_word(e->end), "tags", e->tags,
                            "started", e->started, "source", e->source, "policy_hash", hash);
    vg_road_destroy(road);
    return json_array_append_new(rows, row) ? vg_fail_memory(diag) : VG_OK;
}

static vg_err episodes(vg_log *log, vg_facts *facts, vg_diag *diag) {
    int32_t count;
    vg_err err = vg_log_count(log, &count, diag);
    if (err) return err;
    json_t *rows = json_array();
    int64_t ticks = 0;
    vg_fact(facts, "episodes", json_integer(count));
    for (int32_t i = 0; i < count && !err; i++) {
        vg_log_episode e;
        err = vg_log_episode_at(log, i, &e, diag);
        if (!err) err = add_row(log, &e, rows, diag);
        if (err || i) continue;
        vg_fact_text(facts, "tick_s", "%d/%d", e.tick_num, e.tick_den);
        vg_fact_text(facts, "version", "%s", e.version);
    }
    size_t r;
    json_t *row;
    json_array_foreach(rows, r, row) ticks += json_integer_value(json_object_get(row, "ticks"));
    vg_fact(facts, "ticks", json_integer(ticks));
    vg_fact(facts, "rows", rows);
    return err;
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
