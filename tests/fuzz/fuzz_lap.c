// A recorded drive of any format: what is taken is in order, finite and within the columns' ranges.
#include <math.h>

#include "logs/import/lap_formats.h"
#include "tests/fuzz/fuzz.h"

static void warn(void *context, const char *text) {
    FUZZ_ASSERT(text[0]);
    ++*(int *)context;
}

static bool is_share(double x) { return isnan(x) || (x >= 0 && x <= 1); }

static void check_lap(vg_telemetry *telemetry, const vg_warnings *warnings) {
    vg_diag diag = {0};
    vg_lap lap;
    if (!fuzz_took(vg_telemetry_lap(telemetry, &lap, &diag), &diag)) return;
    FUZZ_ASSERT(lap.count > 0);
    for (int64_t i = 0; i < lap.count; i++) {
        const vg_log_sample *s = &lap.samples[i];
        FUZZ_ASSERT(isfinite(s->t) && isfinite(s->x) && isfinite(s->y) && isfinite(s->heading));
        FUZZ_ASSERT(isfinite(s->speed) && s->speed >= 0 && is_share(s->throttle) && is_share(s->brake));
        FUZZ_ASSERT(i == 0 || s->t > s[-1].t);
    }
    fuzz_took(vg_lap_check(&lap, warnings, &diag), &diag);
    vg_lap_free(&lap);
}

// What every reader promises: a time in every row, no infinite number, a known unit, lines that are numbers.
static void check_telemetry(vg_telemetry *t) {
    vg_diag diag = {0};
    FUZZ_ASSERT(t->rows > 0 && t->count > 1 && t->count <= VG_QUANTITY_COUNT && isfinite(t->epoch));
    FUZZ_ASSERT(vg_telemetry_prepare(t, &diag) == VG_OK);
    const vg_telemetry_column *time = vg_telemetry_find(t, VG_QUANTITY_TIME);
    FUZZ_ASSERT(time);
    for (int32_t row = 0; row < t->rows; row++) {
        FUZZ_ASSERT(isfinite(time->values[row]) && t->lines[row] > 0);
        for (int32_t c = 0; c < t->count; c++) FUZZ_ASSERT(!isinf(t->columns[c].values[row]));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    vg_diag diag = {0};
    int warned = 0;
    int64_t live = vg_memory_live();
    const vg_warnings warnings = {warn, &warned};
    char *text = fuzz_text(data, size);
    const vg_telemetry_source source = {text, (int64_t)size, "lap.csv", NULL, &warnings};
    vg_telemetry telemetry;
    if (fuzz_took(vg_telemetry_parse(NULL, &source, &telemetry, &diag), &diag)) {
        check_telemetry(&telemetry);
        check_lap(&telemetry, &warnings);
    }
    vg_telemetry_free(&telemetry);
    free(text);
    FUZZ_ASSERT(vg_memory_live() == live);
    return 0;
}
