// An entry of a cache of trained cells.
#include "eval/study/cell_store.h"
#include "sim/base/hash.h"
#include "tests/fuzz/fuzz.h"

enum { HASH_AT = 13, HASH_END = 30 }; // "verge-cell 1 ", 16 digits and the line's end

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    vg_diag diag = {0};
    vg_cell cell;
    int64_t live = vg_memory_live();
    char *bytes = vg_new(char, (int64_t)size + 1), hash[17];
    memcpy(bytes, data, size);
    // Behind a hash that is right, so that not all inputs end there.
    if (size > HASH_END && data[0] == 'v')
        memcpy(bytes + HASH_AT, vg_hash_format(vg_hash_bytes(0, bytes + HASH_END, size - HASH_END), hash),
               16);
    if (fuzz_took(vg_cell_parse(bytes, (int64_t)size, "entry", &cell, &diag), &diag)) {
        FUZZ_ASSERT(vg_cell_identity(&cell) && json_is_object(cell.facts));
        int64_t sum = 0;
        for (int32_t i = 0; i < cell.count; i++) {
            sum += (int64_t)strlen(cell.parts[i].name);
            for (int64_t k = 0; k < cell.parts[i].size; k++) sum += cell.parts[i].bytes[k] != 0;
        }
        FUZZ_ASSERT(sum <= (int64_t)size);
    }
    vg_cell_free(&cell);
    FUZZ_ASSERT(vg_memory_live() == live);
    return 0;
}
