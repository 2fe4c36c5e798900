#define _GNU_SOURCE // pipe2
#include "app/view/video.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

// What ffmpeg needs for each file ending: its container, and the pixel format that players support.
static const struct {
    const char *ending, *container, *pixels;
} kinds[] = {{".mp4", "mp4", "yuv420p"},
             {".mkv", "matroska", "yuv420p"},
             {".webm", "webm", "yuv420p"},
             {".mov", "mov", "yuv420p"},
             {".gif", "gif", NULL}};
enum { KINDS = sizeof kinds / sizeof *kinds };

static int kind_of(const char *path) {
    const char *dot = strrchr(path, '.');
    for (int i = 0; dot && i < KINDS; i++)
        if (strcmp(dot, kinds[i].ending) == 0) return i;
    return -1;
}

static vg_err check(const vg_film *film, const char *path, vg_diag *diag) {
    int kind = kind_of(path);
    if (kind < 0)
        return vg_fail_at(diag, VG_ERR_ARGUMENT, path, 0, NULL,
                          "a video's name must end in .mp4, .mkv, .webm, .mov or .gif");
    if (kinds[kind].pixels && (film->width % 2 || film->height % 2))
        return vg_fail_at(diag, VG_ERR_ARGUMENT, path, 0, NULL, "a video of %d x %d: both must be even",
                          film->width, film->height);
    vg_err err = vg_film_check(film, diag);
    return err ? err : vg_file_may_write(path, film->overwrite, diag);
}

// Starts ffmpeg. `failed` receives errno if it could not be started, and nothing if it was.
typedef struct process {
    pid_t pid;
    int pixels; // to its input
} process;

// Runs in the child: after a fork only async-signal-safe calls are allowed.
static void become(const vg_film *film, int kind, const char *out, int input, int failed) {
    char size[32], rate[32];
    snprintf(size, sizeof size, "%dx%d", film->width, film->height);
    snprintf(rate, sizeof rate, "%g", film->fps);
    const char *arguments[] = {"ffmpeg",
                               "-loglevel",
                               "error",
                               "-y",
                               "-f",
                               "rawvideo",
                               "-pix_fmt",
                               "bgr0",
                               "-s",
                               size,
                               "-r",
                               rate,
                               "-i",
                               "-",
                               "-an",
                               "-f",
                               kinds[kind].container,
                               "-pix_fmt",
                               kinds[kind].pixels,
                               out,
                               NULL};
    if (!kinds[kind].pixels) arguments[17] = out, arguments[18] = NULL;
    dup2(input, STDIN_FILENO);
    execvp("ffmpeg", (char *const *)arguments);
    int reason = errno;
    ssize_t told = write(failed, &reason, sizeof reason);
    _exit(told == sizeof reason ? 127 : 126);
}

static vg_err start(const vg_film *film, int kind, const char *out, process *p, vg_diag *diag) {
    int input[2], failed[2], reason = 0;
    if (pipe2(input, O_CLOEXEC)) return vg_fail(diag, VG_ERR_IO, "no pipe to ffmpeg: %m");
    if (pipe2(failed, O_CLOEXEC)) {
        close(input[0]), close(input[1]);
        return vg_fail(diag, VG_ERR_IO, "no pipe to ffmpeg: %m");
    }
    p->pid = fork();
    if (p->pid == 0) become(film, kind, out, input[0], failed[1]);
    int forked = errno;
    close(input[0]), close(failed[1]);
    ssize_t got = p->pid > 0 ? read(failed[0], &reason, sizeof reason) : 0;
    close(failed[0]);
    p->pixels = input[1];
    if (p->pid > 0 && got <= 0) return VG_OK;
    close(p->pixels);
    if (p->pid > 0) waitpid(p->pid, NULL, 0);
    errno = p->pid > 0 ? reason : forked;
    if (errno == ENOENT)
        return vg_fail(diag, VG_ERR_NOT_FOUND,
                       "--video needs ffmpeg, which is not installed; --frames DIR writes the pictures");
    return vg_fail(diag, VG_ERR_IO, "cannot start ffmpeg: %m");
}

static vg_err feed(const process *p, const vg_scene_picture *picture, vg_diag *diag) {
    const char *bytes = (const char *)picture->pixels;
    size_t left = sizeof *picture->pixels * (size_t)picture->stride * (size_t)picture->height;
    while (left > 0) {
        ssize_t wrote = write(p->pixels, bytes, left);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote < 0) return vg_fail(diag, VG_ERR_IO, "ffmpeg takes no more pictures: %m");
        bytes += wrote, left -= (size_t)wrote;
    }
    return VG_OK;
}

// The exit status decides; ffmpeg has printed its own messages on stderr already.
static vg_err finish(const process *p, vg_err err, vg_diag *diag) {
    int status = 0;
    close(p->pixels);
    if (err == VG_ERR_INTERRUPTED) kill(p->pid, SIGTERM);
    while (waitpid(p->pid, &status, 0) < 0 && errno == EINTR) continue;
    if (err == VG_ERR_INTERRUPTED || err == VG_ERR_MEMORY) return err;
    if (WIFEXITED(status) && WEXITSTATUS(status) != 0)
        return vg_fail(diag, VG_ERR_IO, "ffmpeg failed with status %d", WEXITSTATUS(status));
    if (WIFSIGNALED(status))
        return vg_fail(diag, VG_ERR_IO, "ffmpeg was ended by signal %d", WTERMSIG(status));
    return err;
}

static vg_err run(const vg_film *film, int kind, const char *out, vg_diag *diag) {
    vg_film_reel reel;
    process p = {0};
    vg_err err = vg_film_open(film, &reel, diag);
    if (err) return err;
    err = start(film, kind, out, &p, diag);
    if (!err) {
        for (int64_t i = 0; i < vg_film_count(film) && !err; i++) {
            err = vg_film_paint(&reel, i, diag);
            if (!err) err = feed(&p, &reel.picture, diag);
        }
        err = finish(&p, err, diag);
    }
    vg_film_close(&reel);
    return err;
}

vg_err vg_video_write(const vg_film *film, const char *path, vg_diag *diag) {
    char temporary[1024];
    vg_err err = check(film, path, diag);
    if (!err) err = vg_file_temporary(path, film->overwrite, temporary, diag);
    if (err) return err;
    // A broken pipe is reported as an error and does not end the program.
    struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
    sigaction(SIGPIPE, &ignore, &before);
    err = run(film, kind_of(path), temporary, diag);
    sigaction(SIGPIPE, &before, NULL);
    if (!err) return vg_file_commit(temporary, path, film->overwrite, diag);
    vg_file_discard(temporary);
    return err;
}
