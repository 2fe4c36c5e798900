#ifdef VG_WITH_HDF5
#include "logs/export/hdf5_library.h"

#include <dlfcn.h>

#include "sim/base/memory.h"

static vg_err fail_library(const char *why, vg_diag *diag) {
    return vg_fail(diag, VG_ERR_NOT_FOUND, "'%s', which reads and writes HDF5, cannot be used: %.300s",
                   VG_HDF5_SONAME, why ? why : "no reason given");
}

// Sets a pointer to what has that name; keeps the first name that is missing.
static void find(const vg_hdf5_library *lib, const char *name, void *pointer, const char **missing) {
    void *found = dlsym(lib->handle, name);
    if (!found && !*missing) *missing = name;
    *(void **)pointer = found;
}

static vg_err find_all(vg_hdf5_library *lib, vg_diag *diag) {
    const char *missing = NULL;
    unsigned major = 0, minor = 0, release = 0;
#define X(name) find(lib, #name, &lib->name, &missing);
    VG_HDF5_FUNCTIONS(X)
#undef X
    if (missing) return fail_library(missing, diag);
    // The sizes of what is passed belong to a minor version; H5open would end the process where they differ.
    if (lib->H5get_libversion(&major, &minor, &release) < 0 || major != H5_VERS_MAJOR ||
        minor != H5_VERS_MINOR)
        return fail_library("it is of another version than verge was built with", diag);
    if (lib->H5open() < 0) return fail_library("it cannot be initialised", diag);
    hid_t *identifier = NULL;
#define X(field, variable)                                                                                   \
    find(lib, #variable, &identifier, &missing);                                                             \
    if (identifier) lib->field = *identifier;
    VG_HDF5_IDENTIFIERS(X)
#undef X
    return missing ? fail_library(missing, diag) : VG_OK;
}

vg_err vg_hdf5_library_open(vg_hdf5_library **out, vg_diag *diag) {
    vg_hdf5_library *lib = *out = vg_new(vg_hdf5_library, 1);
    if (!lib) return vg_fail_memory(diag);
    // It has handlers of its own for the end of the process: it must still be there then.
    lib->handle = dlopen(VG_HDF5_SONAME, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    vg_err err = lib->handle ? find_all(lib, diag) : fail_library(dlerror(), diag);
    if (!err) return VG_OK;
    vg_hdf5_library_close(lib);
    *out = NULL;
    return err;
}

void vg_hdf5_library_close(vg_hdf5_library *lib) {
    if (!lib) return;
    if (lib->handle) dlclose(lib->handle);
    vg_free(lib);
}
#endif
