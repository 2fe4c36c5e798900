#define _GNU_SOURCE
#include "sim/base/ranks.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

#include "sim/base/blocks.h"
#include "sim/base/memory.h"

typedef enum tag { ASK, GIVE, RESULT, DONE, AGREED, VALUES } tag;

// How a rank ended its part: the lowest piece that failed there, or -1 where none belongs to the error.
typedef struct verdict {
    int64_t piece;
    int32_t err;
    vg_diag diag;
} verdict;

// One run, as a rank sees it.
typedef struct run {
    const vg_ranks *ranks;
    vg_piece_fn piece;
    vg_result_fn result;
    void *context;
    pthread_mutex_t lock; // of next and verdict; on ranks other than 0 also of the transport
    int64_t next, count;  // pieces; next is rank 0's
    verdict verdict;
    int32_t working; // ranks other than 0 that are not done; rank 0's
    bool own_done;   // rank 0's own threads are
} run;

// --- messages ----------------------------------------------------------------------------------------------

// Nothing has come: another look in a moment. A core that waits is somebody else's.
static void pause_a_moment(void) { nanosleep(&(struct timespec){.tv_nsec = 200 * 1000}, NULL); }

static vg_err send(const vg_ranks *r, int32_t to, tag tag, const void *bytes, int64_t size, vg_diag *diag) {
    return r->transport->send(r->state, to, (int32_t)tag, bytes, size, diag);
}

// The next message, by vg_new. Its bytes end in a zero that is not counted.
static vg_err await(const vg_ranks *r, int32_t *from, tag *kind, char **bytes, int64_t *size, vg_diag *diag) {
    int32_t number;
    while (!r->transport->poll(r->state, from, &number, size)) pause_a_moment();
    *kind = (tag)number;
    if (!(*bytes = vg_new(char, *size + 1))) return vg_fail_memory(diag);
    vg_err err = r->transport->receive(r->state, *from, number, *bytes, *size, diag);
    if (err) vg_free(*bytes);
    return err;
}

// Rank 0's answer, of that kind and size.
static vg_err await_answer(const vg_ranks *r, tag kind, void *into, int64_t size, vg_diag *diag) {
    int32_t from;
    tag found;
    char *bytes;
    int64_t found_size;
    vg_err err = await(r, &from, &found, &bytes, &found_size, diag);
    if (err) return err;
    if (found == kind && found_size == size)
        memcpy(into, bytes, (size_t)size);
    else
        err = vg_fail(diag, VG_ERR_IO, "ranks do not do the same: a message of kind %d came, expected %d",
                      (int)found, (int)kind);
    vg_free(bytes);
    return err;
}

// --- the verdict ------------------------------------------------------------------------------------------

static bool is_worse(const verdict *a, const verdict *than) {
    return a->err && (!than->err || a->piece < than->piece);
}

static void blame(run *r, int64_t piece, vg_err err, const vg_diag *diag) {
    verdict now = {piece, (int32_t)err, *diag};
    pthread_mutex_lock(&r->lock);
    if (is_worse(&now, &r->verdict)) r->verdict = now;
    pthread_mutex_unlock(&r->lock);
}

static vg_err speak(const verdict *v, vg_diag *diag) {
    if (v->err && diag) *diag = v->diag;
    return (vg_err)v->err;
}

static vg_err tell_all(const vg_ranks *r, tag kind, const void *bytes, int64_t size, vg_diag *diag) {
    vg_err err = VG_OK;
    for (int32_t to = 1; to < r->count && !err; to++) err = send(r, to, kind, bytes, size, diag);
    return err;
}

// A rank other than 0 has come to the end.
static vg_err hear_verdict(const vg_ranks *r, const verdict *own, vg_diag *diag) {
    verdict all;
    vg_err err = send(r, 0, DONE, own, sizeof *own, diag);
    if (!err) err = await_answer(r, AGREED, &all, sizeof all, diag);
    return err ? err : speak(&all, diag);
}

// --- rank 0 -----------------------------------------------------------------------------------------------

static int64_t take(run *r) {
    pthread_mutex_lock(&r->lock);
    int64_t piece = r->next < r->count && !r->verdict.err ? r->next++ : -1;
    pthread_mutex_unlock(&r->lock);
    return piece;
}

static vg_err answer(run *r, int32_t from, tag kind, const char *bytes, int64_t size, vg_diag *diag) {
    int64_t piece;
    verdict v;
    switch (kind) {
    case ASK: piece = take(r); return send(r->ranks, from, GIVE, &piece, sizeof piece, diag);
    case RESULT:
        if (size < (int64_t)sizeof piece || !r->result) break;
        memcpy(&piece, bytes, sizeof piece);
        vg_err err = r->result(r->context, piece, bytes + sizeof piece, size - (int64_t)sizeof piece, diag);
        if (err) blame(r, piece, err, diag);
        return VG_OK;
    case DONE:
        if (size != sizeof v) break;
        memcpy(&v, bytes, sizeof v);
        blame(r, v.piece, (vg_err)v.err, &v.diag);
        r->working--;
        return VG_OK;
    default: break;
    }
    return vg_fail(diag, VG_ERR_IO, "ranks do not do the same: a message of kind %d came", (int)kind);
}

static bool own_done(run *r) {
    pthread_mutex_lock(&r->lock);
    bool done = r->own_done;
    pthread_mutex_unlock(&r->lock);
    return done;
}

// Answers until all ranks are done, this one's own threads too. Only this thread uses the transport
// meanwhile.
static void *serve(void *context) {
    run *r = context;
    vg_diag diag = {0};
    vg_err err = VG_OK;
    while (!err && (r->working > 0 || !own_done(r))) {
        int32_t from, number;
        int64_t size;
        tag kind;
        char *bytes;
        if (!r->ranks->transport->poll(r->ranks->state, &from, &number, &size)) {
            pause_a_moment();
            continue;
        }
        err = await(r->ranks, &from, &kind, &bytes, &size, &diag);
        if (err) break;
        err = answer(r, from, kind, bytes, size, &diag);
        vg_free(bytes);
    }
    if (err) blame(r, -1, err, &diag);
    return NULL;
}

// --- working ----------------------------------------------------------------------------------------------

static int64_t ask(run *r, vg_diag *diag, vg_err *err) {
    int64_t piece = -1;
    if (r->ranks->rank == 0) return take(r);
    pthread_mutex_lock(&r->lock);
    bool failed = r->verdict.err;
    if (!failed) *err = send(r->ranks, 0, ASK, NULL, 0, diag);
    if (!failed && !*err) *err = await_answer(r->ranks, GIVE, &piece, sizeof piece, diag);
    pthread_mutex_unlock(&r->lock);
    return *err ? -1 : piece;
}

static vg_err do_piece(run *r, int64_t piece, vg_diag *diag) {
    vg_text text = {0};
    bool away = r->ranks->rank > 0;
    if (away) vg_text_bytes(&text, &piece, sizeof piece);
    vg_err err = r->piece(r->context, piece, away ? &text : NULL, diag);
    if (!err && text.failed) err = vg_fail_memory(diag);
    if (!err && text.size > (int64_t)sizeof piece) {
        pthread_mutex_lock(&r->lock);
        err = send(r->ranks, 0, RESULT, text.bytes, text.size, diag);
        pthread_mutex_unlock(&r->lock);
    }
    vg_text_free(&text);
    return err;
}

// A thread: piece after piece.
static vg_err work(void *context, int64_t block, int64_t begin, int64_t end) {
    run *r = context;
    vg_diag diag = {0};
    vg_err err = VG_OK;
    (void)block, (void)begin, (void)end;
    for (int64_t piece; !err && (piece = ask(r, &diag, &err)) >= 0;) {
        err = do_piece(r, piece, &diag);
        if (err) blame(r, piece, err, &diag);
    }
    if (err) blame(r, INT64_MAX, err, &diag); // of the transport: it comes last
    return VG_OK;
}

// One process: as vg_blocks_run has always done it.
typedef struct alone {
    vg_piece_fn piece;
    void *context;
    vg_diag *diags; // [count]
} alone;

static vg_err do_alone(void *context, int64_t block, int64_t begin, int64_t end) {
    alone *a = context;
    (void)block, (void)end;
    return a->piece(a->context, begin, NULL, &a->diags[begin]);
}

static vg_err run_alone(int64_t count, int32_t threads, vg_piece_fn piece, void *context, vg_diag *diag) {
    alone a = {piece, context, vg_new(vg_diag, count)};
    if (!a.diags) return vg_fail_memory(diag);
    vg_err err = vg_blocks_run(count, 1, threads, do_alone, &a);
    for (int64_t i = 0; err && diag && i < count; i++)
        if (a.diags[i].code == err) {
            *diag = a.diags[i];
            break;
        }
    vg_free(a.diags);
    return err;
}

// Rank 0 works and serves.
static vg_err run_first(run *r, int32_t threads, vg_diag *diag) {
    pthread_t server;
    r->working = r->ranks->count - 1;
    bool served = pthread_create(&server, NULL, serve, r) == 0;
    vg_err err = served ? vg_blocks_run(threads, 1, threads, work, r) : VG_OK;
    pthread_mutex_lock(&r->lock);
    r->own_done = true;
    pthread_mutex_unlock(&r->lock);
    if (served) {
        pthread_join(server, NULL);
    } else {
        blame(r, -1, VG_ERR_MEMORY, &(vg_diag){.code = VG_ERR_MEMORY, .text = "no thread can be made"});
        serve(r);
    }
    if (!err) err = tell_all(r->ranks, AGREED, &r->verdict, sizeof r->verdict, diag);
    return err ? err : speak(&r->verdict, diag);
}

vg_err vg_ranks_run(const vg_ranks *ranks, int64_t count, int32_t threads, vg_piece_fn piece,
                    vg_result_fn result, void *context, vg_diag *diag) {
    if (!vg_ranks_many(ranks)) return run_alone(count, threads, piece, context, diag);
    if (threads <= 0) threads = vg_blocks_threads();
    run *r = vg_new(run, 1);
    if (!r) return vg_fail_memory(diag);
    *r = (run){.ranks = ranks, .piece = piece, .result = result, .context = context, .count = count};
    pthread_mutex_init(&r->lock, NULL);
    vg_err err;
    if (ranks->rank == 0) {
        err = run_first(r, threads, diag);
    } else {
        err = vg_blocks_run(threads, 1, threads, work, r);
        if (!err) err = hear_verdict(ranks, &r->verdict, diag);
    }
    pthread_mutex_destroy(&r->lock);
    vg_free(r);
    return err;
}

// --- waiting for all --------------------------------------------------------------------------------------

// Rank 0 is at the end, with an error that the other does not know of yet: it gets no more pieces.
static vg_err send_away(const vg_ranks *r, int32_t from, tag found, int32_t *heard, vg_diag *diag) {
    const int64_t none = -1;
    --*heard;
    return found == ASK ? send(r, from, GIVE, &none, sizeof none, diag) : VG_OK;
}

// Rank 0: takes a message of that kind from each of the others.
static vg_err gather(const vg_ranks *r, tag kind, int64_t size, void (*add)(void *, int32_t, const char *),
                     void *context, vg_diag *diag) {
    vg_err err = VG_OK;
    for (int32_t i = 1; i < r->count && !err; i++) {
        int32_t from;
        tag found;
        char *bytes;
        int64_t found_size;
        err = await(r, &from, &found, &bytes, &found_size, diag);
        if (err) break;
        if (found == kind && found_size == size)
            add(context, from, bytes);
        else if (kind == DONE && (found == ASK || found == RESULT || found == VALUES))
            err = send_away(r, from, found, &i, diag);
        else
            err = vg_fail(diag, VG_ERR_IO, "ranks do not do the same: a message of kind %d came, expected %d",
                          (int)found, (int)kind);
        vg_free(bytes);
    }
    return err;
}

static void add_verdict(void *context, int32_t from, const char *bytes) {
    verdict *all = context, v;
    memcpy(&v, bytes, sizeof v);
    v.piece = from;
    if (is_worse(&v, all)) *all = v;
}

vg_err vg_ranks_agree(const vg_ranks *ranks, vg_err err, vg_diag *diag) {
    if (!vg_ranks_many(ranks)) return err;
    verdict own = {.piece = 0, .err = (int32_t)err};
    if (err && diag) own.diag = *diag;
    if (ranks->rank > 0) return hear_verdict(ranks, &own, diag);
    vg_err sent = gather(ranks, DONE, sizeof own, add_verdict, &own, diag);
    if (!sent) sent = tell_all(ranks, AGREED, &own, sizeof own, diag);
    return sent ? sent : speak(&own, diag);
}

typedef struct numbers {
    uint64_t *values;
    int64_t count;
} numbers;

static void add_values(void *context, int32_t from, const char *bytes) {
    numbers *n = context;
    (void)from;
    for (int64_t i = 0; i < n->count; i++) {
        uint64_t value;
        memcpy(&value, bytes + (size_t)i * sizeof value, sizeof value);
        n->values[i] |= value;
    }
}

vg_err vg_ranks_merge(const vg_ranks *ranks, uint64_t *values, int64_t count, vg_diag *diag) {
    numbers all = {values, count};
    int64_t size = count * (int64_t)sizeof *values;
    if (!vg_ranks_many(ranks)) return VG_OK;
    vg_err err;
    if (ranks->rank > 0) {
        err = send(ranks, 0, VALUES, values, size, diag);
        return err ? err : await_answer(ranks, VALUES, values, size, diag);
    }
    err = gather(ranks, VALUES, size, add_values, &all, diag);
    return err ? err : tell_all(ranks, VALUES, values, size, diag);
}

vg_err vg_ranks_share(const vg_ranks *ranks, void *bytes, int64_t size, vg_diag *diag) {
    enum { PART = 1 << 26 }; // of a message, which may be less than a whole array
    vg_err err = VG_OK;
    for (int64_t at = 0; vg_ranks_many(ranks) && at < size && !err; at += PART) {
        int64_t part = size - at < PART ? size - at : PART;
        err = ranks->rank == 0 ? tell_all(ranks, VALUES, (char *)bytes + at, part, diag)
                               : await_answer(ranks, VALUES, (char *)bytes + at, part, diag);
    }
    return err;
}
