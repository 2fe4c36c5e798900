// The data a study learns from: demonstrations of a teacher, or human laps.
#include <glob.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "agents/drive/record.h"
#include "eval/study/study_card.h"
#include "eval/study/study_private.h"
#include "logs/import/import_file.h"
#include "logs/import/lap_line.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"
#include "sim/base/random.h"
#include "tracks/library.h"

// --- human laps --------------------------------------------------------------------------------------------

static vg_err fail_path(const char *path, vg_diag *diag) {
    return vg_fail_at(diag, VG_ERR_ARGUMENT, path, 0, NULL,
                      "is longer than the %d bytes that a path may have here", VG_STUDY_PATH - 1);
}

static vg_err in_folder(const vg_study *s, const char *path, char out[VG_STUDY_PATH], vg_diag *diag) {
    bool relative = s->def.data && path[0] != '/';
    int size = snprintf(out, VG_STUDY_PATH, "%s%s%s", relative ? s->def.data : "", relative ? "/" : "", path);
    return size < VG_STUDY_PATH ? VG_OK : fail_path(path, diag);
}

static vg_err add_laps(vg_study *s, const glob_t *found, vg_diag *diag) {
    int64_t count = s->lap_count + (int64_t)found->gl_pathc;
    if (count > 100000) return vg_fail(diag, VG_ERR_FORMAT, "more than 100000 laps");
    void *grown = vg_realloc(s->lap_files, s->lap_count, count, sizeof *s->lap_files);
    if (!grown) return vg_fail_memory(diag);
    s->lap_files = grown;
    for (size_t i = 0; i < found->gl_pathc; i++)
        if (snprintf(s->lap_files[s->lap_count++], VG_STUDY_PATH, "%s", found->gl_pathv[i]) >= VG_STUDY_PATH)
            return fail_path(found->gl_pathv[i], diag);
    return VG_OK;
}

// Laps of the first driver come first, so that a budget is a prefix. Laps whose driver is not listed are left
// out.
static vg_err sort_by_driver(vg_study *s, vg_diag *diag) {
    char word[VG_KEY_TEXT_SIZE];
    char(*sorted)[VG_STUDY_PATH] = vg_alloc(s->lap_count, sizeof *sorted);
    if (!sorted) return vg_fail_memory(diag);
    int32_t n = 0;
    for (int32_t d = 0; vg_config_item(s->config.drivers, d, word); d++)
        for (int32_t i = 0; i < s->lap_count; i++) {
            const char *slash = strrchr(s->lap_files[i], '/');
            if (n == s->lap_count || !strstr(slash ? slash : s->lap_files[i], word)) continue;
            s->lap_driver[n] = d;
            memcpy(sorted[n++], s->lap_files[i], sizeof *sorted);
        }
    if (s->config.drivers[0]) {
        memcpy(s->lap_files, sorted, (size_t)n * sizeof *sorted);
        s->lap_count = n;
    }
    vg_free(sorted);
    return n || !s->config.drivers[0] ? VG_OK
                                      : vg_fail_at(diag, VG_ERR_NOT_FOUND, NULL, 0, "drivers",
                                                   "no lap's file name holds one of these words");
}

vg_err vg_study_find_laps(vg_study *s, vg_diag *diag) {
    char item[VG_KEY_TEXT_SIZE], path[VG_STUDY_PATH];
    vg_err err = VG_OK;
    for (int32_t i = 0; vg_config_item(s->config.laps, i, item) && !err; i++) {
        glob_t found;
        if ((err = in_folder(s, item, path, diag))) break;
        int status = glob(path, 0, NULL, &found);
        if (status == GLOB_NOSPACE)
            err = vg_fail_memory(diag);
        else if (status)
            err =
                vg_fail_at(diag, VG_ERR_NOT_FOUND, path, 0, "laps",
                           "no such file; relative paths of the study start from the folder given by --data");
        else
            err = add_laps(s, &found, diag);
        if (status == 0) globfree(&found);
    }
    if (!err && !(s->lap_driver = vg_new(int32_t, s->lap_count))) err = vg_fail_memory(diag);
    if (!err) err = sort_by_driver(s, diag);
    if (!err && !s->config.laps_road[0])
        err = vg_fail_at(diag, VG_ERR_FORMAT, s->def.path, 0, "laps_road",
                         "is missing: the study has laps, so it needs the road on which they were driven");
    if (err) return err;
    char stem[64];
    for (int32_t i = 0; vg_library_name(i, stem); i++)
        if (strcmp(stem, s->config.laps_road) == 0) return vg_track_load(stem, &s->laps_road, diag);
    err = in_folder(s, s->config.laps_road, path, diag);
    return err ? err : vg_track_load_warned(path, s->def.warnings, &s->laps_road, diag);
}

static vg_err import_laps(const vg_study *s, int32_t count, const char *path, vg_diag *diag) {
    vg_import_file_def def = vg_import_file_default();
    def.cut = VG_CUT_NONE; // file i is episode i
    def.import.road = s->laps_road, def.import.car = &s->suite.car, def.import.warnings = s->def.warnings;
    vg_err err = vg_log_create(path, VG_REPLACE, &def.import.log, diag);
    for (int32_t i = 0; i < count && !err; i++) {
        vg_import_file_report report = {0};
        err = vg_import_file(&def, NULL, s->lap_files[i], NULL, &report, diag);
        vg_import_file_free(&report);
    }
    if (!err) return vg_log_close(def.import.log, diag);
    if (def.import.log) vg_log_discard(def.import.log);
    return err;
}

// --- demonstrations ----------------------------------------------------------------------------------------

// Demonstration i of a training seed is the same for every budget: it is on training road i, and the list of
// roads repeats. Several drivers demonstrate in turn.
static vg_err demonstrate(const vg_study *s, int32_t seed, const vg_study_budget *budget, const char *path,
                          vg_diag *diag) {
    vg_policy *teacher = NULL;
    vg_log *log = NULL;
    char driver[VG_KEY_TEXT_SIZE];
    int32_t drivers = 0;
    while (vg_study_driver(budget->teacher, drivers, driver)) drivers++;
    vg_err err = vg_log_create(path, VG_REPLACE, &log, diag);
    for (int32_t i = 0; i < budget->count && !err; i++) {
        vg_record_def def = vg_record_default();
        if (i == 0 || drivers > 1) {
            vg_study_driver(budget->teacher, i % drivers, driver);
            vg_policy_destroy(teacher);
            teacher = NULL;
            err = vg_policy_open(driver, &s->def.terms, &teacher, diag);
            if (err) break;
        }
        def.policy = teacher;
        def.road = s->taught->train.roads[i % s->taught->train.count];
        def.car = &s->taught->car;
        def.start_spread = (float)s->taught->config.start_spread;
        def.longest = s->config.demonstration_seconds;
        def.seed = vg_random_seed(vg_random_seed((uint64_t)s->config.seed, (uint64_t)seed), (uint64_t)i);
        def.stop = s->def.stop;
        err = vg_record_run(&def, log, NULL, NULL, diag);
    }
    if (!err)
        err = vg_log_close(log, diag);
    else if (log)
        vg_log_discard(log);
    vg_policy_destroy(teacher);
    return err;
}

char *vg_study_slug(const char *text, uint64_t hash, char buffer[VG_STUDY_SLUG]) {
    char digits[17];
    vg_name_of(buffer, VG_STUDY_SLUG - 17, text, strlen(text));
    for (char *c = buffer; *c; c++)
        if (strchr(" ,=/\\:*?\"<>|@;", *c)) *c = '-';
    size_t used = strlen(buffer);
    snprintf(buffer + used, VG_STUDY_SLUG - used, "-%s", vg_hash_format(hash, digits));
    return buffer;
}

// The folder has at most VG_STUDY_OUT bytes and a hash: there is room.
void vg_study_log_path(const vg_study *s, int32_t budget, int32_t seed, char path[VG_STUDY_PATH]) {
    const vg_study_budget *b = &s->budgets[budget];
    char slug[VG_STUDY_SLUG], teacher[VG_STUDY_SLUG + 1] = "";
    if (strcmp(b->teacher, s->config.teacher) != 0)
        snprintf(teacher, sizeof teacher, "-%s",
                 vg_study_slug(b->teacher, vg_hash_text(0, b->teacher), slug));
    if (s->lap_count)
        snprintf(path, VG_STUDY_PATH, "%.1040s/laps-%s%s.vlog", s->folder, b->name, teacher);
    else
        snprintf(path, VG_STUDY_PATH, "%.1040s/demonstrations-%s%s-seed-%d.vlog", s->folder, b->name, teacher,
                 seed + 1);
}

bool vg_study_follows_laps(const vg_study *s, const char *text) {
    return s->config.laps[0] && strncmp(text, "line_follower", 13) == 0 && !strstr(text, "log=");
}

// A text of a study has at most 255 bytes: there is room.
void vg_study_expert(const vg_study *s, const char *text, int32_t budget,
                     char out[VG_STUDY_PATH + VG_KEY_TEXT_SIZE]) {
    char log[VG_STUDY_PATH];
    snprintf(out, VG_KEY_TEXT_SIZE, "%s", text);
    if (!vg_study_follows_laps(s, text)) return;
    vg_study_log_path(s, budget, 0, log);
    size_t used = strlen(out);
    snprintf(out + used, VG_STUDY_PATH + VG_KEY_TEXT_SIZE - used, "%slog=%.1390s",
             strchr(text, ':') ? "," : ":", log);
}

// Data that the pieces of one run share.
typedef struct making {
    vg_study *study;
    int32_t seeds; // logs a budget
} making;

// All that decides a log's content; its road files, laps and cars are in the study's hash.
static json_t *log_card(const vg_study *s, int32_t budget, int32_t seed) {
    const vg_study_budget *b = &s->budgets[budget];
    return json_pack("{so ss ss si si}", "study", vg_study_card_hash(s->hash), "budget", b->name, "teacher",
                     s->lap_count ? "" : b->teacher, "episodes", b->count, "seed",
                     s->lap_count ? 0 : seed + 1);
}

static vg_err hash_log(const char *path, uint64_t *hash, vg_diag *diag) {
    vg_log *log = NULL;
    vg_err err = vg_log_open(path, &log, diag);
    if (!err) err = vg_log_hash(log, hash, diag);
    vg_err closed = log ? vg_log_close(log, err ? NULL : diag) : VG_OK;
    return err ? err : closed;
}

static void card_path(const char *log, char path[VG_STUDY_PATH]) {
    snprintf(path, VG_STUDY_PATH, "%.*s.card", (int)(strlen(log) - strlen(".vlog")), log);
}

// The log that is there: is it the one its card tells of, and the card of this budget and seed?
// VG_ERR_NOT_FOUND: there is none, or it was not finished.
static vg_err check_log(const vg_study *s, int32_t budget, int32_t seed, const char *path, uint64_t *hash,
                        vg_diag *diag) {
    char card[VG_STUDY_PATH];
    json_t *found;
    card_path(path, card);
    vg_err err = vg_study_card_read(card, &found, diag);
    if (!err && vg_file_may_write(path, VG_KEEP, diag) != VG_ERR_EXISTS) err = VG_ERR_NOT_FOUND;
    if (!err) err = vg_study_card_check(found, log_card(s, budget, seed), card, "log", diag);
    if (!err) err = hash_log(path, hash, diag);
    if (!err) {
        json_t *content = json_pack("{so}", "content", vg_study_card_hash(*hash));
        err = vg_study_card_check(found, content, path, "log", diag);
    }
    json_decref(found);
    return err;
}

static vg_err make_log(void *context, int64_t piece, vg_text *result, vg_diag *diag) {
    making *m = context;
    char path[VG_STUDY_PATH], card[VG_STUDY_PATH];
    int32_t budget = (int32_t)(piece / m->seeds), seed = (int32_t)(piece % m->seeds);
    vg_study *s = m->study;
    uint64_t *hash = &s->log_hashes[piece];
    double begin = vg_study_thread_seconds();
    vg_err err = vg_study_check_stop(s, diag);
    if (err || (!s->lap_count && seed >= s->budgets[budget].seeds)) return err; // nobody learns from it
    vg_study_log_path(s, budget, seed, path);
    err = check_log(s, budget, seed, path, hash, diag);
    if (err != VG_ERR_NOT_FOUND) return err;
    const vg_study_budget *of = &s->budgets[budget];
    err = s->lap_count ? import_laps(s, of->count, path, diag) : demonstrate(s, seed, of, path, diag);
    if (!err) err = hash_log(path, hash, diag);
    if (err) return err;
    json_t *own = log_card(s, budget, seed);
    if (own && json_object_set_new(own, "content", vg_study_card_hash(*hash))) json_decref(own), own = NULL;
    card_path(path, card);
    err = vg_study_card_write(own, card, diag); // last: now the log is finished
    double seconds = vg_study_thread_seconds() - begin;
    if (!err && !result) vg_study_note_time(s, VG_STUDY_WORK_demonstrate, "", seed + 1, seconds);
    if (!err && result) vg_text_bytes(result, &seconds, sizeof seconds);
    return err;
}

// What a log took on another rank.
static vg_err hear_of_log(void *context, int64_t piece, const char *bytes, int64_t size, vg_diag *diag) {
    making *m = context;
    double seconds;
    if (size != sizeof seconds) return vg_fail(diag, VG_ERR_IO, "a rank sent %lld bytes", (long long)size);
    memcpy(&seconds, bytes, sizeof seconds);
    vg_study_note_time(m->study, VG_STUDY_WORK_demonstrate, "", (int32_t)(piece % m->seeds) + 1, seconds);
    return VG_OK;
}

uint64_t vg_study_log_hash(const vg_study *s, const vg_study_arm *arm, int32_t seed) {
    return s->log_hashes[s->lap_count ? arm->budget : (int64_t)arm->budget * s->most_seeds + seed];
}

vg_err vg_study_make_logs(vg_study *s, vg_diag *diag) {
    making m = {.study = s, .seeds = s->lap_count ? 1 : s->most_seeds};
    if (s->cell_count == 0 && s->lap_count == 0) return VG_OK;
    int64_t count = (int64_t)s->budget_count * m.seeds;
    if (!(s->log_hashes = vg_new(uint64_t, count))) return vg_fail_memory(diag);
    vg_err err = vg_ranks_run(s->def.ranks, count, s->def.threads, make_log, hear_of_log, &m, diag);
    return err ? err : vg_ranks_merge(s->def.ranks, s->log_hashes, count, diag);
}

// --- the floor ---------------------------------------------------------------------------------------------

// The part of one lap in the floor's sums.
typedef struct lap_sums {
    int64_t ticks, outside, departures;
    double distance, speed;
} lap_sums;

// d_E of the floor: the reference's offset on the laps' road, which is the scored road number `scored`. -1:
// that road is not scored, and only the centreline is known there.
typedef struct floor_line {
    const vg_reference *reference;
    int32_t scored;
    bool centreline;
} floor_line;

static double drift_at(const floor_line *line, double s, double offset) {
    if (line->scored >= 0)
        return fabs(offset - (double)vg_reference_offset(line->reference, line->scored, s));
    return line->centreline ? fabs(offset) : NAN;
}

static void score_lap(const vg_road *road, const floor_line *line, const vg_log_step *steps, int64_t count,
                      double tick, lap_sums *sums, float *drift) {
    bool was_off = false;
    for (int64_t i = 0; i < count; i++) {
        const vg_state *state = &steps[i].state;
        vg_road_place at = vg_road_project(road, state->x, state->y, state->s);
        vg_road_point here = vg_road_at(road, at.s);
        bool off = at.offset > here.left || at.offset < -here.right;
        sums->outside += off;
        sums->departures += off && !was_off;
        was_off = off;
        sums->speed += state->speed;
        sums->distance += state->speed * tick;
        drift[i] = (float)drift_at(line, at.s, at.offset);
    }
    sums->ticks += count;
}

typedef vg_err (*lap_visit)(void *context, const vg_log_episode *episode, const vg_log_step *steps,
                            int64_t count, vg_diag *diag);

int32_t vg_study_largest(const vg_study *s) {
    int32_t most = 0;
    for (int32_t i = 0; i < s->budget_count; i++)
        if (s->budgets[i].count > s->budgets[most].count) most = i;
    return most;
}

// Uses every lap of the largest log.
static vg_err visit_laps(const vg_study *s, lap_visit visit, void *context, vg_diag *diag) {
    char path[VG_STUDY_PATH];
    int32_t count = 0;
    vg_study_log_path(s, vg_study_largest(s), 0, path);
    vg_log *log = NULL;
    vg_err err = vg_log_open(path, &log, diag);
    if (!err) err = vg_log_count(log, &count, diag);
    for (int32_t e = 0; e < count && !err; e++) {
        vg_log_episode episode;
        vg_log_step *steps = NULL;
        int64_t n;
        err = vg_log_episode_at(log, e, &episode, diag);
        if (!err) err = vg_log_steps(log, episode.id, &steps, &n, diag);
        if (!err) err = visit(context, &episode, steps, n, diag);
        vg_free(steps);
    }
    vg_err closed = vg_log_close(log, err ? NULL : diag);
    return err ? err : closed;
}

typedef struct floor_sums {
    const vg_study *study;
    floor_line line;
    lap_sums all;
    float *drift;
    int64_t held;
    int32_t laps, laps_off;
} floor_sums;

static vg_err add_to_floor(void *context, const vg_log_episode *episode, const vg_log_step *steps,
                           int64_t count, vg_diag *diag) {
    floor_sums *f = context;
    float *grown = vg_realloc(f->drift, f->held, f->held + count, sizeof *grown);
    if (!grown) return vg_fail_memory(diag);
    f->drift = grown;
    int64_t before = f->all.departures;
    score_lap(f->study->laps_road, &f->line, steps, count, (double)episode->tick_num / episode->tick_den,
              &f->all, f->drift + f->held);
    f->held += count;
    f->laps++;
    f->laps_off += f->all.departures > before;
    return VG_OK;
}

vg_err vg_study_floor(vg_study *s, const vg_reference *reference, vg_diag *diag) {
    if (!s->lap_count) return VG_OK;
    floor_sums f = {.study = s, .line = {reference, -1, !reference}};
    for (int32_t i = 0; i < s->suite.test.count; i++)
        if (vg_road_hash(s->suite.test.roads[i]) == vg_road_hash(s->laps_road)) f.line.scored = i;
    bool measured = f.line.scored >= 0 || f.line.centreline;
    vg_err err = visit_laps(s, add_to_floor, &f, diag);
    vg_estimate q[3] = {{NAN, NAN, NAN}, {NAN, NAN, NAN}, {NAN, NAN, NAN}};
    static const double wanted[] = {0.5, 0.9, 0.99};
    if (!err && measured) err = vg_crossed_quantiles(f.drift, 1, 1, f.held, wanted, 3, q, diag);
    vg_free(f.drift);
    if (err) return err;
    s->floor = (vg_outcome_floor){.label = "human laps", .laps = f.laps, .laps_off = f.laps_off};
    s->floor.outside = (double)f.all.outside / (double)f.all.ticks;
    s->floor.departures_per_km = f.all.distance > 0 ? 1000 * (double)f.all.departures / f.all.distance : 0;
    s->floor.mean_speed = f.all.speed / (double)f.all.ticks;
    s->floor.drift_50 = q[0].value, s->floor.drift_90 = q[1].value, s->floor.drift_99 = q[2].value;
    s->outcome.floors = &s->floor;
    s->outcome.floor_count = 1;
    return VG_OK;
}

// --- the states of the laps --------------------------------------------------------------------------------

static vg_err add_to_starts(void *context, const vg_log_episode *episode, const vg_log_step *steps,
                            int64_t count, vg_diag *diag) {
    const vg_study *s = context;
    (void)episode;
    return vg_recorded_starts_add(s->recorded, s->laps_road, steps, count, diag);
}

vg_err vg_study_take_starts(vg_study *s, vg_diag *diag) {
    if (s->suite.config.start_states == 0) return VG_OK;
    vg_err err = vg_recorded_starts_create(s->laps_road, &s->recorded, diag);
    if (!err) err = visit_laps(s, add_to_starts, s, diag);
    if (err) return err;
    vg_recorded_starts_finish(s->recorded);
    s->suite.recorded = s->recorded;
    return VG_OK;
}

// --- the mean line of the laps -----------------------------------------------------------------------------

static vg_err add_to_line(void *context, const vg_log_episode *episode, const vg_log_step *steps,
                          int64_t count, vg_diag *diag) {
    (void)episode, (void)diag;
    vg_lap_line_add(context, steps, count);
    return VG_OK;
}

vg_err vg_study_human_line(const vg_study *s, vg_reference **out, vg_diag *diag) {
    vg_lap_line *laps = NULL;
    vg_err err = vg_lap_line_create(s->laps_road, 5, &laps, diag);
    if (err) return err;
    int32_t roads = s->suite.test.count, bins = vg_lap_line_bins(laps);
    float *line = vg_new(float, bins), *speed = vg_new(float, bins);
    vg_given_line *lines = vg_new(vg_given_line, roads);
    err = line && speed && lines ? visit_laps(s, add_to_line, laps, diag) : vg_fail_memory(diag);
    if (!err) {
        vg_lap_line_means(laps, line, speed);
        for (int32_t i = 0; i < roads; i++) {
            bool driven = vg_road_hash(s->suite.test.roads[i]) == vg_road_hash(s->laps_road);
            if (driven) lines[i] = (vg_given_line){line, speed, bins};
        }
        err = vg_reference_lines((const vg_road *const *)s->suite.test.roads, roads, lines, out, diag);
    }
    vg_lap_line_destroy(laps);
    vg_free(line);
    vg_free(speed);
    vg_free(lines);
    return err;
}
