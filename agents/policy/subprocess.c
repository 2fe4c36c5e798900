#define _GNU_SOURCE // pipe2
#include "agents/policy/subprocess.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

// --- start and stop ---------------------------------------------------------------------------------------

// In a group of its own, so that what it starts ends with it.
static int spawn(const char *command, int in, int out, pid_t *pid) {
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    sigset_t normal;
    char *argv[] = {"sh", "-c", (char *)(uintptr_t)command, NULL};
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, in, 0);
    posix_spawn_file_actions_adddup2(&files, out, 1);
    posix_spawnattr_init(&how);
    sigemptyset(&normal);
    sigaddset(&normal, SIGPIPE);
    posix_spawnattr_setsigdefault(&how, &normal);
    posix_spawnattr_setpgroup(&how, 0);
    posix_spawnattr_setflags(&how, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
    int failed = posix_spawn(pid, "/bin/sh", &files, &how, argv, environ);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&how);
    return failed;
}

vg_err vg_subprocess_start(const char *command, vg_subprocess *out, vg_diag *diag) {
    int down[2], up[2];
    pid_t pid;
    *out = (vg_subprocess){0};
    if (pipe2(down, O_CLOEXEC) != 0) return vg_fail(diag, VG_ERR_IO, "no pipe to '%.80s': %m", command);
    if (pipe2(up, O_CLOEXEC) != 0) {
        close(down[0]), close(down[1]);
        return vg_fail(diag, VG_ERR_IO, "no pipe from '%.80s': %m", command);
    }
    int failed = spawn(command, down[0], up[1], &pid);
    close(down[0]), close(up[1]);
    if (failed) {
        close(down[1]), close(up[0]);
        return vg_fail(diag, VG_ERR_IO, "'%.80s' could not be started: %s", command, strerror(failed));
    }
    fcntl(down[1], F_SETFL, O_NONBLOCK);
    fcntl(up[0], F_SETFL, O_NONBLOCK);
    *out = (vg_subprocess){pid, down[1], up[0]};
    return VG_OK;
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void nap(void) { nanosleep(&(struct timespec){0, 5000000}, NULL); }

void vg_subprocess_stop(vg_subprocess *c, double patience) {
    if (!c->pid) return;
    close(c->to), close(c->from);
    pid_t gone = waitpid(c->pid, NULL, WNOHANG);
    for (double until = now() + patience; gone == 0 && now() < until; gone = waitpid(c->pid, NULL, WNOHANG))
        nap();
    kill(-c->pid, SIGKILL);
    if (gone == 0) waitpid(c->pid, NULL, 0);
    *c = (vg_subprocess){0};
}

// --- frames -----------------------------------------------------------------------------------------------

// How it ended, once its pipe is closed. It may take a moment to be gone.
static vg_err ended(vg_subprocess *c, vg_subprocess_trouble trouble) {
    int status = 0;
    pid_t gone = 0;
    for (int i = 0; i < 100 && gone == 0; i++) {
        gone = waitpid(c->pid, &status, WNOHANG);
        if (gone == 0) nap();
    }
    if (gone == c->pid) {
        kill(-c->pid, SIGKILL); // what it left behind
        close(c->to), close(c->from);
        *c = (vg_subprocess){0};
    }
    if (gone > 0 && WIFEXITED(status))
        snprintf(trouble, sizeof(vg_subprocess_trouble), "ended with exit status %d", WEXITSTATUS(status));
    else if (gone > 0 && WIFSIGNALED(status))
        snprintf(trouble, sizeof(vg_subprocess_trouble), "crashed (SIG%s)", sigabbrev_np(WTERMSIG(status)));
    else
        snprintf(trouble, sizeof(vg_subprocess_trouble), "closed its pipe");
    return VG_ERR_POLICY;
}

// Wait until fd is ready, until `until`.
static vg_err await(int fd, short events, double until, double seconds, vg_subprocess_trouble trouble) {
    for (;;) {
        double left = until - now();
        if (left <= 0) break;
        struct pollfd p = {fd, events, 0};
        int ready = poll(&p, 1, left > 3600 ? 3600000 : (int)(1000 * left) + 1);
        if (ready > 0) return VG_OK;
        if (ready < 0 && errno != EINTR) break;
    }
    snprintf(trouble, sizeof(vg_subprocess_trouble), "did not answer within %.3g s", seconds);
    return VG_ERR_POLICY;
}

// A write to a program that is gone raises SIGPIPE, which is kept from everybody else.
static ssize_t write_quietly(int fd, const char *bytes, size_t size) {
    sigset_t pipes, old, pending;
    sigemptyset(&pipes);
    sigaddset(&pipes, SIGPIPE);
    sigpending(&pending);
    bool was = sigismember(&pending, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipes, &old);
    ssize_t sent = write(fd, bytes, size);
    int why = errno;
    if (sent < 0 && why == EPIPE && !was) sigtimedwait(&pipes, NULL, &(struct timespec){0, 0});
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    errno = why;
    return sent;
}

static vg_err send_all(vg_subprocess *c, const char *bytes, int64_t size, double until, double seconds,
                       vg_subprocess_trouble trouble) {
    while (size > 0) {
        ssize_t sent = write_quietly(c->to, bytes, (size_t)size);
        if (sent > 0)
            bytes += sent, size -= sent;
        else if (sent < 0 && errno == EAGAIN) {
            vg_err err = await(c->to, POLLOUT, until, seconds, trouble);
            if (err) return err;
        } else if (sent < 0 && errno != EINTR)
            return ended(c, trouble);
    }
    return VG_OK;
}

static vg_err receive_all(vg_subprocess *c, char *bytes, int64_t size, double until, double seconds,
                          vg_subprocess_trouble trouble) {
    while (size > 0) {
        ssize_t got = read(c->from, bytes, (size_t)size);
        if (got > 0)
            bytes += got, size -= got;
        else if (got < 0 && errno == EAGAIN) {
            vg_err err = await(c->from, POLLIN, until, seconds, trouble);
            if (err) return err;
        } else if (got == 0 || errno != EINTR)
            return ended(c, trouble);
    }
    return VG_OK;
}

vg_err vg_subprocess_send(vg_subprocess *c, const void *bytes, int64_t size, double seconds,
                          vg_subprocess_trouble trouble) {
    unsigned char head[4];
    double until = now() + seconds;
    if (!c->pid) return VG_ERR_POLICY;
    for (int i = 0; i < 4; i++) head[i] = (unsigned char)(size >> 8 * i);
    vg_err err = send_all(c, (const char *)head, 4, until, seconds, trouble);
    return err ? err : send_all(c, bytes, size, until, seconds, trouble);
}

vg_err vg_subprocess_receive(vg_subprocess *c, void *bytes, int64_t room, int64_t *size, double seconds,
                             vg_subprocess_trouble trouble) {
    unsigned char head[4];
    double until = now() + seconds;
    if (!c->pid) return VG_ERR_POLICY;
    vg_err err = receive_all(c, (char *)head, 4, until, seconds, trouble);
    if (err) return err;
    *size = (int64_t)head[0] | (int64_t)head[1] << 8 | (int64_t)head[2] << 16 | (int64_t)head[3] << 24;
    return *size > room ? VG_OK : receive_all(c, bytes, *size, until, seconds, trouble);
}

bool vg_subprocess_waits(const vg_subprocess *c) {
    struct pollfd p = {c->from, POLLIN, 0};
    return c->pid && poll(&p, 1, 0) > 0 && p.revents & POLLIN;
}
