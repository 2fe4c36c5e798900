// A sense string: what is taken has a canonical spelling that means the same.
#include <math.h>

#include "sim/sense.h"
#include "tests/fuzz/fuzz.h"

static void check_columns(const vg_sense *sense) {
    float scale[VG_SENSE_MOST];
    char name[48];
    vg_car car = vg_car_default();
    int32_t count = vg_sense_size(sense);
    FUZZ_ASSERT(count >= 1 && count <= VG_SENSE_MOST);
    vg_sense_physical(sense, &car, scale);
    for (int32_t i = 0; i < count; i++) {
        FUZZ_ASSERT(isfinite(scale[i]) && scale[i] > 0);
        FUZZ_ASSERT(vg_sense_column(sense, i, name)[0] && strlen(name) < sizeof name);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    vg_diag diag = {0};
    vg_sense *sense, *again;
    int64_t live = vg_memory_live();
    char *text = fuzz_text(data, size);
    if (fuzz_took(vg_sense_create(text, &sense, &diag), &diag)) {
        check_columns(sense);
        FUZZ_ASSERT(vg_sense_create(vg_sense_text(sense), &again, &diag) == VG_OK);
        FUZZ_ASSERT(strcmp(vg_sense_text(sense), vg_sense_text(again)) == 0);
        FUZZ_ASSERT(vg_sense_size(sense) == vg_sense_size(again));
        vg_sense_destroy(again);
        vg_sense_destroy(sense);
    }
    free(text);
    FUZZ_ASSERT(vg_memory_live() == live);
    return 0;
}
