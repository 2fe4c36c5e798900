#include <math.h>
#include <stdio.h>
#include <string.h>

#include "eval/figures/funnel.h"
#include "eval/figures/map.h"
#include "eval/figures/strip.h"
#include "eval/report/page_parts_private.h"
#include "sim/base/memory.h"

enum { BINS = 80, MAPS = 6 };

static void out_of_memory(vg_page *page) {
    page->err = vg_fail(page->diag, VG_ERR_MEMORY, "no memory for the page's figures");
}

// Whether the arm has every rollout, with the shape that the suite's roads give it.
static bool has_traces(const vg_page *page, const vg_arm *arm) {
    if (arm->roads < 1 || arm->roads != page->outcome->suite->test.count) return false;
    for (int32_t k = 0; k < arm->seed_count; k++) {
        const vg_rollout *r = arm->seeds[k].rollout;
        if (!r || !r->trace || !r->episodes || r->count != arm->roads * arm->starts) return false;
    }
    return arm->seed_count > 0;
}

// Metres driven at each departure, in all (road < 0) or along one road; written into `exits` if that is not
// NULL.
static int64_t departures(const vg_arm *arm, int32_t road, double *exits) {
    int64_t count = 0;
    for (int32_t k = 0; k < arm->seed_count; k++) {
        const vg_rollout *r = arm->seeds[k].rollout;
        for (int32_t e = 0; r && r->episodes && e < r->count; e++) {
            const vg_episode *one = &r->episodes[e];
            if (!vg_episode_failed(one) || (road >= 0 && one->road != road)) continue;
            if (exits) exits[count] = road < 0 ? one->distance_on : one->off_s;
            count++;
        }
    }
    return count;
}

static void funnel_table(vg_page *page, const void *of) {
    const vg_analysis *a = of;
    vg_page_table(page, "Drift as a share of the half width by metres driven.");
    static const char *const heads[] = {"driven, m", "50 %", "90 %", "99 %"};
    for (int i = 0; i < 4; i++) vg_page_head(page, heads[i]);
    vg_page_body(page);
    for (int32_t k = 0; k < a->way_count; k++) {
        char number[32];
        vg_page_row(page, vg_page_number(a->way_drift[k].at, number));
        vg_page_share(page, (vg_estimate){a->way_drift[k].q50, NAN, NAN});
        vg_page_share(page, (vg_estimate){a->way_drift[k].q90, NAN, NAN});
        vg_page_share(page, (vg_estimate){a->way_drift[k].q99, NAN, NAN});
        vg_page_row_end(page);
    }
    vg_page_table_end(page);
}

static void place_funnel(vg_page *page, int32_t i) {
    const vg_outcome_arm *arm = &page->outcome->arms[i];
    const vg_analysis *a = &arm->analysis;
    int32_t n = a->way_count;
    if (n == 0) return;
    vg_funnel_figure figure = vg_funnel_default();
    figure.exit_count = departures(&arm->arm, -1, NULL);
    double *columns = vg_new(double, (int64_t)4 * n + figure.exit_count);
    if (!columns) {
        out_of_memory(page);
        return;
    }
    for (int32_t k = 0; k < n; k++) {
        vg_curve_point p = a->way_drift[k];
        columns[k] = p.at, columns[n + k] = p.q50, columns[2 * n + k] = p.q90, columns[3 * n + k] = p.q99;
    }
    departures(&arm->arm, -1, columns + (int64_t)4 * n);
    char name[32];
    snprintf(name, sizeof name, "funnel-%d", (int)i + 1);
    figure.title = arm->label;
    figure.colour = i;
    figure.distance = columns;
    figure.q50 = columns + n, figure.q90 = columns + 2 * n, figure.q99 = columns + 3 * n;
    figure.count = n;
    figure.exits = columns + (int64_t)4 * n;
    vg_page_place(
        page, &(vg_page_figure){.name = name,
                                .title = arm->label,
                                .desc = "Drift by distance driven: quantiles 50, 90 and 99, and departures.",
                                .caption = "",
                                .width = 480,
                                .height = 300,
                                .driver = i + 1,
                                .paint = vg_funnel_paint,
                                .figure = &figure,
                                .table = funnel_table,
                                .of = a});
    vg_free(columns);
}

// Mean drift in each bin along each road, over all cars that still drive. sums[roads][BINS]; counts has the
// same shape.
static void gather(const vg_page *page, const vg_arm *arm, double *sums, double *counts) {
    for (int32_t k = 0; k < arm->seed_count; k++) {
        const vg_rollout *r = arm->seeds[k].rollout;
        for (int32_t e = 0; e < r->count; e++) {
            int32_t road = r->episodes[e].road;
            double length = vg_road_get(page->outcome->suite->test.roads[road]).length;
            for (int32_t t = 0; t < r->samples; t++) {
                const vg_trace_point *p = &r->trace[(int64_t)e * r->samples + t];
                if (p->departed || p->ended || !(p->edge > 0)) break;
                double at = p->s / length - floor(p->s / length);
                int64_t bin = (int64_t)road * BINS + (int64_t)fmin(at * BINS, BINS - 1);
                sums[bin] += fmin(fabs(p->offset - p->reference) / p->edge, 1);
                counts[bin]++;
            }
        }
    }
    for (int64_t b = 0; b < (int64_t)arm->roads * BINS; b++)
        sums[b] = counts[b] > 0 ? sums[b] / counts[b] : NAN;
}

// A road's name plays its first start.
static void road_row(vg_page *page, const char *road) {
    if (!vg_page_plays(page)) {
        vg_page_row(page, road);
        return;
    }
    vg_text_add(&page->html, "<tr><th scope=\"row\"><a class=\"play\" href=\"#play=");
    vg_page_text(page, road);
    vg_text_add(&page->html, ":0\" data-episode=\"");
    vg_page_text(page, road);
    vg_text_add(&page->html, ":0\">");
    vg_page_text(page, road);
    vg_text_add(&page->html, "</a></th>");
}

static void strip_table(vg_page *page, const void *of) {
    const vg_strip_figure *figure = of;
    vg_page_table(page, "Mean drift as a share of the half width, %, in tenths of each road.");
    vg_page_head(page, "road");
    vg_page_head(page, "length, m");
    vg_page_head(page, "departures");
    for (int k = 1; k <= 10; k++) {
        char head[16];
        snprintf(head, sizeof head, "%d", k);
        vg_page_head(page, head);
    }
    vg_page_body(page);
    for (int32_t i = 0; i < figure->row_count; i++) {
        const vg_strip_row *row = &figure->rows[i];
        road_row(page, row->label);
        vg_page_cell(page, row->length);
        vg_page_cell(page, (double)row->exit_count);
        for (int k = 0; k < 10; k++) {
            double sum = 0, count = 0;
            for (int b = k * BINS / 10; b < (k + 1) * BINS / 10; b++)
                if (!isnan(row->drift[b])) sum += row->drift[b], count++;
            vg_page_cell(page, count > 0 ? 100 * sum / count : NAN);
        }
        vg_page_row_end(page);
    }
    vg_page_table_end(page);
}

static void place_strip(vg_page *page, int32_t i) {
    const vg_outcome_arm *arm = &page->outcome->arms[i];
    const vg_split *test = &page->outcome->suite->test;
    if (!has_traces(page, &arm->arm)) return;
    int64_t cells = (int64_t)arm->arm.roads * BINS;
    double *columns = vg_new(double, 2 * cells + departures(&arm->arm, -1, NULL));
    if (!columns) {
        out_of_memory(page);
        return;
    }
    gather(page, &arm->arm, columns, columns + cells);
    vg_strip_row rows[VG_STRIP_ROWS] = {0};
    vg_strip_figure figure = vg_strip_default();
    double *exits = columns + 2 * cells;
    figure.row_count = arm->arm.roads < VG_STRIP_ROWS ? arm->arm.roads : VG_STRIP_ROWS;
    for (int32_t r = 0; r < figure.row_count; r++) {
        int64_t count = departures(&arm->arm, r, exits);
        rows[r] = (vg_strip_row){.label = test->names[r],
                                 .length = vg_road_get(test->roads[r]).length,
                                 .drift = columns + (int64_t)r * BINS,
                                 .count = BINS,
                                 .exits = exits,
                                 .exit_count = count};
        exits += count;
    }
    char name[32];
    snprintf(name, sizeof name, "roads-%d", (int)i + 1);
    figure.title = "Drift along each road";
    figure.subtitle = arm->label;
    figure.rows = rows;
    vg_page_place(page,
                  &(vg_page_figure){
                      .name = name,
                      .title = figure.title,
                      .desc = arm->label,
                      .caption = "Mean over the cars that still drive; marks show where cars left the road.",
                      .width = 900,
                      .height = vg_strip_height(&figure),
                      .paint = vg_strip_paint,
                      .figure = &figure,
                      .table = strip_table,
                      .of = &figure});
    vg_free(columns);
}

// All memory and data of the maps of one arm.
typedef struct vg_page_maps {
    double *s, *exit_s;
    float *offset, *exit_offset;
    vg_map_trace *traces;
    vg_map_episode *episodes;
    bool plays;
} vg_page_maps;

static void fill_maps(const vg_rollout *r, int32_t starts, const vg_split *test, int32_t count,
                      const vg_page_maps *m, vg_map_figure *maps) {
    for (int32_t road = 0; road < count; road++) {
        int32_t first = road * starts, exits = 0;
        for (int32_t e = first; e < first + starts; e++) {
            int64_t at = (int64_t)e * r->samples, n = 0;
            for (; n < r->samples && !r->trace[at + n].departed && !r->trace[at + n].ended; n++)
                m->s[at + n] = r->trace[at + n].s, m->offset[at + n] = r->trace[at + n].offset;
            m->traces[e] = (vg_map_trace){m->s + at, m->offset + at, n};
            if (!vg_episode_failed(&r->episodes[e])) continue;
            const vg_trace_point *last = &r->trace[at + (n > 0 ? n - 1 : 0)];
            m->exit_s[first + exits] = r->episodes[e].off_s;
            m->episodes[first + exits] = (vg_map_episode){e - first, 1};
            m->exit_offset[first + exits++] =
                r->episodes[e].collision_time > 0 ? last->offset : copysignf(last->edge, last->offset);
        }
        maps[road] = vg_map_default();
        maps[road].title = test->names[road];
        maps[road].traces = m->traces + first;
        maps[road].trace_count = starts;
        maps[road].exit_s = m->exit_s + first;
        maps[road].exit_offset = m->exit_offset + first;
        maps[road].exit_count = exits;
        if (m->plays) maps[road].plays = maps[road].title, maps[road].exit_episodes = m->episodes + first;
    }
}

static void place_maps(vg_page *page, int32_t i) {
    const vg_outcome_arm *arm = &page->outcome->arms[i];
    const vg_split *test = &page->outcome->suite->test;
    if (!has_traces(page, &arm->arm)) return;
    const vg_rollout *r = arm->arm.seeds[0].rollout;
    int32_t count = test->count < MAPS ? test->count : MAPS, cars = count * arm->arm.starts;
    int64_t points = (int64_t)cars * r->samples;
    vg_page_maps m = {vg_new(double, points), vg_new(double, cars),       vg_new(float, points),
                      vg_new(float, cars),    vg_new(vg_map_trace, cars), vg_new(vg_map_episode, cars),
                      vg_page_plays(page)};
    vg_map_figure maps[MAPS];
    vg_road_view views[MAPS];
    char name[32];
    snprintf(name, sizeof name, "maps-%d", (int)i + 1);
    if (m.s && m.exit_s && m.offset && m.exit_offset && m.traces && m.episodes) {
        fill_maps(r, arm->arm.starts, test, count, &m, maps);
        for (int32_t k = 0; k < count; k++) views[k] = vg_road_get(test->roads[k]), maps[k].road = &views[k];
        vg_map_page figure = {.title = "Maps", .subtitle = arm->label, .maps = maps, .count = count};
        figure.columns = count > 2 ? 3 : count;
        vg_page_place(page, &(vg_page_figure){.name = name,
                                              .title = figure.title,
                                              .driver = i + 1,
                                              .desc = arm->label,
                                              .caption = "Its first training seed, on the first roads of the "
                                                         "suite; the strips above show the numbers.",
                                              .width = 1000,
                                              .height = 90 + 300 * ((count + 2) / 3),
                                              .paint = vg_map_page_paint,
                                              .figure = &figure});
    } else {
        out_of_memory(page);
    }
    vg_free(m.s), vg_free(m.exit_s), vg_free(m.offset), vg_free(m.exit_offset), vg_free(m.traces);
    vg_free(m.episodes);
}

void vg_page_roads(vg_page *page) {
    vg_text_add(&page->html, "<h2 id=\"roads\">Where</h2>\n");
    int32_t worst = vg_page_worst(page->outcome);
    vg_page_each_begin(page, "By distance driven");
    for (int32_t i = 0; i < page->shown && !page->err; i++) place_funnel(page, i);
    vg_page_each_end(page, "Bands: half, nine tenths and 99 % of the cars; dots: departures.", NULL, NULL);
    if (worst >= 0 && !page->err) place_strip(page, worst);
    if (worst > 0 && !page->err) place_strip(page, 0);
    for (int32_t i = 0; i < page->shown && !page->err; i++) place_maps(page, i);
}
