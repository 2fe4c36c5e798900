#include "logs/store/recorder.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "logs/store/log_live.h"
#include "logs/store/log_writer.h"
#include "sim/base/memory.h"

enum { TEXT = 512 };

typedef enum entry_kind { BEGIN, TICK, END } entry_kind;

// An episode's head, with its texts. Allocated separately, because there are few.
typedef struct head {
    vg_log_episode episode;
    char policy[TEXT], started[64], tags[TEXT];
    float *line; // the delay line
} head;

typedef struct entry {
    entry_kind kind;
    union {
        head *head;
        vg_recorder_tick tick;
        struct {
            vg_end end;
            vg_state final;
        } end;
    };
} entry;

struct vg_recorder {
    char *path;
    double sync_seconds, move_seconds;
    dev_t device; // of the file, to check that it still exists
    ino_t inode;
    bool under; // an episode is under way, as the pushing thread sees it
    pthread_t writer, syncer;

    // Guarded by the lock, which is held only while an entry is copied.
    pthread_mutex_t lock;
    pthread_cond_t arrived, closing;
    entry *ring; // [state.capacity]
    int32_t first;
    bool closed;
    vg_recorder_state state;

    // Used by the writer only.
    vg_log_writer writing;
    head *pending; // of an episode that has begun, without a tick so far
};

vg_recorder_def vg_recorder_default(void) {
    return (vg_recorder_def){.capacity = 1024, .sync_seconds = 1, .move_seconds = 60};
}

static void free_head(head *h) {
    if (!h) return;
    vg_free(h->line);
    vg_free(h);
}

// --- the writer ------------------------------------------------------------------------------------------

static void fail_with(vg_recorder *r, vg_err err, const vg_diag *diag) {
    pthread_mutex_lock(&r->lock);
    if (!r->state.failed) {
        r->state.failed = err;
        r->state.diag = *diag;
    }
    pthread_mutex_unlock(&r->lock);
}

static void free_pending(vg_recorder *r) {
    free_head(r->pending);
    r->pending = NULL;
}

static vg_err write_tick(vg_recorder *r, const vg_recorder_tick *tick, vg_diag *diag) {
    vg_err err = vg_log_transaction(r->writing.log, diag);
    if (!err) err = vg_log_writer_tick(&r->writing, &tick->step, tick->events, tick->s, tick->offset, diag);
    if (!r->writing.pending) free_pending(r);
    return err ? err : vg_log_commit(r->writing.log, diag);
}

static vg_err write_end(vg_recorder *r, const entry *e, vg_diag *diag) {
    bool written = r->writing.written;
    vg_err err = written ? vg_log_transaction(r->writing.log, diag) : VG_OK;
    if (!err) err = vg_log_writer_end(&r->writing, e->end.end, &e->end.final, diag);
    if (!err && written) err = vg_log_commit(r->writing.log, diag);
    free_pending(r); // no tick came
    return err;
}

static vg_err write_begin(vg_recorder *r, head *h) {
    r->pending = h;
    vg_log_writer_begin(&r->writing, &h->episode);
    return VG_OK;
}

static vg_err write_entry(vg_recorder *r, const entry *e, vg_diag *diag) {
    switch (e->kind) {
    case BEGIN: return write_begin(r, e->head);
    case TICK: return write_tick(r, &e->tick, diag);
    default: return write_end(r, e, diag);
    }
}

// The oldest entry, which stays in the queue until it is written. False: there will be no more.
static bool wait_for_entry(vg_recorder *r, entry *out) {
    pthread_mutex_lock(&r->lock);
    while (!r->state.waiting && !r->closed) pthread_cond_wait(&r->arrived, &r->lock);
    bool there = r->state.waiting > 0;
    if (there) *out = r->ring[r->first];
    pthread_mutex_unlock(&r->lock);
    return there;
}

static void leave_queue(vg_recorder *r, bool safe) {
    pthread_mutex_lock(&r->lock);
    r->first = (r->first + 1) % r->state.capacity;
    r->state.waiting--;
    r->state.safe += safe;
    pthread_mutex_unlock(&r->lock);
}

static void *write_all(void *context) {
    vg_recorder *r = context;
    vg_err failed = VG_OK;
    entry e;
    while (wait_for_entry(r, &e)) {
        vg_diag diag = {0};
        if (failed) {
            if (e.kind == BEGIN) free_head(e.head);
        } else {
            failed = write_entry(r, &e, &diag);
            if (failed) fail_with(r, failed, &diag);
        }
        leave_queue(r, !failed && e.kind == TICK);
    }
    return NULL;
}

// --- the syncer ------------------------------------------------------------------------------------------

// If a folder is moved or removed, the file goes with it, and writing continues without an error.
static vg_err still_there(const vg_recorder *r, vg_diag *diag) {
    struct stat info;
    if (stat(r->path, &info) == 0 && info.st_dev == r->device && info.st_ino == r->inode) return VG_OK;
    return vg_fail_at(diag, VG_ERR_IO, r->path, 0, NULL,
                      "the log is no longer there: it, or its folder, was moved or removed");
}

static struct timespec from_now(double seconds) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    int64_t nanoseconds = at.tv_nsec + (int64_t)(seconds * 1e9);
    at.tv_sec += nanoseconds / 1000000000;
    at.tv_nsec = nanoseconds % 1000000000;
    return at;
}

static vg_err sync_once(vg_recorder *r, double *since_move, vg_diag *diag) {
    vg_err err = still_there(r, diag);
    if (!err) err = vg_log_sync(r->path, diag);
    if (err || *since_move < r->move_seconds) return err;
    *since_move = 0;
    return vg_log_checkpoint(r->path, diag);
}

static void *sync_all(void *context) {
    vg_recorder *r = context;
    double since_move = 0;
    pthread_mutex_lock(&r->lock);
    while (!r->closed) {
        struct timespec until = from_now(r->sync_seconds);
        while (!r->closed && pthread_cond_timedwait(&r->closing, &r->lock, &until) == 0) continue;
        int64_t safe = r->state.safe;
        bool idle = r->closed || r->state.failed || safe == r->state.synced;
        pthread_mutex_unlock(&r->lock);
        since_move += r->sync_seconds;
        vg_diag diag = {0};
        vg_err err = idle ? VG_OK : sync_once(r, &since_move, &diag);
        if (err) fail_with(r, err, &diag);
        pthread_mutex_lock(&r->lock);
        if (!idle && !err) r->state.synced = safe;
    }
    pthread_mutex_unlock(&r->lock);
    return NULL;
}

// --- open ------------------------------------------------------------------------------------------------

static vg_err make_log(vg_recorder *r, const vg_recorder_def *def, vg_diag *diag) {
    vg_err err = vg_log_create(def->path, def->overwrite, &r->writing.log, diag);
    if (!err) err = vg_log_add_road(r->writing.log, def->road, &r->writing.road, diag);
    if (!err) err = vg_log_add_car(r->writing.log, def->car, &r->writing.car, diag);
    if (!err) err = vg_log_go_live(r->writing.log, diag);
    struct stat info;
    if (!err && stat(def->path, &info))
        err = vg_fail_at(diag, VG_ERR_IO, def->path, 0, NULL, "cannot find it again: %m");
    if (err) return err;
    r->device = info.st_dev, r->inode = info.st_ino;
    return VG_OK;
}

// The program's first thread handles signals.
static int start(pthread_t *thread, void *(*run)(void *), vg_recorder *r) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(thread, NULL, run, r);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failed;
}

static void free_recorder(vg_recorder *r) {
    pthread_mutex_destroy(&r->lock);
    pthread_cond_destroy(&r->arrived);
    pthread_cond_destroy(&r->closing);
    free_head(r->pending);
    vg_free(r->ring);
    vg_free(r->path);
    vg_free(r);
}

static void stop(vg_recorder *r) {
    pthread_mutex_lock(&r->lock);
    r->closed = true;
    pthread_cond_broadcast(&r->arrived);
    pthread_cond_broadcast(&r->closing);
    pthread_mutex_unlock(&r->lock);
}

vg_err vg_recorder_open(const vg_recorder_def *def, vg_recorder **out, vg_diag *diag) {
    *out = NULL;
    vg_recorder *r = vg_new(vg_recorder, 1);
    if (!r) return vg_fail_memory(diag);
    r->state.capacity = def->capacity < 4 ? 4 : def->capacity;
    r->sync_seconds = def->sync_seconds, r->move_seconds = def->move_seconds;
    pthread_condattr_t steady;
    pthread_condattr_init(&steady);
    pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    pthread_mutex_init(&r->lock, NULL);
    pthread_cond_init(&r->arrived, NULL);
    pthread_cond_init(&r->closing, &steady);
    pthread_condattr_destroy(&steady);
    r->path = vg_strdup(def->path);
    r->ring = vg_new(entry, r->state.capacity);
    vg_err err = r->path && r->ring ? make_log(r, def, diag) : vg_fail_memory(diag);
    if (!err && start(&r->writer, write_all, r)) err = vg_fail(diag, VG_ERR_MEMORY, "no thread to record on");
    if (!err && start(&r->syncer, sync_all, r)) {
        err = vg_fail(diag, VG_ERR_MEMORY, "no thread to sync on");
        stop(r);
        pthread_join(r->writer, NULL);
    }
    if (err) {
        vg_log_discard(r->writing.log);
        free_recorder(r);
        return err;
    }
    *out = r;
    return VG_OK;
}

// --- pushing ---------------------------------------------------------------------------------------------

bool vg_recorder_has_room(vg_recorder *r, int32_t entries) {
    pthread_mutex_lock(&r->lock);
    bool room = r->state.waiting + entries <= r->state.capacity;
    pthread_mutex_unlock(&r->lock);
    return room;
}

static vg_err push(vg_recorder *r, const entry *e, vg_diag *diag) {
    vg_err err = VG_OK;
    pthread_mutex_lock(&r->lock);
    if (r->state.failed) {
        err = r->state.failed;
        if (diag) *diag = r->state.diag;
    } else if (r->state.waiting == r->state.capacity) {
        err = vg_fail_at(diag, VG_ERR_LIMIT, r->path, 0, NULL,
                         "the disk is too slow: %d ticks wait to be written", r->state.waiting);
    } else {
        r->ring[(r->first + r->state.waiting) % r->state.capacity] = *e;
        r->state.waiting++;
        if (r->state.waiting > r->state.worst) r->state.worst = r->state.waiting;
        r->state.pushed += e->kind == TICK;
        pthread_cond_signal(&r->arrived);
    }
    pthread_mutex_unlock(&r->lock);
    return err;
}

static bool keep_text(char *to, size_t room, const char *from, const char **kept) {
    *kept = to;
    return (size_t)snprintf(to, room, "%s", from) < room;
}

vg_err vg_recorder_begin(vg_recorder *r, const vg_log_episode *episode, vg_diag *diag) {
    if (r->under) return vg_fail_at(diag, VG_ERR_ARGUMENT, r->path, 0, NULL, "an episode has not ended");
    head *h = vg_new(head, 1);
    if (!h) return vg_fail_memory(diag);
    h->episode = *episode;
    int64_t numbers = 2 * (int64_t)episode->delay_ticks;
    vg_err err = VG_OK;
    if (!keep_text(h->policy, sizeof h->policy, episode->policy, &h->episode.policy) ||
        !keep_text(h->started, sizeof h->started, episode->started, &h->episode.started) ||
        !keep_text(h->tags, sizeof h->tags, episode->tags, &h->episode.tags))
        err = vg_fail_at(diag, VG_ERR_ARGUMENT, r->path, 0, NULL, "a text of the episode is too long");
    if (!err && episode->delay_line) {
        h->line = vg_new(float, numbers);
        if (h->line)
            memcpy(h->line, episode->delay_line, (size_t)numbers * sizeof *h->line);
        else
            err = vg_fail_memory(diag);
        h->episode.delay_line = h->line;
    }
    if (!err) err = push(r, &(entry){.kind = BEGIN, .head = h}, diag);
    if (err)
        free_head(h);
    else
        r->under = true;
    return err;
}

vg_err vg_recorder_push(vg_recorder *r, const vg_recorder_tick *tick, vg_diag *diag) {
    if (!r->under) return vg_fail_at(diag, VG_ERR_ARGUMENT, r->path, 0, NULL, "no episode has begun");
    return push(r, &(entry){.kind = TICK, .tick = *tick}, diag);
}

vg_err vg_recorder_end(vg_recorder *r, vg_end end, const vg_state *final, vg_diag *diag) {
    if (!r->under) return vg_fail_at(diag, VG_ERR_ARGUMENT, r->path, 0, NULL, "no episode has begun");
    vg_err err = push(r, &(entry){.kind = END, .end = {end, *final}}, diag);
    if (err != VG_ERR_LIMIT) r->under = false;
    return err;
}

vg_recorder_state vg_recorder_now(vg_recorder *r) {
    pthread_mutex_lock(&r->lock);
    vg_recorder_state state = r->state;
    pthread_mutex_unlock(&r->lock);
    return state;
}

vg_err vg_recorder_close(vg_recorder *r, vg_recorder_state *state, vg_diag *diag) {
    if (!r) return VG_OK;
    stop(r);
    pthread_join(r->writer, NULL);
    pthread_join(r->syncer, NULL);
    vg_err err = r->state.failed;
    vg_diag late = {0};
    vg_err closing = still_there(r, &late);
    vg_diag last = {0};
    vg_err closed = vg_log_close(r->writing.log, &last);
    if (!closing && closed) closing = closed, late = last;
    if (err && diag) *diag = r->state.diag;
    if (!err && closing) {
        err = closing;
        if (diag) *diag = late;
    }
    if (state) *state = r->state;
    free_recorder(r);
    return err;
}
