// agents/nets/safetensors.h -- named tensors in a file, in the layout of huggingface/safetensors: eight bytes
// of header length (little-endian), a JSON header, the numbers.
//
// Only F32 and only what the format allows: tensors fill the data without gaps or overlap, names are unique,
// metadata is text. A reader checks everything; a writer gives the same bytes for the same content.
#ifndef VG_AGENTS_NETS_SAFETENSORS_H
#define VG_AGENTS_NETS_SAFETENSORS_H

#include "sim/base/file.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    VG_TENSOR_RANK_MOST = 4,
    VG_TENSOR_NAME_SIZE = 64,
    VG_SAFETENSORS_HEADER_MOST = 16 << 20, // bytes
};

typedef struct vg_tensor {
    char name[VG_TENSOR_NAME_SIZE];
    int32_t rank; // 0 .. VG_TENSOR_RANK_MOST
    int64_t shape[VG_TENSOR_RANK_MOST];
    int64_t count;       // product of the shape
    const float *values; // [count], row-major, finite
} vg_tensor;

// A text of the header's __metadata__.
typedef struct vg_pair {
    const char *key, *value;
} vg_pair;

// What a file holds. Everything is owned by it.
typedef struct vg_safetensors {
    vg_tensor *tensors; // [tensor_count], in the order of the data
    int32_t tensor_count;
    vg_pair *metadata; // [metadata_count], in the header's order
    int32_t metadata_count;
    float *values;
    char *texts;
} vg_safetensors;

// Errors: those of vg_file_read (limit 1 GiB); VG_ERR_FORMAT naming the tensor; VG_ERR_MEMORY. *out is then
// zero.
VG_NODISCARD vg_err vg_safetensors_read(const char *path, vg_safetensors *out, vg_diag *diag);
// The same from memory; path stands in messages.
VG_NODISCARD vg_err vg_safetensors_parse(const char *bytes, int64_t size, const char *path,
                                         vg_safetensors *out, vg_diag *diag);
void vg_safetensors_free(vg_safetensors *file); // a zeroed one is fine

// NULL if the file has none of that name.
const vg_tensor *vg_safetensors_find(const vg_safetensors *file, const char *name);
const char *vg_safetensors_text(const vg_safetensors *file, const char *key);

// Hash over keys, values, names, shapes and numbers, in their order: the content of a file, whatever program
// wrote it.
uint64_t vg_safetensors_hash(const vg_pair *metadata, int32_t metadata_count, const vg_tensor *tensors,
                             int32_t tensor_count);

// The data is written in the order given. Errors: VG_ERR_ARGUMENT (a name that is repeated, too long or
// empty; a value that is not finite), those of vg_file_write, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_safetensors_write(const char *path, vg_overwrite overwrite, const vg_tensor *tensors,
                                         int32_t tensor_count, const vg_pair *metadata,
                                         int32_t metadata_count, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
