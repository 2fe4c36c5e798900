// Facts about a policy file, out of its safetensors header: 8 bytes of length, JSON, then the tensors.
#include <string.h>

#include "app/info.h"
#include "sim/base/file.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"

// One tensor's row, and where its bytes end. Errors: VG_ERR_FORMAT.
static vg_err tensor_facts(const char *path, const char *name, const json_t *tensor, json_t *rows,
                           int64_t data, int64_t *parameters, vg_diag *diag) {
    const char *type = json_string_value(json_object_get(tensor, "dtype"));
    json_t *shape = json_object_get(tensor, "shape"), *offsets = json_object_get(tensor, "data_offsets"),
           *size;
    size_t i;
    if (!type || !json_is_array(shape) || json_array_size(offsets) != 2)
        return vg_fail_at(diag, VG_ERR_FORMAT, path, 0, name, "lacks dtype, shape or data_offsets");
    int64_t count = 1, begin = json_integer_value(json_array_get(offsets, 0)),
            end = json_integer_value(json_array_get(offsets, 1));
    json_array_foreach(shape, i, size) {
        int64_t n = json_integer_value(size);
        if (n < 0 || __builtin_mul_overflow(count, n, &count))
            return vg_fail_at(diag, VG_ERR_FORMAT, path, 0, name, "has a shape that is none");
    }
    if (begin < 0 || end < begin || end > data || (strcmp(type, "F32") == 0 && (end - begin) / 4 != count))
        return vg_fail_at(diag, VG_ERR_FORMAT, path, 0, name,
                          "has offsets that do not fit its shape or the file");
    *parameters += count;
    return json_array_append_new(rows, json_pack("{ss ss sO}", "tensor", name, "type", type, "shape", shape))
               ? vg_fail_memory(diag)
               : VG_OK;
}

static vg_err header_facts(const char *path, const json_t *header, int64_t data, vg_facts *facts,
                           vg_diag *diag) {
    const char *name;
    json_t *value, *rows = json_array();
    int64_t parameters = 0;
    vg_err err = VG_OK;
    json_object_foreach((json_t *)header, name, value) {
        if (strcmp(name, "__metadata__") == 0) {
            const char *key;
            json_t *text;
            json_object_foreach(value, key, text) vg_fact(facts, key, json_incref(text));
        } else if ((err = tensor_facts(path, name, value, rows, data, &parameters, diag))) {
            json_decref(rows);
            return err;
        }
    }
    vg_fact(facts, "parameters", json_integer(parameters));
    vg_fact(facts, "tensors", rows);
    return VG_OK;
}

vg_err vg_info_policy(const char *path, vg_facts *facts, vg_diag *diag) {
    char *bytes;
    int64_t size;
    vg_fact_text(facts, "kind", "policy");
    vg_err err = vg_file_read(path, 0, &bytes, &size, diag);
    if (err) return err;
    uint64_t length = 0;
    for (int i = 7; i >= 0 && size >= 8; i--) length = length << 8 | (unsigned char)bytes[i];
    json_error_t wrong;
    json_t *header = NULL;
    if (size < 8 || length > (uint64_t)size - 8)
        err = vg_fail_at(diag, VG_ERR_FORMAT, path, 0, NULL,
                         "has %lld bytes, fewer than its safetensors header asks for", (long long)size);
    else if (!(header = json_loadb(bytes + 8, (size_t)length, JSON_REJECT_DUPLICATES, &wrong)))
        err = vg_fail_at(diag, VG_ERR_FORMAT, path, 0, "header", "is no JSON: %s", wrong.text);
    else if (!json_is_object(header))
        err = vg_fail_at(diag, VG_ERR_FORMAT, path, 0, "header", "is no JSON object");
    else
        err = header_facts(path, header, size - 8 - (int64_t)length, facts, diag);
    if (!err) vg_fact_hash(facts, "bytes_hash", vg_hash_bytes(0, bytes, (size_t)size));
    json_decref(header);
    vg_free(bytes);
    return err;
}
