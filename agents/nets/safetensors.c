#include "agents/nets/safetensors.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/hash.h"
#include "sim/base/memory.h"

static const char metadata_key[] = "__metadata__";

// The state of reading a file.
typedef struct reading {
    const char *path;
    const char *data; // behind the header
    int64_t data_size;
    vg_safetensors file;
    int64_t *begins; // [tensor_count] bytes into the data
    vg_diag *diag;
} reading;

static vg_err fail(const reading *r, const char *tensor, const char *text) {
    return vg_fail_at(r->diag, VG_ERR_FORMAT, r->path, 0, tensor, "%s", text);
}

static vg_err read_shape(const reading *r, const char *name, const json_t *json, vg_tensor *tensor) {
    if (!json_is_array(json)) return fail(r, name, "no shape, expected an array of sizes");
    if (json_array_size(json) > VG_TENSOR_RANK_MOST)
        return vg_fail_at(r->diag, VG_ERR_FORMAT, r->path, 0, name, "%zu dimensions, expected %d at most",
                          json_array_size(json), VG_TENSOR_RANK_MOST);
    tensor->rank = (int32_t)json_array_size(json);
    tensor->count = 1;
    for (int32_t i = 0; i < tensor->rank; i++) {
        const json_t *size = json_array_get(json, (size_t)i);
        if (!json_is_integer(size) || json_integer_value(size) < 0)
            return fail(r, name, "a size in the shape is not a whole number of 0 or more");
        tensor->shape[i] = json_integer_value(size);
        if (__builtin_mul_overflow(tensor->count, tensor->shape[i], &tensor->count))
            return fail(r, name, "the sizes of the shape multiply to more than a file can hold");
    }
    return VG_OK;
}

static vg_err read_offsets(const reading *r, const char *name, const json_t *json, const vg_tensor *tensor,
                           int64_t *begin) {
    *begin = 0;
    const json_t *from = json_array_get(json, 0), *to = json_array_get(json, 1);
    if (json_array_size(json) != 2 || !json_is_integer(from) || !json_is_integer(to))
        return fail(r, name, "no data_offsets, expected [begin, end]");
    *begin = json_integer_value(from);
    int64_t end = json_integer_value(to), bytes;
    if (*begin < 0 || end < *begin || end > r->data_size)
        return vg_fail_at(r->diag, VG_ERR_FORMAT, r->path, 0, name,
                          "data_offsets [%lld, %lld] lie outside the %lld bytes of data", (long long)*begin,
                          (long long)end, (long long)r->data_size);
    if (__builtin_mul_overflow(tensor->count, (int64_t)sizeof(float), &bytes) || bytes != end - *begin)
        return vg_fail_at(r->diag, VG_ERR_FORMAT, r->path, 0, name,
                          "%lld bytes of data do not fit the shape's %lld numbers", (long long)(end - *begin),
                          (long long)tensor->count);
    return VG_OK;
}

// Where a tensor's data lies, and the place in the header that it has so far.
typedef struct place {
    int64_t begin, count;
    int32_t index;
} place;

static int by_begin(const void *left, const void *right) {
    const place *a = left, *b = right;
    if (a->begin != b->begin) return a->begin < b->begin ? -1 : 1;
    if (a->count != b->count) return a->count < b->count ? -1 : 1; // an empty one before its neighbour
    return (a->index > b->index) - (a->index < b->index);
}

// In the order of their data.
static vg_err sort_tensors(reading *r) {
    int32_t count = r->file.tensor_count;
    place *places = vg_new(place, count);
    vg_tensor *sorted = vg_new(vg_tensor, count);
    vg_err err = places && sorted ? VG_OK : vg_fail_memory(r->diag);
    for (int32_t i = 0; i < count && !err; i++)
        places[i] = (place){r->begins[i], r->file.tensors[i].count, i};
    if (!err) qsort(places, (size_t)count, sizeof *places, by_begin);
    for (int32_t i = 0; i < count && !err; i++) {
        sorted[i] = r->file.tensors[places[i].index];
        r->begins[i] = places[i].begin;
    }
    if (!err) memcpy(r->file.tensors, sorted, (size_t)count * sizeof *sorted);
    vg_free(places);
    vg_free(sorted);
    return err;
}

static vg_err read_tensor(reading *r, const char *name, const json_t *json) {
    vg_tensor tensor = {0};
    if (!*name || strlen(name) >= sizeof tensor.name)
        return vg_fail_at(r->diag, VG_ERR_FORMAT, r->path, 0, name, "a tensor's name has 1 to %d bytes",
                          VG_TENSOR_NAME_SIZE - 1);
    strcpy(tensor.name, name);
    const char *dtype = json_string_value(json_object_get(json, "dtype"));
    if (!dtype || strcmp(dtype, "F32") != 0)
        return vg_fail_at(r->diag, VG_ERR_FORMAT, r->path, 0, name, "dtype is %.20s, expected F32",
                          dtype ? dtype : "missing");
    int64_t begin;
    vg_err err = read_shape(r, name, json_object_get(json, "shape"), &tensor);
    if (!err) err = read_offsets(r, name, json_object_get(json, "data_offsets"), &tensor, &begin);
    if (err) return err;
    r->begins[r->file.tensor_count] = begin;
    r->file.tensors[r->file.tensor_count++] = tensor;
    return VG_OK;
}

static vg_err read_metadata(reading *r, const json_t *json) {
    const char *key;
    json_t *value;
    size_t bytes = 0;
    if (!json_is_object(json)) return fail(r, metadata_key, "expected an object of texts");
    json_object_foreach((json_t *)json, key, value) {
        if (!json_is_string(value)) return fail(r, metadata_key, "a value is not a text");
        if (strlen(json_string_value(value)) != json_string_length(value))
            return fail(r, metadata_key, "a text contains a zero byte");
        bytes += strlen(key) + json_string_length(value) + 2;
    }
    r->file.metadata = vg_new(vg_pair, (int64_t)json_object_size(json));
    r->file.texts = vg_new(char, (int64_t)bytes);
    if (!r->file.metadata || !r->file.texts) return vg_fail_memory(r->diag);
    char *to = r->file.texts;
    json_object_foreach((json_t *)json, key, value) {
        vg_pair *pair = &r->file.metadata[r->file.metadata_count++];
        pair->key = to;
        to = stpcpy(to, key) + 1;
        pair->value = to;
        to = stpcpy(to, json_string_value(value)) + 1;
    }
    return VG_OK;
}

// Tensors stand end to end and fill the data; their numbers are finite.
static vg_err read_values(reading *r) {
    r->file.values = vg_new(float, r->data_size / (int64_t)sizeof(float));
    if (!r->file.values) return vg_fail_memory(r->diag);
    int64_t at = 0;
    for (int32_t i = 0; i < r->file.tensor_count; i++) {
        vg_tensor *tensor = &r->file.tensors[i];
        if (r->begins[i] != at)
            return fail(r, tensor->name,
                        r->begins[i] < at ? "its data overlap another tensor's" : "a gap before its data");
        float *values = r->file.values + at / (int64_t)sizeof(float);
        memcpy(values, r->data + at, sizeof(float) * (size_t)tensor->count);
        for (int64_t j = 0; j < tensor->count; j++)
            if (!isfinite(values[j]))
                return vg_fail_at(r->diag, VG_ERR_FORMAT, r->path, 0, tensor->name,
                                  "element %lld is %f, expected a finite number", (long long)j,
                                  (double)values[j]);
        tensor->values = values;
        at += (int64_t)sizeof(float) * tensor->count;
    }
    if (at != r->data_size)
        return vg_fail_at(r->diag, VG_ERR_FORMAT, r->path, 0, NULL, "%lld bytes behind the last tensor",
                          (long long)(r->data_size - at));
    return VG_OK;
}

static vg_err read_header(reading *r, const json_t *header) {
    if (!json_is_object(header)) return fail(r, NULL, "the header is not a JSON object");
    r->file.tensors = vg_new(vg_tensor, (int64_t)json_object_size(header));
    r->begins = vg_new(int64_t, (int64_t)json_object_size(header));
    if (!r->file.tensors || !r->begins) return vg_fail_memory(r->diag);
    const char *name;
    json_t *value;
    vg_err err = VG_OK;
    json_object_foreach((json_t *)header, name, value) {
        err = strcmp(name, metadata_key) == 0 ? read_metadata(r, value) : read_tensor(r, name, value);
        if (err) return err;
    }
    err = sort_tensors(r);
    return err ? err : read_values(r);
}

vg_err vg_safetensors_parse(const char *bytes, int64_t size, const char *path, vg_safetensors *out,
                            vg_diag *diag) {
    *out = (vg_safetensors){0};
    reading r = {.path = path, .diag = diag};
    uint64_t length = 0;
    if (size < 8) return fail(&r, NULL, "shorter than the 8 bytes of a safetensors file's header length");
    for (int i = 7; i >= 0; i--) length = length << 8 | (unsigned char)bytes[i];
    if (length > (uint64_t)(size - 8) || length > VG_SAFETENSORS_HEADER_MOST)
        return vg_fail_at(diag, VG_ERR_FORMAT, path, 0, NULL,
                          "not a safetensors file: its header would have %llu bytes of the file's %lld; "
                          "expected at most 16 MiB",
                          (unsigned long long)length, (long long)(size - 8));
    r.data = bytes + 8 + length;
    r.data_size = size - 8 - (int64_t)length;
    json_error_t error;
    json_t *header = json_loadb(bytes + 8, (size_t)length, JSON_REJECT_DUPLICATES, &error);
    if (!header) return vg_fail_at(diag, VG_ERR_FORMAT, path, 0, NULL, "header: %.200s", error.text);
    vg_err err = read_header(&r, header);
    json_decref(header);
    vg_free(r.begins);
    if (err)
        vg_safetensors_free(&r.file);
    else
        *out = r.file;
    return err;
}

vg_err vg_safetensors_read(const char *path, vg_safetensors *out, vg_diag *diag) {
    *out = (vg_safetensors){0};
    char *bytes;
    int64_t size;
    vg_err err = vg_file_read(path, 0, &bytes, &size, diag);
    if (err) return err;
    err = vg_safetensors_parse(bytes, size, path, out, diag);
    vg_free(bytes);
    return err;
}

void vg_safetensors_free(vg_safetensors *file) {
    vg_free(file->tensors);
    vg_free(file->metadata);
    vg_free(file->values);
    vg_free(file->texts);
    *file = (vg_safetensors){0};
}

const vg_tensor *vg_safetensors_find(const vg_safetensors *file, const char *name) {
    for (int32_t i = 0; i < file->tensor_count; i++)
        if (strcmp(file->tensors[i].name, name) == 0) return &file->tensors[i];
    return NULL;
}

const char *vg_safetensors_text(const vg_safetensors *file, const char *key) {
    for (int32_t i = 0; i < file->metadata_count; i++)
        if (strcmp(file->metadata[i].key, key) == 0) return file->metadata[i].value;
    return NULL;
}

// --- writing -----------------------------------------------------------------------------------------------

static vg_err check_tensors(const char *path, const vg_tensor *tensors, int32_t count, vg_diag *diag) {
    for (int32_t i = 0; i < count; i++) {
        const vg_tensor *tensor = &tensors[i];
        if (!tensor->name[0] || strcmp(tensor->name, metadata_key) == 0)
            return vg_fail_at(diag, VG_ERR_ARGUMENT, path, 0, tensor->name,
                              "is not a valid name for a tensor");
        for (int32_t j = 0; j < i; j++)
            if (strcmp(tensors[j].name, tensor->name) == 0)
                return vg_fail_at(diag, VG_ERR_ARGUMENT, path, 0, tensor->name, "two tensors of this name");
        for (int64_t j = 0; j < tensor->count; j++)
            if (!isfinite(tensor->values[j]))
                return vg_fail_at(diag, VG_ERR_ARGUMENT, path, 0, tensor->name,
                                  "element %lld is %f, expected a finite number", (long long)j,
                                  (double)tensor->values[j]);
    }
    return VG_OK;
}

static json_t *tensor_header(const vg_tensor *tensor, int64_t begin) {
    json_t *shape = json_array();
    for (int32_t i = 0; i < tensor->rank; i++) json_array_append_new(shape, json_integer(tensor->shape[i]));
    return json_pack("{s:s, s:o, s:[I, I]}", "dtype", "F32", "shape", shape, "data_offsets",
                     (json_int_t)begin, (json_int_t)(begin + (int64_t)sizeof(float) * tensor->count));
}

// The header's JSON, to be freed by free(); NULL without memory or if a text is not UTF-8.
static char *make_header(const vg_tensor *tensors, int32_t tensor_count, const vg_pair *metadata,
                         int32_t metadata_count) {
    json_t *header = json_object(), *texts = json_object();
    int failed = 0;
    for (int32_t i = 0; i < metadata_count; i++)
        failed |= json_object_set_new(texts, metadata[i].key, json_string(metadata[i].value));
    failed |= json_object_set_new(header, metadata_key, texts);
    int64_t at = 0;
    for (int32_t i = 0; i < tensor_count; i++) {
        failed |= json_object_set_new(header, tensors[i].name, tensor_header(&tensors[i], at));
        at += (int64_t)sizeof(float) * tensors[i].count;
    }
    char *text = failed ? NULL : json_dumps(header, JSON_COMPACT | JSON_ENSURE_ASCII);
    json_decref(header);
    return text;
}

vg_err vg_safetensors_write(const char *path, vg_overwrite overwrite, const vg_tensor *tensors,
                            int32_t tensor_count, const vg_pair *metadata, int32_t metadata_count,
                            vg_diag *diag) {
    vg_err err = check_tensors(path, tensors, tensor_count, diag);
    if (err) return err;
    char *header = make_header(tensors, tensor_count, metadata, metadata_count);
    if (!header) return vg_fail_memory(diag);
    size_t length = (strlen(header) + 7) / 8 * 8; // padded with blanks, so that the data is aligned
    char prefix[8];
    for (int i = 0; i < 8; i++) prefix[i] = (char)((uint64_t)length >> (8 * i));
    vg_text bytes = {0};
    vg_text_bytes(&bytes, prefix, sizeof prefix);
    vg_text_bytes(&bytes, header, (int64_t)strlen(header));
    vg_text_bytes(&bytes, "        ", (int64_t)(length - strlen(header)));
    for (int32_t i = 0; i < tensor_count; i++)
        vg_text_bytes(&bytes, tensors[i].values, (int64_t)sizeof(float) * tensors[i].count);
    free(header);
    err = bytes.failed ? vg_fail_memory(diag) : vg_file_write(path, bytes.bytes, bytes.size, overwrite, diag);
    vg_text_free(&bytes);
    return err;
}

uint64_t vg_safetensors_hash(const vg_pair *metadata, int32_t metadata_count, const vg_tensor *tensors,
                             int32_t tensor_count) {
    uint64_t hash = 0;
    for (int32_t i = 0; i < metadata_count; i++)
        hash = vg_hash_text(vg_hash_text(hash, metadata[i].key), metadata[i].value);
    for (int32_t i = 0; i < tensor_count; i++) {
        hash = vg_hash_int(vg_hash_text(hash, tensors[i].name), tensors[i].shape, tensors[i].rank);
        hash = vg_hash_float(hash, tensors[i].values, tensors[i].count);
    }
    return hash;
}

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "floats are read and written as they are in memory");
