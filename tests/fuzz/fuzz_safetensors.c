// Any safetensors file: tensors lie within the data, one behind the other, and are finite. As checkpoints are
// read by the same code: each number and array of one.
#include <math.h>
#include <string.h>

#include "agents/training/checkpoint.h"
#include "sim/base/memory.h"
#include "tests/fuzz/fuzz_safetensors.h"

static void check_tensors(const vg_safetensors *file) {
    const float *next = file->values;
    for (int32_t i = 0; i < file->tensor_count; i++) {
        const vg_tensor *t = &file->tensors[i];
        int64_t count = 1;
        FUZZ_ASSERT(t->rank >= 0 && t->rank <= VG_TENSOR_RANK_MOST);
        for (int32_t k = 0; k < t->rank; k++) count *= t->shape[k];
        FUZZ_ASSERT(t->count == count && t->values == next);
        for (int64_t k = 0; k < t->count; k++) FUZZ_ASSERT(isfinite(t->values[k]));
        FUZZ_ASSERT(vg_safetensors_find(file, t->name) == t);
        next += count;
    }
    for (int32_t i = 0; i < file->metadata_count; i++)
        FUZZ_ASSERT(vg_safetensors_text(file, file->metadata[i].key) == file->metadata[i].value);
}

// Read as a checkpoint whose list holds what the file's metadata has, a fixed array and a grown one.
static void check_checkpoint(const vg_safetensors *file, const char *path) {
    vg_diag diag = {0};
    int64_t wholes[8] = {0}, count = 0;
    float values[4], *grown = NULL;
    vg_checkpoint checkpoint = {0};
    for (int32_t i = 0; i < file->metadata_count && i < 8; i++)
        if (strlen(file->metadata[i].key) < VG_CHECKPOINT_NAME)
            vg_checkpoint_int(&checkpoint, file->metadata[i].key, &wholes[i]);
    vg_checkpoint_floats(&checkpoint, "weights", values, 4);
    vg_checkpoint_grown(&checkpoint, "grown", &grown, &count);
    fuzz_took(vg_checkpoint_read(&checkpoint, path, "verge-checkpoint", 0x123456789abcdef0u, &diag), &diag);
    vg_free(grown);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    vg_diag diag = {0};
    vg_safetensors file;
    int64_t live = vg_memory_live();
    char *text = fuzz_text(data, size);
    if (fuzz_took(vg_safetensors_parse(text, (int64_t)size, "a.safetensors", &file, &diag), &diag)) {
        check_tensors(&file);
        check_checkpoint(&file, fuzz_path(data, size));
        vg_safetensors_free(&file);
    }
    free(text);
    FUZZ_ASSERT(vg_memory_live() == live);
    return 0;
}
