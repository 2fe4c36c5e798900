#include "app/commands/score_figures.h"

#include "app/cli/output.h"

#ifdef VG_WITH_FIGURES
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "eval/figures/drift.h"
#include "eval/figures/map.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"
#include "sim/base/version.h"

enum { MOST_SERIES = 8, MOST_TRACES = 64, PATH = 1200 };

typedef struct job {
    const vg_outcome *outcome;
    const char *folder;
    vg_picture picture;
} job;

typedef vg_err (*write_fn)(const void *figure, const char *path, const vg_picture *picture, vg_diag *diag);

// Writes a figure as .png and as .svg.
static vg_err write_both(const job *j, const char *name, write_fn write, const void *figure, vg_diag *diag) {
    static const char *const extensions[] = {"png", "svg"};
    vg_err err = VG_OK;
    for (int i = 0; i < 2 && !err; i++) {
        char path[PATH];
        snprintf(path, sizeof path, "%s/%s.%s", j->folder, name, extensions[i]);
        err = write(figure, path, &j->picture, diag);
    }
    return err;
}

static vg_err write_map(const void *figure, const char *path, const vg_picture *picture, vg_diag *diag) {
    return vg_map_write(figure, path, picture, diag);
}

static vg_err write_page(const void *figure, const char *path, const vg_picture *picture, vg_diag *diag) {
    vg_picture page = *picture;
    page.canvas.height = 0; // what the rows need
    return vg_map_page_write(figure, path, &page, diag);
}

static vg_err write_drift(const void *figure, const char *path, const vg_picture *picture, vg_diag *diag) {
    return vg_drift_write(figure, path, picture, diag);
}

static vg_err write_alive(const void *figure, const char *path, const vg_picture *picture, vg_diag *diag) {
    return vg_alive_write(figure, path, picture, diag);
}

// --- maps ------------------------------------------------------------------------------------------------

// One road's map and the memory that it borrows.
typedef struct road_map {
    vg_map_figure figure;
    vg_road_view view;
    vg_map_trace traces[MOST_TRACES];
    double *s, *exit_s;
    float *offset, *exit_offset;
    char subtitle[160];
} road_map;

static void free_maps(road_map *maps, int32_t count) {
    for (int32_t i = 0; maps && i < count; i++) {
        vg_free(maps[i].s);
        vg_free(maps[i].offset);
        vg_free(maps[i].exit_s);
        vg_free(maps[i].exit_offset);
    }
    vg_free(maps);
}

static vg_err take_map(road_map *m, const vg_rollout *r, int32_t starts, vg_diag *diag) {
    int64_t points = (int64_t)(starts < MOST_TRACES ? starts : MOST_TRACES) * r->samples;
    m->s = vg_new(double, points);
    m->offset = vg_new(float, points);
    m->exit_s = vg_new(double, starts);
    m->exit_offset = vg_new(float, starts);
    return m->s && m->offset && m->exit_s && m->exit_offset ? VG_OK : vg_fail_memory(diag);
}

// Episode e of the rollout, the k-th of its road. A trace ends at the first departure; an exit is drawn at
// the edge.
static void add_episode(road_map *m, const vg_rollout *r, int32_t e, int32_t k) {
    const vg_trace_point *trace = r->trace + (int64_t)e * r->samples;
    int32_t n = 0;
    while (n < r->samples && !trace[n].departed && !trace[n].ended) n++;
    if (k < MOST_TRACES) {
        double *s = m->s + (int64_t)k * r->samples;
        float *offset = m->offset + (int64_t)k * r->samples;
        for (int32_t i = 0; i < n; i++) s[i] = trace[i].s, offset[i] = trace[i].offset;
        m->traces[m->figure.trace_count++] = (vg_map_trace){s, offset, n};
    }
    if (!vg_episode_failed(&r->episodes[e]) || n == 0) return;
    const vg_trace_point *last = &trace[n - 1];
    float edge = last->offset > 0 ? last->edge : -last->edge;
    m->exit_s[m->figure.exit_count] = r->episodes[e].off_s;
    m->exit_offset[m->figure.exit_count++] = r->episodes[e].collision_time > 0 ? last->offset : edge;
}

// The map of a trained arm shows its first training seed.
static vg_err fill_map(const job *j, const vg_outcome_arm *row, int32_t road, road_map *m, vg_diag *diag) {
    int32_t starts = row->arm.starts;
    const vg_rollout *rollout = row->arm.seeds[0].rollout;
    vg_err err = take_map(m, rollout, starts, diag);
    if (err) return err;
    m->view = vg_road_get(j->outcome->suite->test.roads[road]);
    m->figure = vg_map_default();
    m->figure.road = &m->view;
    m->figure.title = j->outcome->suite->test.names[road];
    m->figure.traces = m->traces;
    m->figure.exit_s = m->exit_s, m->figure.exit_offset = m->exit_offset;
    for (int32_t k = 0; k < starts; k++) add_episode(m, rollout, road * starts + k, k);
    snprintf(m->subtitle, sizeof m->subtitle, "%d of %d off the road within %g s%s", m->figure.exit_count,
             starts, row->arm.horizon, starts > MOST_TRACES ? "; 64 traces drawn" : "");
    m->figure.subtitle = m->subtitle;
    return VG_OK;
}

// What a file name cannot hold, or a shell would ask to be quoted, becomes '_'.
static void plain_name(char name[160], const char *label) {
    snprintf(name, 160, "map-%.130s", label);
    for (char *c = name; *c; c++)
        if (strchr(" /:*?\"'<>|\\,=", *c)) *c = '_';
}

// Two labels that differ in such characters only, in case (to some file systems the same) or far behind would
// share a file: each of them then has a hash of its label at the end.
static void name_file(char name[200], const vg_outcome *o, int32_t arm) {
    char own[160], other[160], hash[17];
    bool shared = false;
    plain_name(own, o->arms[arm].label);
    for (int32_t i = 0; i < o->arm_count; i++) {
        plain_name(other, o->arms[i].label);
        shared |= i != arm && strcasecmp(own, other) == 0;
    }
    vg_hash_format(vg_hash_text(0, o->arms[arm].label), hash);
    snprintf(name, 200, "%s%s%.8s", own, shared ? "-" : "", shared ? hash : "");
}

static vg_err draw_maps(const job *j, const vg_outcome_arm *row, vg_diag *diag) {
    int32_t roads = j->outcome->suite->test.count;
    road_map *maps = vg_new(road_map, roads);
    vg_map_figure *figures = vg_new(vg_map_figure, roads);
    vg_err err = maps && figures ? VG_OK : vg_fail_memory(diag);
    for (int32_t i = 0; i < roads && !err; i++) {
        err = fill_map(j, row, i, &maps[i], diag);
        figures[i] = maps[i].figure;
    }
    char name[200], title[160];
    name_file(name, j->outcome, (int32_t)(row - j->outcome->arms));
    snprintf(title, sizeof title, "%.80s%s, %g s from %d starts a road", row->label,
             row->arm.seed_count > 1 ? ", first seed" : "", row->arm.horizon, row->arm.starts);
    if (!err && roads == 1) {
        figures[0].title = title;
        err = write_both(j, name, write_map, &figures[0], diag);
    } else if (!err) {
        vg_map_page page = {.title = title,
                            .subtitle = "|offset| against the half width; dots are departures",
                            .maps = figures,
                            .count = roads};
        err = write_both(j, name, write_page, &page, diag);
    }
    vg_free(figures);
    free_maps(maps, maps ? roads : 0);
    return err;
}

// --- curves ----------------------------------------------------------------------------------------------

static vg_err draw_curves(const job *j, vg_diag *diag) {
    enum { COLUMNS = 6 };
    const vg_outcome *o = j->outcome;
    int32_t count = o->arm_count < MOST_SERIES ? o->arm_count : MOST_SERIES, most = 1;
    for (int32_t p = 0; p < count; p++)
        if (o->arms[p].analysis.time_count > most) most = o->arms[p].analysis.time_count;
    double *columns = vg_new(double, (int64_t)count *COLUMNS *most);
    if (!columns) return vg_fail_memory(diag);
    vg_drift_series drift[MOST_SERIES];
    vg_alive_series alive[MOST_SERIES];
    for (int32_t p = 0; p < count; p++) {
        const vg_analysis *a = &o->arms[p].analysis;
        double *on = columns + (int64_t)p * COLUMNS * most, *low = on + most, *high = low + most,
               *q50 = high + most, *q90 = q50 + most, *q99 = q90 + most;
        for (int32_t k = 0; k < a->time_count; k++) {
            const vg_curve_point *m = &a->time_drift[k];
            on[k] = a->alive[k].value, low[k] = a->alive[k].low, high[k] = a->alive[k].high;
            q50[k] = m->q50, q90[k] = m->q90, q99[k] = m->q99;
        }
        bool banded = a->time_count > 0 && !isnan(low[a->time_count - 1]);
        drift[p] = (vg_drift_series){o->arms[p].label, a->times, q50, q90, q99, a->time_count};
        alive[p] = (vg_alive_series){o->arms[p].label,     a->times,     on, banded ? low : NULL,
                                     banded ? high : NULL, a->time_count};
    }
    char subtitle[200], title[320];
    const vg_suite *suite = o->suite;
    snprintf(subtitle, sizeof subtitle, "%d road%s, %d starts each, spread %g m", suite->test.count,
             suite->test.count == 1 ? "" : "s", (int)suite->config.starts, suite->config.start_spread);
    snprintf(title, sizeof title, "Drift from the reference: %.250s", o->reference);
    vg_drift_figure funnel = vg_drift_default();
    funnel.title = title, funnel.subtitle = subtitle;
    funnel.series = drift, funnel.series_count = count;
    funnel.edge = 1, funnel.share = true, funnel.y_label = "|offset - reference's|, share of the half width";
    vg_alive_figure steps = {.title = "Neither off the road nor stalled",
                             .subtitle = subtitle,
                             .series = alive,
                             .series_count = count,
                             .interval = "95 % interval"};
    vg_err err = write_both(j, "drift", write_drift, &funnel, diag);
    if (!err) err = write_both(j, "alive", write_alive, &steps, diag);
    vg_free(columns);
    return err;
}

vg_err vg_score_figures(const vg_outcome *outcome, const char *folder, vg_overwrite overwrite,
                        vg_diag *diag) {
    char seed[32], policies[512] = "";
    snprintf(seed, sizeof seed, "%lld", (long long)outcome->suite->config.seed);
    for (int32_t p = 0; p < outcome->arm_count; p++) {
        char hash[17];
        size_t used = strlen(policies);
        snprintf(policies + used, sizeof policies - used, "%s%s %s", p ? ", " : "", outcome->arms[p].label,
                 vg_hash_format(outcome->arms[p].arm.seeds[0].hash, hash));
    }
    vg_png_text texts[] = {{"Software", "verge " VG_VERSION},
                           {"Command", outcome->command},
                           {"Seed", seed},
                           {"Policies", policies}};
    job j = {.outcome = outcome, .folder = folder, .picture = vg_picture_default()};
    j.picture.texts = texts;
    j.picture.count = sizeof texts / sizeof *texts;
    j.picture.overwrite = overwrite;
    vg_err err = VG_OK;
    for (int32_t p = 0; p < outcome->arm_count && p < MOST_SERIES && !err; p++)
        err = draw_maps(&j, &outcome->arms[p], diag);
    return err ? err : draw_curves(&j, diag);
}
#else
vg_err vg_score_figures(const vg_outcome *outcome, const char *folder, vg_overwrite overwrite,
                        vg_diag *diag) {
    (void)outcome, (void)folder, (void)overwrite, (void)diag;
    return VG_OK;
}
#endif
