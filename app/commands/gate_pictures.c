#include "app/commands/gate_pictures.h"

#ifndef VG_WITH_FIGURES
vg_err vg_gate_pictures(const vg_gate_report *report, const vg_gate_places *places, vg_diag *diag) {
    (void)report, (void)places, (void)diag;
    return VG_OK;
}
#else
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/cli/interrupt.h"
#include "app/cli/output.h"
#include "app/view/drive.h"
#include "app/view/film.h"
#include "app/view/finish.h"
#include "eval/gate/redo.h"
#include "eval/outcome/result_suite.h"
#include "sim/base/memory.h"
#include "sim/base/version.h"

enum { PATH = 1200 };

// The two policies, if their files can still be found.
typedef struct cast {
    vg_view_driver drivers[2];
    int32_t count;
} cast;

static void add_driver(const vg_drives *d, const vg_policy_terms *terms, const char *label, cast *c) {
    vg_diag why = {0};
    char text[600];
    vg_view_driver *driver = &c->drivers[c->count];
    if (vg_drives_policy(d, terms, &driver->policy, &why)) {
        vg_say_warning("the pictures lack the %s: %s", label, vg_diag_format(&why, text, sizeof text));
        return;
    }
    snprintf(driver->label, sizeof driver->label, "%s", label);
    c->count++;
}

// Makes only the road of the episode.
static vg_err one_road(const vg_drives *d, int32_t road, vg_suite *out, vg_diag *diag) {
    vg_suite_config *config = vg_new(vg_suite_config, 1);
    char item[VG_KEY_TEXT_SIZE], name[VG_KEY_TEXT_SIZE];
    *out = (vg_suite){0};
    vg_err err = config ? vg_result_suite(d->path, d->suite, config, diag) : vg_fail_memory(diag);
    if (!err) err = vg_suite_check_starts(config, d->path, diag);
    if (!err && !vg_suite_item(config->test, road, item, name))
        err = vg_fail(diag, VG_ERR_NOT_FOUND, "the suite has no road %d", road + 1);
    if (!err) err = vg_result_suite_of_road(config, "", item, NULL, out, diag);
    if (!err) err = vg_result_car(d->path, d->car, &out->car, diag);
    vg_free(config);
    return err;
}

static vg_err fill_view(const vg_gate_report *r, int32_t row, const cast *c, vg_view *view, vg_diag *diag) {
    const vg_drives *d = r->result;
    int32_t each = d->road_count * d->starts, in = row % each, road = in / d->starts;
    char name[VG_DRIVE_TEXT + 48];
    vg_suite suite;
    vg_err err = one_road(d, road, &suite, diag);
    if (err) return err;
    vg_rollout_def def = vg_suite_rollout(&suite);
    def.seed = (uint64_t)(d->seed + row / each), def.stop = vg_interrupted;
    vg_view_add_road(view, suite.test.roads[0], d->roads[road]);
    suite.test.roads[0] = NULL;
    snprintf(view->title, sizeof view->title, "%.200s", vg_drives_name(d, row, name));
    err = vg_view_drive_all(view, &def, in % d->starts, c->drivers, c->count, diag);
    if (!err) err = vg_view_finish(view, diag);
    vg_suite_free(&suite);
    return err;
}

// Half a second before the result's car leaves the road; the middle of the episode if it does not.
static double moment_of(const vg_drive *row, double duration) {
    double t = isnan(row->off_time) ? duration / 2 : (double)row->off_time - 0.5;
    return t < 0 ? 0 : t > duration ? duration : t;
}

static vg_err draw(const vg_gate_report *r, int32_t i, const cast *c, const char *folder,
                   vg_overwrite overwrite, vg_diag *diag) {
    char path[PATH];
    vg_view view = {0};
    vg_text command = {0};
    vg_gate_command(r, i, &command);
    vg_err err = command.failed ? vg_fail_memory(diag) : VG_OK;
    if (!err) err = fill_view(r, r->worst[i], c, &view, diag);
    if (!err) {
        vg_film film = vg_film_default(&view);
        const vg_png_text texts[] = {
            {"Software", "verge " VG_VERSION}, {"Title", view.title}, {"Command", command.bytes}};
        film.texts = texts, film.text_count = sizeof texts / sizeof *texts;
        film.from = moment_of(&r->result->rows[r->worst[i]], view.duration);
        film.overwrite = overwrite;
        snprintf(path, sizeof path, "%.1000s/worst-%d.png", folder, i + 1);
        err = vg_film_shot(&film, path, diag);
    }
    vg_text_free(&command);
    vg_view_free(&view);
    return err;
}

vg_err vg_gate_pictures(const vg_gate_report *r, const vg_gate_places *p, vg_diag *diag) {
    cast c = {0};
    vg_err err = VG_OK;
    if (r->worst_count == 0) return VG_OK;
    add_driver(r->result, &p->result, "result", &c);
    add_driver(r->baseline, &p->baseline, "baseline", &c);
    for (int32_t i = 0; c.count && i < r->worst_count && !err; i++)
        err = draw(r, i, &c, p->folder, p->overwrite, diag);
    for (int32_t i = 0; i < c.count; i++) vg_policy_destroy(c.drivers[i].policy);
    return err;
}
#endif
