#include "agents/nets/network_file.h"

#include <stdio.h>
#include <string.h>

void vg_network_list(const vg_network *net, const char *prefix, vg_tensor *out) {
    for (int32_t i = 0; i < vg_network_tensors(net); i++) {
        vg_network_tensor from = vg_network_tensor_at(net, i);
        out[i] = (vg_tensor){.rank = from.rank,
                             .shape = {from.shape[0], from.rank > 1 ? from.shape[1] : 0},
                             .count = from.count,
                             .values = vg_network_read(net) + from.at};
        snprintf(out[i].name, sizeof out[i].name, "%.24s%s", prefix, from.name);
    }
}

vg_err vg_safetensors_need(const vg_safetensors *file, const char *path, const char *name, int32_t rank,
                           const int64_t *shape, const float **values, vg_diag *diag) {
    const vg_tensor *tensor = vg_safetensors_find(file, name);
    char wanted[48], found[96] = "";
    snprintf(wanted, sizeof wanted, rank == 1 ? "[%lld]" : "[%lld, %lld]", (long long)shape[0],
             (long long)(rank == 1 ? 0 : shape[1]));
    if (!tensor)
        return vg_fail_at(diag, VG_ERR_FORMAT, path, 0, name, "no such tensor, expected one of shape %s",
                          wanted);
    *values = tensor->values;
    if (tensor->rank == rank && tensor->shape[0] == shape[0] && (rank == 1 || tensor->shape[1] == shape[1]))
        return VG_OK;
    for (int32_t i = 0; i < tensor->rank; i++) {
        size_t used = strlen(found);
        snprintf(found + used, sizeof found - used, "%s%lld", i ? ", " : "", (long long)tensor->shape[i]);
    }
    return vg_fail_at(diag, VG_ERR_FORMAT, path, 0, name,
                      "shape [%s], the architecture and the sense ask for %s", found, wanted);
}

vg_err vg_network_fill(vg_network *net, const char *prefix, const vg_safetensors *file, const char *path,
                       vg_diag *diag) {
    char name[VG_TENSOR_NAME_SIZE];
    const float *values;
    for (int32_t i = 0; i < vg_network_tensors(net); i++) {
        vg_network_tensor to = vg_network_tensor_at(net, i);
        snprintf(name, sizeof name, "%.24s%s", prefix, to.name);
        vg_err err = vg_safetensors_need(file, path, name, to.rank, to.shape, &values, diag);
        if (err) return err;
        memcpy(vg_network_parameters(net) + to.at, values, sizeof(float) * (size_t)to.count);
    }
    vg_network_pack(net);
    return VG_OK;
}

bool vg_metadata_may_lack(const vg_key *key) {
    return key->type == VG_KEY_CHOICE && key->most == VG_CHOICE_NEWER;
}

vg_err vg_metadata_read(const vg_schema *schema, void *into, const char *prefix, const vg_safetensors *file,
                        const char *path, vg_diag *diag) {
    char name[64];
    for (int32_t i = 0; schema && i < schema->count; i++) {
        snprintf(name, sizeof name, "%.24s%s", prefix, schema->keys[i].name);
        const char *text = vg_safetensors_text(file, name);
        if (!text && vg_metadata_may_lack(&schema->keys[i])) text = schema->keys[i].standard;
        if (!text) return vg_fail_at(diag, VG_ERR_FORMAT, path, 0, name, "not in the metadata");
        vg_err err = vg_config_set(schema, into, schema->keys[i].name, text, path, 0, diag);
        if (err) return err;
    }
    return VG_OK;
}
