#define _GNU_SOURCE // renameat2
#include "logs/export/set_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/base/file.h"

static const char *join(const char *folder, const char *name, char path[VG_SET_PATH]) {
    snprintf(path, VG_SET_PATH, "%.900s/%.100s", folder, name);
    return path;
}

const char *vg_set_folder_path(const vg_set_folder *set, const char *file, char path[VG_SET_PATH]) {
    return join(set->temporary, file, path);
}

// Remove a data set: its own files, and the folders if nothing else is in them.
static void remove_set(const vg_set_folder *set, const char *folder) {
    char path[VG_SET_PATH];
    for (int i = 0; set->files[i]; i++) unlink(join(folder, set->files[i], path));
    rmdir(join(folder, set->folder, path));
    rmdir(folder);
}

static bool is_own(const vg_set_folder *set, const char *prefix, const char *name) {
    char path[VG_SET_PATH];
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) return true;
    if (!prefix) return strcmp(name, set->folder) == 0;
    join(prefix, name, path);
    for (int i = 0; set->files[i]; i++)
        if (strcmp(set->files[i], path) == 0) return true;
    return false;
}

// Is there nothing in the folder but a data set's own?
static bool holds_own_only(const vg_set_folder *set, const char *folder, const char *prefix) {
    DIR *dir = opendir(folder);
    bool own = dir != NULL;
    for (struct dirent *entry; own && (entry = readdir(dir));) own = is_own(set, prefix, entry->d_name);
    if (dir) closedir(dir);
    return own;
}

static vg_err check_old(const vg_set_folder *set, vg_diag *diag) {
    char path[VG_SET_PATH];
    struct stat info;
    if (lstat(set->name, &info)) return VG_OK;
    if (set->overwrite == VG_KEEP)
        return vg_fail_at(diag, VG_ERR_EXISTS, set->name, 0, NULL, "exists already");
    bool own = S_ISDIR(info.st_mode) && holds_own_only(set, set->name, NULL) &&
               holds_own_only(set, join(set->name, set->folder, path), set->folder);
    for (int i = 0; own && set->files[i]; i++) own = !access(join(set->name, set->files[i], path), F_OK);
    if (own) return VG_OK;
    return vg_fail_at(diag, VG_ERR_EXISTS, set->name, 0, NULL,
                      "is there, and is no data set of this kind that could be replaced");
}

static vg_err fail_io(vg_diag *diag, const char *path, const char *what) {
    return vg_fail_at(diag, VG_ERR_IO, path, 0, NULL, "cannot %s: %m", what);
}

static vg_err make_parent(const vg_set_folder *set, vg_diag *diag) {
    char parent[VG_SET_PATH];
    snprintf(parent, sizeof parent, "%s", set->name);
    char *slash = strrchr(parent, '/');
    if (!slash || slash == parent) return VG_OK;
    *slash = 0;
    return vg_file_make_folder(parent, diag);
}

vg_err vg_set_folder_begin(vg_set_folder *set, vg_diag *diag) {
    char path[VG_SET_PATH];
    size_t length = strlen(set->name);
    set->temporary[0] = 0;
    if (!length || length > 800 || set->name[length - 1] == '/')
        return vg_fail_at(diag, VG_ERR_ARGUMENT, set->name, 0, NULL,
                          "expected a folder's name of 1 to 800 bytes, without a / at its end");
    vg_err err = check_old(set, diag);
    if (!err) err = make_parent(set, diag);
    if (err) return err;
    snprintf(path, sizeof path, "%.800s.new-XXXXXX", set->name);
    if (!mkdtemp(path)) return fail_io(diag, set->name, "make a folder beside it");
    strcpy(set->temporary, path);
    mode_t mask = umask(0);
    umask(mask);
    chmod(path, 0777 & ~mask); // mkdtemp's is the owner's alone
    return mkdir(join(set->temporary, set->folder, path), 0777)
               ? fail_io(diag, set->name, "make a folder in it")
               : VG_OK;
}

static vg_err sync_path(const vg_set_folder *set, const char *path, vg_diag *diag) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool failed = fd < 0 || fsync(fd);
    vg_err err = failed ? fail_io(diag, set->name, "write it to the disk") : VG_OK;
    if (fd >= 0) close(fd);
    return err;
}

vg_err vg_set_folder_commit(vg_set_folder *set, vg_diag *diag) {
    char path[VG_SET_PATH];
    vg_err err = VG_OK;
    for (int i = 0; set->files[i] && !err; i++)
        err = sync_path(set, join(set->temporary, set->files[i], path), diag);
    if (!err) err = sync_path(set, join(set->temporary, set->folder, path), diag);
    if (err) return err;
    if (renameat2(AT_FDCWD, set->temporary, AT_FDCWD, set->name, RENAME_NOREPLACE) == 0) {
        set->temporary[0] = 0;
        return VG_OK;
    }
    if (errno != EEXIST) return fail_io(diag, set->name, "name it");
    err = check_old(set, diag);
    if (err) return err;
    // The old one is under the temporary name then, and vg_set_folder_end removes it.
    return renameat2(AT_FDCWD, set->temporary, AT_FDCWD, set->name, RENAME_EXCHANGE)
               ? fail_io(diag, set->name, "replace it")
               : VG_OK;
}

void vg_set_folder_end(vg_set_folder *set) {
    if (set->temporary[0]) remove_set(set, set->temporary);
    set->temporary[0] = 0;
}
