// A picture of an occupancy map: what is taken has as many pixels as it says.
#include "tests/fuzz/fuzz.h"
#include "tracks/formats/gray_image.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    vg_diag diag = {0};
    vg_gray image;
    int64_t live = vg_memory_live();
    char *text = fuzz_text(data, size);
    if (fuzz_took(vg_gray_parse(text, (int64_t)size, "map.png", &image, &diag), &diag)) {
        uint64_t sum = 0;
        for (int64_t i = 0; i < (int64_t)image.width * image.height; i++) sum += image.pixels[i];
        FUZZ_ASSERT(sum <= 255ULL * (uint64_t)image.width * (uint64_t)image.height);
        vg_gray_free(&image);
    }
    free(text);
    FUZZ_ASSERT(vg_memory_live() == live);
    return 0;
}
