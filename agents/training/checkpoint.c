#include "agents/training/checkpoint.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/hash.h"

static void put_text(vg_checkpoint_draft *draft, const char *key, const char *value) {
    assert(draft->pair_count < VG_CHECKPOINT_NUMBERS);
    for (int32_t i = 0; i < draft->pair_count; i++) assert(strcmp(draft->pairs[i].key, key) != 0);
    draft->pairs[draft->pair_count++] = (vg_pair){key, value};
}

static void put_bits(vg_checkpoint_draft *draft, const char *key, uint64_t bits) {
    put_text(draft, key, vg_hash_format(bits, draft->texts[draft->pair_count]));
}

void vg_checkpoint_begin(vg_checkpoint_draft *draft, const char *kind, uint64_t identity) {
    draft->pair_count = draft->array_count = 0;
    put_text(draft, "format", kind);
    put_bits(draft, "identity", identity);
}

void vg_checkpoint_put_int(vg_checkpoint_draft *draft, const char *key, int64_t value) {
    put_bits(draft, key, (uint64_t)value);
}

void vg_checkpoint_put_double(vg_checkpoint_draft *draft, const char *key, double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    put_bits(draft, key, bits);
}

void vg_checkpoint_put_floats(vg_checkpoint_draft *draft, const char *key, const float *values,
                              int64_t count) {
    if (count == 0) return;
    assert(draft->array_count < VG_CHECKPOINT_ARRAYS);
    vg_tensor *array = &draft->arrays[draft->array_count++];
    *array = (vg_tensor){.rank = 1, .shape = {count}, .count = count, .values = values};
    snprintf(array->name, sizeof array->name, "%s", key);
}

vg_err vg_checkpoint_write(const vg_checkpoint_draft *draft, const char *path, vg_diag *diag) {
    return vg_safetensors_write(path, VG_REPLACE, draft->arrays, draft->array_count, draft->pairs,
                                draft->pair_count, diag);
}

// --- reading -----------------------------------------------------------------------------------------------

static vg_err read_bits(const vg_checkpoint *checkpoint, const char *key, uint64_t *bits, vg_diag *diag) {
    const char *text = vg_safetensors_text(&checkpoint->file, key);
    if (!text || strlen(text) != 16 || strspn(text, "0123456789abcdef") != 16)
        return vg_fail_at(diag, VG_ERR_FORMAT, checkpoint->path, 0, key, "no number of a checkpoint");
    *bits = strtoull(text, NULL, 16);
    return VG_OK;
}

static vg_err check(const vg_checkpoint *checkpoint, const char *kind, uint64_t identity, vg_diag *diag) {
    const char *format = vg_safetensors_text(&checkpoint->file, "format");
    if (!format || strcmp(format, kind) != 0)
        return vg_fail_at(diag, VG_ERR_FORMAT, checkpoint->path, 0, "format",
                          "no checkpoint of such a training");
    uint64_t bits = 0;
    vg_err err = read_bits(checkpoint, "identity", &bits, diag);
    if (!err && bits != identity)
        err = vg_fail_at(diag, VG_ERR_MISMATCH, checkpoint->path, 0, NULL,
                         "a checkpoint of another training: its configuration, rows or seed differ");
    return err;
}

vg_err vg_checkpoint_open(const char *path, const char *kind, uint64_t identity, vg_checkpoint *out,
                          vg_diag *diag) {
    *out = (vg_checkpoint){.path = path};
    vg_err err = vg_safetensors_read(path, &out->file, diag);
    if (!err) err = check(out, kind, identity, diag);
    if (err) vg_checkpoint_close(out);
    return err;
}

void vg_checkpoint_close(vg_checkpoint *checkpoint) {
    vg_safetensors_free(&checkpoint->file);
    *checkpoint = (vg_checkpoint){0};
}

vg_err vg_checkpoint_int(const vg_checkpoint *checkpoint, const char *key, int64_t *value, vg_diag *diag) {
    uint64_t bits = 0;
    vg_err err = read_bits(checkpoint, key, &bits, diag);
    *value = (int64_t)bits;
    return err;
}

vg_err vg_checkpoint_double(const vg_checkpoint *checkpoint, const char *key, double *value, vg_diag *diag) {
    uint64_t bits = 0;
    vg_err err = read_bits(checkpoint, key, &bits, diag);
    memcpy(value, &bits, sizeof bits);
    return err;
}

vg_err vg_checkpoint_floats(const vg_checkpoint *checkpoint, const char *key, int64_t count,
                            const float **values, vg_diag *diag) {
    const vg_tensor *found = vg_safetensors_find(&checkpoint->file, key);
    *values = NULL;
    if (count == 0 && !found) return VG_OK;
    if (!found || found->count != count)
        return vg_fail_at(diag, VG_ERR_FORMAT, checkpoint->path, 0, key, "missing or of another size");
    *values = found->values;
    return VG_OK;
}
