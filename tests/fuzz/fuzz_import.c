// A recorded drive through all steps but the fit: it is cleaned, laid onto a road and cut, or refused with a
// reason. A file of the format csv, behind a byte of settings.
#include <math.h>

#include "logs/import/cut.h"
#include "logs/import/lap_formats.h"
#include "logs/import/place.h"
#include "logs/import/recording.h"
#include "tests/fuzz/fuzz.h"

static void warn(void *context, const char *text) {
    FUZZ_ASSERT(text[0]);
    ++*(int *)context;
}

// Around a square of 100 m.
static vg_road *square(void) {
    static const double x[] = {0, 50, 100, 100, 100, 50, 0, 0}, y[] = {0, 0, 0, 50, 100, 100, 100, 50};
    static const double width[] = {5, 5, 5, 5, 5, 5, 5, 5};
    vg_road_def def = vg_road_default();
    vg_road *road;
    def.x = x, def.y = y, def.left = def.right = width, def.count = 8;
    FUZZ_ASSERT(vg_road_create(&def, &road, NULL) == VG_OK);
    return road;
}

static void check(const vg_cleaned *s, int32_t count, double bridge) {
    for (int32_t i = 0; i < count; i++) {
        FUZZ_ASSERT(isfinite(s[i].value.t) && isfinite(s[i].value.x) && isfinite(s[i].value.y));
        FUZZ_ASSERT(isfinite(s[i].value.heading) && isfinite(s[i].value.speed) && s[i].value.speed >= 0);
        FUZZ_ASSERT(isfinite(s[i].sd) && s[i].sd > 0);
        FUZZ_ASSERT(i == 0 || s[i].value.t > s[i - 1].value.t);
        FUZZ_ASSERT(i == 0 || s[i].value.t - s[i - 1].value.t <= fmax(bridge, 1.7));
    }
}

static void settle(const vg_road *road, vg_cleaned *s, int32_t count, int settings) {
    vg_diag diag = {0};
    vg_placing placing;
    vg_piece *pieces;
    int32_t found;
    const vg_start_line line = {{50, 50}, {-10, 10}};
    if (fuzz_took(vg_place_find(road, s, count, &placing, &diag), &diag)) {
        FUZZ_ASSERT(placing.inside >= 0 && placing.inside <= 1);
        vg_place_apply(&placing, s, count);
    }
    const vg_cut_def cut = {.by = (vg_cut_by)(settings >> 4 & 3),
                            .road = settings & 64 ? road : NULL,
                            .line = settings & 128 ? &line : NULL};
    FUZZ_ASSERT(vg_cut(&cut, s, count, &pieces, &found, &diag) == VG_OK && found > 0);
    FUZZ_ASSERT(pieces[0].first == 0 && pieces[found - 1].first + pieces[found - 1].count == count);
    for (int32_t i = 0; i < found; i++) FUZZ_ASSERT(pieces[i].count > 0);
    vg_free(pieces);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1) return 0;
    static vg_road *road;
    if (!road) road = square();
    int settings = data[0], warned = 0;
    int64_t live = vg_memory_live();
    const vg_warnings warnings = {warn, &warned};
    char *text = fuzz_text(data + 1, size - 1);
    const vg_telemetry_source source = {text, (int64_t)size - 1, "drive.csv", NULL, &warnings};
    vg_diag diag = {0};
    vg_telemetry telemetry;
    vg_recordings drives = {0};
    if (fuzz_took(vg_telemetry_parse(vg_lap_format_at(0), &source, &telemetry, &diag), &diag)) {
        fuzz_took(vg_recordings_take(&telemetry, &drives, &diag), &diag);
        for (int32_t i = 0; i < drives.count && i < 8; i++) {
            vg_clean_def def = vg_clean_default();
            def.speed = (vg_clean_speed)(settings & 3) % 3, def.bridge = settings & 4 ? 10 : 0;
            def.warnings = &warnings;
            vg_cleaned *s;
            vg_clean_report report;
            int32_t count;
            if (!fuzz_took(vg_clean(&def, &drives.items[i], &s, &count, &report, &diag), &diag)) continue;
            check(s, count, def.bridge);
            settle(road, s, count, settings);
            vg_free(s);
        }
        vg_recordings_free(&drives);
        vg_telemetry_free(&telemetry);
    }
    free(text);
    FUZZ_ASSERT(vg_memory_live() == live);
    return 0;
}
