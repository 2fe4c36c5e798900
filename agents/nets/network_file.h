// agents/nets/network_file.h -- networks in a safetensors file: its tensors, and its hyperparameters as texts
// of the metadata. Several networks can be in a file, each with a prefix of its own.
#ifndef VG_AGENTS_NETS_NETWORK_FILE_H
#define VG_AGENTS_NETS_NETWORK_FILE_H

#include "agents/nets/network.h"
#include "agents/nets/safetensors.h"

#ifdef __cplusplus
extern "C" {
#endif

// List the network's tensors, vg_network_tensors of them, as `prefix` and the tensor's name. Their values are
// borrowed from the network.
void vg_network_list(const vg_network *net, const char *prefix, vg_tensor *out);
// Fill the network from the file, and pack it; path stands in messages. Errors: VG_ERR_FORMAT naming the
// tensor that is missing or of another shape.
VG_NODISCARD vg_err vg_network_fill(vg_network *net, const char *prefix, const vg_safetensors *file,
                                    const char *path, vg_diag *diag);

// The file's tensor of this name and shape; *values is borrowed from the file. Errors: VG_ERR_FORMAT.
VG_NODISCARD vg_err vg_safetensors_need(const vg_safetensors *file, const char *path, const char *name,
                                        int32_t rank, const int64_t *shape, const float **values,
                                        vg_diag *diag);

// May a file lack it, at its default? A newer choice (VG_CHOICE_NEWER): files of before have the same bytes.
bool vg_metadata_may_lack(const vg_key *key);

// Set every key of a schema from the metadata's texts, named `prefix` and the key's name; a newer choice
// (VG_CHOICE_NEWER) that is not there has its default. Errors: VG_ERR_FORMAT naming the text that is missing,
// or as vg_config_set says it.
VG_NODISCARD vg_err vg_metadata_read(const vg_schema *schema, void *into, const char *prefix,
                                     const vg_safetensors *file, const char *path, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
