#include "agents/policy/policy_file.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agents/nets/architecture.h"
#include "agents/nets/network_file.h"
#include "agents/nets/safetensors.h"
#include "agents/policy/heads.h"
#include "sim/base/config.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"
#include "sim/base/version.h"

static const char *const normaliser_words[] = {
#define X(name, word, help) word,
    VG_NORMALISERS(X)
#undef X
};
enum { NORMALISERS = sizeof normaliser_words / sizeof *normaliser_words };

// --- writing -----------------------------------------------------------------------------------------------

enum { PAIRS_MOST = 40, OWN_MOST = 16 };

// The metadata under construction: values of pairs point into texts.
typedef struct writing {
    vg_text car;
    char tick[48], ticks_per_action[16], seed[24], format[8];
    char own[OWN_MOST][VG_KEY_TEXT_SIZE]; // hyperparameters
    int32_t own_count;
    vg_pair pairs[PAIRS_MOST];
    int32_t count;
} writing;

static void put(writing *w, const char *key, const char *value) {
    assert(w->count < PAIRS_MOST);
    for (int32_t i = 0; i < w->count; i++) assert(strcmp(w->pairs[i].key, key) != 0);
    w->pairs[w->count++] = (vg_pair){key, value};
}

// Each key of a schema as text.
static void put_hyperparameters(writing *w, const vg_schema *schema, const void *values) {
    for (int32_t i = 0; schema && i < schema->count; i++) {
        assert(w->own_count < OWN_MOST && schema->keys[i].type != VG_KEY_LIST);
        const vg_key *key = &schema->keys[i];
        const char *value = vg_config_value(key, values, w->own[w->own_count++]);
        if (!vg_metadata_may_lack(key) || strcmp(value, key->standard) != 0) put(w, key->name, value);
    }
}

static const vg_head *head_of(const vg_policy_info *info, const vg_network *net) {
    return info->head ? info->head : vg_head_default(net);
}

// VG_ERR_MEMORY when a text could not grow; free_writing either way.
static vg_err describe(writing *w, const vg_policy_info *info, const vg_network *net, vg_diag *diag) {
    vg_hyperparameters hyperparameters = vg_network_hyperparameters(net);
    const vg_head *head = head_of(info, net);
    vg_config_write_yaml(&vg_car_schema, &info->car, &w->car);
    if (w->car.failed) return vg_fail_memory(diag);
    snprintf(w->format, sizeof w->format, "%d", VG_POLICY_FORMAT);
    snprintf(w->tick, sizeof w->tick, "%d/%d", info->tick_num, info->tick_den);
    snprintf(w->ticks_per_action, sizeof w->ticks_per_action, "%d", info->ticks_per_action);
    snprintf(w->seed, sizeof w->seed, "%llu", (unsigned long long)info->seed);
    put(w, "format", "verge-policy");
    put(w, "format_version", w->format);
    put(w, "architecture", vg_network_architecture(net));
    put_hyperparameters(w, vg_network_schema(net), &hyperparameters);
    put(w, "head", head->name);
    put_hyperparameters(w, head->schema, info->head_hyperparameters);
    put(w, "sense", vg_sense_text(info->sense));
    put(w, "normaliser", normaliser_words[info->normaliser]);
    put(w, "car", w->car.bytes);
    put(w, "tick", w->tick);
    put(w, "ticks_per_action", w->ticks_per_action);
    put(w, "actions", (info->action_space ? info->action_space : vg_action_space_at(0))->columns);
    put(w, "learner", info->learner);
    put(w, "config", info->config);
    put(w, "data", info->data);
    put(w, "seed", w->seed);
    return VG_OK;
}

static void free_writing(writing *w) { vg_text_free(&w->car); }

static vg_tensor column_tensor(const char *name, const float *values, int32_t count) {
    vg_tensor tensor = {.rank = 1, .shape = {count}, .count = count, .values = values};
    snprintf(tensor.name, sizeof tensor.name, "%s", name);
    return tensor;
}

enum { TENSORS_MOST = VG_NETWORK_TENSORS_MOST + 2 };

// The file's tensors into tensors[], of which there are vg_network_tensors + 2.
static void list_tensors(const vg_policy_info *info, const vg_network *net, vg_tensor *tensors) {
    int32_t count = vg_network_tensors(net), width = vg_sense_size(info->sense);
    vg_network_list(net, "", tensors);
    tensors[count] = column_tensor("normaliser.mean", info->mean, width);
    tensors[count + 1] = column_tensor("normaliser.scale", info->scale, width);
}

static vg_err content_of(const vg_policy_info *info, const vg_network *net, uint64_t *hash, vg_diag *diag) {
    writing w = {0};
    vg_tensor tensors[TENSORS_MOST];
    list_tensors(info, net, tensors);
    vg_err err = describe(&w, info, net, diag);
    if (!err) *hash = vg_safetensors_hash(w.pairs, w.count, tensors, vg_network_tensors(net) + 2);
    free_writing(&w);
    return err;
}

uint64_t vg_policy_content(const vg_policy_info *info, const vg_network *net) {
    uint64_t hash = 0;
    return content_of(info, net, &hash, NULL) ? 0 : hash;
}

vg_err vg_policy_metadata(const vg_policy_info *info, const vg_network *net, vg_policy_pair_fn each,
                          void *context, vg_diag *diag) {
    writing w = {0};
    vg_err err = describe(&w, info, net, diag);
    if (!err) put(&w, "version", VG_VERSION);
    for (int32_t i = 0; i < w.count && !err; i++) err = each(context, w.pairs[i].key, w.pairs[i].value, diag);
    free_writing(&w);
    return err;
}

vg_err vg_policy_write(const char *path, vg_overwrite overwrite, const vg_policy_info *info,
                       const vg_network *net, vg_diag *diag) {
    vg_err err =
        vg_head_check(head_of(info, net), info->head_hyperparameters, net, vg_sense_size(info->sense), diag);
    if (err && diag) snprintf(diag->file, sizeof diag->file, "%s", path);
    if (err) return err;
    writing w = {0};
    vg_tensor tensors[TENSORS_MOST];
    list_tensors(info, net, tensors);
    err = describe(&w, info, net, diag);
    if (!err) {
        put(&w, "version", VG_VERSION);
        err = vg_safetensors_write(path, overwrite, tensors, vg_network_tensors(net) + 2, w.pairs, w.count,
                                   diag);
    }
    free_writing(&w);
    return err;
}

// --- reading -----------------------------------------------------------------------------------------------

// What a policy of a file is made of: the owner of its parts.
typedef struct file_policy {
    vg_policy_info info;
    vg_safetensors file; // holds the texts and the normaliser
    vg_hyperparameters head_hyperparameters;
    vg_sense *sense;
    vg_network *net;
    char *name;
} file_policy;

static void release(void *owner) {
    file_policy *p = owner;
    vg_safetensors_free(&p->file);
    vg_sense_destroy(p->sense);
    vg_network_destroy(p->net);
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

// A call that fills the diagnostic for a text inside the file: say which file, and which key where it has not
// said so itself.
static vg_err located(const file_policy *p, const char *key, vg_err err, vg_diag *diag) {
    if (!err || err == VG_ERR_MEMORY || !diag) return err;
    snprintf(diag->file, sizeof diag->file, "%s", p->name);
    if (!diag->field[0]) snprintf(diag->field, sizeof diag->field, "%s", key);
    diag->line = 0;
    return err;
}

// The same for a text that has fields of its own: "car.wheelbase".
static vg_err inside(const file_policy *p, const char *key, vg_err err, vg_diag *diag) {
    if (err && err != VG_ERR_MEMORY && diag && diag->field[0] && strcmp(diag->field, key) != 0) {
        char where[sizeof diag->field];
        snprintf(where, sizeof where, "%s.%.40s", key, diag->field);
        snprintf(diag->field, sizeof diag->field, "%s", where);
    }
    return located(p, key, err, diag);
}

// Whole numbers with `separator` between them; *count is how many.
static vg_err counts_of(const file_policy *p, const char *key, char separator, int32_t room, int32_t *values,
                        int32_t *count, vg_diag *diag) {
    const char *text;
    vg_err err = text_of(p, key, &text, diag);
    return err ? err
               : located(p, key, vg_parse_counts(key, text, separator, 1000000, room, values, count, diag),
                         diag);
}

static vg_err read_action_space(file_policy *p, vg_diag *diag) {
    static const char *const columns[] = {
#define X(name, word, columns, help) columns,
        VG_ACTION_SPACES(X)
#undef X
    };
    int index = 0;
    vg_err err = word_of(p, "actions", columns, sizeof columns / sizeof *columns, &index, diag);
    p->info.action_space = vg_action_space_at(index);
    return err;
}

static vg_err read_kind(file_policy *p, vg_diag *diag) {
    static const char *const formats[] = {"verge-policy"}, *const versions[] = {"1"};
    int index;
    vg_err err = word_of(p, "format", formats, 1, &index, diag);
    if (!err) err = word_of(p, "format_version", versions, 1, &index, diag);
    return err ? err : read_action_space(p, diag);
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

// The car by value: every limit has to be there, since one left out would quietly be the sedan's. Files older
// than the grip fields have none of them: their cars are as they were.
static vg_err read_car(file_policy *p, const char *yaml, vg_diag *diag) {
    vg_car *car = &p->info.car;
    *car = vg_car_default();
#define X(field, unit, least, most, standard, help) car->field = NAN;
    VG_CAR_BODY_FIELDS(X)
#undef X
    vg_car_clear_grip(car);
    vg_err err = vg_config_parse(&vg_car_schema, car, yaml, (int64_t)strlen(yaml), p->name, diag);
    if (err) return err;
#define X(field, unit, least, most, standard, help)                                                          \
    if (isnan(car->field)) return vg_fail_at(diag, VG_ERR_FORMAT, p->name, 0, #field, "missing, in " unit);
    VG_CAR_BODY_FIELDS(X)
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
    if (!err) err = counts_of(p, "tick", '/', 2, tick, &count, diag);
    if (!err && count != 2)
        err = vg_fail_at(diag, VG_ERR_FORMAT, p->name, 0, "tick",
                         "expected seconds as a fraction such as 1/60");
    if (!err) err = counts_of(p, "ticks_per_action", ',', 1, &k, &count, diag);
    if (err) return err;
    p->info.tick_num = tick[0];
    p->info.tick_den = tick[1];
    p->info.ticks_per_action = k;
    return VG_OK;
}

static vg_err read_head(file_policy *p, vg_diag *diag) {
    const char *name;
    vg_err err = text_of(p, "head", &name, diag);
    if (!err) err = located(p, "head", vg_head_find(name, &p->info.head, diag), diag);
    if (err || !p->info.head->schema) return err;
    p->info.head_hyperparameters = &p->head_hyperparameters;
    return vg_metadata_read(p->info.head->schema, &p->head_hyperparameters, "", &p->file, p->name, diag);
}

// The network that the head needs for the sense, as the architecture's keys describe it.
static vg_err read_architecture(file_policy *p, vg_diag *diag) {
    const vg_head *head = p->info.head;
    const char *name;
    const vg_schema *schema = NULL;
    vg_hyperparameters values = {0};
    vg_network_shape shape = {.inputs =
                                  vg_head_inputs(head, p->info.head_hyperparameters, vg_sense_size(p->sense)),
                              .outputs = head->outputs(p->info.head_hyperparameters),
                              .log_std = head->log_std};
    vg_err err = text_of(p, "architecture", &name, diag);
    if (!err) err = located(p, "architecture", vg_architecture_schema(name, &schema, diag), diag);
    if (!err) err = vg_metadata_read(schema, &values, "", &p->file, p->name, diag);
    if (err) return err;
    err = vg_fail_of_file(vg_architecture_create(name, &shape, &values, &p->net, diag), diag);
    return located(p, "architecture", err, diag);
}

static vg_err read_weights(file_policy *p, vg_diag *diag) {
    int64_t width = vg_sense_size(p->sense);
    vg_err err = vg_network_fill(p->net, "", &p->file, p->name, diag);
    if (!err) err = vg_safetensors_need(&p->file, p->name, "normaliser.mean", 1, &width, &p->info.mean, diag);
    if (!err)
        err = vg_safetensors_need(&p->file, p->name, "normaliser.scale", 1, &width, &p->info.scale, diag);
    if (!err && p->file.tensor_count != vg_network_tensors(p->net) + 2)
        err = vg_fail_at(diag, VG_ERR_FORMAT, p->name, 0, NULL, "%d tensors, the architecture has %d",
                         p->file.tensor_count, vg_network_tensors(p->net) + 2);
    return err;
}

// --- life --------------------------------------------------------------------------------------------------

static vg_err read_all(file_policy *p, uint64_t *hash, vg_diag *diag) {
    vg_err err = read_kind(p, diag);
    if (!err) err = read_provenance(p, diag);
    if (!err) err = read_setting(p, diag);
    if (!err) err = read_head(p, diag);
    if (!err) err = read_architecture(p, diag);
    if (!err) err = read_weights(p, diag);
    return err ? err : content_of(&p->info, p->net, hash, diag);
}

vg_err vg_policy_of_parts(const char *name, vg_safetensors *parts, vg_policy **out, vg_diag *diag) {
    uint64_t hash = 0;
    *out = NULL;
    file_policy *p = vg_new(file_policy, 1);
    if (!p) {
        vg_safetensors_free(parts);
        return vg_fail_memory(diag);
    }
    p->file = *parts;
    p->name = vg_strdup(name);
    vg_err err = p->name ? read_all(p, &hash, diag) : vg_fail_memory(diag);
    vg_policy_origin origin = {.name = p->name, .hash = hash, .owner = p, .release = release};
    if (!err)
        err = located(p, "head", vg_policy_of_owned_network(&p->info, p->net, &origin, out, diag), diag);
    if (err) release(p);
    return err;
}

vg_err vg_policy_load(const char *path, vg_policy **out, vg_diag *diag) {
    vg_safetensors parts;
    *out = NULL;
    vg_err err = vg_safetensors_read(path, &parts, diag);
    return err ? err : vg_policy_of_parts(path, &parts, out, diag);
}

static bool is_of_file(const vg_policy *policy) {
    const vg_policy_origin *origin = vg_network_policy_origin(policy);
    return origin && origin->release == release;
}

const vg_policy_info *vg_policy_file_info(const vg_policy *policy) {
    return is_of_file(policy) ? vg_network_policy_info(policy) : NULL;
}

const vg_network *vg_policy_file_network(const vg_policy *policy) {
    return is_of_file(policy) ? vg_network_policy_network(policy) : NULL;
}
