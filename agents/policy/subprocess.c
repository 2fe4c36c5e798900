#define _GNU_SOURCE // pipe2
#include "agents/policy/subprocess.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sim/base/text.h"

extern char **environ;

vg_err vg_policy_timeout(double *seconds, vg_diag *diag) {
    const char *wish = getenv("VERGE_POLICY_TIMEOUT");
    *seconds = 10;
    if (!wish || (vg_parse_double(wish, seconds) && *seconds >= 0.1 && *seconds <= 86400)) return VG_OK;
    return vg_fail(diag, VG_ERR_ARGUMENT,
                   "VERGE_POLICY_TIMEOUT is '%.40s', expected seconds from 0.1 to 86400", wish);
}

// --- start and stop ---------------------------------------------------------------------------------------

enum { HOST = 4200 };

// The folder of the file that this code was loaded from, absolute: libverge's, or the program's where that is
// static.
static bool own_folder(char folder[HOST]) {
    Dl_info info;
    char whole[PATH_MAX];
    void *here = NULL;
    vg_err (*self)(double *, vg_diag *) = vg_policy_timeout;
    memcpy(&here, &self, sizeof here);
    bool known = dladdr(here, &info) && info.dli_fname && strchr(info.dli_fname, '/');
    if (!realpath(known ? info.dli_fname : "/proc/self/exe", whole)) return false;
    *strrchr(whole, '/') = 0;
    snprintf(folder, HOST, "%s", whole);
    return true;
}

// Beside libverge in a build tree; where the install put it, as seen from the library (VG_HOST_FROM_LIBRARY)
// and, of a static build, from the program.
static void find_host(char path[HOST]) {
    static const char *const places[] = {"", "/" VG_HOST_FROM_LIBRARY, "/" VG_HOST_FROM_PROGRAM};
    char folder[HOST] = "";
    if (!own_folder(folder)) return;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        snprintf(path, HOST, "%.2000s%.2000s/verge-policy-host", folder, places[i]);
        if (access(path, X_OK) == 0) return;
    }
}

// In a group of its own: a Ctrl-C at the terminal is for verge to hear.
static int spawn(const char *kind, const char *what, int in, int out, int life, pid_t *pid) {
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    sigset_t normal;
    char host[HOST] = ""; // never a name that the working folder could answer
    char *argv[] = {host, (char *)(uintptr_t)kind, (char *)(uintptr_t)what, NULL};
    find_host(host);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, in, 0);
    posix_spawn_file_actions_adddup2(&files, out, 1);
    posix_spawn_file_actions_adddup2(&files, life, 3);
    posix_spawnattr_init(&how);
    sigemptyset(&normal);
    sigaddset(&normal, SIGPIPE);
    sigaddset(&normal, SIGXFSZ);
    posix_spawnattr_setsigdefault(&how, &normal);
    posix_spawnattr_setpgroup(&how, 0);
    posix_spawnattr_setflags(&how, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
    int failed = posix_spawn(pid, host, &files, &how, argv, environ);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&how);
    return failed;
}

// Above the numbers that spawn gives the other ends: a dup2 of one onto another would lose it.
static bool open_pipe(int ends[2]) {
    int low[2];
    if (pipe2(low, O_CLOEXEC) != 0) return false;
    for (int i = 0; i < 2; i++) {
        ends[i] = fcntl(low[i], F_DUPFD_CLOEXEC, 10);
        close(low[i]);
    }
    return ends[0] >= 0 && ends[1] >= 0;
}

static void close_all(const int *ends, int count) {
    for (int i = 0; i < count; i++)
        if (ends[i] >= 0) close(ends[i]);
}

vg_err vg_subprocess_start(const char *kind, const char *what, bool (*stop)(void), vg_subprocess *out,
                           vg_diag *diag) {
    int ends[6] = {-1, -1, -1, -1, -1, -1}, *down = ends, *up = ends + 2, *life = ends + 4;
    pid_t pid;
    *out = (vg_subprocess){0};
    if (!open_pipe(down) || !open_pipe(up) || !open_pipe(life)) {
        vg_err err = vg_fail(diag, VG_ERR_IO, "no pipe to '%.80s': %m", what);
        close_all(ends, 6);
        return err;
    }
    int failed = spawn(kind, what, down[0], up[1], life[0], &pid);
    close_all((int[]){down[0], up[1], life[0]}, 3);
    if (failed) {
        close_all((int[]){down[1], up[0], life[1]}, 3);
        return vg_fail(diag, VG_ERR_IO,
                       "'%.80s' could not be started by verge-policy-host: %s; is verge installed whole?",
                       what, strerror(failed));
    }
    fcntl(down[1], F_SETFL, O_NONBLOCK);
    fcntl(up[0], F_SETFL, O_NONBLOCK);
    *out = (vg_subprocess){pid, down[1], up[0], life[1], stop};
    return VG_OK;
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void nap(void) { nanosleep(&(struct timespec){0, 5000000}, NULL); }

// Whether it is gone within so many seconds.
static bool gone_within(vg_subprocess *c, double seconds, int *status) {
    double until = now() + seconds;
    for (;;) {
        pid_t gone = waitpid(c->pid, status, WNOHANG);
        if (gone != 0) return true;
        if (now() >= until) return false;
        nap();
    }
}

void vg_subprocess_stop(vg_subprocess *c, double patience) {
    int status;
    if (!c->pid) return;
    close(c->to), close(c->from);
    bool gone = gone_within(c, patience, &status);
    close(c->life); // its watcher ends all
    if (!gone && !gone_within(c, 2, &status)) {
        kill(-c->pid, SIGKILL); // somebody has stopped the watcher
        waitpid(c->pid, NULL, 0);
    }
    *c = (vg_subprocess){0};
}

// --- frames -----------------------------------------------------------------------------------------------

// Of one that is gone.
static void release(vg_subprocess *c) {
    close(c->to), close(c->from), close(c->life);
    *c = (vg_subprocess){0};
}

// How it ended, once its pipe is closed. It may take a moment to be gone.
static vg_err ended(vg_subprocess *c, vg_subprocess_trouble trouble) {
    int status = 0;
    if (!gone_within(c, 0.5, &status)) {
        snprintf(trouble, sizeof(vg_subprocess_trouble), "closed its pipe");
        return VG_ERR_POLICY;
    }
    release(c);
    if (WIFEXITED(status))
        snprintf(trouble, sizeof(vg_subprocess_trouble), "ended with exit status %d", WEXITSTATUS(status));
    else
        snprintf(trouble, sizeof(vg_subprocess_trouble), "crashed (SIG%s)", sigabbrev_np(WTERMSIG(status)));
    return VG_ERR_POLICY;
}

vg_err vg_subprocess_finish(vg_subprocess *c, double seconds, vg_subprocess_trouble trouble) {
    double until = now() + seconds;
    int status = 0;
    if (!c->pid) return VG_ERR_POLICY;
    while (!gone_within(c, 0.05, &status)) {
        if (c->stop && c->stop()) {
            snprintf(trouble, sizeof(vg_subprocess_trouble), "was interrupted");
            return VG_ERR_INTERRUPTED;
        }
        if (now() < until) continue;
        snprintf(trouble, sizeof(vg_subprocess_trouble), "did not end within %.6g s", seconds);
        return VG_ERR_POLICY;
    }
    release(c);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return VG_OK;
    if (WIFEXITED(status))
        snprintf(trouble, sizeof(vg_subprocess_trouble), "ended with exit status %d", WEXITSTATUS(status));
    else
        snprintf(trouble, sizeof(vg_subprocess_trouble), "was ended by SIG%s",
                 sigabbrev_np(WTERMSIG(status)));
    return VG_ERR_POLICY;
}

// Wait until fd is ready, until `until`, in short naps: a signal may be another thread's to hear.
static vg_err await(const vg_subprocess *c, int fd, short events, double until, double seconds,
                    vg_subprocess_trouble trouble) {
    for (;;) {
        double left = until - now();
        if (left <= 0) break;
        struct pollfd p = {fd, events, 0};
        int ready = poll(&p, 1, left > 0.05 ? 50 : (int)(1000 * left) + 1);
        if (ready > 0) return VG_OK;
        if (c->stop && c->stop()) {
            snprintf(trouble, sizeof(vg_subprocess_trouble), "was interrupted");
            return VG_ERR_INTERRUPTED;
        }
        if (ready < 0 && errno != EINTR) break;
    }
    snprintf(trouble, sizeof(vg_subprocess_trouble), "did not answer within %.3g s", seconds);
    return VG_ERR_POLICY;
}

// A write to a program that is gone raises SIGPIPE, which is kept from everybody else.
static ssize_t write_quietly(int fd, const struct iovec *parts, int count) {
    sigset_t pipes, old, pending;
    sigemptyset(&pipes);
    sigaddset(&pipes, SIGPIPE);
    sigpending(&pending);
    bool was = sigismember(&pending, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipes, &old);
    ssize_t sent = writev(fd, parts, count);
    int why = errno;
    if (sent < 0 && why == EPIPE && !was) sigtimedwait(&pipes, NULL, &(struct timespec){0, 0});
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    errno = why;
    return sent;
}

// Move the beginning of two parts by what was moved already.
static void skip(struct iovec parts[2], size_t moved) {
    for (int i = 0; i < 2; i++) {
        size_t here = moved < parts[i].iov_len ? moved : parts[i].iov_len;
        parts[i].iov_base = (char *)parts[i].iov_base + here;
        parts[i].iov_len -= here;
        moved -= here;
    }
}

vg_err vg_subprocess_send(vg_subprocess *c, const void *bytes, int64_t size, double seconds,
                          vg_subprocess_trouble trouble) {
    unsigned char head[4];
    double until = now() + seconds;
    if (!c->pid) return VG_ERR_POLICY;
    for (int i = 0; i < 4; i++) head[i] = (unsigned char)(size >> 8 * i);
    struct iovec parts[2] = {{head, 4}, {(void *)(uintptr_t)bytes, (size_t)size}};
    while (parts[0].iov_len + parts[1].iov_len > 0) {
        ssize_t sent = write_quietly(c->to, parts, 2);
        if (sent > 0)
            skip(parts, (size_t)sent);
        else if (sent < 0 && errno == EAGAIN) {
            vg_err err = await(c, c->to, POLLOUT, until, seconds, trouble);
            if (err) return err;
        } else if (sent < 0 && errno != EINTR)
            return ended(c, trouble);
    }
    return VG_OK;
}

static vg_err read_all(vg_subprocess *c, char *bytes, int64_t size, double until, double seconds,
                       vg_subprocess_trouble trouble) {
    while (size > 0) {
        ssize_t got = read(c->from, bytes, (size_t)size);
        if (got > 0)
            bytes += got, size -= got;
        else if (got < 0 && errno == EAGAIN) {
            vg_err err = await(c, c->from, POLLIN, until, seconds, trouble);
            if (err) return err;
        } else if (got == 0 || errno != EINTR)
            return ended(c, trouble);
    }
    return VG_OK;
}

vg_err vg_subprocess_receive(vg_subprocess *c, void *bytes, int64_t room, int64_t *size, double seconds,
                             vg_subprocess_trouble trouble) {
    unsigned char head[4];
    double until = now() + seconds;
    if (!c->pid) return VG_ERR_POLICY;
    vg_err err = read_all(c, (char *)head, 4, until, seconds, trouble);
    if (err) return err;
    *size = (int64_t)head[0] | (int64_t)head[1] << 8 | (int64_t)head[2] << 16 | (int64_t)head[3] << 24;
    return *size > room ? VG_OK : read_all(c, bytes, *size, until, seconds, trouble);
}

bool vg_subprocess_waits(const vg_subprocess *c) {
    struct pollfd p = {c->from, POLLIN, 0};
    return c->pid && poll(&p, 1, 0) > 0 && p.revents & POLLIN;
}
