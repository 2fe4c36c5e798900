// Lists the entries of a store of cells, and removes those that nobody needs.
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "eval/study/cell_store.h"
#include "sim/base/file.h"
#include "sim/base/memory.h"

enum { DAY = 86400, KEY = VG_CELL_KEY - 1 };

typedef struct listing {
    vg_cell_entry *entries;
    int64_t count, room;
} listing;

static bool is_hex(const char *text, size_t count) { return strspn(text, "0123456789abcdef") >= count; }

// An entry or a temporary file of one; anything else in the folder is not ours.
static vg_err add(listing *l, const char *folder, const char *name, vg_diag *diag) {
    struct stat info;
    size_t length = strlen(name);
    bool entry = length == KEY + 5 && strcmp(name + KEY, ".cell") == 0;
    bool unfinished =
        length > KEY + 9 && strncmp(name + KEY, ".cell.", 6) == 0 && strcmp(name + length - 4, ".tmp") == 0;
    if (!is_hex(name, KEY) || (!entry && !unfinished)) return VG_OK;
    if (l->count == l->room) {
        int64_t wider = l->room ? 2 * l->room : 64;
        void *grown = vg_realloc(l->entries, l->room, wider, sizeof *l->entries);
        if (!grown) return vg_fail_memory(diag);
        l->entries = grown, l->room = wider;
    }
    vg_cell_entry *e = &l->entries[l->count];
    *e = (vg_cell_entry){.unfinished = unfinished};
    snprintf(e->key, sizeof e->key, "%.*s", KEY, name);
    if (snprintf(e->path, sizeof e->path, "%s/%s", folder, name) >= (int)sizeof e->path) return VG_OK;
    if (stat(e->path, &info) || !S_ISREG(info.st_mode)) return VG_OK; // another process removed it
    e->size = info.st_size, e->used = info.st_mtime;
    l->count++;
    return VG_OK;
}

static vg_err list_folder(listing *l, const char *folder, vg_diag *diag) {
    DIR *dir = opendir(folder);
    vg_err err = VG_OK;
    if (!dir) return VG_OK;
    for (struct dirent *at; !err && (at = readdir(dir));) err = add(l, folder, at->d_name, diag);
    closedir(dir);
    return err;
}

static int by_use(const void *a, const void *b) {
    const vg_cell_entry *x = a, *y = b;
    if (x->used != y->used) return x->used < y->used ? -1 : 1;
    return strcmp(x->key, y->key);
}

vg_err vg_cell_list(const char *dir, vg_cell_entry **out, int64_t *count, vg_diag *diag) {
    listing l = {0};
    char folder[1024];
    *out = NULL, *count = 0;
    DIR *top = opendir(dir);
    if (!top)
        return vg_fail_at(diag, errno == ENOENT || errno == ENOTDIR ? VG_ERR_NOT_FOUND : VG_ERR_IO, dir, 0,
                          NULL, "cannot be read as the folder of a cache: %s", strerror(errno));
    vg_err err = VG_OK;
    for (struct dirent *at; !err && (at = readdir(top));)
        if (strlen(at->d_name) == 2 && is_hex(at->d_name, 2) &&
            snprintf(folder, sizeof folder, "%s/%s", dir, at->d_name) < (int)sizeof folder)
            err = list_folder(&l, folder, diag);
    closedir(top);
    if (err) {
        vg_free(l.entries);
        return err;
    }
    if (l.count) qsort(l.entries, (size_t)l.count, sizeof *l.entries, by_use);
    *out = l.entries, *count = l.count;
    return VG_OK;
}

// --- removing ----------------------------------------------------------------------------------------------

vg_cell_collect_def vg_cell_collect_default(void) {
    return (vg_cell_collect_def){.older = INFINITY, .largest = INT64_MAX};
}

// VG_ERR_FORMAT: it is damaged.
static vg_err check(const vg_cell_entry *e, vg_diag *diag) {
    vg_cell cell = {0};
    char *bytes, key[VG_CELL_KEY];
    int64_t size;
    vg_err err = vg_file_read(e->path, 0, &bytes, &size, diag);
    if (!err) err = vg_cell_parse(bytes, size, e->path, &cell, diag);
    if (!err && strcmp(vg_cell_key(vg_cell_identity(&cell), key), e->key) != 0)
        err = vg_fail_at(diag, VG_ERR_FORMAT, e->path, 0, NULL, "is the entry of another cell");
    vg_cell_free(&cell);
    return err;
}

static vg_err drop(const vg_cell_entry *e, vg_cell_collected *out, vg_diag *diag) {
    if (unlink(e->path) && errno != ENOENT)
        return vg_fail_at(diag, VG_ERR_IO, e->path, 0, NULL, "cannot be removed: %s", strerror(errno));
    out->removed++, out->removed_bytes += e->size;
    return VG_OK;
}

vg_err vg_cell_collect(const char *dir, const vg_cell_collect_def *def, vg_cell_collected *out,
                       vg_diag *diag) {
    vg_cell_entry *entries;
    int64_t count, bytes = 0;
    *out = (vg_cell_collected){0};
    vg_err err = vg_cell_list(dir, &entries, &count, diag);
    for (int64_t i = 0; i < count; i++) bytes += entries[i].unfinished ? 0 : entries[i].size;
    for (int64_t i = 0; i < count && !err; i++) {
        const vg_cell_entry *e = &entries[i];
        double age = (double)def->now - (double)e->used;
        bool old = e->unfinished ? age > DAY : age > def->older || bytes > def->largest;
        if (e->unfinished && !old) continue;
        vg_err state = old ? VG_OK : check(e, diag);
        if (state == VG_ERR_NOT_FOUND) continue;
        if (state && state != VG_ERR_FORMAT) {
            err = state;
        } else if (old || state) {
            err = drop(e, out, diag);
            out->damaged += state == VG_ERR_FORMAT;
            bytes -= e->unfinished ? 0 : e->size;
        } else {
            out->kept++, out->kept_bytes += e->size;
        }
    }
    vg_free(entries);
    return err;
}
