#include "logs/store/edit.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/memory.h"
#include "sim/base/text.h"

// The change of an episode when it is copied from one log to another.
typedef struct change {
    bool drop;
    int64_t from, to; // ticks kept: [from, to); to -1: to the end
    const char *tags; // NULL: unchanged
} change;

// --- one episode -----------------------------------------------------------------------------------------

typedef struct copy {
    vg_log *from, *to;
    int64_t id;             // in `from`
    vg_log_episode episode; // its new head
    change change;
    vg_log_step *steps;
    vg_log_sample *samples;
    vg_log_incident *events;
    int64_t step_count, sample_count, event_count;
    float *line;
} copy;

static vg_err read_episode(copy *c, int32_t index, vg_diag *diag) {
    vg_err err = vg_log_episode_at(c->from, index, &c->episode, diag);
    c->id = c->episode.id;
    if (!err) err = vg_log_steps(c->from, c->id, &c->steps, &c->step_count, diag);
    if (!err) err = vg_log_read_samples(c->from, c->id, &c->samples, &c->sample_count, diag);
    if (!err) err = vg_log_events(c->from, c->id, &c->events, &c->event_count, diag);
    return err;
}

// Copy the road and the car, unless the new log has them.
static vg_err copy_scene(copy *c, vg_diag *diag) {
    vg_road *road;
    vg_car car;
    vg_err err = vg_log_road(c->from, c->episode.road, &road, diag);
    if (!err) err = vg_log_car(c->from, c->episode.car, &car, diag);
    if (!err) err = vg_log_add_road(c->to, road, &c->episode.road, diag);
    if (!err) err = vg_log_add_car(c->to, &car, &c->episode.car, diag);
    vg_road_destroy(road);
    return err;
}

// Let the episode begin at a later tick, with the commands that were under way then and the one before them.
static vg_err move_start(copy *c, vg_diag *diag) {
    vg_log_episode *e = &c->episode;
    int64_t from = c->change.from;
    c->line = vg_new(float, 2 * (int64_t)e->delay_ticks);
    if (!c->line) return vg_fail_memory(diag);
    for (int32_t i = 0; i < e->delay_ticks; i++) {
        int64_t given = from - e->delay_ticks + i; // a command before tick 0 is in the old delay line
        const float *command = given >= 0 ? c->steps[given].command : e->delay_line + 2 * (from + i);
        memcpy(c->line + 2 * i, command, 2 * sizeof *command);
    }
    e->delay_line = c->line;
    memcpy(e->previous, c->steps[from - 1].command, sizeof e->previous);
    return VG_OK;
}

// Keep the samples of the kept ticks, with the source's own times; source_start becomes the time of the new
// tick 0.
static void cut_samples(copy *c) {
    vg_log_episode *e = &c->episode;
    double tick = (double)e->tick_num / e->tick_den, slack = 1e-9;
    double start = !isnan(e->source_start) || !c->sample_count ? e->source_start : c->samples[0].t;
    double first = start + (double)c->change.from * tick;
    double last = c->change.to < e->ticks ? start + (double)c->change.to * tick : INFINITY;
    int64_t kept = 0;
    for (int64_t i = 0; i < c->sample_count; i++)
        if (c->samples[i].t >= first - slack && c->samples[i].t <= last + slack)
            c->samples[kept++] = c->samples[i];
    c->sample_count = kept;
    e->source_start = first;
}

static vg_err write_events(copy *c, vg_diag *diag) {
    int64_t from = c->change.from;
    vg_err err = VG_OK;
    for (int64_t i = 0; i < c->event_count && !err; i++) {
        const vg_log_incident *event = &c->events[i];
        // An event happened before the state of its tick, so those at the first kept tick belong to the part
        // cut off.
        if ((from && event->tick <= from) || event->tick > c->change.to) continue;
        err = vg_log_event(c->to, event->tick - from, event->event, event->s, event->offset, diag);
    }
    return err;
}

static vg_err write_episode(copy *c, vg_diag *diag) {
    const vg_log_episode *e = &c->episode;
    const change *change = &c->change;
    vg_end end = e->end;
    const vg_state *final = e->has_final ? &e->final : NULL;
    if (change->to < e->ticks) {
        end = VG_END_STOPPED;
        final = &c->steps[change->to].state;
    }
    vg_err err = vg_log_begin(c->to, &c->episode, diag);
    if (!err) err = vg_log_append(c->to, c->steps + change->from, change->to - change->from, diag);
    if (!err) err = write_events(c, diag);
    if (!err) err = vg_log_samples(c->to, c->samples, c->sample_count, diag);
    return err ? err : vg_log_end(c->to, end, final, diag);
}

static vg_err copy_episode(vg_log *from, int32_t index, vg_log *to, const change *change, vg_diag *diag) {
    copy c = {.from = from, .to = to, .change = *change};
    vg_err err = read_episode(&c, index, diag);
    if (!err) err = copy_scene(&c, diag);
    int64_t ticks = c.episode.ticks;
    if (c.change.to < 0 || c.change.to > ticks) c.change.to = ticks;
    if (c.change.tags) c.episode.tags = c.change.tags;
    if (!err && c.change.from >= c.change.to && ticks)
        err =
            vg_fail_at(diag, VG_ERR_ARGUMENT, vg_log_path(from), 0, NULL,
                       "nothing would be left of episode %d, which has %lld ticks", index, (long long)ticks);
    if (!err && c.change.from) err = move_start(&c, diag);
    if (!err && (c.change.from || c.change.to < ticks)) cut_samples(&c);
    if (!err) err = write_episode(&c, diag);
    vg_free(c.line);
    vg_free(c.events);
    vg_free(c.samples);
    vg_free(c.steps);
    return err;
}

// --- whole logs ------------------------------------------------------------------------------------------

// Decides the change of an episode. *change is set to "keep unchanged" before the call.
typedef vg_err (*decide_fn)(void *context, int32_t index, const vg_log_episode *episode, change *change,
                            vg_diag *diag);

typedef struct edit {
    const vg_log_pick *pick; // its episodes must exist in the log; NULL: none
    decide_fn decide;        // NULL: keep all
    void *context;
} edit;

static vg_err check_pick(vg_log *log, const vg_log_pick *pick, int32_t count, vg_diag *diag) {
    for (int32_t i = 0; pick && i < pick->count; i++)
        if (pick->episodes[i] < 0 || pick->episodes[i] >= count)
            return vg_fail_at(diag, VG_ERR_NOT_FOUND, vg_log_path(log), 0, NULL,
                              "there is no episode %d: the log has %d, numbered from 0", pick->episodes[i],
                              count);
    return VG_OK;
}

static vg_err copy_log(const char *path, const edit *edit, vg_log *to, int64_t *kept, vg_diag *diag) {
    vg_log *from;
    int32_t count = 0;
    vg_err err = vg_log_open(path, &from, diag);
    if (!err) err = vg_log_count(from, &count, diag);
    if (!err) err = check_pick(from, edit->pick, count, diag);
    for (int32_t i = 0; i < count && !err; i++) {
        change change = {.to = -1};
        vg_log_episode episode;
        err = vg_log_episode_at(from, i, &episode, diag);
        if (!err && edit->decide) err = edit->decide(edit->context, i, &episode, &change, diag);
        if (err || change.drop) continue;
        err = copy_episode(from, i, to, &change, diag);
        ++*kept;
    }
    vg_log_discard(from);
    return err;
}

static vg_err rewrite(const char *const *paths, int32_t count, const edit *edit, const char *out,
                      vg_overwrite overwrite, vg_diag *diag) {
    vg_log *to;
    int64_t kept = 0;
    vg_err err = vg_log_create(out, overwrite, &to, diag);
    if (err) return err;
    for (int32_t i = 0; i < count && !err; i++) err = copy_log(paths[i], edit, to, &kept, diag);
    if (!err && !kept) err = vg_fail_at(diag, VG_ERR_ARGUMENT, out, 0, NULL, "no episode would be left");
    if (!err) return vg_log_close(to, diag);
    vg_log_discard(to);
    return err;
}

static bool picked(const vg_log_pick *pick, int32_t index) {
    for (int32_t i = 0; pick && i < pick->count; i++)
        if (pick->episodes[i] == index) return true;
    return !pick;
}

vg_err vg_log_merge(const char *const *logs, int32_t count, const char *out, vg_overwrite overwrite,
                    vg_diag *diag) {
    return rewrite(logs, count, &(edit){0}, out, overwrite, diag);
}

static vg_err decide_drop(void *context, int32_t index, const vg_log_episode *episode, change *change,
                          vg_diag *diag) {
    (void)episode, (void)diag;
    change->drop = picked(context, index);
    return VG_OK;
}

vg_err vg_log_drop(const char *log, const vg_log_pick *drop, const char *out, vg_overwrite overwrite,
                   vg_diag *diag) {
    vg_log_pick pick = drop ? *drop : (vg_log_pick){0};
    return rewrite(&log, 1, &(edit){&pick, decide_drop, &pick}, out, overwrite, diag);
}

typedef struct span {
    int32_t episode;
    double from, to; // s
} span;

static vg_err decide_cut(void *context, int32_t index, const vg_log_episode *episode, change *change,
                         vg_diag *diag) {
    const span *span = context;
    (void)diag;
    if (index != span->episode) return VG_OK;
    double action = (double)episode->tick_num / episode->tick_den * episode->ticks_per_action;
    double first = floor(span->from / action + 0.5), last = floor(span->to / action + 0.5);
    double most = (double)episode->ticks / episode->ticks_per_action;
    change->from = (int64_t)fmin(first, most) * episode->ticks_per_action;
    if (last < most) change->to = (int64_t)last * episode->ticks_per_action;
    return VG_OK;
}

vg_err vg_log_cut(const char *log, int32_t episode, double from, double to, const char *out,
                  vg_overwrite overwrite, vg_diag *diag) {
    if (!(from >= 0 && to > from))
        return vg_fail(diag, VG_ERR_ARGUMENT, "cut from %g s to %g s: must be 0 <= from < to", from, to);
    span span = {episode, from, to};
    const vg_log_pick pick = {&episode, 1};
    return rewrite(&log, 1, &(edit){&pick, decide_cut, &span}, out, overwrite, diag);
}

// --- tags ------------------------------------------------------------------------------------------------

typedef struct tagging {
    const vg_log_pick *pick;
    const char *add, *remove;
    vg_text tags;
} tagging;

// Get the next of the comma-separated tags at *at, skipping empty ones; false: no more.
static bool next_tag(const char **at, const char **tag, int *size) {
    while (**at == ',' || **at == ' ') ++*at;
    *tag = *at;
    *size = (int)strcspn(*at, ", ");
    *at += *size;
    return *size > 0;
}

static bool has_tag(const char *tags, const char *tag, int size) {
    const char *other;
    int length;
    while (next_tag(&tags, &other, &length))
        if (length == size && !memcmp(tag, other, (size_t)size)) return true;
    return false;
}

vg_err vg_log_check_tags(const char *tags, vg_diag *diag) {
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:";
    const char *tag;
    int size;
    while (next_tag(&tags, &tag, &size))
        if ((int)strspn(tag, letters) < size)
            return vg_fail(diag, VG_ERR_ARGUMENT,
                           "'%.*s' is not a tag: only letters, digits and -_.: are allowed", size, tag);
    return VG_OK;
}

// Append those of `tags` that are not removed and not already there.
static void gather_tags(tagging *t, const char *tags, const char *without) {
    const char *tag;
    int size;
    while (next_tag(&tags, &tag, &size))
        if (!has_tag(without, tag, size) && !(t->tags.size && has_tag(t->tags.bytes, tag, size)))
            vg_text_add(&t->tags, "%s%.*s", t->tags.size ? "," : "", size, tag);
}

static vg_err decide_tags(void *context, int32_t index, const vg_log_episode *episode, change *change,
                          vg_diag *diag) {
    tagging *t = context;
    if (!picked(t->pick, index)) return VG_OK;
    vg_text_free(&t->tags);
    gather_tags(t, episode->tags, t->remove);
    gather_tags(t, t->add, "");
    if (t->tags.failed) return vg_fail_memory(diag);
    change->tags = t->tags.size ? t->tags.bytes : "";
    return VG_OK;
}

vg_err vg_log_tag(const char *log, const vg_log_pick *pick, const char *add, const char *remove,
                  const char *out, vg_overwrite overwrite, vg_diag *diag) {
    vg_err err = vg_log_check_tags(add, diag);
    if (!err) err = vg_log_check_tags(remove, diag);
    if (err) return err;
    tagging t = {.pick = pick, .add = add, .remove = remove};
    err = rewrite(&log, 1, &(edit){pick, decide_tags, &t}, out, overwrite, diag);
    vg_text_free(&t.tags);
    return err;
}
