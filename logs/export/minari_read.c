#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "logs/export/minari.h"

#ifdef VG_WITH_HDF5
#include "logs/export/log_group.h"

enum { PATH_SIZE = 1024 };

// The HDF5 file in a folder, or the file itself.
static vg_err find_file(const char *folder, char path[PATH_SIZE], vg_diag *diag) {
    static const char *const places[] = {"", "/main_data.hdf5", "/data/main_data.hdf5"};
    struct stat info;
    for (int i = 0; i < 3; i++)
        if (strlen(folder) < PATH_SIZE - 32 && snprintf(path, PATH_SIZE, "%s%s", folder, places[i]) > 0 &&
            !stat(path, &info) && S_ISREG(info.st_mode))
            return VG_OK;
    return vg_fail_at(diag, VG_ERR_NOT_FOUND, folder, 0, NULL,
                      "no Minari data set there, expected data/main_data.hdf5 in it");
}

static vg_err read_episodes(vg_hdf5 *h, vg_log *log, int64_t *episodes) {
    H5G_info_t info = {0};
    vg_road *last = NULL;
    if (!h->err) h->lib->H5Gget_info(h->file, &info);
    for (*episodes = 0; !h->err && *episodes < (int64_t)info.nlinks; ++*episodes) {
        char name[32];
        snprintf(name, sizeof name, "episode_%lld", (long long)*episodes);
        hid_t group = vg_hdf5_group_of(h, h->file, name);
        if (!h->err && !vg_hdf5_has(h, group, "log"))
            vg_hdf5_fail(h, VG_ERR_FORMAT, group, "log",
                         "no such group: verge did not write this episode, and observations alone say not "
                         "where the car was");
        if (!h->err) vg_log_group_read(h, group, log, &last);
        if (group >= 0) h->lib->H5Gclose(group);
    }
    vg_road_destroy(last);
    if (!*episodes)
        vg_hdf5_fail(h, VG_ERR_FORMAT, H5I_INVALID_HID, "episode_0", "no such group: no episodes");
    return h->err;
}

vg_err vg_minari_read(const char *folder, const char *log, vg_overwrite overwrite, int64_t *episodes,
                      vg_diag *diag) {
    char path[PATH_SIZE];
    vg_hdf5 h;
    vg_log *made;
    *episodes = 0;
    vg_err err = find_file(folder, path, diag);
    if (!err) err = vg_log_create(log, overwrite, &made, diag);
    if (err) return err;
    vg_hdf5_open(&h, path, diag);
    err = read_episodes(&h, made, episodes);
    vg_err closed = vg_hdf5_close(&h);
    if (!err) err = closed;
    if (!err) return vg_log_close(made, diag);
    vg_log_discard(made);
    return err;
}

#else

vg_err vg_minari_read(const char *folder, const char *log, vg_overwrite overwrite, int64_t *episodes,
                      vg_diag *diag) {
    (void)folder, (void)log, (void)overwrite;
    *episodes = 0;
    return vg_fail(diag, VG_ERR_ARGUMENT, "this build is without HDF5: it was made without libhdf5");
}
#endif
