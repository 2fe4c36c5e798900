#include "sim/base/embedded.h"

#include <string.h>

const vg_embedded *vg_embedded_find(const char *path) {
    for (const vg_embedded *file = vg_embedded_files; file->path; file++)
        if (strcmp(file->path, path) == 0) return file;
    return NULL;
}
