#include "agents/training/rounds.h"

#include <math.h>
#include <string.h>

#include "sim/base/memory.h"

// Read the first `keep` lines that a stopped training left. A missing or shorter file is not an error: the
// rounds after the checkpoint are reported again.
static void begin(vg_rounds *r, int32_t keep) {
    char *bytes;
    int64_t size;
    r->begun = true;
    if (keep == 0 || vg_file_read(r->path, 0, &bytes, &size, NULL)) return;
    const char *end = bytes;
    for (; keep > 0 && (end = memchr(end, '\n', (size_t)(bytes + size - end))); keep--) end++;
    vg_text_bytes(&r->lines, bytes, (end ? end : bytes + size) - bytes);
    vg_free(bytes);
}

void vg_rounds_write(void *context, const vg_learner_round *round) {
    vg_rounds *r = context;
    char number[32];
    if (!r->begun) begin(r, round->round);
    vg_text_add(&r->lines, "{\"round\": %d", (int)round->round + 1);
    for (int32_t i = 0; i < round->count; i++)
        vg_text_add(&r->lines, ", \"%s\": %s", round->names[i],
                    isfinite(round->values[i]) ? vg_format_double(round->values[i], number) : "null");
    vg_text_add(&r->lines, "}\n");
    if (!r->err)
        r->err = r->lines.failed ? vg_fail_memory(r->diag)
                                 : vg_file_write(r->path, r->lines.bytes, r->lines.size, VG_REPLACE, r->diag);
}

vg_err vg_rounds_end(vg_rounds *r) {
    vg_text_free(&r->lines);
    return r->err;
}
