// A PNG's size and texts.
#include "eval/figures/png.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    vg_diag diag = {0};
    vg_png_info info;
    int64_t live = vg_memory_live();
    if (fuzz_took(vg_png_info_parse("a.png", data, (int64_t)size, &info, &diag), &diag)) {
        FUZZ_ASSERT(info.width > 0 && info.height > 0 && info.width <= 32767 && info.height <= 32767);
        for (int32_t i = 0; i < info.count; i++)
            FUZZ_ASSERT(info.texts[i].key[0] && strlen(info.texts[i].value) <= 8000000);
        vg_png_info_free(&info);
    }
    FUZZ_ASSERT(vg_memory_live() == live);
    return 0;
}
