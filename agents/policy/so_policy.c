#include "agents/policy/so_policy.h"

#include <limits.h>
#include <stdlib.h>

#include "agents/policy/foreign_policy.h"
#include "sim/base/file.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"

vg_err vg_so_policy_hash(const char *path, uint64_t *out, vg_diag *diag) {
    char *bytes;
    int64_t size;
    vg_err err = vg_file_read(path, 0, &bytes, &size, diag);
    if (err) return err;
    *out = vg_hash_bytes(0, bytes, (size_t)size);
    vg_free(bytes);
    return VG_OK;
}

vg_err vg_so_policy_load(const char *path, bool (*stop)(void), vg_policy **out, vg_diag *diag) {
    char whole[PATH_MAX]; // a bare name would be looked for in the system's folders
    vg_foreign_def def = {.kind = "so", .what = whole, .many = true, .stop = stop};
    *out = NULL;
    vg_err err = vg_so_policy_hash(path, &def.hash, diag);
    if (!err && !realpath(path, whole))
        err = vg_fail_at(diag, VG_ERR_IO, path, 0, NULL, "cannot find its folder: %m");
    return err ? err : vg_foreign_policy_start(&def, out, diag);
}
