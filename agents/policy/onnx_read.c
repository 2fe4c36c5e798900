#include <math.h>
#include <stdio.h>
#include <string.h>

#include "agents/policy/onnx.h"
#include "agents/policy/policy_file.h"
#include "sim/base/config.h"
#include "sim/base/memory.h"
#include "sim/base/version.h"

#ifdef VG_WITH_ONNX
#include "agents/policy/onnx_chain.h"

// --- the message -------------------------------------------------------------------------------------------

// protobuf-c makes a struct of each message, however small it is in the file: a hostile file of two bytes a
// message would need fifty times its size. So what a file may need is bounded.
typedef struct budget {
    int64_t left; // bytes
    bool out;     // a file asked for more
    bool failed;  // the machine had none
} budget;

static void *allocate(void *context, size_t size) {
    budget *b = context;
    if (size > INT64_MAX / 2 || (int64_t)size > b->left) {
        b->out = true;
        return NULL;
    }
    b->left -= (int64_t)size;
    void *block = vg_alloc((int64_t)size, 1);
    b->failed |= !block;
    return block;
}

static void release(void *context, void *block) {
    (void)context;
    vg_free(block);
}

// What the reader works on; closed as a whole.
typedef struct reading {
    const char *path;
    const vg_onnx_def *def;
    budget budget;
    ProtobufCAllocator allocator;
    VergeOnnx__Model *model;
    vg_sense *sense; // made here
    vg_onnx_chain chain;
    vg_safetensors parts;
} reading;

static vg_err unpack(reading *r, vg_diag *diag) {
    char *bytes;
    int64_t size;
    vg_err err = vg_file_read(r->path, VG_ONNX_FILE_MOST, &bytes, &size, diag);
    if (err) return err;
    r->budget.left = 8 * size + (1 << 20);
    r->allocator = (ProtobufCAllocator){allocate, release, &r->budget};
    r->model = size ? verge_onnx__model__unpack(&r->allocator, (size_t)size, (const uint8_t *)bytes) : NULL;
    vg_free(bytes);
    if (r->model && r->model->graph) return VG_OK;
    if (r->budget.failed) return vg_fail_memory(diag);
    return vg_fail_at(diag, VG_ERR_FORMAT, r->path, 0, NULL,
                      r->budget.out ? "more messages than a multilayer perceptron has" : "is no ONNX model");
}

// --- metadata ----------------------------------------------------------------------------------------------

static const char *metadata(const reading *r, const char *key) {
    for (size_t i = 0; i < r->model->n_metadata_props; i++)
        if (strcmp(r->model->metadata_props[i]->key, key) == 0) return r->model->metadata_props[i]->value;
    return NULL;
}

// Is it a file that verge wrote?
static bool own(const reading *r) {
    const char *format = metadata(r, "format");
    return format && strcmp(format, "verge-policy") == 0;
}

// What the file says where verge wrote it, else `standard`.
static const char *said(const reading *r, const char *key, const char *standard) {
    const char *value = own(r) ? metadata(r, key) : NULL;
    return value ? value : standard;
}

static vg_err find_sense(reading *r, vg_diag *diag) {
    const char *text = r->def->sense ? vg_sense_text(r->def->sense) : said(r, "sense", NULL);
    if (!text)
        return vg_fail_at(diag, VG_ERR_ARGUMENT, r->path, 0, NULL,
                          "does not say what the policy senses: give a sense, such as '" VG_SENSE_DEFAULT
                          "'");
    vg_err err = vg_sense_create(text, &r->sense, diag);
    if (err && err != VG_ERR_MEMORY && diag) {
        snprintf(diag->file, sizeof diag->file, "%s", r->path);
        snprintf(diag->field, sizeof diag->field, "sense");
    }
    return err;
}

// The log standard deviations of a Gaussian head that verge wrote.
static bool find_log_std(const reading *r, float log_std[VG_CAR_ACTIONS]) {
    const char *at = strcmp(said(r, "head", "mean"), "gaussian") == 0 ? said(r, "log_std", NULL) : NULL;
    for (int32_t i = 0; at && i < VG_CAR_ACTIONS; i++) {
        bool last = i + 1 == VG_CAR_ACTIONS;
        const char *end = last ? at + strlen(at) : strchr(at, ',');
        char word[40];
        double value;
        if (!end || end - at >= (int)sizeof word) return false;
        snprintf(word, sizeof word, "%.*s", (int)(end - at), at);
        if (!vg_parse_double(word, &value) || !(value > -100 && value < 100)) return false;
        log_std[i] = (float)value;
        at = end + 1;
    }
    return at != NULL;
}

// --- the parts of a policy file ----------------------------------------------------------------------------

enum { PAIRS = 17 };

// The pairs, with the texts of all one after the other.
static vg_err add_pairs(reading *r, const char *const (*pairs)[2], vg_diag *diag) {
    int64_t size = 0;
    for (int i = 0; i < PAIRS; i++) size += (int64_t)strlen(pairs[i][0]) + (int64_t)strlen(pairs[i][1]) + 2;
    r->parts.metadata = vg_new(vg_pair, PAIRS);
    char *at = r->parts.texts = vg_new(char, size);
    if (!r->parts.metadata || !at) return vg_fail_memory(diag);
    for (; r->parts.metadata_count < PAIRS; r->parts.metadata_count++) {
        const char *const *pair = pairs[r->parts.metadata_count];
        char *key = at, *value = stpcpy(at, pair[0]) + 1;
        at = stpcpy(value, pair[1]) + 1;
        r->parts.metadata[r->parts.metadata_count] = (vg_pair){key, value};
    }
    return VG_OK;
}

static vg_err describe(reading *r, bool gaussian, vg_diag *diag) {
    vg_text layers = {0}, car = {0};
    vg_car standard = vg_car_default();
    const vg_onnx_chain *chain = &r->chain;
    vg_text_add(&layers, "%d", vg_sense_size(r->sense));
    for (int32_t i = 0; i < chain->layer_count; i++) vg_text_add(&layers, ",%d", chain->layers[i].outputs);
    vg_config_write_yaml(&vg_car_schema, r->def->car ? r->def->car : &standard, &car);
    const char *activation = chain->activation == VG_ACTIVATION_RELU   ? "relu"
                             : chain->activation == VG_ACTIVATION_TANH ? "tanh"
                                                                       : said(r, "activation", "tanh");
    const char *const pairs[PAIRS][2] = {
        {"format", "verge-policy"},
        {"format_version", said(r, "format_version", "1")},
        {"architecture", "mlp"},
        {"layers", layers.bytes},
        {"activation", activation},
        {"head", gaussian ? "gaussian" : "mean"},
        {"sense", vg_sense_text(r->sense)},
        {"normaliser", said(r, "normaliser", "zscore")},
        {"car", r->def->car ? car.bytes : said(r, "car", car.bytes)},
        {"tick", said(r, "tick", "1/60")},
        {"ticks_per_action", said(r, "ticks_per_action", "3")},
        {"actions", said(r, "actions", "steer,accel")},
        {"learner", said(r, "learner", "onnx")},
        {"config", said(r, "config", "")},
        {"data", said(r, "data", "")},
        {"seed", said(r, "seed", "0")},
        {"version", said(r, "version", VG_VERSION)},
    };
    vg_err err = layers.failed || car.failed ? vg_fail_memory(diag) : add_pairs(r, pairs, diag);
    vg_text_free(&layers);
    vg_text_free(&car);
    return err;
}

// The next tensor of the parts; its values lie behind those of the tensor before.
static float *add_tensor(vg_safetensors *parts, const char *name, int64_t rows, int64_t columns) {
    vg_tensor *before = parts->tensor_count ? &parts->tensors[parts->tensor_count - 1] : NULL;
    float *values = parts->values + (before ? before->values - parts->values + before->count : 0);
    vg_tensor *tensor = &parts->tensors[parts->tensor_count++];
    *tensor = (vg_tensor){.rank = columns ? 2 : 1,
                          .shape = {rows, columns},
                          .count = rows * (columns ? columns : 1),
                          .values = values};
    snprintf(tensor->name, sizeof tensor->name, "%s", name);
    return values;
}

static vg_err add_tensors(reading *r, const float *log_std, vg_diag *diag) {
    const vg_onnx_chain *chain = &r->chain;
    int32_t width = vg_sense_size(r->sense);
    int64_t count = 2 * width + VG_CAR_ACTIONS;
    char name[32];
    for (int32_t i = 0; i < chain->layer_count; i++)
        count += ((int64_t)chain->layers[i].inputs + 1) * chain->layers[i].outputs;
    r->parts.tensors = vg_new(vg_tensor, 2 * chain->layer_count + 3);
    r->parts.values = vg_new(float, count);
    if (!r->parts.tensors || !r->parts.values) return vg_fail_memory(diag);
    for (int32_t i = 0; i < chain->layer_count; i++) {
        const vg_onnx_layer *from = &chain->layers[i];
        snprintf(name, sizeof name, "net.%d.weight", 2 * i);
        memcpy(add_tensor(&r->parts, name, from->outputs, from->inputs), from->weight,
               sizeof(float) * (size_t)from->outputs * (size_t)from->inputs);
        snprintf(name, sizeof name, "net.%d.bias", 2 * i);
        memcpy(add_tensor(&r->parts, name, from->outputs, 0), from->bias,
               sizeof(float) * (size_t)from->outputs);
    }
    if (log_std)
        memcpy(add_tensor(&r->parts, "log_std", VG_CAR_ACTIONS, 0), log_std, sizeof(float) * VG_CAR_ACTIONS);
    float *mean = add_tensor(&r->parts, "normaliser.mean", width, 0),
          *scale = add_tensor(&r->parts, "normaliser.scale", width, 0);
    for (int32_t i = 0; i < width; i++) mean[i] = (float)chain->mean[i], scale[i] = (float)chain->scale[i];
    return VG_OK;
}

// Folding constants may have left the range of a float.
static vg_err check_finite(const reading *r, vg_diag *diag) {
    for (int32_t i = 0; i < r->parts.tensor_count; i++)
        for (int64_t k = 0; k < r->parts.tensors[i].count; k++)
            if (!isfinite(r->parts.tensors[i].values[k]))
                return vg_fail_at(diag, VG_ERR_FORMAT, r->path, 0, r->parts.tensors[i].name,
                                  "a number does not fit a float once the constants are part of it");
    return VG_OK;
}

static vg_err read_all(reading *r, vg_policy **out, vg_diag *diag) {
    float log_std[VG_CAR_ACTIONS];
    vg_err err = unpack(r, diag);
    if (!err) err = find_sense(r, diag);
    if (!err) err = vg_onnx_chain_read(r->model->graph, vg_sense_size(r->sense), r->path, &r->chain, diag);
    if (err) return err;
    bool gaussian = find_log_std(r, log_std);
    err = describe(r, gaussian, diag);
    if (!err) err = add_tensors(r, gaussian ? log_std : NULL, diag);
    if (!err) err = check_finite(r, diag);
    if (err) return err;
    vg_safetensors parts = r->parts;
    r->parts = (vg_safetensors){0};
    return vg_policy_of_parts(r->path, &parts, out, diag);
}

vg_err vg_onnx_read(const char *path, const vg_onnx_def *def, vg_policy **out, vg_diag *diag) {
    reading r = {.path = path, .def = def};
    *out = NULL;
    vg_err err = read_all(&r, out, diag);
    if (r.model) verge_onnx__model__free_unpacked(r.model, &r.allocator);
    vg_onnx_chain_free(&r.chain);
    vg_safetensors_free(&r.parts);
    vg_sense_destroy(r.sense);
    return err;
}

#else

vg_err vg_onnx_read(const char *path, const vg_onnx_def *def, vg_policy **out, vg_diag *diag) {
    (void)path, (void)def;
    *out = NULL;
    return vg_fail(diag, VG_ERR_ARGUMENT, "this build is without ONNX: it was made without protobuf-c");
}
#endif
