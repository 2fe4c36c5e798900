#include "logs/store/row_store.h"

#include <string.h>

#include "sim/base/hash.h"
#include "sim/base/memory.h"

void vg_row_store_free(vg_row_store *s) {
    vg_room_free(&s->inputs);
    vg_room_free(&s->actions);
    vg_free(s->episodes);
    vg_free(s->finals);
    s->episodes = NULL, s->finals = NULL;
}

// The two arrays are grown one after the other, so that at most one exists twice at a time.
vg_err vg_row_store_reserve(vg_row_store *s, int64_t count, vg_diag *diag) {
    const int64_t row = s->width * (int64_t)sizeof(float), action = VG_ROW_ACTIONS * (int64_t)sizeof(float);
    if (count <= s->capacity && s->inputs.bytes) return VG_OK;
    if (count < 0 || count > INT64_MAX / (row + action)) return vg_fail_memory(diag);
    vg_err err = vg_room_grow(&s->inputs, s->folder, s->memory, s->count * row, count * row, diag);
    if (!err) err = vg_room_grow(&s->actions, s->folder, s->memory, s->count * action, count * action, diag);
    if (!err) s->capacity = count;
    return err;
}

vg_err vg_row_store_end(vg_row_store *s, vg_row_end end, const float *final, vg_diag *diag) {
    if (!s->open) return VG_OK;
    vg_rows_episode *episode = &s->episodes[s->episode_count - 1];
    s->open = false;
    episode->end = end;
    if (!final) return VG_OK;
    const size_t size = (size_t)s->width * sizeof *s->finals;
    if (s->final_count == s->final_capacity) {
        int64_t wider = s->final_capacity ? 2 * s->final_capacity : 16;
        float *finals = vg_realloc(s->finals, s->final_count, wider, size);
        if (!finals) return vg_fail_memory(diag);
        s->finals = finals;
        s->final_capacity = wider;
    }
    memcpy(s->finals + s->final_count * s->width, final, size);
    episode->final = s->final_count++;
    return VG_OK;
}

static vg_err open_episode(vg_row_store *s, vg_diag *diag) {
    if (s->open) return VG_OK;
    if (s->episode_count == s->episode_capacity) {
        int64_t wider = s->episode_capacity ? 2 * s->episode_capacity : 16;
        vg_rows_episode *episodes = vg_realloc(s->episodes, s->episode_count, wider, sizeof *episodes);
        if (!episodes) return vg_fail_memory(diag);
        s->episodes = episodes;
        s->episode_capacity = wider;
    }
    s->episodes[s->episode_count] = s->origin;
    s->episodes[s->episode_count].first = s->count;
    s->episode_count++;
    s->open = true;
    return VG_OK;
}

vg_err vg_row_store_append(vg_row_store *s, const float *inputs, const float *actions, int64_t rows,
                           vg_diag *diag) {
    int64_t room = s->limit ? s->limit - s->count : rows, taken = rows < room ? rows : room;
    vg_err err = taken ? open_episode(s, diag) : VG_OK;
    if (!err && s->count + taken > s->capacity) {
        int64_t twice = s->capacity * 2, wanted = s->count + taken;
        err = vg_row_store_reserve(s, twice > wanted ? twice : wanted, diag);
    }
    if (err) return err;
    if (taken) {
        float *to = s->inputs.bytes, *acted = s->actions.bytes;
        memcpy(to + s->count * s->width, inputs, (size_t)(taken * s->width) * sizeof *inputs);
        memcpy(acted + s->count * VG_ROW_ACTIONS, actions, (size_t)taken * VG_ROW_ACTIONS * sizeof *actions);
        s->count += taken;
        s->episodes[s->episode_count - 1].count += taken;
    }
    if (s->count - s->rested > VG_ROWS_PIECE) {
        const vg_rows all = vg_row_store_rows(s);
        vg_rows_rest(&all, s->rested, s->count - s->rested);
        s->rested = s->count;
    }
    if (taken == rows) return VG_OK;
    return vg_row_store_end(s, VG_ROW_TRUNCATED, inputs + taken * s->width, diag);
}

vg_rows vg_row_store_rows(const vg_row_store *s) {
    const bool in_file = vg_room_in_file(&s->inputs) || vg_room_in_file(&s->actions);
    return (vg_rows){.inputs = s->inputs.bytes,
                     .actions = s->actions.bytes,
                     .count = s->count,
                     .width = s->width,
                     .episodes = s->episodes,
                     .episode_count = s->episode_count,
                     .finals = s->finals,
                     .folder = in_file ? s->folder : NULL};
}

// --- hashing -----------------------------------------------------------------------------------------------

// One of the two arrays, piece by piece.
typedef struct walk {
    vg_rows rows;
    const float *values;
    int32_t width;
    int64_t at, piece;
} walk;

static bool next_piece(void *context, const void **bytes, size_t *size) {
    walk *w = context;
    vg_rows_rest(&w->rows, w->at - w->piece, w->piece);
    w->piece = w->rows.count - w->at < VG_ROWS_PIECE ? w->rows.count - w->at : VG_ROWS_PIECE;
    *bytes = w->values + w->at * w->width;
    *size = (size_t)(w->piece * w->width) * sizeof *w->values;
    w->at += w->piece;
    return w->piece > 0;
}

uint64_t vg_row_store_hash(uint64_t h, const vg_row_store *s) {
    const vg_rows rows = vg_row_store_rows(s);
    h = vg_hash_int(h, &rows.count, 1);
    walk inputs = {.rows = rows, .values = rows.inputs, .width = rows.width};
    h = vg_hash_pieces(h, next_piece, &inputs);
    walk actions = {.rows = rows, .values = rows.actions, .width = VG_ROW_ACTIONS};
    return vg_hash_pieces(h, next_piece, &actions);
}
