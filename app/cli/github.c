#include "app/cli/github.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

vg_err vg_github_annotate(const vg_text *commands, bool document, vg_diag *diag) {
    const char *actions = getenv("GITHUB_ACTIONS");
    if (commands->failed) return vg_fail_memory(diag);
    if (actions && strcmp(actions, "true") == 0 && commands->size)
        fputs(commands->bytes, document ? stderr : stdout);
    return VG_OK;
}

vg_err vg_github_summary(const vg_text *markdown, vg_diag *diag) {
    const char *path = getenv("GITHUB_STEP_SUMMARY");
    if (markdown->failed) return vg_fail_memory(diag);
    if (!path || !path[0]) return VG_OK;
    FILE *file = fopen(path, "a"); // steps share it
    bool good = file && fwrite(markdown->bytes, 1, (size_t)markdown->size, file) == (size_t)markdown->size;
    if (file && fclose(file) != 0) good = false;
    if (good) return VG_OK;
    return vg_fail_at(diag, VG_ERR_IO, path, 0, NULL, "GITHUB_STEP_SUMMARY cannot be written: %s",
                      strerror(errno));
}
