// sim/base/embedded.h -- the files that are compiled in: presets, suites and library roads.
#ifndef VG_SIM_BASE_EMBEDDED_H
#define VG_SIM_BASE_EMBEDDED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct vg_embedded {
    const char *path;  // from the root of the source tree: "assets/cars/sedan.yaml"
    const char *bytes; // zero-terminated
    size_t size;       // without the zero
} vg_embedded;

extern const vg_embedded vg_embedded_files[]; // ends with a NULL path, sorted by path

// The file at path, or NULL.
const vg_embedded *vg_embedded_find(const char *path);

// The short name of an embedded file: its path without the folder ("assets/cars/") and the suffix (".yaml"),
// into name. False: the file is in another folder or has another suffix, or its name is longer than 63 bytes.
bool vg_embedded_name(const vg_embedded *file, const char *folder, const char *suffix, char name[64]);

#endif
