// YAML to keys and values, by libyaml's events: one mapping of scalars, in which a group of keys may be a
// mapping of its own. No other YAML is accepted.
#include <string.h>
#include <yaml.h>

#include "sim/base/config.h"
#include "sim/base/memory.h"

enum { FILE_LIMIT = 1 << 20 };

typedef struct reader {
    const vg_schema *schema;
    void *into;
    const char *where;
    vg_diag *diag;
    yaml_parser_t parser;
    yaml_event_t event; // the current event
    bool *seen;         // [schema->count]
} reader;

static vg_err fail(const reader *r, const char *field, const char *text) {
    return vg_fail_at(r->diag, VG_ERR_FORMAT, r->where, (int64_t)r->event.start_mark.line + 1, field, "%s",
                      text);
}

static vg_err next(reader *r) {
    yaml_event_delete(&r->event);
    if (yaml_parser_parse(&r->parser, &r->event)) return VG_OK;
    const yaml_parser_t *p = &r->parser;
    if (p->error == YAML_MEMORY_ERROR) return vg_fail_memory(r->diag);
    int64_t line = (int64_t)p->problem_mark.line + 1;
    if (p->error == YAML_READER_ERROR) { // libyaml gives no line for bytes that are not text
        return vg_fail_at(r->diag, VG_ERR_FORMAT, r->where, 0, NULL, "is not YAML: byte %zu: %s",
                          p->problem_offset, p->problem ? p->problem : "unreadable");
    }
    return vg_fail_at(r->diag, VG_ERR_FORMAT, r->where, line, NULL, "is not YAML: %s",
                      p->problem ? p->problem : "syntax error");
}

// The event must be a plain or quoted scalar without a tag or an anchor.
static vg_err want_scalar(const reader *r, const char *field, const char *wanted) {
    const yaml_event_t *e = &r->event;
    char text[64];
    snprintf(text, sizeof text, "expected %s, found ", wanted);
    size_t used = strlen(text);
    switch (e->type) {
    case YAML_ALIAS_EVENT: strcpy(text + used, "an alias"); return fail(r, field, text);
    case YAML_SEQUENCE_START_EVENT: strcpy(text + used, "a list"); return fail(r, field, text);
    case YAML_MAPPING_START_EVENT: strcpy(text + used, "a mapping"); return fail(r, field, text);
    default: break;
    }
    if (e->data.scalar.anchor) return fail(r, field, "anchors are not taken");
    if (e->data.scalar.tag) return fail(r, field, "tags are not taken");
    if (strlen((const char *)e->data.scalar.value) != e->data.scalar.length)
        return fail(r, field, "contains a zero byte");
    return VG_OK;
}

// A list of scalars, joined by commas.
static vg_err read_list(reader *r, const char *name, char joined[VG_KEY_LIST_SIZE]) {
    size_t used = 0;
    if (r->event.data.sequence_start.anchor) return fail(r, name, "anchors are not taken");
    if (r->event.data.sequence_start.tag) return fail(r, name, "tags are not taken");
    joined[0] = 0;
    vg_err err = next(r);
    while (!err && r->event.type != YAML_SEQUENCE_END_EVENT) {
        err = want_scalar(r, name, "one value of a list");
        if (err) return err;
        const char *item = (const char *)r->event.data.scalar.value;
        if (strchr(item, ',')) return fail(r, name, "an item of a list may not contain a comma");
        if (!item[strspn(item, " ")]) return fail(r, name, "has an empty item");
        if (used + strlen(item) + 3 > VG_KEY_LIST_SIZE) return fail(r, name, "the list is too long");
        used += (size_t)snprintf(joined + used, VG_KEY_LIST_SIZE - used, "%s%s", used ? ", " : "", item);
        err = next(r);
    }
    return err;
}

// Is any key in this group? group: "bc.".
static bool is_group(const vg_schema *schema, const char *group) {
    for (int32_t i = 0; i < schema->count; i++)
        if (strncmp(schema->keys[i].name, group, strlen(group)) == 0) return true;
    return false;
}

static vg_err set_value(reader *r, const char *name, int64_t line) {
    const vg_key *key = vg_config_key(r->schema, name);
    if (key && r->seen[key - r->schema->keys]) return fail(r, name, "is given a second time");
    if (key) r->seen[key - r->schema->keys] = true;
    char joined[VG_KEY_LIST_SIZE];
    bool list = key && key->type == VG_KEY_LIST && r->event.type == YAML_SEQUENCE_START_EVENT;
    vg_err err = list ? read_list(r, name, joined) : key ? want_scalar(r, name, "one value") : VG_OK;
    if (err) return err;
    const char *value = !key ? "" : list ? joined : (const char *)r->event.data.scalar.value;
    return vg_config_set(r->schema, r->into, name, value, r->where, line, r->diag);
}

static vg_err read_mapping(reader *r, const char *group);

// A key and its value, or a group and its mapping: `bc: {batch_size: 64}` is `bc.batch_size: 64`.
static vg_err read_pair(reader *r, const char *group) {
    vg_err err = want_scalar(r, NULL, "a key");
    if (err) return err;
    char name[sizeof((vg_diag *)0)->field], inner[sizeof name + 1];
    snprintf(name, sizeof name, "%s%s", group, (const char *)r->event.data.scalar.value);
    snprintf(inner, sizeof inner, "%s.", name);
    int64_t line = (int64_t)r->event.start_mark.line + 1;
    err = next(r);
    if (err) return err;
    bool nested = r->event.type == YAML_MAPPING_START_EVENT && !group[0] && is_group(r->schema, inner);
    return nested ? read_mapping(r, inner) : set_value(r, name, line);
}

static vg_err read_mapping(reader *r, const char *group) {
    if (r->event.type != YAML_MAPPING_START_EVENT)
        return fail(r, NULL, "expected 'key: value' lines at the top level");
    if (r->event.data.mapping_start.anchor) return fail(r, NULL, "anchors are not taken");
    if (r->event.data.mapping_start.tag) return fail(r, NULL, "tags are not taken");
    vg_err err = next(r);
    while (!err && r->event.type != YAML_MAPPING_END_EVENT) {
        err = read_pair(r, group);
        if (!err) err = next(r);
    }
    return err;
}

static vg_err read_stream(reader *r) {
    vg_err err = next(r);    // the stream's start
    if (!err) err = next(r); // a document's start, or the end of a file of comments
    if (err || r->event.type == YAML_STREAM_END_EVENT) return err;
    if (!err) err = next(r);
    if (!err) err = read_mapping(r, "");
    if (!err) err = next(r); // the document's end
    if (!err) err = next(r);
    if (!err && r->event.type != YAML_STREAM_END_EVENT) return fail(r, NULL, "a second document begins here");
    return err;
}

vg_err vg_config_parse(const vg_schema *schema, void *into, const char *bytes, int64_t size,
                       const char *where, vg_diag *diag) {
    reader r = {.schema = schema, .into = into, .where = where, .diag = diag};
    r.seen = vg_new(bool, schema->count);
    if (!r.seen) return vg_fail_memory(diag);
    vg_err err;
    if (yaml_parser_initialize(&r.parser)) {
        yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
        yaml_parser_set_input_string(&r.parser, (const unsigned char *)bytes, (size_t)size);
        err = read_stream(&r);
        yaml_event_delete(&r.event);
        yaml_parser_delete(&r.parser);
    } else {
        err = vg_fail_memory(diag);
    }
    vg_free(r.seen);
    return err;
}

vg_err vg_config_read(const vg_schema *schema, void *into, const char *path, vg_diag *diag) {
    char *bytes;
    int64_t size;
    vg_err err = vg_file_read(path, FILE_LIMIT, &bytes, &size, diag);
    if (err) return err;
    err = vg_config_parse(schema, into, bytes, size, path, diag);
    vg_free(bytes);
    return err;
}
