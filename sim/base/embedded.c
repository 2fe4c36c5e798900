#include "sim/base/embedded.h"

#include <stdio.h>
#include <string.h>

const vg_embedded *vg_embedded_find(const char *path) {
    for (const vg_embedded *file = vg_embedded_files; file->path; file++)
        if (strcmp(file->path, path) == 0) return file;
    return NULL;
}

bool vg_embedded_name(const vg_embedded *file, const char *folder, const char *suffix, char name[64]) {
    size_t head = strlen(folder), tail = strlen(suffix), size = strlen(file->path);
    if (size <= head + tail || size - head - tail > 63 || strncmp(file->path, folder, head) != 0 ||
        strcmp(file->path + size - tail, suffix) != 0)
        return false;
    snprintf(name, 64, "%.*s", (int)(size - head - tail), file->path + head);
    return true;
}
