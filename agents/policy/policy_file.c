#include "agents/policy/policy_file.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agents/nets/safetensors.h"
#include "sim/base/config.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"
#include "sim/base/version.h"

static const char *const normaliser_words[] = {
#define X(name, word, help) word,
    VG_NORMALISERS(X)
#undef X
};
enum { NORMALISERS = sizeof normaliser_words / sizeof *normaliser_words, ACTIONS = 2 };

// Words of vg_activation.
static const char *const activation_words[] = {"linear", "tanh", "relu"};

// --- writing -----------------------------------------------------------------------------------------------

enum { PAIRS_MOST = 24 };

// The metadata under construction: values of pairs point into texts.
typedef struct writing {
    vg_text layers, car;
    char tick[48], ticks_per_action[16], seed[24], format[8];
    vg_pair pairs[PAIRS_MOST];
    int32_t count;
} writing;

static void put(writing *w, const char *key, const char *value) {
    assert(w->count < PAIRS_MOST);
    w->pairs[w->count++] = (vg_pair){key, value};
}

// VG_ERR_MEMORY when a text could not grow; free_writing either way.
static vg_err describe(writing *w, const vg_policy_info *info, const vg_mlp *mlp, vg_diag *diag) {
    const vg_mlp_def *def = vg_mlp_shape(mlp);
    vg_text_add(&w->layers, "%d", def->inputs);
    for (int32_t i = 0; i < def->hidden_count; i++) vg_text_add(&w->layers, ",%d", def->hidden[i]);
    vg_text_add(&w->layers, ",%d", def->outputs);
    vg_config_write_yaml(&vg_car_schema, &info->car, &w->car);
    if (w->layers.failed || w->car.failed) return vg_fail_memory(diag);
    snprintf(w->format, sizeof w->format, "%d", VG_POLICY_FORMAT);
    snprintf(w->tick, sizeof w->tick, "%d/%d", info->tick_num, info->tick_den);
    snprintf(w->ticks_per_action, sizeof w->ticks_per_action, "%d", info->ticks_per_action);
    snprintf(w->seed, sizeof w->seed, "%llu", (unsigned long long)info->seed);
    put(w, "format", "verge-policy");
    put(w, "format_version", w->format);
    put(w, "architecture", "mlp");
    put(w, "layers", w->layers.bytes);
    put(w, "activation", activation_words[def->activation]);
    put(w, "head", def->log_std ? "gaussian" : "mean");
    put(w, "sense", vg_sense_text(info->sense));
    put(w, "normaliser", normaliser_words[info->normaliser]);
    put(w, "car", w->car.bytes);
    put(w, "tick", w->tick);
    put(w, "ticks_per_action", w->ticks_per_action);
    put(w, "actions", "steer,accel");
    put(w, "learner", info->learner);
    put(w, "config", info->config);
    put(w, "data", info->data);
    put(w, "seed", w->seed);
    return VG_OK;
}

static void free_writing(writing *w) {
    vg_text_free(&w->layers);
    vg_text_free(&w->car);
}

static vg_tensor column_tensor(const char *name, const float *values, int32_t count) {
    vg_tensor tensor = {.rank = 1, .shape = {count}, .count = count, .values = values};
    snprintf(tensor.name, sizeof tensor.name, "%s", name);
    return tensor;
}

// The file's tensors into tensors[], of which there are vg_mlp_tensors + 2.
static void list_tensors(const vg_policy_info *info, const vg_mlp *mlp, vg_tensor *tensors) {
    for (int32_t i = 0; i < vg_mlp_tensors(mlp); i++) {
        vg_mlp_tensor from = vg_mlp_tensor_at(mlp, i);
        tensors[i] = (vg_tensor){.rank = from.rank,
                                 .shape = {from.shape[0], from.rank > 1 ? from.shape[1] : 0},
                                 .count = from.count,
                                 .values = vg_mlp_read(mlp) + from.at};
        memcpy(tensors[i].name, from.name, sizeof from.name);
    }
    int32_t width = vg_mlp_shape(mlp)->inputs;
    tensors[vg_mlp_tensors(mlp)] = column_tensor("normaliser.mean", info->mean, width);
    tensors[vg_mlp_tensors(mlp) + 1] = column_tensor("normaliser.scale", info->scale, width);
}

enum { TENSORS_MOST = 2 * (VG_MLP_HIDDEN_MOST + 1) + 3 };

static vg_err content_of(const vg_policy_info *info, const vg_mlp *mlp, uint64_t *hash, vg_diag *diag) {
    writing w = {0};
    vg_tensor tensors[TENSORS_MOST];
    list_tensors(info, mlp, tensors);
    vg_err err = describe(&w, info, mlp, diag);
    if (!err) *hash = vg_safetensors_hash(w.pairs, w.count, tensors, vg_mlp_tensors(mlp) + 2);
    free_writing(&w);
    return err;
}

uint64_t vg_policy_content(const vg_policy_info *info, const vg_mlp *mlp) {
    uint64_t hash = 0;
    return content_of(info, mlp, &hash, NULL) ? 0 : hash;
}

vg_err vg_policy_write(const char *path, vg_overwrite overwrite, const vg_policy_info *info,
                       const vg_mlp *mlp, vg_diag *diag) {
    const vg_mlp_def *def = vg_mlp_shape(mlp);
    if (def->inputs != vg_sense_size(info->sense) || def->outputs != ACTIONS)
        return vg_fail_at(diag, VG_ERR_MISMATCH, path, 0, "sense",
                          "a network of %d inputs and %d outputs for a sense of %d values and %d actions",
                          def->inputs, def->outputs, vg_sense_size(info->sense), ACTIONS);
    writing w = {0};
    vg_tensor tensors[TENSORS_MOST];
    list_tensors(info, mlp, tensors);
    vg_err err = describe(&w, info, mlp, diag);
    if (!err) {
        put(&w, "version", VG_VERSION);
        err = vg_safetensors_write(path, overwrite, tensors, vg_mlp_tensors(mlp) + 2, w.pairs, w.count, diag);
    }
    free_writing(&w);
    return err;
}

// --- reading -----------------------------------------------------------------------------------------------

// A policy of a file: what the contract asks for first.
typedef struct file_policy {
    vg_policy policy;
    vg_policy_info info;
    vg_safetensors file; // holds the texts and the normaliser
    vg_sense *sense;
    vg_mlp *mlp;
    char *name;
} file_policy;

static void destroy(vg_policy *policy) {
    file_policy *p = (file_policy *)policy;
    vg_safetensors_free(&p->file);
    vg_sense_destroy(p->sense);
    vg_mlp_destroy(p->mlp);
    vg_free(p->name);
    vg_free(p);
}

static vg_err text_of(const file_policy *p, const char *key, const char **text, vg_diag *diag) {
    *text = vg_safetensors_text(&p->file, key);
    if (*text) return VG_OK;
    return vg_fail_at(diag, VG_ERR_FORMAT, p->name, 0, key, "not in the metadata of the policy");
}

// The value of a key as one of the words: its index.
static vg_err word_of(const file_policy *p, const char *key, const char *const *words, int count, int *index,
                      vg_diag *diag) {
    const char *text;
    vg_err err = text_of(p, key, &text, diag);
    if (err) return err;
    for (*index = 0; *index < count; ++*index)
        if (strcmp(text, words[*index]) == 0) return VG_OK;
    return vg_fail_at(diag, VG_ERR_FORMAT, p->name, 0, key, "'%.40s', expected %s%s%s", text, words[0],
                      count > 1 ? " or " : "", count > 1 ? words[count - 1] : "");
}

static vg_err whole_of(const file_policy *p, const char *key, const char *text, int64_t least, int64_t most,
                       int64_t *value, vg_diag *diag) {
    if (vg_parse_int(text, value) && *value >= least && *value <= most) return VG_OK;
    return vg_fail_at(diag, VG_ERR_FORMAT, p->name, 0, key,
                      "'%.40s', expected a whole number in [%lld, %lld]", text, (long long)least,
                      (long long)most);
}

// Whole numbers with `separator` between them; *count is how many.
static vg_err wholes_of(const file_policy *p, const char *key, char separator, int64_t most, int32_t room,
                        int32_t *values, int32_t *count, vg_diag *diag) {
    const char *text;
    vg_err err = text_of(p, key, &text, diag);
    for (*count = 0; !err; ++*count) {
        char part[24];
        const char *end = strchr(text, separator);
        size_t length = end ? (size_t)(end - text) : strlen(text);
        if (*count == room || length >= sizeof part)
            return vg_fail_at(diag, VG_ERR_FORMAT, p->name, 0, key, "more numbers than the %d there can be",
                              room);
        snprintf(part, sizeof part, "%.*s", (int)length, text);
        int64_t value;
        err = whole_of(p, key, part, 1, most, &value, diag);
        if (!err) values[*count] = (int32_t)value;
        if (!end) {
            ++*count;
            break;
        }
        text = end + 1;
    }
    return err;
}

// A call that fills the diagnostic for a text inside the file: say which file and key.
static vg_err inside(const file_policy *p, const char *key, vg_err err, vg_diag *diag) {
    if (err && err != VG_ERR_MEMORY && diag) {
        char where[sizeof diag->field];
        bool deeper = diag->field[0] && strcmp(diag->field, key) != 0;
        snprintf(where, sizeof where, "%s%s%.40s", key, deeper ? "." : "", deeper ? diag->field : "");
        snprintf(diag->file, sizeof diag->file, "%s", p->name);
        snprintf(diag->field, sizeof diag->field, "%s", where);
        diag->line = 0;
    }
    return err;
}

static vg_err read_kind(file_policy *p, vg_diag *diag) {
    static const char *const formats[] = {"verge-policy"}, *const versions[] = {"1"}, *const mlps[] = {"mlp"},
                             *const orders[] = {"steer,accel"};
    int index;
    vg_err err = word_of(p, "format", formats, 1, &index, diag);
    if (!err) err = word_of(p, "format_version", versions, 1, &index, diag);
    if (!err) err = word_of(p, "architecture", mlps, 1, &index, diag);
    if (!err) err = word_of(p, "actions", orders, 1, &index, diag);
    return err;
}

static vg_err read_provenance(file_policy *p, vg_diag *diag) {
    const char *seed;
    char *end = NULL;
    vg_err err = text_of(p, "learner", &p->info.learner, diag);
    if (!err) err = text_of(p, "config", &p->info.config, diag);
    if (!err) err = text_of(p, "data", &p->info.data, diag);
    if (!err) err = text_of(p, "seed", &seed, diag);
    if (err) return err;
    p->info.seed = strtoull(seed, &end, 10);
    if (seed[0] < '0' || seed[0] > '9' || *end)
        return vg_fail_at(diag, VG_ERR_FORMAT, p->name, 0, "seed", "'%.40s', expected a whole number", seed);
    p->info.version = vg_safetensors_text(&p->file, "version");
    if (!p->info.version) p->info.version = "";
    return VG_OK;
}

// The car by value: every limit has to be there, since one left out would quietly be the sedan's.
static vg_err read_car(file_policy *p, const char *yaml, vg_diag *diag) {
    vg_car *car = &p->info.car;
    *car = vg_car_default();
#define X(field, unit, least, most, standard, help) car->field = NAN;
    VG_CAR_FIELDS(X)
#undef X
    vg_err err = vg_config_parse(&vg_car_schema, car, yaml, (int64_t)strlen(yaml), p->name, diag);
    if (err) return err;
#define X(field, unit, least, most, standard, help)                                                          \
    if (isnan(car->field)) return vg_fail_at(diag, VG_ERR_FORMAT, p->name, 0, #field, "missing, in " unit);
    VG_CAR_FIELDS(X)
#undef X
    return VG_OK;
}

static vg_err read_setting(file_policy *p, vg_diag *diag) {
    const char *sense, *car;
    int index = 0;
    int32_t tick[2], k, count;
    vg_err err = text_of(p, "sense", &sense, diag);
    if (!err) err = inside(p, "sense", vg_sense_create(sense, &p->sense, diag), diag);
    if (!err) err = word_of(p, "normaliser", normaliser_words, NORMALISERS, &index, diag);
    if (!err) err = text_of(p, "car", &car, diag);
    p->info.sense = p->sense;
    p->info.normaliser = (vg_normaliser)index;
    if (!err) err = inside(p, "car", read_car(p, car, diag), diag);
    if (!err) err = wholes_of(p, "tick", '/', 1000000, 2, tick, &count, diag);
    if (!err && count != 2)
        err = vg_fail_at(diag, VG_ERR_FORMAT, p->name, 0, "tick",
                         "expected seconds as a fraction such as 1/60");
    if (!err) err = wholes_of(p, "ticks_per_action", ',', 1000000, 1, &k, &count, diag);
    if (err) return err;
    p->info.tick_num = tick[0];
    p->info.tick_den = tick[1];
    p->info.ticks_per_action = k;
    return VG_OK;
}

static vg_err read_architecture(file_policy *p, vg_diag *diag) {
    static const char *const heads[] = {"mean", "gaussian"};
    int32_t layers[VG_MLP_HIDDEN_MOST + 2], count;
    int activation, head;
    vg_err err = wholes_of(p, "layers", ',', VG_MLP_WIDTH_MOST, VG_MLP_HIDDEN_MOST + 2, layers, &count, diag);
    if (!err) err = word_of(p, "activation", activation_words + 1, 2, &activation, diag);
    if (!err) err = word_of(p, "head", heads, 2, &head, diag);
    if (err) return err;
    if (count < 2 || layers[0] != vg_sense_size(p->sense) || layers[count - 1] != ACTIONS)
        return vg_fail_at(diag, VG_ERR_FORMAT, p->name, 0, "layers",
                          "'%.80s' does not lead from the sense's %d values to %d actions",
                          vg_safetensors_text(&p->file, "layers"), vg_sense_size(p->sense), ACTIONS);
    vg_mlp_def def = {.inputs = layers[0],
                      .outputs = ACTIONS,
                      .hidden_count = count - 2,
                      .activation = (vg_activation)(activation + 1),
                      .log_std = head == 1};
    memcpy(def.hidden, layers + 1, sizeof *layers * (size_t)(count - 2));
    return inside(p, "layers", vg_mlp_create(&def, &p->mlp, diag), diag);
}

// The file's tensor of this name, of this shape.
static vg_err tensor_of(const file_policy *p, const char *name, int32_t rank, const int64_t *shape,
                        const float **values, vg_diag *diag) {
    const vg_tensor *tensor = vg_safetensors_find(&p->file, name);
    char wanted[48], found[96] = "";
    snprintf(wanted, sizeof wanted, rank == 1 ? "[%lld]" : "[%lld, %lld]", (long long)shape[0],
             (long long)(rank == 1 ? 0 : shape[1]));
    if (!tensor)
        return vg_fail_at(diag, VG_ERR_FORMAT, p->name, 0, name, "no such tensor, expected one of shape %s",
                          wanted);
    *values = tensor->values;
    if (tensor->rank == rank && tensor->shape[0] == shape[0] && (rank == 1 || tensor->shape[1] == shape[1]))
        return VG_OK;
    for (int32_t i = 0; i < tensor->rank; i++) {
        size_t used = strlen(found);
        snprintf(found + used, sizeof found - used, "%s%lld", i ? ", " : "", (long long)tensor->shape[i]);
    }
    return vg_fail_at(diag, VG_ERR_FORMAT, p->name, 0, name,
                      "shape [%s], the layers and the sense ask for %s", found, wanted);
}

static vg_err read_weights(file_policy *p, vg_diag *diag) {
    const float *values;
    int64_t width = vg_sense_size(p->sense);
    vg_err err = VG_OK;
    for (int32_t i = 0; i < vg_mlp_tensors(p->mlp) && !err; i++) {
        vg_mlp_tensor to = vg_mlp_tensor_at(p->mlp, i);
        err = tensor_of(p, to.name, to.rank, to.shape, &values, diag);
        if (!err) memcpy(vg_mlp_parameters(p->mlp) + to.at, values, sizeof(float) * (size_t)to.count);
    }
    if (!err) err = tensor_of(p, "normaliser.mean", 1, &width, &p->info.mean, diag);
    if (!err) err = tensor_of(p, "normaliser.scale", 1, &width, &p->info.scale, diag);
    if (err) return err;
    if (p->file.tensor_count != vg_mlp_tensors(p->mlp) + 2)
        return vg_fail_at(diag, VG_ERR_FORMAT, p->name, 0, NULL, "%d tensors, the architecture has %d",
                          p->file.tensor_count, vg_mlp_tensors(p->mlp) + 2);
    vg_mlp_pack(p->mlp);
    return VG_OK;
}

// --- acting ------------------------------------------------------------------------------------------------

typedef struct lanes {
    int32_t count;
    float *scratch;
} lanes;

static void close_lanes(void *state) {
    lanes *lanes = state;
    if (lanes) vg_free(lanes->scratch);
    vg_free(lanes);
}

static vg_err open_lanes(const vg_policy *policy, int32_t count, void **state, vg_diag *diag) {
    const file_policy *p = (const file_policy *)policy;
    lanes *lanes = vg_new(struct lanes, 1);
    if (lanes) lanes->scratch = vg_new(float, vg_mlp_scratch(p->mlp, false));
    if (!lanes || !lanes->scratch) {
        close_lanes(lanes);
        return vg_fail_memory(diag);
    }
    lanes->count = count;
    *state = lanes;
    return VG_OK;
}

static vg_err act(const vg_policy *policy, void *state, const float *observed, const vg_world *world,
                  float *out) {
    (void)world;
    const file_policy *p = (const file_policy *)policy;
    const lanes *lanes = state;
    int32_t width = vg_sense_size(policy->sense);
    int64_t from = vg_net_stride(ACTIONS);
    float *inputs = vg_mlp_inputs(p->mlp, lanes->scratch), *outputs = vg_mlp_outputs(p->mlp, lanes->scratch);
    for (int32_t first = 0; first < lanes->count; first += VG_MLP_BLOCK) {
        int32_t rows = lanes->count - first < VG_MLP_BLOCK ? lanes->count - first : VG_MLP_BLOCK;
        vg_mlp_scale(observed + (int64_t)first * width, rows, width, p->info.mean, p->info.scale, inputs);
        vg_mlp_forward(p->mlp, rows, lanes->scratch);
        for (int32_t r = 0; r < rows; r++)
            for (int32_t a = 0; a < ACTIONS; a++) {
                float value = outputs[r * from + a];
                if (isnan(value)) return VG_ERR_POLICY;
                out[(int64_t)(first + r) * ACTIONS + a] = value < -1 ? -1 : value > 1 ? 1 : value;
            }
    }
    return VG_OK;
}

// Of a network in memory: nothing but the struct is its own.
static void destroy_borrower(vg_policy *policy) { vg_free(policy); }

static const vg_policy_ops borrower_ops = {
    .open = open_lanes, .close = close_lanes, .act = act, .destroy = destroy_borrower};
static const vg_policy_ops ops = {.open = open_lanes, .close = close_lanes, .act = act, .destroy = destroy};

static void describe_policy(file_policy *p, const vg_policy_ops *by, const char *name,
                            const vg_sense *sense) {
    p->policy = (vg_policy){.ops = by,
                            .name = name,
                            .hash = p->policy.hash,
                            .sense = sense,
                            .tick_num = p->info.tick_num,
                            .tick_den = p->info.tick_den,
                            .ticks_per_action = p->info.ticks_per_action,
                            .car = &p->info.car};
}

vg_err vg_policy_of_network(const vg_policy_info *info, vg_mlp *mlp, vg_policy **out, vg_diag *diag) {
    *out = NULL;
    file_policy *p = vg_new(file_policy, 1);
    if (!p) return vg_fail_memory(diag);
    p->info = *info;
    p->mlp = mlp;
    describe_policy(p, &borrower_ops, info->learner, info->sense);
    *out = &p->policy;
    return VG_OK;
}

vg_err vg_policy_load(const char *path, vg_policy **out, vg_diag *diag) {
    *out = NULL;
    file_policy *p = vg_new(file_policy, 1);
    if (!p) return vg_fail_memory(diag);
    p->name = vg_strdup(path);
    vg_err err = p->name ? vg_safetensors_read(path, &p->file, diag) : vg_fail_memory(diag);
    if (!err) err = read_kind(p, diag);
    if (!err) err = read_provenance(p, diag);
    if (!err) err = read_setting(p, diag);
    if (!err) err = read_architecture(p, diag);
    if (!err) err = read_weights(p, diag);
    if (!err) err = content_of(&p->info, p->mlp, &p->policy.hash, diag);
    if (err) {
        destroy(&p->policy);
        return err;
    }
    describe_policy(p, &ops, p->name, p->sense);
    *out = &p->policy;
    return VG_OK;
}

const vg_policy_info *vg_policy_file_info(const vg_policy *policy) {
    return policy && policy->ops == &ops ? &((const file_policy *)policy)->info : NULL;
}

const vg_mlp *vg_policy_file_mlp(const vg_policy *policy) {
    return policy && policy->ops == &ops ? ((const file_policy *)policy)->mlp : NULL;
}
