#include "agents/policy/foreign_policy.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "agents/policy/subprocess.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"
#include "sim/base/text.h"

enum { OPEN, RESET, ACT, CLOSE, HELLO_MOST = 8192, NAME = 256 };

// One process of the policy, and the drives that it serves: one question at a time.
typedef struct worker {
    vg_subprocess subprocess;
    pthread_mutex_t lock; // around a question
    uint32_t drives;      // it was ever asked to open
    int32_t busy;         // drives that are open
    struct worker *next;
} worker;

typedef struct foreign_policy {
    vg_policy policy; // what the contract asks for first
    vg_foreign_def def;
    vg_sense *sense;
    char *name, *what;
    double seconds;       // for an answer
    uint64_t hello;       // of the first frame: what all its processes say
    pthread_mutex_t lock; // around what follows
    worker *workers;
    vg_subprocess_trouble trouble; // the first
    vg_err err;                    // that came with it
} foreign_policy;

typedef struct foreign_state {
    foreign_policy *policy;
    worker *worker;
    uint32_t drive;
    int32_t count;
    char *request; // [16 + count * width * 4]
    char *answer;  // [count * 8]
} foreign_state;

static void put32(char *at, uint32_t value) {
    for (int i = 0; i < 4; i++) at[i] = (char)(value >> 8 * i);
}

static uint32_t get32(const char *at) {
    uint32_t value = 0;
    for (int i = 0; i < 4; i++) value |= (uint32_t)(unsigned char)at[i] << 8 * i;
    return value;
}

// Floats in a fixed byte order, whatever the machine's.
static void put_float(char *at, float value) {
    uint32_t bits;
    memcpy(&bits, &value, 4);
    put32(at, bits);
}

static float get_float(const char *at) {
    uint32_t bits = get32(at);
    float value;
    memcpy(&value, &bits, 4);
    return value;
}

// --- trouble ----------------------------------------------------------------------------------------------

// Several threads may see trouble; all of them report the first.
static vg_err fail(foreign_policy *p, vg_err err, const char *trouble) {
    pthread_mutex_lock(&p->lock);
    if (!p->err) {
        p->err = err;
        snprintf(p->trouble, sizeof p->trouble, "%s", trouble);
    }
    err = p->err;
    pthread_mutex_unlock(&p->lock);
    return err;
}

static vg_err failed(foreign_policy *p) {
    pthread_mutex_lock(&p->lock);
    vg_err err = p->err;
    pthread_mutex_unlock(&p->lock);
    return err;
}

// --- processes --------------------------------------------------------------------------------------------

static void stop_worker(worker *w, double patience) {
    if (!w) return;
    vg_subprocess_stop(&w->subprocess, patience);
    pthread_mutex_destroy(&w->lock);
    vg_free(w);
}

// A process that has said its first frame, in hello[HELLO_MOST + 1].
static vg_err start_worker(foreign_policy *p, worker **out, char *hello, vg_diag *diag) {
    vg_subprocess_trouble trouble = "";
    int64_t size = 0;
    worker *w = *out = vg_new(worker, 1);
    if (!w) return vg_fail_memory(diag);
    pthread_mutex_init(&w->lock, NULL);
    vg_err err = vg_subprocess_start(p->def.kind, p->what, p->def.stop, &w->subprocess, diag);
    if (err) return err;
    // Interpreters and their libraries take their time to start.
    err = vg_subprocess_receive(&w->subprocess, hello, HELLO_MOST, &size, 6 * p->seconds, trouble);
    if (err) {
        fail(p, err, trouble);
        return vg_fail(diag, err, "policy '%s:%.200s' %s, before its first frame", p->def.kind, p->def.what,
                       trouble);
    }
    if (size > HELLO_MOST || memchr(hello, 0, (size_t)size))
        return vg_fail(diag, VG_ERR_FORMAT,
                       "'%s:%.200s' begins with a frame of %lld bytes that is no text of at most %d",
                       p->def.kind, p->def.what, (long long)size, HELLO_MOST);
    return VG_OK;
}

// Under the policy's lock: one for a new drive that is idle, or that all share.
static worker *find_worker(const foreign_policy *p) {
    for (worker *w = p->workers; w; w = w->next)
        if (w->busy == 0 || !p->def.many) return w;
    return NULL;
}

// A process for one more drive, which is begun where all are busy.
static vg_err take_worker(foreign_policy *p, foreign_state *s, vg_diag *diag) {
    char hello[HELLO_MOST + 1] = "";
    worker *more = NULL;
    vg_err err = VG_OK;
    pthread_mutex_lock(&p->lock);
    worker *w = find_worker(p);
    if (w) s->worker = w, s->drive = w->drives++, w->busy++;
    pthread_mutex_unlock(&p->lock);
    if (w) return VG_OK;
    err = start_worker(p, &more, hello, diag);
    if (!err && vg_hash_text(0, hello) != p->hello)
        err = vg_fail(diag, VG_ERR_POLICY, "policy '%s' is another each time it is started", p->name);
    if (err) {
        stop_worker(more, 0);
        return err;
    }
    more->busy = 1, more->drives = 1;
    s->worker = more;
    pthread_mutex_lock(&p->lock);
    more->next = p->workers;
    p->workers = more;
    pthread_mutex_unlock(&p->lock);
    return VG_OK;
}

// --- the contract -----------------------------------------------------------------------------------------

// Questions without an answer. A failure is kept, and told by the next act.
static void tell(foreign_state *s, uint32_t kind, const uint32_t *words, int32_t count) {
    foreign_policy *p = s->policy;
    vg_subprocess_trouble trouble = "";
    char bytes[8 + 4 * 6];
    put32(bytes, kind), put32(bytes + 4, s->drive);
    for (int32_t i = 0; i < count; i++) put32(bytes + 8 + 4 * i, words[i]);
    if (failed(p)) return;
    pthread_mutex_lock(&s->worker->lock);
    vg_err err = vg_subprocess_send(&s->worker->subprocess, bytes, 8 + 4 * count, p->seconds, trouble);
    pthread_mutex_unlock(&s->worker->lock);
    if (err) fail(p, err, trouble);
}

static void close_state(void *state) {
    foreign_state *s = state;
    tell(s, CLOSE, NULL, 0);
    pthread_mutex_lock(&s->policy->lock);
    s->worker->busy--;
    pthread_mutex_unlock(&s->policy->lock);
    vg_free(s->request);
    vg_free(s->answer);
    vg_free(s);
}

static vg_err open_state(const vg_policy *policy, int32_t count, void **state, vg_diag *diag) {
    foreign_policy *p = (foreign_policy *)(uintptr_t)policy;
    int64_t values = (int64_t)count * vg_sense_size(p->sense);
    foreign_state *s = vg_new(foreign_state, 1);
    if (!s) return vg_fail_memory(diag);
    *s = (foreign_state){.policy = p, .count = count};
    s->request = vg_new(char, 16 + 4 * values);
    s->answer = vg_new(char, 8 * (int64_t)count);
    vg_err err = s->request && s->answer ? take_worker(p, s, diag) : vg_fail_memory(diag);
    if (err) {
        vg_free(s->request), vg_free(s->answer), vg_free(s);
        return err;
    }
    tell(s, OPEN, (const uint32_t[]){(uint32_t)count}, 1);
    *state = s;
    return VG_OK;
}

static void reset(const vg_policy *policy, void *state, int32_t car, const vg_episode_key *key) {
    (void)policy;
    const uint32_t words[] = {(uint32_t)car, key->entity, key->episode, (uint32_t)key->seed,
                              (uint32_t)(key->seed >> 32)};
    tell(state, RESET, words, 5);
}

// An answer of another size than was asked for. A host of a plug-in sends one number then: what act returned,
// or 0 where the plug-in had no state for the drive.
static void note_size(const foreign_state *s, int64_t got, vg_subprocess_trouble trouble) {
    size_t room = sizeof(vg_subprocess_trouble);
    int32_t said = got == 4 ? (int32_t)get32(s->answer) : 0;
    bool number = s->policy->def.many && got == 4;
    if (number && said == 0)
        snprintf(trouble, room, "gave no state, or no actions: it is out of memory");
    else if (number && said < 0)
        snprintf(trouble, room, "failed and said %d", said);
    else if (number)
        snprintf(trouble, room, "gave %d numbers, expected %d", said, 2 * s->count);
    else
        snprintf(trouble, room, "answered %d cars with %lld bytes, expected %lld", s->count, (long long)got,
                 8 * (long long)s->count);
}

static vg_err ask(foreign_state *s, int64_t size) {
    foreign_policy *p = s->policy;
    worker *w = s->worker;
    vg_subprocess_trouble trouble = "";
    int64_t wanted = 8 * (int64_t)s->count, got = 0;
    vg_err err = failed(p);
    if (err) return err;
    pthread_mutex_lock(&w->lock);
    err = vg_subprocess_send(&w->subprocess, s->request, size, p->seconds, trouble);
    if (!err) err = vg_subprocess_receive(&w->subprocess, s->answer, wanted, &got, p->seconds, trouble);
    if (!err && got != wanted)
        note_size(s, got, trouble);
    else if (!err && vg_subprocess_waits(&w->subprocess)) // or the next question would have this one's answer
        snprintf(trouble, sizeof trouble, "said more than it was asked");
    pthread_mutex_unlock(&w->lock);
    return trouble[0] ? fail(p, err ? err : VG_ERR_POLICY, trouble) : err;
}

static vg_err act(const vg_policy *policy, void *state, const float *observed, const vg_world *world,
                  float *out) {
    foreign_state *s = state;
    int32_t width = vg_sense_size(policy->sense);
    int64_t values = (int64_t)s->count * width;
    (void)world;
    put32(s->request, ACT), put32(s->request + 4, s->drive);
    put32(s->request + 8, (uint32_t)s->count), put32(s->request + 12, (uint32_t)width);
    for (int64_t i = 0; i < values; i++) put_float(s->request + 16 + 4 * i, observed[i]);
    vg_err err = ask(s, 16 + 4 * values);
    for (int32_t i = 0; i < VG_CAR_ACTIONS * s->count && !err; i++) out[i] = get_float(s->answer + 4 * i);
    return err;
}

static const char *trouble_of(const vg_policy *policy) { return ((const foreign_policy *)policy)->trouble; }

static void destroy(vg_policy *policy) {
    foreign_policy *p = (foreign_policy *)policy;
    double patience = p->err ? 0 : 1; // one that hangs has had its time
    for (worker *w = p->workers, *next; w; w = next) {
        next = w->next;
        stop_worker(w, patience);
    }
    pthread_mutex_destroy(&p->lock);
    vg_sense_destroy(p->sense);
    vg_free(p->name);
    vg_free(p->what);
    vg_free(p);
}

static const vg_policy_ops ops = {.open = open_state,
                                  .close = close_state,
                                  .reset = reset,
                                  .act = act,
                                  .destroy = destroy,
                                  .trouble = trouble_of};

// --- the first frame --------------------------------------------------------------------------------------

// The value of a key in lines `key=value`, into out[room]; false: it is not there. Cut to the room: what is
// longer is refused by who asks, for it has to fill the room.
static bool value_of(const char *text, const char *key, char *out, size_t room) {
    size_t length = strlen(key);
    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, key, length) != 0 || line[length] != '=') continue;
        snprintf(out, room, "%.*s", (int)strcspn(line + length + 1, "\r\n"), line + length + 1);
        return true;
    }
    return false;
}

static vg_err refuse(const foreign_policy *p, vg_diag *diag, const char *what) {
    return vg_fail(diag, VG_ERR_FORMAT, "'%s:%.200s' %.280s", p->def.kind, p->def.what, what);
}

static vg_err take_clock(foreign_policy *p, const char *text, vg_diag *diag) {
    char tick[40], ticks[24], *slash;
    int64_t num, den, per;
    if (!value_of(text, "tick", tick, sizeof tick)) return VG_OK;
    slash = strchr(tick, '/');
    if (slash) *slash = 0;
    if (!slash || !value_of(text, "ticks_per_action", ticks, sizeof ticks) ||
        strlen(ticks) == sizeof ticks - 1 || strlen(slash + 1) > 20 || !vg_parse_int(tick, &num) ||
        !vg_parse_int(slash + 1, &den) || !vg_parse_int(ticks, &per) || num < 1 || den < 1 || per < 1 ||
        num > 1000000 || den > 1000000 || per > 1000000)
        return refuse(p, diag, "gives a tick that is not valid: expected tick=1/60 and ticks_per_action=3");
    p->policy.tick_num = (int32_t)num, p->policy.tick_den = (int32_t)den;
    p->policy.ticks_per_action = (int32_t)per;
    return VG_OK;
}

// Its own name, else what it is started by.
static vg_err take_name(foreign_policy *p, const char *text, vg_diag *diag) {
    char name[NAME + 1], whole[256];
    if (!value_of(text, "name", name, sizeof name) || !name[0]) {
        snprintf(whole, sizeof whole, "%s:%.200s", p->def.kind, p->def.what);
        vg_name_of(name, 56, whole, strlen(whole));
    }
    if (strlen(name) == NAME) return refuse(p, diag, "has a name of more than 255 bytes");
    if (!vg_is_printable(name)) return refuse(p, diag, "has a name that is no text");
    p->name = vg_strdup(name);
    return p->name ? VG_OK : vg_fail_memory(diag);
}

static vg_err take_hello(foreign_policy *p, const char *text, vg_diag *diag) {
    char sense[4096], word[1200];
    vg_diag own = {0};
    if (!value_of(text, "verge", word, sizeof word) || strcmp(word, "1") != 0)
        return refuse(p, diag, "does not begin with a frame that says verge=1");
    if (p->def.many && value_of(text, "error", word, sizeof word))
        return vg_fail_at(diag, VG_ERR_FORMAT, p->def.what, 0, NULL, "%.400s", word);
    if (!value_of(text, "sense", sense, sizeof sense))
        return refuse(p, diag, "does not say its sense: expected sense=offset,...");
    if (strlen(sense) == sizeof sense - 1) return refuse(p, diag, "asks for a sense of more than 4094 bytes");
    vg_err err = take_name(p, text, diag);
    if (err) return err;
    err = vg_sense_create(sense, &p->sense, &own);
    if (err)
        return vg_fail(diag, err, "'%s:%.200s' asks for a sense that is not valid: %.200s", p->def.kind,
                       p->def.what, own.text);
    return take_clock(p, text, diag);
}

static vg_err greet(foreign_policy *p, vg_diag *diag) {
    char hello[HELLO_MOST + 1] = "";
    vg_err err = start_worker(p, &p->workers, hello, diag);
    p->hello = vg_hash_text(0, hello);
    return err ? err : take_hello(p, hello, diag);
}

vg_err vg_foreign_policy_start(const vg_foreign_def *def, vg_policy **out, vg_diag *diag) {
    *out = NULL;
    foreign_policy *p = vg_new(foreign_policy, 1);
    if (!p) return vg_fail_memory(diag);
    p->policy.ops = &ops;
    p->def = *def;
    pthread_mutex_init(&p->lock, NULL);
    vg_err err = vg_policy_timeout(&p->seconds, diag);
    if (!err && !(p->what = vg_strdup(def->what))) err = vg_fail_memory(diag);
    p->def.what = p->what;
    if (!err) err = greet(p, diag);
    if (err) {
        if (!p->err) p->err = err;
        destroy(&p->policy);
        return err;
    }
    p->policy.name = p->name, p->policy.sense = p->sense, p->policy.hash = def->hash;
    *out = &p->policy;
    return VG_OK;
}
