// A recorded lap of any format: what is taken is in order, finite and within the columns' ranges.
#include <math.h>

#include "logs/import/lap_formats.h"
#include "tests/fuzz/fuzz.h"

static void warn(void *context, const char *text) {
    FUZZ_ASSERT(text[0]);
    ++*(int *)context;
}

static bool is_share(double x) { return isnan(x) || (x >= 0 && x <= 1); }

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    vg_diag diag = {0};
    vg_lap lap;
    int warned = 0;
    int64_t live = vg_memory_live();
    const vg_warnings warnings = {warn, &warned};
    char *text = fuzz_text(data, size);
    if (fuzz_took(vg_lap_parse(NULL, text, (int64_t)size, "lap.csv", &warnings, &lap, &diag), &diag)) {
        FUZZ_ASSERT(lap.count > 0);
        for (int64_t i = 0; i < lap.count; i++) {
            const vg_log_sample *s = &lap.samples[i];
            FUZZ_ASSERT(isfinite(s->t) && isfinite(s->x) && isfinite(s->y) && isfinite(s->heading));
            FUZZ_ASSERT(isfinite(s->speed) && s->speed >= 0 && is_share(s->throttle) && is_share(s->brake));
            FUZZ_ASSERT(i == 0 || s->t > s[-1].t);
        }
        fuzz_took(vg_lap_check(&lap, &warnings, &diag), &diag);
        vg_lap_free(&lap);
    }
    free(text);
    FUZZ_ASSERT(vg_memory_live() == live);
    return 0;
}
