#include "app/commands/train_story.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "logs/store/log.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"

// An episode of the logs.
typedef struct seen {
    uint64_t hash;
    int32_t log, episode;
} seen;

typedef struct census {
    seen *episodes;
    int32_t count, capacity;
    uint64_t hash; // over all, in order
} census;

static vg_err add_log(census *c, const char *path, int32_t index, vg_diag *diag) {
    vg_log *log;
    int32_t count = 0;
    vg_err err = vg_log_open(path, &log, diag);
    if (!err) err = vg_log_count(log, &count, diag);
    if (!err && c->count + count > c->capacity) {
        int32_t capacity = 2 * (c->count + count);
        seen *more = vg_realloc(c->episodes, c->count, capacity, sizeof *more);
        if (!more) err = vg_fail_memory(diag);
        if (more) c->episodes = more, c->capacity = capacity;
    }
    for (int32_t i = 0; i < count && !err; i++) {
        seen *s = &c->episodes[c->count];
        *s = (seen){.log = index, .episode = i};
        err = vg_log_episode_hash(log, i, &s->hash, diag);
        if (err) break;
        c->hash = vg_hash_int(c->hash, &(int64_t){(int64_t)s->hash}, 1);
        c->count++;
    }
    vg_log_discard(log);
    return err;
}

static int by_hash(const void *left, const void *right) {
    const seen *a = left, *b = right;
    if (a->hash != b->hash) return a->hash < b->hash ? -1 : 1;
    if (a->log != b->log) return a->log - b->log;
    return a->episode - b->episode;
}

// Episodes that stand in the logs again; sorts them.
static void tell_twice(census *c, const vg_learner_def *def, const vg_warnings *warnings) {
    int32_t again = 0;
    const seen *first = NULL, *second = NULL;
    if (c->count) qsort(c->episodes, (size_t)c->count, sizeof *c->episodes, by_hash);
    for (int32_t i = 1; i < c->count; i++) {
        if (c->episodes[i].hash != c->episodes[i - 1].hash) continue;
        if (!again++) first = &c->episodes[i - 1], second = &c->episodes[i];
    }
    if (!again) return;
    vg_track_warn(
        warnings,
        "%d of %d episodes are in the logs more than once (the first: episode %d of %.120s is episode %d of "
        "%.120s); each counts as often as it is given, and held-out rows may be rows that are learned from",
        again, c->count, second->episode, def->logs[second->log], first->episode, def->logs[first->log]);
}

// A log's file, by whatever name.
typedef struct named {
    struct stat file;
    const char *path;
} named;

static int by_file(const void *left, const void *right) {
    const named *a = left, *b = right;
    if (a->file.st_ino != b->file.st_ino) return a->file.st_ino < b->file.st_ino ? -1 : 1;
    return (a->file.st_dev > b->file.st_dev) - (a->file.st_dev < b->file.st_dev);
}

static vg_err tell_same_logs(const vg_learner_def *def, const vg_warnings *warnings, vg_diag *diag) {
    named *logs = vg_new(named, def->log_count);
    if (!logs) return vg_fail_memory(diag);
    int32_t count = 0;
    for (int32_t i = 0; i < def->log_count; i++) {
        logs[count].path = def->logs[i];
        count += stat(def->logs[i], &logs[count].file) == 0;
    }
    if (count) qsort(logs, (size_t)count, sizeof *logs, by_file);
    for (int32_t i = 1; i < count; i++)
        if (by_file(&logs[i - 1], &logs[i]) == 0) {
            vg_track_warn(warnings, "the log %.200s is given twice", logs[i].path);
            break;
        }
    vg_free(logs);
    return VG_OK;
}

static void add_hash(vg_text *out, const char *key, uint64_t hash) {
    char digits[17];
    vg_text_add(out, "%s: %s\n", key, vg_hash_format(hash, digits));
}

static void add_roads(vg_text *out, const char *key, const vg_road *const *roads, int32_t count) {
    uint64_t hash = 0;
    for (int32_t i = 0; i < count; i++)
        hash = vg_hash_int(hash, &(int64_t){(int64_t)vg_road_hash(roads[i])}, 1);
    vg_text_add(out, "%s: %d, ", key, count);
    add_hash(out, "hash", hash);
}

vg_err vg_train_story(const vg_learner *learner, const vg_learner_def *def, const vg_warnings *warnings,
                      vg_text *out, vg_diag *diag) {
    census c = {0};
    vg_err err = VG_OK;
    for (int32_t i = 0; i < def->log_count && !err; i++) err = add_log(&c, def->logs[i], i, diag);
    if (!err) err = tell_same_logs(def, warnings, diag);
    if (!err) {
        vg_text_add(out, "learner: %s\n", learner->name);
        vg_config_write_yaml(learner->schema, def->config, out);
        vg_text_add(out, "--seed: %llu\n", (unsigned long long)def->seed);
        vg_text_add(out, "--logs: %d, %d episodes, ", def->log_count, c.count);
        add_hash(out, "hash", c.hash);
        add_roads(out, "--roads", def->roads, def->road_count);
        add_roads(out, "--valid", def->valid, def->valid_count);
        vg_text_add(out, "--car: %s, ", def->car ? def->car->name : "that of the logs");
        add_hash(out, "hash", def->car ? vg_car_hash(def->car) : 0);
        vg_text_add(out, "--expert: %.200s, ", def->expert ? def->expert->name : "none");
        add_hash(out, "hash", def->expert ? def->expert->hash : 0);
        vg_text_add(out, "--reward: %.200s, ", def->reward ? def->reward->kind : "none");
        add_hash(out, "hash", def->reward ? def->reward->hash : 0);
        tell_twice(&c, def, warnings);
    }
    vg_free(c.episodes);
    if (!err && out->failed) err = vg_fail_memory(diag);
    return err;
}
