#include "eval/score/suite.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "agents/drive/recorded_starts.h"
#include "sim/base/blocks.h"
#include "sim/base/embedded.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"
#include "tracks/generator.h"
#include "tracks/library.h"

static const vg_key keys[] = {
#define X(field, type, unit, least, most, standard, choices, help)                                           \
    {#field, VG_KEY_##type, offsetof(vg_suite_config, field), unit, least, most, standard, choices, help},
    VG_SUITE_KEYS(X)
#undef X
};
const vg_schema vg_suite_schema = {"suite", keys, sizeof keys / sizeof *keys, NULL};

enum { ROADS_MOST = 1 << 16 };

// --- by name -----------------------------------------------------------------------------------------------

static const char suites[] = "assets/suites/", suffix[] = ".yaml";

// The name of an embedded suite. The key `suite` or `parts` marks an embedded file as a study, not a suite.
static bool stem_of(const vg_embedded *file, char name[64]) {
    bool study = strstr(file->bytes, "\nsuite:") || strstr(file->bytes, "\nparts:");
    return vg_embedded_name(file, suites, suffix, name) && !study;
}

const char *vg_suite_name(int32_t i, char *buffer) {
    for (const vg_embedded *file = vg_embedded_files; file->path; file++)
        if (stem_of(file, buffer) && i-- == 0) return buffer;
    return NULL;
}

static vg_err fail_unknown(const char *name, vg_diag *diag) {
    char names[400] = "", stem[64];
    for (int32_t i = 0; vg_suite_name(i, stem); i++) {
        size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, "%s%s", i ? ", " : "", stem);
    }
    return vg_fail_at(diag, VG_ERR_NOT_FOUND, name, 0, NULL, "no such file and no shipped suite: %s", names);
}

// The name of "assets/suites/smoke.yaml" is "smoke".
static void name_of(const char *path, char name[VG_KEY_TEXT_SIZE]) {
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
    snprintf(name, VG_KEY_TEXT_SIZE, "%s", base); // a file's: at most 255 bytes
    char *dot = strrchr(name, '.');
    if (dot && dot != name) *dot = 0;
}

vg_err vg_suite_read(const char *name_or_path, vg_suite_config *out, char name[VG_KEY_TEXT_SIZE],
                     vg_diag *diag) {
    vg_config_default(&vg_suite_schema, out);
    name_of(name_or_path, name);
    char path[512], stem[64];
    snprintf(path, sizeof path, "%s%.200s%s", suites, name_or_path, suffix);
    const vg_embedded *file = vg_embedded_find(path);
    if (file && stem_of(file, stem))
        return vg_config_parse(&vg_suite_schema, out, file->bytes, (int64_t)file->size, file->path, diag);
    vg_err err = vg_config_read(&vg_suite_schema, out, name_or_path, diag);
    return err == VG_ERR_NOT_FOUND ? fail_unknown(name_or_path, diag) : err;
}

vg_err vg_suite_folder(const char *path, char folder[VG_SUITE_FOLDER], vg_diag *diag) {
    const char *slash = path ? strrchr(path, '/') : NULL;
    int64_t length = !slash ? 0 : slash == path ? 1 : slash - path;
    folder[0] = 0;
    if (length >= VG_SUITE_FOLDER)
        return vg_fail_at(diag, VG_ERR_ARGUMENT, path, 0, NULL, "lies in a folder of more than %d bytes",
                          VG_SUITE_FOLDER - 1);
    snprintf(folder, VG_SUITE_FOLDER, "%.*s", (int)length, path ? path : "");
    return VG_OK;
}

// --- roads -------------------------------------------------------------------------------------------------

// A split while it is built: the source of each road.
typedef struct building {
    const vg_suite_config *config;
    const char *folder;
    vg_split *split;
    bool skips;      // the generated roads are not made
    uint64_t *seeds; // [count] seeds of the generated roads
    bool *generated; // [count]
    vg_diag *diags;  // [count]
} building;

// "seeds 1001..1064". False: the entry is something else.
static bool seed_range(const char *item, int64_t *first, int64_t *last) {
    char text[VG_KEY_TEXT_SIZE], *dots;
    if (strncmp(item, "seeds ", 6) != 0) return false;
    snprintf(text, sizeof text, "%s", item + 6);
    if (!(dots = strstr(text, ".."))) return vg_parse_int(text, first) && (*last = *first, true);
    *dots = 0;
    return vg_parse_int(text, first) && vg_parse_int(dots + 2, last);
}

static vg_err fail_entry(const char *key, const char *item, vg_diag *diag) {
    return vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, key,
                      "'%.80s', expected a library road, a file or 'seeds A..B' with 0 <= A <= B", item);
}

static vg_err count_roads(const char *key, const char *list, int32_t *count, vg_diag *diag) {
    char item[VG_KEY_TEXT_SIZE];
    int64_t first, last, total = 0;
    for (int32_t i = 0; vg_config_item(list, i, item); i++) {
        if (!item[0]) return fail_entry(key, item, diag);
        if (strncmp(item, "seeds ", 6) != 0) {
            total++;
            continue;
        }
        if (!seed_range(item, &first, &last) || first < 0 || last < first || last - first >= ROADS_MOST)
            return fail_entry(key, item, diag);
        total += last - first + 1;
    }
    if (total > ROADS_MOST)
        return vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, key, "%lld roads, expected at most %d",
                          (long long)total, ROADS_MOST);
    *count = (int32_t)total;
    return VG_OK;
}

static void list_roads(const char *list, building *b) {
    char item[VG_KEY_TEXT_SIZE];
    int64_t first = 0, last = 0;
    int32_t n = 0;
    for (int32_t i = 0; vg_config_item(list, i, item); i++) {
        if (!seed_range(item, &first, &last)) {
            snprintf(b->split->names[n++], VG_KEY_TEXT_SIZE, "%s", item);
            continue;
        }
        for (int64_t seed = first; seed <= last; seed++, n++) {
            b->generated[n] = true;
            b->seeds[n] = (uint64_t)seed;
            snprintf(b->split->names[n], VG_KEY_TEXT_SIZE, "seed %lld", (long long)seed);
        }
    }
}

bool vg_suite_item(const char *list, int32_t i, char *item, char *name) {
    int64_t first, last, left = i;
    for (int32_t k = 0; vg_config_item(list, k, item); k++) {
        bool range =
            seed_range(item, &first, &last) && first >= 0 && last >= first && last - first < ROADS_MOST;
        int64_t count = range ? last - first + 1 : 0;
        if (count == 0 && left == 0) {
            snprintf(name, VG_KEY_TEXT_SIZE, "%s", item);
            return true;
        }
        if (range && left < count) {
            snprintf(item, VG_KEY_TEXT_SIZE, "seeds %lld", (long long)(first + left));
            snprintf(name, VG_KEY_TEXT_SIZE, "seed %lld", (long long)(first + left));
            return true;
        }
        left -= count > 0 ? count : 1;
    }
    return false;
}

static vg_err generate(const building *b, int32_t i, vg_diag *diag) {
    vg_generator settings = vg_generator_default();
    settings.seed = b->seeds[i];
    settings.length_least = 0.98 * b->config->road_length;
    settings.length_most = 1.02 * b->config->road_length;
    settings.radius_least = b->config->road_radius;
    settings.width = b->config->road_width;
    settings.islands = b->config->road_islands;
    return vg_road_generate(&settings, &b->split->roads[i], diag);
}

// A path out of a suite, as seen from its folder (NULL: the working folder).
enum { SUITE_PATH = 1024 };
static vg_err in_folder(const char *folder, const char *name, char path[SUITE_PATH], vg_diag *diag) {
    bool inside = folder && name[0] != '/';
    int size = snprintf(path, SUITE_PATH, "%s%s%s", inside ? folder : "", inside ? "/" : "", name);
    return size < SUITE_PATH
               ? VG_OK
               : vg_fail_at(diag, VG_ERR_ARGUMENT, name, 0, NULL,
                            "is longer than the %d bytes that a path may have here, with its folder",
                            SUITE_PATH - 1);
}

// Relative paths are relative to the folder. A library name has priority, as everywhere.
static vg_err load(const building *b, int32_t i, vg_diag *diag) {
    char path[SUITE_PATH], stem[64];
    const char *name = b->split->names[i];
    for (int32_t k = 0; vg_library_name(k, stem); k++)
        if (strcmp(stem, name) == 0) return vg_track_load(name, &b->split->roads[i], diag);
    vg_err err = in_folder(b->folder, name, path, diag);
    return err ? err : vg_track_load(path, &b->split->roads[i], diag);
}

static vg_err make_road(void *context, int64_t block, int64_t begin, int64_t end) {
    building *b = context;
    (void)block, (void)end;
    int32_t i = (int32_t)begin;
    if (b->generated[i] && b->skips) return VG_OK;
    return b->generated[i] ? generate(b, i, &b->diags[i]) : load(b, i, &b->diags[i]);
}

static vg_err build_split(const vg_suite_config *config, const char *folder, const char *key,
                          const char *list, bool skips, int32_t threads, vg_split *split, vg_diag *diag) {
    vg_err err = count_roads(key, list, &split->count, diag);
    if (err || split->count == 0) return err;
    int32_t n = split->count;
    building b = {.config = config, .folder = folder, .split = split, .skips = skips};
    split->roads = vg_new(vg_road *, n);
    split->names = vg_alloc(n, sizeof *split->names);
    b.seeds = vg_new(uint64_t, n);
    b.generated = vg_new(bool, n);
    b.diags = vg_new(vg_diag, n);
    if (!split->roads || !split->names || !b.seeds || !b.generated || !b.diags) {
        err = vg_fail_memory(diag);
    } else {
        list_roads(list, &b);
        err = vg_blocks_run(n, 1, threads, make_road, &b);
        for (int32_t i = 0; err && diag && i < n; i++)
            if (b.diags[i].code == err) {
                *diag = b.diags[i];
                break;
            }
    }
    vg_free(b.seeds);
    vg_free(b.generated);
    vg_free(b.diags);
    return err;
}

// --- no road twice -----------------------------------------------------------------------------------------

static const char *const split_names[] = {"train", "validation", "test"};

// A road that is used for training and for scoring would give too good a score; the same road twice in a
// split adds nothing.
static vg_err check_apart(const vg_suite *s, vg_diag *diag) {
    const vg_split *splits[] = {&s->train, &s->validation, &s->test};
    int32_t total = s->train.count + s->validation.count + s->test.count, n = 0;
    uint64_t *hashes = vg_new(uint64_t, total);
    if (!hashes) return vg_fail_memory(diag);
    vg_err err = VG_OK;
    for (int k = 0; k < 3; k++)
        for (int32_t i = 0; i < splits[k]->count && !err; i++, n++) {
            const vg_road *own = splits[k]->roads[i];
            hashes[n] = own ? vg_road_hash(own) : 0;
            for (int32_t m = 0, from = 0, at = 0; m < n && !err; m++, at++) {
                while (at == splits[from]->count) from++, at = 0;
                // A road that is not made is identified by its name, which holds the seed.
                bool made = own && splits[from]->roads[at];
                if (made ? hashes[m] != hashes[n] : strcmp(splits[from]->names[at], splits[k]->names[i]) != 0)
                    continue;
                err =
                    vg_fail_at(diag, VG_ERR_MISMATCH, NULL, 0, split_names[k],
                               "'%.80s' is the same road as '%.80s' of %s: the content counts, not the name",
                               splits[k]->names[i], splits[from]->names[at], split_names[from]);
            }
        }
    vg_free(hashes);
    return err;
}

static bool all_generated(const char *list) {
    char item[VG_KEY_TEXT_SIZE];
    int64_t first, last;
    for (int32_t i = 0; vg_config_item(list, i, item); i++)
        if (!seed_range(item, &first, &last)) return false;
    return true;
}

static vg_err build(const vg_suite_config *config, const char *name, const char *folder, bool skips,
                    int32_t threads, vg_suite *out, vg_diag *diag) {
    *out = (vg_suite){.config = *config};
    snprintf(out->name, sizeof out->name, "%s", name);
    char path[SUITE_PATH], item[VG_KEY_TEXT_SIZE];
    vg_err err = in_folder(strchr(config->car, '/') ? folder : NULL, config->car, path, diag);
    if (!err) err = vg_config_check(&vg_suite_schema, config, diag);
    if (!err && !vg_config_item(config->test, 0, item))
        err = vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, "test",
                         "is empty: a suite needs at least one road to score");
    if (!err) err = vg_car_load(path, &out->car, diag);
    if (!err) err = build_split(config, folder, "train", config->train, skips, threads, &out->train, diag);
    if (!err)
        err = build_split(config, folder, "validation", config->validation, skips, threads, &out->validation,
                          diag);
    if (!err) err = build_split(config, folder, "test", config->test, false, threads, &out->test, diag);
    if (!err) err = check_apart(out, diag);
    if (err) vg_suite_free(out);
    return err;
}

vg_err vg_suite_build(const vg_suite_config *config, const char *name, const char *folder, int32_t threads,
                      vg_suite *out, vg_diag *diag) {
    return build(config, name, folder, false, threads, out, diag);
}

vg_err vg_suite_build_scored(const vg_suite_config *config, const char *name, const char *folder,
                             int32_t threads, vg_suite *out, vg_diag *diag) {
    return build(config, name, folder, all_generated(config->test), threads, out, diag);
}

static void free_split(vg_split *split) {
    for (int32_t i = 0; split->roads && i < split->count; i++) vg_road_destroy(split->roads[i]);
    vg_free(split->roads);
    vg_free(split->names);
}

void vg_suite_free(vg_suite *suite) {
    free_split(&suite->train);
    free_split(&suite->validation);
    free_split(&suite->test);
    *suite = (vg_suite){0};
}

// --- what the hash covers ----------------------------------------------------------------------------------

vg_disturbance vg_suite_disturbance(const vg_suite_config *config) {
    return (vg_disturbance){
#define X(field, type, unit, least, most, standard, choices, help) .field = (float)config->field,
        VG_DISTURBANCE_KEYS(X)
#undef X
    };
}

vg_err vg_suite_read_disturbance(const char *name_or_path, vg_disturbance *out, vg_diag *diag) {
    char name[VG_KEY_TEXT_SIZE];
    vg_suite_config *config = vg_new(vg_suite_config, 1); // too large for a stack
    if (!config) return vg_fail_memory(diag);
    vg_err err = vg_suite_read(name_or_path, config, name, diag);
    if (!err) *out = vg_suite_disturbance(config);
    vg_free(config);
    return err;
}

vg_rollout_def vg_suite_rollout(const vg_suite *suite) {
    const vg_suite_config *c = &suite->config;
    vg_rollout_def def = vg_rollout_def_default();
    def.roads = (const vg_road *const *)suite->test.roads;
    def.road_count = suite->test.count;
    def.car = &suite->car;
    def.starts = (int32_t)c->starts;
    def.start_spread = (float)c->start_spread;
    def.horizon = c->horizon;
    def.sample_interval = c->sample_interval;
    def.seed = (uint64_t)c->seed;
    def.by_road = true;
    def.recorded = suite->recorded;
    static const vg_costs costs[] = {VG_COSTS_ALL, VG_COSTS_DEPARTURES,
                                     VG_COSTS_ABSORBING}; // in the order of the words
    def.costs = costs[c->costs];
    def.corners = c->off_road_point == 1;
    def.disturbance = vg_suite_disturbance(c);
    return def;
}

static int32_t reference_starts(const vg_suite *suite) {
    int32_t starts = (int32_t)suite->config.starts;
    return suite->test.count > 1 && starts > 2 ? 2 : starts;
}

vg_err vg_suite_reference(const vg_suite *suite, const vg_policy *expert, int32_t threads, bool (*stop)(void),
                          vg_reference **out, vg_diag *diag) {
    vg_rollout_def def = vg_suite_rollout(suite);
    def.starts = reference_starts(suite);
    def.threads = threads;
    def.stop = stop;
    return vg_reference_drive(expert, &def, out, diag);
}

vg_err vg_suite_open_loop(const vg_suite *suite, const vg_reference *reference, const vg_policy *policy,
                          int32_t threads, double *error, vg_diag *diag) {
    int32_t each = reference_starts(suite), starts = (int32_t)suite->config.starts, roads = suite->test.count;
    double *own = vg_new(double, (int64_t)roads *each);
    if (!own) return vg_fail_memory(diag);
    vg_err err = vg_reference_open_loop(reference, policy, threads, own, diag);
    for (int32_t e = 0; e < roads * starts && !err; e++)
        error[e] = own[e / starts * each + e % starts % each];
    vg_free(own);
    return err;
}

vg_err vg_suite_check_starts(const vg_suite_config *config, const char *name, vg_diag *diag) {
    if (config->start_states == 0) return VG_OK;
    return vg_fail_at(diag, VG_ERR_FORMAT, name, 0, "start_states",
                      "is 'recorded', expected 'generated': only a study has laps to start from");
}

uint64_t vg_suite_hash(const vg_suite *suite) {
    const vg_suite_config *c = &suite->config;
    int64_t whole[] = {c->starts,         c->seed,           c->costs,
                       c->off_road_point, suite->test.count, (int64_t)vg_car_hash(&suite->car)};
    double real[] = {c->start_spread, c->horizon, c->sample_interval,
#define X(field, type, unit, least, most, standard, choices, help) c->field,
                     VG_DISTURBANCE_KEYS(X)
#undef X
    };
    uint64_t h = vg_hash_int(0, whole, sizeof whole / sizeof *whole);
    h = vg_hash_double(h, real, sizeof real / sizeof *real);
    h = vg_hash_text(h, c->reference);
    if (c->start_states) h = vg_hash_int(h, &(int64_t){c->start_states}, 1);
    if (suite->recorded) h = vg_hash_int(h, &(int64_t){(int64_t)vg_recorded_starts_hash(suite->recorded)}, 1);
    for (int32_t i = 0; i < suite->test.count; i++)
        h = vg_hash_int(h, &(int64_t){(int64_t)vg_road_hash(suite->test.roads[i])}, 1);
    return h;
}
