#include "agents/training/checkpoint.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/hash.h"
#include "sim/base/memory.h"

enum { NUMBERS = VG_CHECKPOINT_NUMBERS, ARRAYS = VG_CHECKPOINT_ARRAYS };

static const char hash_key[] = "content_hash", story_key[] = "story";

// --- listing -----------------------------------------------------------------------------------------------

static void name_it(char to[VG_CHECKPOINT_NAME], const char *name, const char *part) {
    int size = snprintf(to, VG_CHECKPOINT_NAME, "%s%s", name, part);
    assert(size < VG_CHECKPOINT_NAME);
    (void)size;
}

static void add_number(vg_checkpoint *c, const char *name, const char *part, int64_t *whole, double *real) {
    assert(c->number_count < NUMBERS);
    name_it(c->numbers[c->number_count].name, name, part);
    c->numbers[c->number_count].whole = whole;
    c->numbers[c->number_count++].real = real;
}

static void add_array(vg_checkpoint *c, const char *name, const char *part, float *values, int64_t count) {
    assert(c->array_count < ARRAYS);
    name_it(c->arrays[c->array_count].name, name, part);
    c->arrays[c->array_count].values = values;
    c->arrays[c->array_count++].count = count;
}

void vg_checkpoint_int(vg_checkpoint *c, const char *name, int64_t *value) {
    add_number(c, name, "", value, NULL);
}

void vg_checkpoint_double(vg_checkpoint *c, const char *name, double *value) {
    add_number(c, name, "", NULL, value);
}

void vg_checkpoint_floats(vg_checkpoint *c, const char *name, float *values, int64_t count) {
    add_array(c, name, "", values, count);
}

void vg_checkpoint_grown(vg_checkpoint *c, const char *name, float **values, int64_t *count) {
    add_number(c, name, ".count", count, NULL);
    add_array(c, name, "", NULL, 0);
    c->arrays[c->array_count - 1].grown = values;
    c->arrays[c->array_count - 1].size = count;
}

void vg_checkpoint_adam(vg_checkpoint *c, const char *name, vg_adam *adam) {
    add_array(c, name, ".first", adam->first, adam->count);
    add_array(c, name, ".second", adam->second, adam->count);
    add_number(c, name, ".step", &adam->step, NULL);
    add_number(c, name, ".power1", NULL, &adam->power1);
    add_number(c, name, ".power2", NULL, &adam->power2);
}

// --- writing -----------------------------------------------------------------------------------------------

// The metadata of a file: the kind, the identity, the story, every number by its bits, and a hash of it all.
typedef struct header {
    vg_pair pairs[NUMBERS + 4];
    char texts[NUMBERS + 4][17];
    int32_t count;
} header;

static void put_bits(header *h, const char *key, uint64_t bits) {
    for (int32_t i = 0; i < h->count; i++) assert(strcmp(h->pairs[i].key, key) != 0);
    h->pairs[h->count] = (vg_pair){key, vg_hash_format(bits, h->texts[h->count])};
    h->count++;
}

// Over all pairs but the hash itself, and all arrays, in the order they stand in.
static uint64_t content_hash(const vg_pair *pairs, int32_t pair_count, const vg_tensor *arrays,
                             int32_t array_count) {
    uint64_t h = 0;
    for (int32_t i = 0; i < pair_count; i++)
        if (strcmp(pairs[i].key, hash_key) != 0)
            h = vg_hash_text(vg_hash_text(h, pairs[i].key), pairs[i].value);
    for (int32_t i = 0; i < array_count; i++) {
        h = vg_hash_int(vg_hash_text(h, arrays[i].name), &arrays[i].count, 1);
        h = vg_hash_float(h, arrays[i].values, arrays[i].count);
    }
    return h;
}

vg_err vg_checkpoint_write(const vg_checkpoint *c, const char *path, const char *kind, uint64_t identity,
                           vg_diag *diag) {
    header h = {.pairs = {{"format", kind}}, .count = 1};
    put_bits(&h, "identity", identity);
    if (c->story) h.pairs[h.count++] = (vg_pair){story_key, c->story};
    for (int32_t i = 0; i < c->number_count; i++) {
        uint64_t bits;
        const void *value = c->numbers[i].whole ? (const void *)c->numbers[i].whole : c->numbers[i].real;
        memcpy(&bits, value, sizeof bits);
        put_bits(&h, c->numbers[i].name, bits);
    }
    vg_tensor arrays[ARRAYS];
    int32_t count = 0;
    for (int32_t i = 0; i < c->array_count; i++) {
        int64_t size = c->arrays[i].grown ? *c->arrays[i].size : c->arrays[i].count;
        if (size == 0) continue; // safetensors would hold it, but there is nothing to read back
        vg_tensor *array = &arrays[count++];
        *array = (vg_tensor){.rank = 1, .shape = {size}, .count = size};
        array->values = c->arrays[i].grown ? *c->arrays[i].grown : c->arrays[i].values;
        snprintf(array->name, sizeof array->name, "%s", c->arrays[i].name);
    }
    put_bits(&h, hash_key, content_hash(h.pairs, h.count, arrays, count));
    return vg_safetensors_write(path, VG_REPLACE, arrays, count, h.pairs, h.count, diag);
}

// --- reading -----------------------------------------------------------------------------------------------

static vg_err read_bits(const vg_safetensors *file, const char *path, const char *key, void *value,
                        vg_diag *diag) {
    const char *text = vg_safetensors_text(file, key);
    if (!text || strlen(text) != 16 || strspn(text, "0123456789abcdef") != 16)
        return vg_fail_at(diag, VG_ERR_FORMAT, path, 0, key, "is not a number of a checkpoint");
    uint64_t bits = strtoull(text, NULL, 16);
    memcpy(value, &bits, sizeof bits);
    return VG_OK;
}

static vg_err check(const vg_safetensors *file, const char *path, const char *kind, uint64_t identity,
                    vg_diag *diag) {
    const char *format = vg_safetensors_text(file, "format");
    if (!format || strcmp(format, kind) != 0)
        return vg_fail_at(diag, VG_ERR_FORMAT, path, 0, "format", "no checkpoint of such a training");
    uint64_t bits = 0;
    vg_err err = read_bits(file, path, hash_key, &bits, diag);
    if (!err && bits != content_hash(file->metadata, file->metadata_count, file->tensors, file->tensor_count))
        err = vg_fail_at(diag, VG_ERR_FORMAT, path, 0, hash_key,
                         "does not fit: the checkpoint is damaged; remove it and train anew");
    if (!err) err = read_bits(file, path, "identity", &bits, diag);
    if (!err && bits != identity)
        err = vg_fail_at(diag, VG_ERR_MISMATCH, path, 0, NULL,
                         "a checkpoint of another training: its configuration, rows or seed differ");
    return err;
}

static vg_err read_array(const vg_checkpoint *c, int32_t i, const vg_safetensors *file, const char *path,
                         vg_diag *diag) {
    int64_t count = c->arrays[i].grown ? *c->arrays[i].size : c->arrays[i].count;
    const vg_tensor *found = vg_safetensors_find(file, c->arrays[i].name);
    if (count ? !found || found->count != count : found != NULL)
        return vg_fail_at(diag, VG_ERR_FORMAT, path, 0, c->arrays[i].name, "is missing or has another size");
    float *values = c->arrays[i].values;
    if (c->arrays[i].grown && !(values = *c->arrays[i].grown = vg_new(float, count)))
        return vg_fail_memory(diag);
    if (count) memcpy(values, found->values, sizeof *values * (size_t)count);
    return VG_OK;
}

vg_err vg_checkpoint_read(const vg_checkpoint *c, const char *path, const char *kind, uint64_t identity,
                          vg_diag *diag) {
    vg_safetensors file;
    vg_err err = vg_safetensors_read(path, &file, diag);
    if (err) return err;
    err = check(&file, path, kind, identity, diag);
    for (int32_t i = 0; i < c->number_count && !err; i++) {
        void *value = c->numbers[i].whole ? (void *)c->numbers[i].whole : c->numbers[i].real;
        err = read_bits(&file, path, c->numbers[i].name, value, diag);
    }
    for (int32_t i = 0; i < c->array_count && !err; i++) err = read_array(c, i, &file, path, diag);
    vg_safetensors_free(&file);
    return err;
}

// --- what differs ------------------------------------------------------------------------------------------

// The value of a line "key: value" of the story; its length, -1 when there is no such line.
static int value_of(const char *story, const char *key, int key_size, const char **value) {
    for (const char *line = story; *line;) {
        int length = (int)strcspn(line, "\n");
        if (length > key_size + 1 && strncmp(line, key, (size_t)key_size) == 0 && line[key_size] == ':') {
            *value = line + key_size + 2;
            return length - key_size - 2;
        }
        line += length + (line[length] == '\n');
    }
    *value = "";
    return -1;
}

// "n_epochs is 3 in the checkpoint and 2 here", for the first few keys; the number of all that differ.
static int tell_differences(const char *old, const char *now, vg_text *out) {
    enum { TOLD = 4, LONGEST = 40 };
    int differ = 0;
    for (const char *line = now; *line;) {
        int length = (int)strcspn(line, "\n"), key = (int)strcspn(line, ":\n"), here = length - key - 2;
        const char *value;
        int there = value_of(old, line, key, &value);
        if (key < length && (there != here || memcmp(value, line + key + 2, (size_t)here) != 0)) {
            if (differ++ < TOLD)
                vg_text_add(out, "%s%.*s is %.*s in it and %.*s here", differ > 1 ? ", " : "", key, line,
                            there < 0         ? 4
                            : there > LONGEST ? LONGEST
                                              : there,
                            there < 0 ? "none" : value, here > LONGEST ? LONGEST : here, line + key + 2);
        }
        line += length + (line[length] == '\n');
    }
    if (differ > TOLD) vg_text_add(out, ", and %d more", differ - TOLD);
    return differ;
}

vg_err vg_checkpoint_check_story(const char *path, const char *story, vg_diag *diag) {
    vg_safetensors file;
    vg_text text = {0};
    vg_err err = vg_safetensors_read(path, &file, diag);
    if (err) return err;
    const char *old = vg_safetensors_text(&file, story_key);
    int differ = old ? tell_differences(old, story, &text) : 0;
    if (text.failed)
        err = vg_fail_memory(diag);
    else if (differ)
        err = vg_fail_at(diag, VG_ERR_MISMATCH, path, 0, NULL, "a checkpoint of another training: %s",
                         text.bytes);
    vg_text_free(&text);
    vg_safetensors_free(&file);
    return err;
}
