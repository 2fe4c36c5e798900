#include "logs/store/log_summary.h"

#include <math.h>

#include "sim/base/memory.h"

// An episode may begin this share of a lap behind the line and still hold the lap: a run is cut at whole
// actions.
#define WAY_MISSING 0.02

// An episode as it is read.
typedef struct work {
    vg_log_episode episode;
    vg_road *road;
    vg_log_step *steps;
    vg_log_incident *events;
    int64_t step_count, event_count;
} work;

static void work_free(work *w) {
    vg_road_destroy(w->road);
    vg_free(w->steps);
    vg_free(w->events);
}

static void add_lap(const work *w, int64_t begin, int64_t end, vg_log_summary *out) {
    // fmin takes the number where the other is NaN.
    out->best_lap = fmin(out->best_lap, (double)(end - begin) * w->episode.tick_num / w->episode.tick_den);
    out->laps++;
}

// Puts the metres driven along the road since the episode's start into each state's s.
static void sum_way(work *w) {
    double way = 0, before = w->step_count ? w->steps[0].state.s : 0;
    for (int64_t i = 0; i <= w->step_count; i++) {
        vg_state *state = i < w->step_count ? &w->steps[i].state : &w->episode.final;
        if (i == w->step_count && !w->episode.has_final) return;
        way += vg_road_between(w->road, before, state->s);
        before = state->s;
        state->s = way;
    }
}

// An event says that a lap was done on the road. It began a whole length before, which is seen from the
// states alone: a lap that left the road has no event.
static void count_laps(work *w, vg_log_summary *out) {
    double length = vg_road_get(w->road).length;
    sum_way(w);
    for (int64_t i = 0; i < w->event_count; i++) {
        int64_t end = w->events[i].tick, begin = 0;
        if (w->events[i].event == VG_EVENT_FINISH && !out->departures && !out->collisions)
            add_lap(w, 0, end, out);
        if (w->events[i].event != VG_EVENT_LAP || end > w->step_count) continue;
        if (end == w->step_count && !w->episode.has_final) continue;
        double from = (end < w->step_count ? w->steps[end].state.s : w->episode.final.s) - length;
        if (from < -WAY_MISSING * length) continue;
        while (begin < end && w->steps[begin].state.s < from) begin++;
        add_lap(w, begin, end, out);
    }
}

static void summarise(work *w, vg_log_summary *out) {
    for (int64_t i = 0; i < w->event_count; i++) {
        out->departures += w->events[i].event == VG_EVENT_OFF;
        out->collisions += w->events[i].event == VG_EVENT_COLLISION;
    }
    for (int64_t i = 0; i < w->step_count; i++) {
        out->worst_offset = fmax(out->worst_offset, fabs((double)w->steps[i].state.offset));
        out->share[w->steps[i].who] += 1.0 / (double)w->step_count;
    }
    if (w->episode.has_final)
        out->worst_offset = fmax(out->worst_offset, fabs((double)w->episode.final.offset));
    count_laps(w, out);
}

vg_err vg_log_summarise(vg_log *log, int32_t index, vg_log_summary *out, vg_diag *diag) {
    work w = {0};
    *out = (vg_log_summary){.best_lap = NAN};
    vg_err err = vg_log_episode_at(log, index, &w.episode, diag);
    if (!err) err = vg_log_road(log, w.episode.road, &w.road, diag);
    if (!err) err = vg_log_events(log, w.episode.id, &w.events, &w.event_count, diag);
    if (!err) err = vg_log_steps(log, w.episode.id, &w.steps, &w.step_count, diag);
    if (!err) summarise(&w, out);
    work_free(&w);
    return err;
}
