#include "agents/policy/exec_policy.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "agents/policy/crash_guard.h"
#include "agents/policy/subprocess.h"
#include "sim/base/memory.h"
#include "sim/base/text.h"

enum { OPEN, RESET, ACT, CLOSE, HELLO_MOST = 8192, NAME = 64 };

typedef struct exec_policy {
    vg_policy policy; // what the contract asks for first
    vg_sense *sense;
    char name[NAME];
    double seconds; // for an answer
    // Of the one process; around all of it the lock.
    pthread_mutex_t lock;
    vg_subprocess subprocess;
    vg_subprocess_trouble trouble;
    uint32_t drives;
} exec_policy;

typedef struct exec_state {
    exec_policy *policy;
    uint32_t drive;
    int32_t count;
    char *request; // [24 + count * width * 4]
    char *answer;  // [count * 8]
} exec_state;

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

// --- the contract -----------------------------------------------------------------------------------------

// Questions without an answer. A failure is kept, and told by the next act.
static void tell(exec_state *s, uint32_t kind, const uint32_t *words, int32_t count) {
    exec_policy *p = s->policy;
    char bytes[8 + 4 * 6];
    put32(bytes, kind), put32(bytes + 4, s->drive);
    for (int32_t i = 0; i < count; i++) put32(bytes + 8 + 4 * i, words[i]);
    pthread_mutex_lock(&p->lock);
    if (!p->trouble[0])
        (void)!vg_subprocess_send(&p->subprocess, bytes, 8 + 4 * count, p->seconds, p->trouble);
    pthread_mutex_unlock(&p->lock);
}

static void close_state(void *state) {
    exec_state *s = state;
    tell(s, CLOSE, NULL, 0);
    vg_free(s->request);
    vg_free(s->answer);
    vg_free(s);
}

static vg_err open_state(const vg_policy *policy, int32_t count, void **state, vg_diag *diag) {
    exec_policy *p = (exec_policy *)(uintptr_t)policy;
    int64_t values = (int64_t)count * vg_sense_size(p->sense);
    exec_state *s = vg_new(exec_state, 1);
    if (!s) return vg_fail_memory(diag);
    *s = (exec_state){.policy = p, .count = count};
    s->request = vg_new(char, 16 + 4 * values);
    s->answer = vg_new(char, 8 * (int64_t)count);
    if (!s->request || !s->answer) {
        vg_free(s->request), vg_free(s->answer), vg_free(s);
        return vg_fail_memory(diag);
    }
    pthread_mutex_lock(&p->lock);
    s->drive = p->drives++;
    pthread_mutex_unlock(&p->lock);
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

// Under the lock.
static vg_err ask(exec_state *s, int64_t size) {
    exec_policy *p = s->policy;
    int64_t wanted = 8 * (int64_t)s->count, got = 0;
    if (p->trouble[0]) return VG_ERR_POLICY;
    vg_err err = vg_subprocess_send(&p->subprocess, s->request, size, p->seconds, p->trouble);
    if (!err) err = vg_subprocess_receive(&p->subprocess, s->answer, wanted, &got, p->seconds, p->trouble);
    if (err) return err;
    if (got != wanted)
        snprintf(p->trouble, sizeof p->trouble, "answered %d cars with %lld bytes, expected %lld", s->count,
                 (long long)got, (long long)wanted);
    else if (vg_subprocess_waits(&p->subprocess)) // or the next question would have this one's answer
        snprintf(p->trouble, sizeof p->trouble, "said more than it was asked");
    return p->trouble[0] ? VG_ERR_POLICY : VG_OK;
}

static vg_err act(const vg_policy *policy, void *state, const float *observed, const vg_world *world,
                  float *out) {
    exec_state *s = state;
    exec_policy *p = s->policy;
    int32_t width = vg_sense_size(policy->sense);
    int64_t values = (int64_t)s->count * width;
    (void)world;
    put32(s->request, ACT), put32(s->request + 4, s->drive);
    put32(s->request + 8, (uint32_t)s->count), put32(s->request + 12, (uint32_t)width);
    for (int64_t i = 0; i < values; i++) put_float(s->request + 16 + 4 * i, observed[i]);
    pthread_mutex_lock(&p->lock);
    vg_err err = ask(s, 16 + 4 * values);
    pthread_mutex_unlock(&p->lock);
    for (int32_t i = 0; i < VG_CAR_ACTIONS * s->count && !err; i++) out[i] = get_float(s->answer + 4 * i);
    return err;
}

static const char *trouble_of(const vg_policy *policy) { return ((const exec_policy *)policy)->trouble; }

static void destroy(vg_policy *policy) {
    exec_policy *p = (exec_policy *)policy;
    vg_subprocess_stop(&p->subprocess, p->trouble[0] ? 0 : 1); // one that hangs has had its time
    pthread_mutex_destroy(&p->lock);
    vg_sense_destroy(p->sense);
    vg_free(p);
}

static const vg_policy_ops ops = {.open = open_state,
                                  .close = close_state,
                                  .reset = reset,
                                  .act = act,
                                  .destroy = destroy,
                                  .trouble = trouble_of};

// --- the first frame --------------------------------------------------------------------------------------

// The value of a key in lines `key=value`; false: it is not there.
static bool value_of(const char *text, const char *key, char *out, size_t room) {
    size_t length = strlen(key);
    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, key, length) != 0 || line[length] != '=') continue;
        size_t size = strcspn(line + length + 1, "\r\n");
        if (size >= room) return false;
        snprintf(out, room, "%.*s", (int)size, line + length + 1);
        return true;
    }
    return false;
}

static vg_err take_clock(exec_policy *p, const char *text, const char *command, vg_diag *diag) {
    char tick[40], ticks[24], *slash;
    int64_t num, den, per;
    if (!value_of(text, "tick", tick, sizeof tick)) return VG_OK;
    slash = strchr(tick, '/');
    if (slash) *slash = 0;
    if (!slash || !value_of(text, "ticks_per_action", ticks, sizeof ticks) || !vg_parse_int(tick, &num) ||
        !vg_parse_int(slash + 1, &den) || !vg_parse_int(ticks, &per) || num < 1 || den < 1 || per < 1 ||
        num > 1000000 || den > 1000000 || per > 1000000)
        return vg_fail(diag, VG_ERR_FORMAT,
                       "'exec:%.200s' says a tick that is none: expected tick=1/60 and "
                       "ticks_per_action=3",
                       command);
    p->policy.tick_num = (int32_t)num, p->policy.tick_den = (int32_t)den;
    p->policy.ticks_per_action = (int32_t)per;
    return VG_OK;
}

static vg_err take_hello(exec_policy *p, const char *text, const char *command, vg_diag *diag) {
    char sense[4096], version[16];
    vg_diag own = {0};
    if (!value_of(text, "verge", version, sizeof version) || strcmp(version, "1") != 0)
        return vg_fail(diag, VG_ERR_FORMAT, "'exec:%.200s' does not begin with a frame that says verge=1",
                       command);
    if (!value_of(text, "sense", sense, sizeof sense))
        return vg_fail(diag, VG_ERR_FORMAT, "'exec:%.200s' does not say its sense: expected sense=offset,...",
                       command);
    if (!value_of(text, "name", p->name, sizeof p->name) || !p->name[0]) {
        char own[256];
        snprintf(own, sizeof own, "exec:%.200s", command);
        vg_name_of(p->name, 56, own, strlen(own));
    }
    if (!vg_is_printable(p->name))
        return vg_fail(diag, VG_ERR_FORMAT, "'exec:%.200s' has a name that is no text", command);
    vg_err err = vg_sense_create(sense, &p->sense, &own);
    if (err)
        return vg_fail(diag, err, "'exec:%.200s' asks for a sense that is none: %.200s", command, own.text);
    return take_clock(p, text, command, diag);
}

static vg_err greet(exec_policy *p, const char *command, vg_diag *diag) {
    char hello[HELLO_MOST + 1] = "";
    int64_t size = 0;
    // Interpreters and their libraries take their time to start.
    double patience = 6 * p->seconds;
    vg_err err = vg_subprocess_start(command, &p->subprocess, diag);
    if (err) return err;
    err = vg_subprocess_receive(&p->subprocess, hello, HELLO_MOST, &size, patience, p->trouble);
    if (err)
        return vg_fail(diag, err, "policy 'exec:%.200s' %s, before its first frame", command, p->trouble);
    if (size > HELLO_MOST || memchr(hello, 0, (size_t)size))
        return vg_fail(diag, VG_ERR_FORMAT,
                       "'exec:%.200s' begins with a frame of %lld bytes that is no text of at most %d",
                       command, (long long)size, HELLO_MOST);
    return take_hello(p, hello, command, diag);
}

vg_err vg_exec_policy_start(const char *command, vg_policy **out, vg_diag *diag) {
    *out = NULL;
    if (!command[strspn(command, " \t\n")])
        return vg_fail(diag, VG_ERR_ARGUMENT, "'exec:' names no program, expected exec:CMD");
    exec_policy *p = vg_new(exec_policy, 1);
    if (!p) return vg_fail_memory(diag);
    p->policy.ops = &ops;
    pthread_mutex_init(&p->lock, NULL);
    vg_err err = vg_policy_timeout(&p->seconds, diag);
    if (!err) err = greet(p, command, diag);
    if (err) {
        destroy(&p->policy);
        return err;
    }
    p->policy.name = p->name, p->policy.sense = p->sense;
    *out = &p->policy;
    return VG_OK;
}
