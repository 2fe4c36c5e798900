#include "app/drive/journal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "logs/store/log_writer.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"

enum { HEAD = 8, LARGEST = HEAD + 64 + 3 * (VG_JOURNAL_TEXT + 4) + 8 * VG_JOURNAL_DELAY };

void vg_journal_free(vg_journal *j) {
    vg_free(j->bytes);
    *j = (vg_journal){0};
}

// --- values to bytes and back ----------------------------------------------------------------------------

// The same functions write and read, so that both have one order.
typedef struct tape {
    uint8_t *at, *end;
    bool reads, bad;
} tape;

static void pass(tape *t, void *value, int64_t size) {
    if (t->end - t->at < size) {
        t->bad = true;
        return;
    }
    if (t->reads)
        memcpy(value, t->at, (size_t)size);
    else
        memcpy(t->at, value, (size_t)size);
    t->at += size;
}

#define PASS(tape, value) pass(tape, &(value), sizeof(value))

// A finite number that hands and filters may give.
static void pass_value(tape *t, float *value) {
    pass(t, value, sizeof *value);
    t->bad |= !(fabsf(*value) <= 1e3f);
}

// A number of 0 .. count - 1, as one byte.
static int32_t pass_choice(tape *t, int32_t value, int32_t count) {
    uint8_t byte = (uint8_t)value;
    PASS(t, byte);
    t->bad |= byte >= count;
    return byte < count ? byte : 0;
}

static void pass_text(tape *t, char text[VG_JOURNAL_TEXT]) {
    int32_t size = (int32_t)strnlen(text, VG_JOURNAL_TEXT);
    PASS(t, size);
    t->bad |= size < 0 || size >= VG_JOURNAL_TEXT;
    if (t->bad) return;
    pass(t, text, size);
    text[size] = '\0';
}

static void pass_state(tape *t, vg_state *state) {
#define X(type, name, unit, label) PASS(t, state->name);
    VG_STATE_COLUMNS(X)
#undef X
}

static void pass_order(tape *t, vg_order *order) {
    vg_control *c = &order->control;
    pass_value(t, &c->raw.steer);
    pass_value(t, &c->raw.pedals);
    pass_value(t, &c->wanted.steer);
    pass_value(t, &c->wanted.pedals);
    c->turned = pass_choice(t, c->turned, 2);
    order->asked = (vg_asked)pass_choice(t, (int32_t)order->asked, VG_ASKS_ROAD + 1);
    order->person = pass_choice(t, order->person, 2);
    order->labelling = pass_choice(t, order->labelling, 2);
}

static void pass_tick(tape *t, vg_recorder_tick *tick) {
    vg_log_step *step = &tick->step;
    pass_state(t, &step->state);
    PASS(t, step->command);
    PASS(t, step->applied);
    PASS(t, step->input);
    PASS(t, step->label);
    PASS(t, step->gust);
    step->has_label = pass_choice(t, step->has_label, 2);
    step->who = (vg_who)pass_choice(t, (int32_t)step->who, VG_WHO_HUMAN + 1);
    step->bridged = pass_choice(t, step->bridged, 2);
    PASS(t, tick->events);
    PASS(t, tick->s);
    PASS(t, tick->offset);
}

static void pass_episode(tape *t, vg_journal_entry *entry) {
    vg_log_episode *e = &entry->episode;
    PASS(t, e->tick_num);
    PASS(t, e->tick_den);
    PASS(t, e->ticks_per_action);
    PASS(t, e->seed);
    PASS(t, e->policy_hash);
    PASS(t, e->previous);
    PASS(t, e->delay_ticks);
    t->bad |= e->delay_ticks < 0 || e->delay_ticks > VG_JOURNAL_DELAY;
    if (!t->bad) pass(t, entry->line, 8 * (int64_t)e->delay_ticks);
    pass_text(t, entry->policy);
    pass_text(t, entry->started);
    pass_text(t, entry->tags);
}

static void pass_entry(tape *t, vg_journal_entry *entry) {
    switch (entry->kind) {
    case VG_JOURNAL_ORDER: pass_order(t, &entry->order); break;
    case VG_JOURNAL_BEGIN: pass_episode(t, entry); break;
    case VG_JOURNAL_TICK: pass_tick(t, &entry->tick); break;
    case VG_JOURNAL_END:
        entry->end = (vg_end)pass_choice(t, (int32_t)entry->end, VG_END_COLLISION + 1);
        pass_state(t, &entry->final);
        break;
    default: t->bad = true;
    }
}

// --- writing ---------------------------------------------------------------------------------------------

// Before an entry: its size and kind, and a check of what it holds.
static void pass_head(tape *t, int32_t *size, vg_journal_kind *kind, uint32_t *check) {
    uint32_t word = (uint32_t)*size << 8 | (uint32_t)*kind;
    PASS(t, word);
    PASS(t, *check);
    *size = (int32_t)(word >> 8);
    *kind = (vg_journal_kind)(word & 0xff);
}

static uint32_t check_of(const uint8_t *bytes, int64_t size) {
    return (uint32_t)vg_hash_bytes(1, bytes, (size_t)size);
}

static vg_err append(vg_journal *j, vg_journal_entry *entry, vg_diag *diag) {
    if (j->room - j->size < LARGEST) {
        int64_t room = 2 * j->room + 4 * LARGEST;
        uint8_t *bytes = vg_realloc(j->bytes, j->room, room, 1);
        if (!bytes) return vg_fail_memory(diag);
        j->bytes = bytes;
        j->room = room;
    }
    uint8_t *begin = j->bytes + j->size, *first = begin + HEAD;
    tape body = {first, j->bytes + j->room, false, false}, head = {begin, first, false, false};
    pass_entry(&body, entry);
    if (body.bad)
        return vg_fail(diag, VG_ERR_ARGUMENT, "a value of the hands is no number, or the delay is too long");
    int32_t size = (int32_t)(body.at - first);
    uint32_t check = check_of(first, size);
    pass_head(&head, &size, &entry->kind, &check);
    j->size += HEAD + size;
    return VG_OK;
}

vg_err vg_journal_order(vg_journal *j, const vg_order *order, vg_diag *diag) {
    vg_journal_entry entry = {.kind = VG_JOURNAL_ORDER, .order = *order};
    return append(j, &entry, diag);
}

static bool keep_text(char to[VG_JOURNAL_TEXT], const char *from) {
    return snprintf(to, VG_JOURNAL_TEXT, "%s", from) < VG_JOURNAL_TEXT;
}

// When the episode began that was driven before: its entry is at the same place.
static const char *began(const vg_journal *j, vg_journal_entry *room, const char *now) {
    int64_t at = j->size;
    bool before = j->again && vg_journal_read(j->again, &at, room) == VG_JOURNAL_BEGIN;
    return before ? room->started : now;
}

vg_err vg_journal_begin(vg_journal *j, const vg_log_episode *e, vg_diag *diag) {
    vg_journal_entry before = {0}, entry = {.kind = VG_JOURNAL_BEGIN, .episode = *e};
    if (!keep_text(entry.policy, e->policy) || !keep_text(entry.tags, e->tags) ||
        !keep_text(entry.started, began(j, &before, e->started)))
        return vg_fail(diag, VG_ERR_ARGUMENT, "a text of the episode is too long");
    if (e->delay_line && e->delay_ticks <= VG_JOURNAL_DELAY)
        memcpy(entry.line, e->delay_line, 8 * (size_t)e->delay_ticks);
    return append(j, &entry, diag);
}

vg_err vg_journal_push(vg_journal *j, const vg_recorder_tick *tick, vg_diag *diag) {
    vg_journal_entry entry = {.kind = VG_JOURNAL_TICK, .tick = *tick};
    vg_err err = append(j, &entry, diag);
    if (!err) j->ticks++;
    return err;
}

vg_err vg_journal_end(vg_journal *j, vg_end end, const vg_state *final, vg_diag *diag) {
    vg_journal_entry entry = {.kind = VG_JOURNAL_END, .end = end, .final = *final};
    return append(j, &entry, diag);
}

// --- reading ---------------------------------------------------------------------------------------------

vg_journal_kind vg_journal_read(const vg_journal *j, int64_t *at, vg_journal_entry *out) {
    out->kind = VG_JOURNAL_DONE;
    if (*at < 0 || j->size - *at < HEAD) return VG_JOURNAL_DONE;
    uint8_t *begin = j->bytes + *at, *first = begin + HEAD;
    tape head = {begin, first, true, false};
    vg_journal_kind kind = VG_JOURNAL_DONE;
    int32_t size = 0;
    uint32_t check = 0;
    pass_head(&head, &size, &kind, &check);
    if (size > j->size - *at - HEAD || check_of(first, size) != check) return VG_JOURNAL_DONE;
    tape body = {first, first + size, true, false};
    out->kind = kind;
    if (kind == VG_JOURNAL_BEGIN) {
        out->episode = vg_log_episode_default();
        out->episode.policy = out->policy, out->episode.started = out->started, out->episode.tags = out->tags;
        out->episode.delay_line = out->line;
    }
    pass_entry(&body, out);
    if (body.bad || body.at != body.end) return out->kind = VG_JOURNAL_DONE;
    *at += HEAD + size;
    return kind;
}

// --- the log ---------------------------------------------------------------------------------------------

static vg_err write_entries(const vg_journal *j, vg_log_writer *w, int64_t *ticks, vg_diag *diag) {
    vg_journal_entry e = {0}, begin = {0}; // the last episode's texts stay until its first tick
    vg_err err = VG_OK;
    int64_t at = 0;
    *ticks = 0;
    while (!err && vg_journal_read(j, &at, &e) != VG_JOURNAL_DONE) {
        if (e.kind == VG_JOURNAL_BEGIN) {
            begin = e;
            begin.episode.policy = begin.policy, begin.episode.started = begin.started;
            begin.episode.tags = begin.tags, begin.episode.delay_line = begin.line;
            vg_log_writer_begin(w, &begin.episode);
        }
        if (e.kind == VG_JOURNAL_END) err = vg_log_writer_end(w, e.end, &e.final, diag);
        if (e.kind != VG_JOURNAL_TICK) continue;
        err = vg_log_writer_tick(w, &e.tick.step, e.tick.events, e.tick.s, e.tick.offset, diag);
        ++*ticks;
    }
    if (!err && !*ticks) return vg_fail(diag, VG_ERR_FORMAT, "nothing was driven: there is no tick");
    return err;
}

vg_err vg_journal_log(const vg_journal *j, const vg_road *road, const vg_car *car, const vg_state *final,
                      const char *path, vg_overwrite overwrite, int64_t *ticks, vg_diag *diag) {
    vg_log_writer w = {0};
    *ticks = 0;
    vg_err err = vg_log_create(path, overwrite, &w.log, diag);
    if (err) return err;
    err = vg_log_add_road(w.log, road, &w.road, diag);
    if (!err) err = vg_log_add_car(w.log, car, &w.car, diag);
    if (!err) err = write_entries(j, &w, ticks, diag);
    if (!err && final) err = vg_log_writer_end(&w, VG_END_STOPPED, final, diag);
    if (!err) return vg_log_close(w.log, diag);
    vg_log_discard(w.log);
    return err;
}
