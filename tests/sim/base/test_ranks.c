// Pieces handed out among ranks, which are threads here: their messages are queues.
#include "sim/base/ranks.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

#include "sim/base/memory.h"
#include "tests/check.h"

enum { RANKS = 7, PIECES = 50, QUEUE = 4096 };

typedef struct message {
    int32_t from, tag;
    int64_t size;
    char bytes[2048];
} message;

// What was sent to a rank and not yet received, a ring.
typedef struct box {
    message *messages; // [QUEUE]
    int32_t first, count;
} box;

typedef struct post {
    pthread_mutex_t lock;
    box boxes[RANKS];
} post;

typedef struct rank_state {
    post *post;
    int32_t rank;
} rank_state;

static vg_err send(void *state, int32_t to, int32_t tag, const void *bytes, int64_t size, vg_diag *said) {
    rank_state *s = state;
    (void)said;
    ck_assert(size <= (int64_t)sizeof s->post->boxes[0].messages->bytes);
    pthread_mutex_lock(&s->post->lock);
    box *b = &s->post->boxes[to];
    ck_assert(b->count < QUEUE);
    message *m = &b->messages[(b->first + b->count) % QUEUE];
    m->from = s->rank, m->tag = tag, m->size = size;
    if (size) memcpy(m->bytes, bytes, (size_t)size);
    b->count++;
    pthread_mutex_unlock(&s->post->lock);
    return VG_OK;
}

static bool look(void *state, int32_t *from, int32_t *tag, int64_t *size) {
    rank_state *s = state;
    pthread_mutex_lock(&s->post->lock);
    box *b = &s->post->boxes[s->rank];
    message *m = &b->messages[b->first];
    bool there = b->count > 0;
    if (there) *from = m->from, *tag = m->tag, *size = m->size;
    pthread_mutex_unlock(&s->post->lock);
    return there;
}

static vg_err receive(void *state, int32_t from, int32_t tag, void *bytes, int64_t size, vg_diag *said) {
    rank_state *s = state;
    (void)said;
    pthread_mutex_lock(&s->post->lock);
    box *b = &s->post->boxes[s->rank];
    message *m = &b->messages[b->first];
    ck_assert(m->from == from && m->tag == tag && m->size == size);
    memcpy(bytes, m->bytes, (size_t)size);
    b->first = (b->first + 1) % QUEUE, b->count--;
    pthread_mutex_unlock(&s->post->lock);
    return VG_OK;
}

static const vg_ranks_transport queues = {send, look, receive};

// What one rank does, and what came of it.
typedef struct part {
    rank_state state;
    vg_ranks ranks;
    int32_t threads;
    uint64_t squares[PIECES]; // rank 0's: own and received
    int32_t done[PIECES];     // how often, over all ranks
    int64_t fails[2];         // pieces that fail; -1: none
    pthread_mutex_t lock;
    vg_err err, agreed;
    vg_diag diag;
    uint64_t merged[2];
} part;

static vg_err square(void *context, int64_t piece, vg_text *result, vg_diag *said) {
    part *p = context;
    if (piece == p->fails[1])
        nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL); // the other is told first
    if (piece == p->fails[0] || piece == p->fails[1])
        return vg_fail(said, VG_ERR_LIMIT, "piece %lld", (long long)piece);
    uint64_t value = (uint64_t)(piece * piece) + 1;
    pthread_mutex_lock(&p->lock);
    p->done[piece]++;
    if (!result) p->squares[piece] = value;
    pthread_mutex_unlock(&p->lock);
    if (result) vg_text_bytes(result, &value, sizeof value);
    return VG_OK;
}

static vg_err note(void *context, int64_t piece, const char *bytes, int64_t size, vg_diag *said) {
    part *p = context;
    (void)said;
    ck_assert_int_eq(size, sizeof(uint64_t));
    pthread_mutex_lock(&p->lock);
    memcpy(&p->squares[piece], bytes, sizeof(uint64_t));
    pthread_mutex_unlock(&p->lock);
    return VG_OK;
}

static void *rank_main(void *context) {
    part *p = context;
    p->err = vg_ranks_run(&p->ranks, PIECES, p->threads, square, note, p, &p->diag);
    p->merged[0] = p->ranks.rank == 0 ? 5 : 0;
    p->merged[1] = 1u << p->ranks.rank;
    if (!p->err) p->err = vg_ranks_merge(&p->ranks, p->merged, 2, &p->diag);
    vg_diag own = {.code = VG_ERR_LIMIT, .text = "rank 2 cannot"};
    p->agreed = vg_ranks_agree(&p->ranks, p->ranks.rank == 2 ? VG_ERR_LIMIT : VG_OK, &own);
    if (p->agreed) ck_assert_str_eq(own.text, "rank 2 cannot");
    return NULL;
}

// All ranks of one run, each in a thread. Returns their parts (vg_free).
static part *run(int32_t count, int32_t threads, int64_t fails, int64_t too) {
    static post mail;
    part *parts = vg_new(part, count);
    pthread_t thread[RANKS];
    pthread_mutex_init(&mail.lock, NULL);
    for (int32_t r = 0; r < count; r++) {
        mail.boxes[r] = (box){.messages = vg_new(message, QUEUE)};
        parts[r] = (part){.state = {&mail, r}, .threads = threads, .fails = {fails, too}};
        parts[r].ranks = (vg_ranks){r, count, &queues, &parts[r].state};
        pthread_mutex_init(&parts[r].lock, NULL);
    }
    for (int32_t r = 0; r < count; r++) ck_assert(!pthread_create(&thread[r], NULL, rank_main, &parts[r]));
    for (int32_t r = 0; r < count; r++) pthread_join(thread[r], NULL);
    for (int32_t r = 0; r < count; r++) {
        ck_assert_int_eq(mail.boxes[r].count, 0); // nothing was left unread
        vg_free(mail.boxes[r].messages);
    }
    return parts;
}

START_TEST(every_piece_once) {
    static const int32_t counts[] = {1, 2, 3, 7};
    for (int i = 0; i < 4; i++)
        for (int32_t threads = 1; threads <= 2; threads++) {
            int32_t count = counts[i];
            part *parts = run(count, threads, -1, -1);
            for (int32_t k = 0; k < PIECES; k++) {
                int32_t done = 0;
                for (int32_t r = 0; r < count; r++) done += parts[r].done[k];
                ck_assert_int_eq(done, 1);
                ck_assert_uint_eq(parts[0].squares[k], (uint64_t)(k * k) + 1);
            }
            for (int32_t r = 0; r < count; r++) {
                ck_assert_int_eq(parts[r].err, VG_OK);
                ck_assert(count == 1 || (parts[r].merged[0] == 5 && parts[r].merged[1] == (1u << count) - 1));
                ck_assert_int_eq(parts[r].agreed, count > 2 ? VG_ERR_LIMIT : VG_OK);
            }
            vg_free(parts);
        }
}
END_TEST

START_TEST(all_tell_of_the_lowest_failure) {
    static const int32_t counts[] = {1, 2, 3, 7};
    for (int i = 0; i < 4; i++)
        for (int32_t threads = 1; threads <= 2; threads++) {
            part *parts = run(counts[i], threads, 9, 5);
            for (int32_t r = 0; r < counts[i]; r++) {
                ck_assert_int_eq(parts[r].err, VG_ERR_LIMIT);
                ck_assert_str_eq(parts[r].diag.text, "piece 5");
            }
            vg_free(parts);
        }
}
END_TEST

int main(void) {
    const TTest *const tests[] = {every_piece_once, all_tell_of_the_lowest_failure};
    return ck_run("ranks", tests, sizeof tests / sizeof *tests);
}
