// Any safetensors file: tensors lie within the data, one behind the other, and are finite. As checkpoints are
// read by the same code: each number and array of one.
#include <math.h>

#include "agents/training/checkpoint.h"
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

static void check_checkpoint(const char *path) {
    vg_diag diag = {0};
    vg_checkpoint checkpoint;
    int64_t whole;
    double real;
    const float *values;
    vg_err err = vg_checkpoint_open(path, "verge-checkpoint", 0x123456789abcdef0u, &checkpoint, &diag);
    if (!fuzz_took(err, &diag)) return;
    for (int32_t i = 0; i < checkpoint.file.metadata_count; i++) {
        const char *key = checkpoint.file.metadata[i].key;
        fuzz_took(vg_checkpoint_int(&checkpoint, key, &whole, &diag), &diag);
        fuzz_took(vg_checkpoint_double(&checkpoint, key, &real, &diag), &diag);
    }
    fuzz_took(vg_checkpoint_floats(&checkpoint, "weights", 4, &values, &diag), &diag);
    vg_checkpoint_close(&checkpoint);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    vg_diag diag = {0};
    vg_safetensors file;
    int64_t live = vg_memory_live();
    char *text = fuzz_text(data, size);
    if (fuzz_took(vg_safetensors_parse(text, (int64_t)size, "a.safetensors", &file, &diag), &diag)) {
        check_tensors(&file);
        vg_safetensors_free(&file);
        check_checkpoint(fuzz_path(data, size));
    }
    free(text);
    FUZZ_ASSERT(vg_memory_live() == live);
    return 0;
}
