// tests/rank_threads.h -- ranks that are threads of a test: their messages are queues.
#ifndef VG_TESTS_RANK_THREADS_H
#define VG_TESTS_RANK_THREADS_H

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/ranks.h"
#include "tests/check.h"

enum { RANK_THREADS = 7 }; // most

typedef struct rank_message {
    struct rank_message *next;
    int32_t from, tag;
    int64_t size;
    char bytes[];
} rank_message;

typedef struct rank_post {
    pthread_mutex_t lock;
    rank_message *first[RANK_THREADS], *last[RANK_THREADS]; // sent to a rank and not yet received
} rank_post;

typedef struct rank_thread {
    rank_post *post;
    vg_ranks ranks;
    void (*run)(const vg_ranks *ranks, void *context);
    void *context;
} rank_thread;

static inline vg_err rank_send(void *state, int32_t to, int32_t tag, const void *bytes, int64_t size,
                               vg_diag *said) {
    const rank_thread *t = state;
    rank_message *m = malloc(sizeof *m + (size_t)size);
    (void)said;
    ck_assert(m != NULL);
    *m = (rank_message){.from = t->ranks.rank, .tag = tag, .size = size};
    if (size) memcpy(m->bytes, bytes, (size_t)size);
    pthread_mutex_lock(&t->post->lock);
    if (t->post->first[to])
        t->post->last[to]->next = m;
    else
        t->post->first[to] = m;
    t->post->last[to] = m;
    pthread_mutex_unlock(&t->post->lock);
    return VG_OK;
}

static inline bool rank_poll(void *state, int32_t *from, int32_t *tag, int64_t *size) {
    const rank_thread *t = state;
    pthread_mutex_lock(&t->post->lock);
    const rank_message *m = t->post->first[t->ranks.rank];
    if (m) *from = m->from, *tag = m->tag, *size = m->size;
    pthread_mutex_unlock(&t->post->lock);
    return m != NULL;
}

static inline vg_err rank_receive(void *state, int32_t from, int32_t tag, void *bytes, int64_t size,
                                  vg_diag *said) {
    const rank_thread *t = state;
    (void)said;
    pthread_mutex_lock(&t->post->lock);
    rank_message *m = t->post->first[t->ranks.rank];
    t->post->first[t->ranks.rank] = m->next;
    pthread_mutex_unlock(&t->post->lock);
    ck_assert(m->from == from && m->tag == tag && m->size == size);
    if (size) memcpy(bytes, m->bytes, (size_t)size);
    free(m);
    return VG_OK;
}

static inline void *rank_main(void *context) {
    const rank_thread *t = context;
    t->run(&t->ranks, t->context);
    return NULL;
}

// Runs `run` on `count` ranks, each in a thread. No message may be left.
static inline void ck_ranks(int32_t count, void (*run)(const vg_ranks *ranks, void *context), void *context) {
    static const vg_ranks_transport queues = {rank_send, rank_poll, rank_receive};
    rank_post post = {.first = {NULL}};
    rank_thread threads[RANK_THREADS];
    pthread_t started[RANK_THREADS];
    ck_assert(count <= RANK_THREADS);
    pthread_mutex_init(&post.lock, NULL);
    for (int32_t r = 0; r < count; r++) {
        threads[r] = (rank_thread){&post, {r, count, &queues, &threads[r]}, run, context};
        ck_assert(!pthread_create(&started[r], NULL, rank_main, &threads[r]));
    }
    for (int32_t r = 0; r < count; r++) pthread_join(started[r], NULL);
    for (int32_t r = 0; r < count; r++) ck_assert_msg(!post.first[r], "a message to rank %d is left", (int)r);
    pthread_mutex_destroy(&post.lock);
}

#endif
