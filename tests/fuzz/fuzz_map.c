// A column map, and a text read by it: the input is the map, a line "%%" and the text.
#include <math.h>

#include "logs/import/import_map.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char cut[] = "\n%%\n";
    const uint8_t *at = memmem(data, size, cut, sizeof cut - 1);
    size_t map_size = at ? (size_t)(at - data) + 1 : size;
    size_t text_size = at ? size - map_size - 3 : 0;
    vg_diag diag = {0};
    int64_t live = vg_memory_live();
    vg_column_map *map = vg_new(vg_column_map, 1);
    char *text = fuzz_text(at ? at + 4 : data, text_size);
    const vg_telemetry_source source = {text, (int64_t)text_size, "drive.txt", NULL, NULL};
    vg_telemetry telemetry = {0};
    if (fuzz_took(vg_column_map_load(fuzz_path(data, map_size), map, &diag), &diag) &&
        fuzz_took(vg_map_read(map, &source, &telemetry, &diag), &diag)) {
        const vg_telemetry_column *time = vg_telemetry_find(&telemetry, VG_QUANTITY_TIME);
        FUZZ_ASSERT(telemetry.rows > 0 && vg_telemetry_prepare(&telemetry, &diag) == VG_OK);
        for (int32_t row = 0; row < telemetry.rows; row++) FUZZ_ASSERT(isfinite(time->values[row]));
    }
    vg_telemetry_free(&telemetry);
    vg_free(map);
    free(text);
    FUZZ_ASSERT(vg_memory_live() == live);
    return 0;
}
