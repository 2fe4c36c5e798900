#include "app/view/film.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/scene/shot.h"
#include "sim/base/memory.h"

enum { PATH = 1100, MOST_FRAMES = 100000 };

vg_film vg_film_default(const vg_view *view) {
    return (vg_film){.view = view,
                     .look = vg_stage_look_default(),
                     .width = 1280,
                     .height = 720,
                     .scale = 1,
                     .to = NAN,
                     .fps = 30,
                     .speed = 1};
}

static double end_of(const vg_film *film) {
    return isnan(film->to) || film->to > film->view->duration ? film->view->duration : film->to;
}

int64_t vg_film_count(const vg_film *film) {
    double pictures = (end_of(film) - film->from) / film->speed * film->fps;
    return pictures > 0 ? (int64_t)(pictures + 1e-9) + 1 : 1;
}

vg_err vg_film_check(const vg_film *film, vg_diag *diag) {
    double width = film->width / film->scale, height = film->height / film->scale;
    if (!(film->scale >= 0.5 && film->scale <= 8) || !(width >= VG_LAYOUT_LEAST_WIDTH) ||
        !(height >= VG_LAYOUT_LEAST_HEIGHT) || film->width > 8192 || film->height > 8192)
        return vg_fail(
            diag, VG_ERR_ARGUMENT,
            "pictures of %d x %d pixels at scale %g, expected at least %d x %d times the scale, and "
            "8192 at most",
            film->width, film->height, film->scale, VG_LAYOUT_LEAST_WIDTH, VG_LAYOUT_LEAST_HEIGHT);
    if (!(film->from >= 0 && film->from <= film->view->duration))
        return vg_fail(diag, VG_ERR_ARGUMENT, "--at %g: the drives last from 0 to %.6g s", film->from,
                       film->view->duration);
    if (film->to < film->from)
        return vg_fail(diag, VG_ERR_ARGUMENT, "--until %g is before --at %g", film->to, film->from);
    if (vg_film_count(film) > MOST_FRAMES)
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "%lld pictures, expected at most %d: raise --speed or lower --fps",
                       (long long)vg_film_count(film), MOST_FRAMES);
    return VG_OK;
}

// --- pictures --------------------------------------------------------------------------------------------

vg_err vg_film_open(const vg_film *film, vg_film_reel *out, vg_diag *diag) {
    *out = (vg_film_reel){.film = film, .timeline = vg_timeline_make(film->view->duration)};
    vg_err err = vg_film_check(film, diag);
    if (!err) err = vg_stage_create(film->view, &out->stage, diag);
    if (err) return err;
    out->picture = (vg_scene_picture){.pixels = vg_new(uint32_t, (int64_t)film->width * film->height),
                                      .width = film->width,
                                      .height = film->height,
                                      .stride = film->width,
                                      .scale = film->scale};
    out->timeline.speed = film->speed;
    out->timeline.playing = false;
    if (out->picture.pixels) return VG_OK;
    vg_film_close(out);
    return vg_fail_memory(diag);
}

void vg_film_close(vg_film_reel *reel) {
    vg_stage_destroy(reel->stage);
    vg_free(reel->picture.pixels);
    *reel = (vg_film_reel){0};
}

vg_err vg_film_paint(vg_film_reel *reel, int64_t i, vg_diag *diag) {
    const vg_film *film = reel->film;
    if (film->stop && film->stop()) return vg_fail(diag, VG_ERR_INTERRUPTED, "stopped");
    double t = film->from + (double)i * film->speed / film->fps;
    vg_timeline_seek(&reel->timeline, t);
    vg_err err = vg_stage_paint(reel->stage, &reel->picture, &reel->timeline, &film->look,
                                i == 0 ? -1 : film->speed / film->fps, diag);
    // Cairo leaves the fourth byte of a pixel without opacity undefined.
    int64_t count = (int64_t)film->width * film->height;
    for (int64_t k = 0; k < count && !err; k++) reel->picture.pixels[k] |= 0xff000000;
    if (!err && film->progress) film->progress(film->context, i + 1, vg_film_count(film));
    return err;
}

static vg_err write_png(const vg_film_reel *reel, const char *path, vg_diag *diag) {
    const vg_film *film = reel->film;
    return vg_scene_save_texts(&reel->picture, film->texts, film->text_count, path, film->overwrite, diag);
}

vg_err vg_film_shot(const vg_film *film, const char *path, vg_diag *diag) {
    size_t length = strlen(path);
    if (length < 5 || strcmp(path + length - 4, ".png") != 0)
        return vg_fail_at(diag, VG_ERR_ARGUMENT, path, 0, NULL, "a picture's name must end in .png");
    vg_film_reel reel = {0};
    vg_err err = vg_file_may_write(path, film->overwrite, diag);
    if (!err) err = vg_film_open(film, &reel, diag);
    if (!err) err = vg_film_paint(&reel, 0, diag);
    if (!err) err = write_png(&reel, path, diag);
    vg_film_close(&reel);
    return err;
}

// --- numbered ones ---------------------------------------------------------------------------------------

static bool is_frame(const char *name) {
    int64_t number;
    char digits[16];
    size_t length = strlen(name);
    if (length < 15 || length > 20 || strncmp(name, "frame-", 6) != 0) return false;
    snprintf(digits, sizeof digits, "%.*s", (int)(length - 10), name + 6);
    return strcmp(name + length - 4, ".png") == 0 && vg_parse_int(digits, &number);
}

// Removes a folder of frames. False with errno if it holds anything else, or is not a folder.
static bool remove_frames(const char *folder) {
    DIR *listing = opendir(folder);
    bool only = listing;
    for (struct dirent *entry; only && (entry = readdir(listing));)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 && !is_frame(entry->d_name))
            only = false, errno = ENOTEMPTY;
    if (only) rewinddir(listing);
    for (struct dirent *entry; only && (entry = readdir(listing));) {
        char path[PATH + 300];
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (is_frame(entry->d_name)) unlink(path);
    }
    int reason = errno;
    if (listing) closedir(listing);
    errno = reason;
    return only && rmdir(folder) == 0;
}

static vg_err write_all(const vg_film *film, const char *folder, vg_diag *diag) {
    vg_film_reel reel;
    vg_err err = vg_film_open(film, &reel, diag);
    int64_t count = err ? 0 : vg_film_count(film);
    for (int64_t i = 0; i < count && !err; i++) {
        char path[PATH + 32];
        snprintf(path, sizeof path, "%s/frame-%05lld.png", folder, (long long)i);
        err = vg_film_paint(&reel, i, diag);
        if (!err) err = write_png(&reel, path, diag);
    }
    vg_film_close(&reel);
    return err;
}

vg_err vg_film_frames(const vg_film *film, const char *given, vg_diag *diag) {
    char folder[1024], beside[PATH];
    size_t length = strlen(given);
    while (length > 1 && given[length - 1] == '/') length--;
    if (length == 0 || length >= sizeof folder - 16)
        return vg_fail(diag, VG_ERR_ARGUMENT, "'%.80s' cannot be a folder's name", given);
    snprintf(folder, sizeof folder, "%.*s", (int)length, given);
    bool there = access(folder, F_OK) == 0;
    if (there && film->overwrite == VG_KEEP)
        return vg_fail_at(diag, VG_ERR_EXISTS, folder, 0, NULL,
                          "exists already: choose another name, or give --force");
    char *slash = strrchr(folder, '/');
    vg_err err = VG_OK;
    if (slash && slash != folder) { // its parents
        *slash = 0;
        err = vg_file_make_folder(folder, diag);
        *slash = '/';
    }
    if (err) return err;
    snprintf(beside, sizeof beside, "%s.XXXXXX", folder);
    if (!mkdtemp(beside)) return vg_fail_at(diag, VG_ERR_IO, folder, 0, NULL, "cannot be made: %m");
    err = write_all(film, beside, diag);
    if (!err && there && !remove_frames(folder))
        err = vg_fail_at(diag, VG_ERR_EXISTS, folder, 0, NULL, "cannot be replaced: %m");
    if (!err && rename(beside, folder))
        err = vg_fail_at(diag, VG_ERR_IO, folder, 0, NULL, "cannot be made: %m");
    if (err) remove_frames(beside);
    return err;
}
