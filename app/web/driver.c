#include "app/web/driver.h"

#include <emscripten.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "agents/policy_open.h"
#include "app/drive/offers.h"
#include "app/web/driver_private.h"
#include "app/web/trouble.h"
#include "eval/score/suite.h"
#include "sim/base/memory.h"
#include "sim/base/text.h"
#include "tracks/library.h"

// --- what can be picked -----------------------------------------------------------------------------------

static json_t *list_json(const vg_menu_list *list) {
    json_t *out = json_array();
    for (int32_t i = 0; i < list->count; i++) {
        const vg_menu_entry *e = &list->entries[i];
        json_array_append_new(out, json_pack("{ss ss s[sss]}", "name", e->name, "label", e->label, "facts",
                                             e->facts[0], e->facts[1], e->facts[2]));
    }
    return out;
}

// The shipped suites that disturb a drive.
static json_t *suites_json(void) {
    json_t *out = json_array();
    char name[64], facts[3][VG_MENU_TEXT];
    for (int32_t i = 0; vg_suite_name(i, name); i++) {
        vg_disturbance d;
        vg_diag ignored = {0};
        if (vg_suite_read_disturbance(name, &d, &ignored)) continue;
        if (d.gust <= 0 && d.actuation_noise <= 0 && d.observation_noise <= 0 && d.delay <= 0) continue;
        snprintf(facts[0], sizeof facts[0], "gusts of %.3g rad/s", (double)d.gust);
        snprintf(facts[1], sizeof facts[1], "noise on actions %.3g, on what a policy senses %.3g",
                 (double)d.actuation_noise, (double)d.observation_noise);
        snprintf(facts[2], sizeof facts[2], "late by %.3g s", (double)d.delay);
        json_array_append_new(out, json_pack("{ss ss s[sss]}", "name", name, "label", name, "facts", facts[0],
                                             facts[1], facts[2]));
    }
    return out;
}

// Kept by the script, which frees it.
EMSCRIPTEN_KEEPALIVE const char *vg_web_offers(void) {
    vg_menu menu;
    vg_diag diag = {0};
    char *text = NULL;
    vg_err err = vg_offers_open(".", &menu, &diag);
    if (!err) {
        json_t *all = json_pack("{so so so so}", "roads", list_json(&menu.lists[VG_MENU_ROADS]), "cars",
                                list_json(&menu.lists[VG_MENU_CARS]), "policies",
                                list_json(&menu.lists[VG_MENU_POLICIES]), "suites", suites_json());
        text = json_dumps(all, JSON_COMPACT);
        json_decref(all);
        if (!text) err = vg_fail_memory(&diag);
    }
    if (err) vg_web_trouble(&diag);
    vg_menu_free(&menu);
    return text;
}

// --- opening ----------------------------------------------------------------------------------------------

static bool never(void) { return false; }

static vg_err load(vg_web_driver *d, const char *road, const char *car, vg_diag *diag) {
    const vg_policy_terms terms = {0};
    const char *policy = d->policy_name, *race = d->race_name;
    vg_err err = policy[0] ? vg_policy_open(policy, &terms, &d->policy, diag) : VG_OK;
    if (!err && race[0]) err = vg_policy_open(race, &terms, &d->rival_policy, diag);
    if (!err && d->suite_name[0]) err = vg_suite_read_disturbance(d->suite_name, &d->disturbance, diag);
    if (!err) err = vg_track_load(road[0] ? road : "train-1", &d->road, diag);
    if (err) return err;
    d->car = d->policy && d->policy->car ? *d->policy->car : vg_car_default();
    return car[0] ? vg_car_load(car, &d->car, diag) : VG_OK;
}

static vg_err begin(vg_web_driver *d, double seed, vg_diag *diag) {
    vg_session_def def = {.road = d->road,
                          .car = &d->car,
                          .policy = d->policy,
                          .policy_name = d->policy && !d->policy->sense ? d->policy_name : NULL,
                          .journal = &d->journal,
                          .seed = (uint64_t)seed,
                          .disturbance = d->disturbance};
    vg_err err = vg_session_create(&def, &d->session, diag);
    if (err || !d->rival_policy) return err;
    return vg_rival_create(d->road, &d->car, d->rival_policy, def.seed, &d->rival, diag);
}

// A drive that comes out otherwise is only good to be saved: its journal is the one that was kept.
static vg_err resume(vg_web_driver *d, const vg_journal *kept, vg_diag *diag) {
    if (!kept->size) return VG_OK;
    vg_diag why = {0};
    vg_err err = vg_session_resume(d->session, d->rival, &d->journal, kept, &why);
    if (err == VG_ERR_MEMORY) *diag = why;
    if (!err || err == VG_ERR_MEMORY) return err;
    vg_journal_free(&d->journal);
    d->journal.bytes = vg_new(uint8_t, kept->size);
    if (!d->journal.bytes) return vg_fail_memory(diag);
    memcpy(d->journal.bytes, kept->bytes, (size_t)kept->size);
    d->journal.size = d->journal.room = kept->size;
    d->stale = true;
    return VG_OK;
}

static const char *last_part(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash && slash[1] ? slash + 1 : path;
}

static vg_err open_loop(vg_web_driver *d, bool paused, vg_diag *diag) {
    const vg_window_def window = {.title = "verge drive", .width = 1280, .height = 720, .scale = 1};
    vg_err err = vg_window_open(&window, &d->window, diag);
    if (!err) err = vg_speaker_open(&d->speaker, diag);
    if (err) return err;
    vg_drive_def def = {.window = d->window,
                        .road = d->road,
                        .session = d->session,
                        .journal = &d->journal,
                        .speaker = d->speaker,
                        .rival = d->rival,
                        .race = last_part(d->race_name),
                        .policy = d->policy_name[0] ? last_part(d->policy_name) : NULL,
                        .suite = d->suite_name[0] ? d->suite_name : NULL,
                        .paused = paused,
                        .shots = "drive",
                        .stop = never};
    vg_config_default(&vg_feel_schema, &def.feel);
    return vg_drive_open(&def, &d->loop, diag);
}

EMSCRIPTEN_KEEPALIVE vg_web_driver *vg_web_drive(const char *road, const char *car, const char *policy,
                                                 const char *race, const char *suite, double seed,
                                                 const uint8_t *kept, int32_t size) {
    vg_diag diag = {0};
    vg_web_driver *d = vg_new(vg_web_driver, 1);
    const vg_journal before = {.bytes = (uint8_t *)kept, .size = size};
    if (d) snprintf(d->policy_name, sizeof d->policy_name, "%s", policy);
    if (d) snprintf(d->race_name, sizeof d->race_name, "%s", race);
    if (d) snprintf(d->suite_name, sizeof d->suite_name, "%s", suite);
    vg_err err = d ? load(d, road, car, &diag) : vg_fail_memory(&diag);
    if (!err) err = begin(d, seed, &diag);
    if (!err) err = resume(d, &before, &diag);
    if (!err) err = open_loop(d, size > 0, &diag);
    if (!err) return d;
    vg_web_trouble(&diag);
    vg_web_drive_close(d);
    return NULL;
}

EMSCRIPTEN_KEEPALIVE void vg_web_drive_close(vg_web_driver *d) {
    if (!d) return;
    vg_drive_close(d->loop);
    vg_speaker_close(d->speaker);
    vg_rival_destroy(d->rival);
    vg_session_destroy(d->session);
    vg_journal_free(&d->journal);
    vg_window_close(d->window);
    vg_policy_destroy(d->policy);
    vg_policy_destroy(d->rival_policy);
    vg_road_destroy(d->road);
    vg_free(d);
}

// --- driving ----------------------------------------------------------------------------------------------

EMSCRIPTEN_KEEPALIVE int32_t vg_web_drive_frame(vg_web_driver *d, int32_t width, int32_t height, double scale,
                                                int32_t anew) {
    vg_diag diag = {0};
    bool over = false;
    d->window->width = width, d->window->height = height, d->window->scale = scale;
    if (anew) vg_drive_begin(d->loop);
    vg_err err = vg_drive_frame(d->loop, &over, &diag);
    if (err) vg_web_trouble(&diag);
    return err ? 2 : over;
}

EMSCRIPTEN_KEEPALIVE int32_t vg_web_drive_stale(const vg_web_driver *d) { return d->stale; }
EMSCRIPTEN_KEEPALIVE const uint8_t *vg_web_drive_bytes(const vg_web_driver *d) { return d->journal.bytes; }
EMSCRIPTEN_KEEPALIVE int32_t vg_web_drive_size(const vg_web_driver *d) { return (int32_t)d->journal.size; }
EMSCRIPTEN_KEEPALIVE int32_t vg_web_drive_ticks(const vg_web_driver *d) { return (int32_t)d->journal.ticks; }
EMSCRIPTEN_KEEPALIVE void vg_web_drive_kept(vg_web_driver *d, int32_t safe, int32_t synced) {
    d->journal.safe = safe, d->journal.synced = synced;
}

EMSCRIPTEN_KEEPALIVE int32_t vg_web_drive_save(vg_web_driver *d, const char *path) {
    vg_diag diag = {0};
    int64_t ticks = 0;
    vg_state final = vg_session_get(d->session).now;
    vg_err err = vg_journal_log(&d->journal, d->road, vg_session_car(d->session), d->stale ? NULL : &final,
                                path, VG_REPLACE, &ticks, &diag);
    if (!err) return (int32_t)ticks;
    vg_web_trouble(&diag);
    return 0;
}

EMSCRIPTEN_KEEPALIVE const float *vg_web_drive_sound(vg_web_driver *d, double rate, int32_t count) {
    return vg_browser_samples(d->speaker, rate, count);
}

EMSCRIPTEN_KEEPALIVE const char *vg_web_drive_now(vg_web_driver *d) {
    vg_session_view v = vg_session_get(d->session);
    double dt = vg_session_tick_seconds(d->session);
    snprintf(d->now, sizeof d->now,
             "{\"ticks\":%d,\"episodes\":%d,\"laps\":%d,\"best\":%.3f,\"who\":\"%s\",\"speed\":%.2f,"
             "\"offset\":%.2f,\"s\":%.1f,\"offRoad\":%d,\"stands\":%d,\"rival\":%.1f}",
             (int)v.ticks, (int)v.episodes, (int)v.laps_done, (double)v.best_ticks * dt, vg_who_word(v.who),
             (double)v.now.speed, (double)v.now.offset, v.now.s, v.off_road, vg_drive_stands(d->loop),
             d->rival ? vg_rival_get(d->rival).now.s : -1);
    return d->now;
}
