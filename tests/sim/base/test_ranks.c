// Pieces handed out among ranks, which are threads here: their messages are queues.
#include "sim/base/ranks.h"

#include <time.h>

#include "sim/base/memory.h"
#include "tests/rank_threads.h"

enum { PIECES = 50, SHARED = 1000 };

// What one rank does, and what came of it.
typedef struct part {
    int32_t threads;
    uint64_t squares[PIECES]; // rank 0's: own and received
    int32_t done[PIECES];     // how often, over all ranks
    int64_t fails[2];         // pieces that fail; -1: none
    pthread_mutex_t lock;
    vg_err err, agreed;
    vg_diag diag;
    uint64_t merged[2];
    char shared[SHARED];
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

static void work(const vg_ranks *ranks, void *context) {
    part *p = &((part *)context)[ranks->rank];
    p->err = vg_ranks_run(ranks, PIECES, p->threads, square, note, p, &p->diag);
    p->merged[0] = ranks->rank == 0 ? 5 : 0;
    p->merged[1] = 1u << ranks->rank;
    memset(p->shared, ranks->rank, sizeof p->shared);
    if (!p->err) p->err = vg_ranks_merge(ranks, p->merged, 2, &p->diag);
    if (!p->err) p->err = vg_ranks_share(ranks, p->shared, sizeof p->shared, &p->diag);
    vg_diag own = {.code = VG_ERR_LIMIT, .text = "rank 2 cannot"};
    p->agreed = vg_ranks_agree(ranks, ranks->rank == 2 ? VG_ERR_LIMIT : VG_OK, &own);
    if (p->agreed) ck_assert_str_eq(own.text, "rank 2 cannot");
}

// All ranks of one run. Returns their parts (vg_free).
static part *run(int32_t count, int32_t threads, int64_t fails, int64_t too) {
    part *parts = vg_new(part, count);
    for (int32_t r = 0; r < count; r++) {
        parts[r] = (part){.threads = threads, .fails = {fails, too}};
        pthread_mutex_init(&parts[r].lock, NULL);
    }
    ck_ranks(count, work, parts);
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
                ck_assert(!parts[r].shared[0] && !memcmp(parts[r].shared, parts[0].shared, SHARED));
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

// Rank 0 gives up while the others still work: they must not wait for ever.
static void give_up(const vg_ranks *ranks, void *context) {
    part *p = &((part *)context)[ranks->rank];
    vg_diag own = {.code = VG_ERR_LIMIT, .text = "rank 0 cannot"};
    vg_err err = VG_ERR_LIMIT;
    if (ranks->rank > 0) err = vg_ranks_run(ranks, PIECES, 1, square, note, p, &own);
    ck_assert(ranks->rank == 0 || err == VG_ERR_LIMIT);
    p->agreed = ranks->rank == 0 ? vg_ranks_agree(ranks, err, &own) : err;
    ck_assert_str_eq(own.text, "rank 0 cannot");
}

START_TEST(rank_0_may_end_before_the_others) {
    part parts[3] = {0};
    for (int r = 0; r < 3; r++)
        parts[r].fails[0] = parts[r].fails[1] = -1, pthread_mutex_init(&parts[r].lock, NULL);
    ck_ranks(3, give_up, parts);
    for (int r = 0; r < 3; r++) ck_assert_int_eq(parts[r].agreed, VG_ERR_LIMIT);
}
END_TEST

int main(void) {
    const TTest *const tests[] = {every_piece_once, all_tell_of_the_lowest_failure,
                                  rank_0_may_end_before_the_others};
    return ck_run("ranks", tests, sizeof tests / sizeof *tests);
}
