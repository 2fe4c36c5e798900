#include "agents/training/row_stream.h"

#include <string.h>

#include "sim/base/hash.h"
#include "sim/base/memory.h"
#include "sim/base/spill.h"

enum { BUCKET = 1 << 16, RESTED = 4 << 20 }; // bytes written before memory is given back

struct vg_row_stream {
    vg_row_source source;
    int64_t stride; // floats from one row of `inputs` to the next
    int64_t bucket; // rows of one, but the last
    int64_t buckets;
    int64_t loaded;       // the bucket in the arrays below; -1: none
    const int64_t *order; // [source.count]
    vg_spill file;        // records, bucket after bucket
    int64_t record;       // bytes of one: place in its bucket, parts, inputs, targets
    float *inputs, *targets;
    int32_t *parts;
    int64_t *names; // of a piece
    double total;   // of vg_loss_rows over all rows; -1: not counted yet
};

vg_err vg_row_stream_create(const vg_row_source *source, int64_t batch, vg_row_stream **out, vg_diag *diag) {
    *out = NULL;
    if (source->count >= UINT32_MAX)
        return vg_fail(diag, VG_ERR_ARGUMENT, "%lld rows, expected less than 2^32", (long long)source->count);
    vg_row_stream *s = vg_new(vg_row_stream, 1);
    if (!s) return vg_fail_memory(diag);
    const int64_t wanted = source->bucket ? source->bucket : BUCKET;
    s->source = *source;
    s->stride = vg_net_stride(source->inputs);
    s->bucket = wanted > batch ? wanted / batch * batch : batch; // a step's rows are in one bucket
    s->buckets = (source->count - 1) / s->bucket + 1;
    s->record = 8 + (int64_t)sizeof(float) * (source->inputs + source->target_width);
    s->loaded = s->total = -1;
    int64_t most = s->bucket > VG_GRADIENT_CHUNK ? s->bucket : VG_GRADIENT_CHUNK; // of a piece
    s->inputs = vg_new(float, most * s->stride);
    s->targets = vg_new(float, most * source->target_width);
    s->parts = vg_new(int32_t, most);
    s->names = vg_new(int64_t, most);
    if (s->inputs && s->targets && s->parts && s->names) {
        *out = s;
        return VG_OK;
    }
    vg_row_stream_destroy(s);
    return vg_fail_memory(diag);
}

void vg_row_stream_destroy(vg_row_stream *s) {
    if (!s) return;
    vg_spill_free(&s->file);
    vg_free(s->inputs);
    vg_free(s->targets);
    vg_free(s->parts);
    vg_free(s->names);
    vg_free(s);
}

static void rest_source(const vg_row_stream *s, int64_t first, int64_t count) {
    if (s->source.rest && count > 0) s->source.rest(s->source.context, first, count);
}

// --- in an order -------------------------------------------------------------------------------------------

// Read the rows as they stand; each goes behind the others of its bucket. place: by row, in the new order.
static void deal(vg_row_stream *s, const uint32_t *place, int64_t *filled) {
    const vg_row_source *source = &s->source;
    int64_t rested = 0, between = RESTED / s->record + 1;
    char *file = s->file.bytes;
    for (int64_t row = 0; row < source->count; row++) {
        int64_t bucket = place[row] / s->bucket;
        int32_t head[2] = {(int32_t)(place[row] % s->bucket), 0};
        source->read(source->context, row, s->inputs, s->targets, source->parts ? &head[1] : NULL);
        char *to = file + (bucket * s->bucket + filled[bucket]++) * s->record;
        memcpy(to, head, sizeof head);
        memcpy(to + sizeof head, s->inputs, sizeof(float) * (size_t)source->inputs);
        memcpy(to + sizeof head + sizeof(float) * (size_t)source->inputs, s->targets,
               sizeof(float) * (size_t)source->target_width);
        if (row + 1 - rested < between && row + 1 < source->count) continue;
        vg_spill_rest(&s->file);
        rest_source(s, rested, row + 1 - rested);
        rested = row + 1;
    }
}

vg_err vg_row_stream_shuffle(vg_row_stream *s, const int64_t *order, vg_diag *diag) {
    const int64_t count = s->source.count;
    s->order = order, s->loaded = -1;
    vg_err err = s->file.bytes ? VG_OK : vg_spill_new(s->source.folder, count * s->record, &s->file, diag);
    if (err) return err;
    uint32_t *place = vg_new(uint32_t, count);
    int64_t *filled = vg_new(int64_t, s->buckets);
    if (place && filled) {
        for (int64_t i = 0; i < count; i++) place[order[i]] = (uint32_t)i;
        deal(s, place, filled);
    } else {
        err = vg_fail_memory(diag);
    }
    vg_free(place);
    vg_free(filled);
    return err;
}

static void load(vg_row_stream *s, int64_t bucket) {
    const vg_row_source *source = &s->source;
    int64_t first = bucket * s->bucket, left = source->count - first;
    const char *from = (const char *)s->file.bytes + first * s->record;
    int64_t count = left < s->bucket ? left : s->bucket;
    vg_spill_fetch(from, count * s->record);
    for (int64_t i = 0; i < count; i++, from += s->record) {
        int32_t head[2];
        memcpy(head, from, sizeof head);
        memcpy(s->inputs + head[0] * s->stride, from + sizeof head, sizeof(float) * (size_t)source->inputs);
        memcpy(s->targets + (int64_t)head[0] * source->target_width,
               from + sizeof head + sizeof(float) * (size_t)source->inputs,
               sizeof(float) * (size_t)source->target_width);
        s->parts[head[0]] = head[1];
    }
    vg_spill_rest(&s->file);
    s->loaded = bucket;
}

void vg_row_stream_step(vg_row_stream *s, int64_t first, int64_t count, vg_batch *batch) {
    int64_t bucket = first / s->bucket, at = first % s->bucket;
    if (bucket != s->loaded) load(s, bucket);
    batch->inputs = s->inputs + at * s->stride;
    batch->targets = s->targets + at * s->source.target_width;
    batch->parts = s->source.parts ? s->parts + at : NULL;
    batch->names = s->order + first;
    batch->order = NULL;
    batch->count = count;
}

// --- as they stand -----------------------------------------------------------------------------------------

void vg_row_stream_piece(vg_row_stream *s, int64_t first, vg_batch *batch) {
    const vg_row_source *source = &s->source;
    int64_t most = s->bucket > VG_GRADIENT_CHUNK ? s->bucket / VG_GRADIENT_CHUNK * VG_GRADIENT_CHUNK
                                                 : VG_GRADIENT_CHUNK,
            count = source->count - first < most ? source->count - first : most;
    s->loaded = -1;
    for (int64_t i = 0; i < count; i++) {
        source->read(source->context, first + i, s->inputs + i * s->stride,
                     s->targets + i * source->target_width, source->parts ? &s->parts[i] : NULL);
        s->names[i] = first + i;
    }
    rest_source(s, first, count);
    batch->inputs = s->inputs, batch->targets = s->targets, batch->names = s->names;
    batch->parts = source->parts ? s->parts : NULL;
    batch->order = NULL;
    batch->count = count;
}

static double total_of(vg_row_stream *s) {
    vg_batch piece = {0};
    int64_t total = s->source.parts ? 0 : s->source.count;
    for (int64_t first = 0; s->source.parts && first < s->source.count; first += piece.count) {
        vg_row_stream_piece(s, first, &piece);
        for (int64_t i = 0; i < piece.count; i++) total += piece.parts[i];
    }
    return (double)total;
}

double vg_row_stream_loss(vg_row_stream *s, vg_gradient *workspace, const vg_network *net,
                          const vg_batch *how) {
    if (s->total < 0) s->total = total_of(s);
    vg_whole_batch whole = {.count = s->source.count, .total = s->total};
    vg_batch piece = *how;
    piece.whole = &whole;
    for (int64_t first = 0; first < s->source.count; first += piece.count) {
        vg_row_stream_piece(s, first, &piece);
        whole.before = vg_gradient_run(workspace, net, &piece, NULL);
    }
    return vg_gradient_mean(workspace, net, whole.before, whole.count);
}

// The inputs or the targets of a piece after the other.
typedef struct hashing {
    vg_row_stream *stream;
    bool targets;
    int64_t at;
} hashing;

static bool next_piece(void *context, const void **bytes, size_t *size) {
    hashing *h = context;
    const vg_row_source *source = &h->stream->source;
    vg_batch piece = {0};
    if (h->at == source->count) return false;
    vg_row_stream_piece(h->stream, h->at, &piece);
    h->at += piece.count;
    *bytes = h->targets ? piece.targets : piece.inputs;
    *size = sizeof(float) * (size_t)(piece.count * (h->targets ? source->target_width : h->stream->stride));
    return true;
}

uint64_t vg_row_stream_hash(vg_row_stream *s, uint64_t h) {
    h = vg_hash_pieces(h, next_piece, &(hashing){.stream = s});
    return vg_hash_pieces(h, next_piece, &(hashing){.stream = s, .targets = true});
}
