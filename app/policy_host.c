// verge-policy-host -- the process that a foreign policy runs in: `verge-policy-host exec COMMAND` or
// `verge-policy-host so PATH`. verge starts it (agents/policy/subprocess.c) with a pipe as stdin, one as
// stdout, and as LIFE the reading end of a pipe whose other end verge alone holds.
//
// It is two processes. The watcher waits until the policy ends, or until LIFE closes, which it does however
// verge ends; then it kills whatever the policy has started, and ends as the policy did, so that verge sees
// an exit status or a signal. The policy is its child, and may do what it wants to its own process: exit,
// crash, block signals, overrun its stack, change the rounding mode or the working folder.
//
// Only the C library is used here: a plug-in meets no state of verge's.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agents/policy/plugin.h"

enum { LIFE = 3, PRIVATE = 64, HEAD = 16, FIRST_MOST = 8192, SENSE_MOST = 4000, NAME_MOST = 250 };
enum { OPEN, RESET, ACT, CLOSE };

// --- the plug-in's side of agents/policy/exec_policy.h ----------------------------------------------------

// A drive, and the plug-in's state of it.
typedef struct drive {
    bool open, stateless; // stateless: it gave no state though it should
    uint32_t number;
    void *state;
} drive;

typedef struct host {
    const vg_plugin *plugin;
    int in, out;
    pid_t self;
    drive *drives; // [drive_count]
    uint32_t drive_count;
    char *frame; // a question as it came; behind its first HEAD bytes floats are aligned
    size_t room;
    float *actions; // behind 4 bytes of length
    size_t actions_room;
} host;

static void put32(char *at, uint32_t value) {
    for (int i = 0; i < 4; i++) at[i] = (char)(value >> 8 * i);
}

static uint32_t get32(const char *at) {
    uint32_t value = 0;
    for (int i = 0; i < 4; i++) value |= (uint32_t)(unsigned char)at[i] << 8 * i;
    return value;
}

// A plug-in that forks gets a second process that comes back here: it is not to answer.
static void only_me(const host *h) {
    if (getpid() != h->self) _exit(0);
}

// False: verge is gone, or has closed.
static bool read_all(int fd, char *bytes, size_t size) {
    while (size > 0) {
        ssize_t got = read(fd, bytes, size);
        if (got == 0 || (got < 0 && errno != EINTR)) return false;
        if (got > 0) bytes += got, size -= (size_t)got;
    }
    return true;
}

static void write_all(int fd, const char *bytes, size_t size) {
    while (size > 0) {
        ssize_t put = write(fd, bytes, size);
        if (put < 0 && errno != EINTR) _exit(0);
        if (put > 0) bytes += put, size -= (size_t)put;
    }
}

static void out_of_memory(void) {
    fprintf(stderr, "verge-policy-host: out of memory\n");
    _exit(1);
}

static void grow(void **what, size_t *room, size_t wanted) {
    if (wanted <= *room) return;
    free(*what);
    *what = calloc(1, wanted);
    if (!*what) out_of_memory();
    *room = wanted;
}

// The drive of that number; where it is none, a free place. Few are open at once.
static drive *drive_of(host *h, uint32_t number) {
    uint32_t free_place = h->drive_count;
    for (uint32_t i = h->drive_count; i-- > 0;) {
        if (h->drives[i].open && h->drives[i].number == number) return &h->drives[i];
        if (!h->drives[i].open) free_place = i;
    }
    if (free_place == h->drive_count) {
        drive *more = realloc(h->drives, (h->drive_count + 16) * sizeof *more);
        if (!more) out_of_memory();
        memset(more + h->drive_count, 0, 16 * sizeof *more);
        h->drives = more, h->drive_count += 16;
    }
    return &h->drives[free_place];
}

static void open_drive(host *h, drive *d, uint32_t number, int32_t count) {
    *d = (drive){.open = true, .number = number};
    if (!h->plugin->open) return;
    d->state = h->plugin->open(count);
    only_me(h);
    d->stateless = !d->state;
}

static void close_drive(host *h, drive *d) {
    if (d->state && h->plugin->close) h->plugin->close(d->state);
    only_me(h);
    *d = (drive){0};
}

static void reset_car(host *h, drive *d, const char *words) {
    uint64_t seed = get32(words + 12) | (uint64_t)get32(words + 16) << 32;
    if (d->stateless || !h->plugin->reset) return;
    h->plugin->reset(d->state, (int32_t)get32(words), seed, get32(words + 4), get32(words + 8));
    only_me(h);
}

// Floats travel in little-endian order, which is this machine's where it is one of those that verge is built
// for.
static void swap_floats(void *floats, size_t count) {
#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
    uint32_t *words = floats;
    for (size_t i = 0; i < count; i++) words[i] = __builtin_bswap32(words[i]);
#else
    (void)floats, (void)count;
#endif
}

// One number instead of the actions: what the plug-in returned where that is not how many it should have
// written.
static void answer_failure(host *h, int32_t said) {
    char bytes[8];
    put32(bytes, 4), put32(bytes + 4, (uint32_t)said);
    write_all(h->out, bytes, sizeof bytes);
}

static void act(host *h, drive *d, uint32_t count, uint32_t width, float *observed) {
    if (d->stateless) return answer_failure(h, 0);
    grow((void **)&h->actions, &h->actions_room, 4 + 8 * (size_t)count);
    for (size_t i = 0; i < 2 * (size_t)count; i++)
        h->actions[1 + i] = NAN; // so that what it leaves out is seen
    swap_floats(observed, (size_t)count * width);
    int32_t said = h->plugin->act(d->state, (int32_t)count, (int32_t)width, observed, h->actions + 1);
    only_me(h);
    if (said != (int32_t)(2 * count)) return answer_failure(h, said);
    swap_floats(h->actions + 1, 2 * (size_t)count);
    put32((char *)h->actions, 8 * count);
    write_all(h->out, (const char *)h->actions, 4 + 8 * (size_t)count);
}

// One question; false: there are no more.
static bool serve(host *h) {
    char length[4];
    if (!read_all(h->in, length, 4)) return false;
    size_t size = get32(length);
    grow((void **)&h->frame, &h->room, size < 64 ? 64 : size);
    if (size < 8 || !read_all(h->in, h->frame, size)) return false;
    drive *d = drive_of(h, get32(h->frame + 4));
    const char *words = h->frame + 8;
    switch (get32(h->frame)) {
    case OPEN: open_drive(h, d, get32(h->frame + 4), (int32_t)get32(words)); break;
    case RESET: reset_car(h, d, words); break;
    case ACT: act(h, d, get32(words), get32(words + 4), (float *)(void *)(h->frame + HEAD)); break;
    case CLOSE: close_drive(h, d); break;
    default: return false;
    }
    return true;
}

// --- the first frame --------------------------------------------------------------------------------------

static void say_first(const host *h, const char *text) {
    char bytes[4 + FIRST_MOST];
    size_t size = strnlen(text, FIRST_MOST);
    put32(bytes, (uint32_t)size);
    memcpy(bytes + 4, text, size);
    write_all(h->out, bytes, 4 + size);
}

// No plug-in: verge says why, and exits.
static void refuse(const host *h, const char *why) {
    char text[1200];
    snprintf(text, sizeof text, "verge=1\nerror=%.1000s\n", why);
    for (char *c = text + 8; *c; c++)
        if ((unsigned char)*c < ' ') *c = ' ';
    say_first(h, text);
    _exit(0);
}

// A line of the frame has no control characters.
static void add_text(char *text, size_t room, const char *key, const char *value) {
    size_t used = strlen(text);
    snprintf(text + used, room - used, "%s=", key);
    used = strlen(text);
    snprintf(text + used, room - used, "%s", value);
    for (char *c = text + used; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 127) *c = '_';
    used = strlen(text);
    snprintf(text + used, room - used, "\n");
}

static void introduce(const host *h) {
    const vg_plugin *p = h->plugin;
    char text[FIRST_MOST] = "verge=1\n", why[120];
    if (!p)
        refuse(h, "the library has no function " VG_PLUGIN_SYMBOL
                  ", or it gave nothing: see agents/policy/plugin.h");
    if (p->version != VG_PLUGIN_VERSION) {
        snprintf(why, sizeof why, "version: is %d, expected %d", p->version, VG_PLUGIN_VERSION);
        refuse(h, why);
    }
    if (!p->act || !p->sense || !p->name) refuse(h, "vg_plugin: act, sense or name is missing");
    if (strnlen(p->sense, SENSE_MOST + 1) > SENSE_MOST) refuse(h, "sense: is longer than 4000 bytes");
    if (strnlen(p->name, NAME_MOST + 1) > NAME_MOST) refuse(h, "name: is longer than 250 bytes");
    add_text(text, sizeof text, "sense", p->sense);
    add_text(text, sizeof text, "name", p->name);
    if (p->tick_num || p->tick_den || p->ticks_per_action) {
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "tick=%d/%d\nticks_per_action=%d\n", p->tick_num,
                 p->tick_den, p->ticks_per_action);
    }
    say_first(h, text);
}

static int run_plugin(const char *path) {
    host h = {.self = getpid()};
    const vg_plugin *(*entry)(void) = NULL;
    // The protocol's pipes go where a plug-in is unlikely to touch them; what it prints is the user's to see.
    h.in = fcntl(0, F_DUPFD_CLOEXEC, PRIVATE), h.out = fcntl(1, F_DUPFD_CLOEXEC, PRIVATE);
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (h.in < 0 || h.out < 0 || nothing < 0 || dup2(nothing, 0) < 0 || dup2(2, 1) < 0) return 1;
    close(nothing);
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    only_me(&h);
    if (!library) {
        char why[1100];
        snprintf(why, sizeof why, "no shared library: %.1000s", dlerror());
        refuse(&h, why);
    }
    void *symbol = dlsym(library, VG_PLUGIN_SYMBOL);
    memcpy(&entry, &symbol, sizeof entry);
    if (entry) h.plugin = entry();
    only_me(&h);
    introduce(&h);
    while (serve(&h)) {
    }
    return 0;
}

// --- the watcher ------------------------------------------------------------------------------------------

static void wake(int number) { (void)number; }

// Whatever was started and left its parent is a child of the watcher by now (PR_SET_CHILD_SUBREAPER),
// whatever group or session it went to. Kill the children until there are none.
static void kill_all(pid_t policy) {
    char name[64], text[64];
    snprintf(name, sizeof name, "/proc/self/task/%d/children", (int)getpid());
    kill(-policy, SIGKILL);
    for (int round = 0; round < 1000; round++) {
        FILE *list = fopen(name, "re");
        while (list && fscanf(list, "%63s", text) == 1) kill((pid_t)strtol(text, NULL, 10), SIGKILL);
        if (list) fclose(list);
        while (waitpid(-1, NULL, WNOHANG) > 0) {
        }
        if (waitpid(-1, NULL, WNOHANG) < 0) return; // none is left
        poll(NULL, 0, 1);
    }
}

// Until the policy ends (true, with its status) or LIFE closes.
static bool wait_for(pid_t policy, int *status) {
    sigset_t all;
    sigemptyset(&all);
    for (;;) {
        pid_t gone;
        while ((gone = waitpid(-1, status, WNOHANG)) > 0)
            if (gone == policy) return true;
        struct pollfd life = {LIFE, POLLIN, 0};
        if (ppoll(&life, 1, NULL, &all) > 0) return false; // nothing is ever written there
    }
}

static int watch(pid_t policy) {
    int status = 0;
    bool ended = wait_for(policy, &status);
    kill_all(policy);
    if (!ended) return 0;
    if (WIFEXITED(status)) return WEXITSTATUS(status);
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0}); // the policy's is enough
    signal(WTERMSIG(status), SIG_DFL);
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_UNBLOCK, &all, NULL);
    raise(WTERMSIG(status));
    return 1;
}

static int be_policy(const char *kind, char *what, pid_t watcher, const sigset_t *before) {
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL); // should the watcher be killed
    if (getppid() != watcher) return 1;
    close(LIFE);
    signal(SIGCHLD, SIG_DFL);
    sigprocmask(SIG_SETMASK, before, NULL);
    if (strcmp(kind, "so") == 0) exit(run_plugin(what));
    execl("/bin/sh", "sh", "-c", what, (char *)NULL);
    fprintf(stderr, "verge-policy-host: /bin/sh: %s\n", strerror(errno));
    return 127;
}

int main(int argc, char **argv) {
    if (argc != 3 || fcntl(LIFE, F_GETFD) < 0 ||
        (strcmp(argv[1], "exec") != 0 && strcmp(argv[1], "so") != 0)) {
        fprintf(stderr, "verge-policy-host: is started by verge, for policies exec:COMMAND and so:PATH\n");
        return 2;
    }
    close_range(LIFE + 1, ~0u, 0);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    sigset_t child, before;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, &before);
    sigaction(SIGCHLD, &(struct sigaction){.sa_handler = wake}, NULL);
    pid_t watcher = getpid(), policy = fork();
    if (policy < 0) {
        fprintf(stderr, "verge-policy-host: %s\n", strerror(errno));
        return 1;
    }
    if (policy == 0) _exit(be_policy(argv[1], argv[2], watcher, &before));
    close(0), close(1);
    return watch(policy);
}
