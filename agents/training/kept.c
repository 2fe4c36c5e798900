#include "agents/training/kept.h"

#include <assert.h>
#include <string.h>

void vg_checkpoint_list_floats(vg_checkpoint_list *kept, const char *name, float *values, int64_t count) {
    assert(kept->array_count < VG_CHECKPOINT_LIST_ARRAYS);
    kept->arrays[kept->array_count].name = name;
    kept->arrays[kept->array_count].values = values;
    kept->arrays[kept->array_count++].count = count;
}

void vg_checkpoint_list_int(vg_checkpoint_list *kept, const char *name, int64_t *value) {
    assert(kept->number_count < VG_CHECKPOINT_LIST_NUMBERS);
    kept->numbers[kept->number_count].name = name;
    kept->numbers[kept->number_count++].whole = value;
}

void vg_checkpoint_list_double(vg_checkpoint_list *kept, const char *name, double *value) {
    assert(kept->number_count < VG_CHECKPOINT_LIST_NUMBERS);
    kept->numbers[kept->number_count].name = name;
    kept->numbers[kept->number_count++].real = value;
}

vg_err vg_checkpoint_list_write(const vg_checkpoint_list *kept, const char *path, const char *kind,
                                uint64_t identity, vg_diag *diag) {
    vg_checkpoint_draft draft;
    vg_checkpoint_begin(&draft, kind, identity);
    for (int32_t i = 0; i < kept->number_count; i++)
        if (kept->numbers[i].whole)
            vg_checkpoint_put_int(&draft, kept->numbers[i].name, *kept->numbers[i].whole);
        else
            vg_checkpoint_put_double(&draft, kept->numbers[i].name, *kept->numbers[i].real);
    for (int32_t i = 0; i < kept->array_count; i++)
        vg_checkpoint_put_floats(&draft, kept->arrays[i].name, kept->arrays[i].values, kept->arrays[i].count);
    return vg_checkpoint_write(&draft, path, diag);
}

vg_err vg_checkpoint_list_read(const vg_checkpoint_list *kept, const char *path, const char *kind,
                               uint64_t identity, vg_diag *diag) {
    vg_checkpoint file;
    vg_err err = vg_checkpoint_open(path, kind, identity, &file, diag);
    for (int32_t i = 0; i < kept->number_count && !err; i++)
        err = kept->numbers[i].whole
                  ? vg_checkpoint_int(&file, kept->numbers[i].name, kept->numbers[i].whole, diag)
                  : vg_checkpoint_double(&file, kept->numbers[i].name, kept->numbers[i].real, diag);
    for (int32_t i = 0; i < kept->array_count && !err; i++) {
        const float *values = NULL;
        err = vg_checkpoint_floats(&file, kept->arrays[i].name, kept->arrays[i].count, &values, diag);
        if (!err && kept->arrays[i].count)
            memcpy(kept->arrays[i].values, values, sizeof(float) * (size_t)kept->arrays[i].count);
    }
    vg_checkpoint_close(&file);
    return err;
}
