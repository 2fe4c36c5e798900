#include "agents/nets/network_file.h"

#include <string.h>

#include "agents/nets/architecture.h"
#include "agents/nets/mlp.h"
#include "tests/scratch.h"

static vg_diag diag;

static vg_network *made(int32_t hidden, uint64_t seed) {
    vg_network *net;
    vg_mlp_def def = vg_mlp_default();
    def.inputs = 3, def.outputs = 2, def.hidden_count = 1, def.hidden[0] = hidden;
    ck_ok(vg_mlp_create(&def, &net, &diag));
    vg_network_init(net, seed);
    return net;
}

// Two networks in one file, each with its prefix.
static void write_both(const vg_network *a, const vg_network *b, vg_safetensors *file) {
    vg_tensor tensors[8];
    const vg_pair pairs[] = {{"a.layers", "3,5,2"}, {"a.activation", "relu"}, {"layers", "x"}};
    char path[256];
    snprintf(path, sizeof path, "%s", scratch("two.safetensors"));
    vg_network_list(a, "a.", tensors);
    vg_network_list(b, "b.", tensors + 4);
    ck_ok(vg_safetensors_write(path, VG_REPLACE, tensors, 8, pairs, 3, &diag));
    ck_ok(vg_safetensors_read(path, file, &diag));
}

START_TEST(each_network_comes_back_by_its_prefix) {
    vg_network *a = made(5, 1), *b = made(4, 2), *again = made(4, 3), *other = made(5, 4);
    vg_safetensors file;
    write_both(a, b, &file);
    ck_assert(vg_safetensors_find(&file, "b.net.2.bias"));
    ck_ok(vg_network_fill(again, "b.", &file, "f", &diag));
    ck_ok(vg_network_fill(other, "a.", &file, "f", &diag));
    ck_assert_mem_eq(vg_network_read(again), vg_network_read(b), sizeof(float) * (size_t)vg_network_count(b));
    ck_assert_mem_eq(vg_network_read(other), vg_network_read(a), sizeof(float) * (size_t)vg_network_count(a));
    ck_fails(vg_network_fill(other, "b.", &file, "f", &diag), VG_ERR_FORMAT,
             "f: b.net.0.weight: shape [4, 3], the architecture and the sense ask for [5, 3]");
    ck_fails(vg_network_fill(other, "c.", &file, "f", &diag), VG_ERR_FORMAT,
             "f: c.net.0.weight: no such tensor");
    vg_safetensors_free(&file);
    vg_network_destroy(a), vg_network_destroy(b), vg_network_destroy(again), vg_network_destroy(other);
}
END_TEST

START_TEST(reads_hyperparameters_by_their_prefix) {
    vg_network *a = made(5, 1), *b = made(4, 2);
    vg_safetensors file;
    const vg_schema *schema;
    vg_hyperparameters values = {0};
    char text[VG_KEY_TEXT_SIZE];
    write_both(a, b, &file);
    ck_ok(vg_architecture_schema("mlp", &schema, &diag));
    ck_ok(vg_metadata_read(schema, &values, "a.", &file, "f", &diag));
    ck_assert_str_eq(vg_config_value(vg_config_key(schema, "activation"), &values, text), "relu");
    ck_fails(vg_metadata_read(schema, &values, "b.", &file, "f", &diag), VG_ERR_FORMAT,
             "f: b.layers: not in the metadata");
    vg_safetensors_free(&file);
    vg_network_destroy(a), vg_network_destroy(b);
}
END_TEST

CK_MAIN("network_file", each_network_comes_back_by_its_prefix, reads_hyperparameters_by_their_prefix)
