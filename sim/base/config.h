// sim/base/config.h -- YAML checked against a schema. There is one table per configuration: the same rows
// check a file, print `--help`, fill the struct with defaults, apply `--set key=value` and write the resolved
// configuration.
#ifndef VG_SIM_BASE_CONFIG_H
#define VG_SIM_BASE_CONFIG_H

#include <stddef.h>

#include "sim/base/file.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum vg_key_type {
    VG_KEY_BOOL,   // bool: true or false
    VG_KEY_INT,    // int64_t
    VG_KEY_FLOAT,  // float
    VG_KEY_DOUBLE, // double
    VG_KEY_CHOICE, // int32_t: index into the '|'-separated words of `choices`
    VG_KEY_TEXT,   // char[VG_KEY_TEXT_SIZE], UTF-8 without control characters
    VG_KEY_LIST, // char[VG_KEY_LIST_SIZE]: texts of up to 255 bytes with commas between; in YAML also a list
                 // of scalars
} vg_key_type;

enum { VG_KEY_TEXT_SIZE = 256, VG_KEY_LIST_SIZE = 8192 };
// A choice that came after files were written with the table: at its default vg_config_write_yaml leaves it
// out, so that what is hashed stays as it was.
enum { VG_CHOICE_NEWER = 1 };

// The field of a struct for a row of an X-macro table, by the row's type: VG_FIELD_##type(field);
#define VG_FIELD_BOOL(name)   bool name
#define VG_FIELD_INT(name)    int64_t name
#define VG_FIELD_FLOAT(name)  float name
#define VG_FIELD_DOUBLE(name) double name
#define VG_FIELD_CHOICE(name) int32_t name
#define VG_FIELD_TEXT(name)   char name[VG_KEY_TEXT_SIZE]
#define VG_FIELD_LIST(name)   char name[VG_KEY_LIST_SIZE]

typedef struct vg_key {
    const char *name;
    vg_key_type type;
    size_t at;          // offsetof the field in the struct
    const char *unit;   // "m", "s", "1" ...; "" when none
    double least, most; // closed range of a number (of a float, as floats); of a text: its largest number of
                        // bytes, at most 255 (most 0: 255); of a list: at most 8191 (most 0: 8191); of a
                        // choice: 0 and 0, or `most` VG_CHOICE_NEWER
    const char *standard; // the default, as `--set` would take it
    const char *choices;  // "adam|sgd" for VG_KEY_CHOICE, else NULL
    const char *help;     // one line
} vg_key;

// A row of a schema, from a row of an X-macro table X(field, type, unit, least, most, default, choices,
// help). `place` is where the struct holds the field ("" or `fit.bc.`), `group` is the prefix of the key's
// name:
//
//     #define X(...) VG_KEY_ROW(vg_bc_config, fit.bc., "bc.", __VA_ARGS__)
#define VG_KEY_ROW(config, place, group, field, type, unit, least, most, standard, choices, help)            \
    {group #field, VG_KEY_##type, offsetof(config, place field), unit, least, most, standard, choices, help},

typedef struct vg_schema {
    const char *name; // "bc", "car"
    const vg_key *keys;
    int32_t count;
    // Checks a text beyond its length: NULL, or called for each text and list that is set. The caller fills
    // in the place (file, line, key) of *diag.
    vg_err (*check_text)(const vg_key *key, const char *value, vg_diag *diag);
} vg_schema;

// Set every key of *into to its default. A table's own defaults are valid, which is asserted.
void vg_config_default(const vg_schema *schema, void *into);

// Set one key from text, as `--set key=value` does. where is a file name or "--set"; line 0 if none. Errors:
// VG_ERR_FORMAT (an unknown key, with the nearest known one; a value of another type or out of range), those
// of the schema's check_text.
VG_NODISCARD vg_err vg_config_set(const vg_schema *schema, void *into, const char *key, const char *value,
                                  const char *where, int64_t line, vg_diag *diag);

// Read a YAML file into *into, over its present values. The file's top level is one mapping of scalars, or of
// lists of scalars for keys that are lists. Keys of a group may be nested: `bc: {batch_size: 64}` is
// `bc.batch_size: 64`. A repeated key, deeper nesting, anchors, aliases and tags are errors; a file of
// comments sets nothing. On error *into may be partly changed. Errors: those of vg_file_read (limit 1 MiB)
// and of vg_config_set.
VG_NODISCARD vg_err vg_config_read(const vg_schema *schema, void *into, const char *path, vg_diag *diag);

// The same for bytes in memory (an embedded preset); messages use `where` as the file's name.
VG_NODISCARD vg_err vg_config_parse(const vg_schema *schema, void *into, const char *bytes, int64_t size,
                                    const char *where, vg_diag *diag);

// Is every key of *from within its range? For structs filled by code. Errors: VG_ERR_ARGUMENT naming the key.
VG_NODISCARD vg_err vg_config_check(const vg_schema *schema, const void *from, vg_diag *diag);

// The key with this name, or NULL.
const vg_key *vg_config_key(const vg_schema *schema, const char *name);

// The value of a key as text; vg_config_set turns it back into the same bits. buffer: VG_KEY_TEXT_SIZE; for a
// list VG_KEY_LIST_SIZE. Returns buffer.
char *vg_config_value(const vg_key *key, const void *from, char *buffer);

// "key: value" lines, in the table's order, without newer choices at their default; vg_config_parse reads
// them back to the same bits, over the defaults.
void vg_config_write_yaml(const vg_schema *schema, const void *from, vg_text *out);

// Copy item i of a list's value, without surrounding blanks, into item[VG_KEY_TEXT_SIZE]; false past the
// last.
bool vg_config_item(const char *list, int32_t i, char *item);

// The columns of the help about a key: name, type, unit, range, default. The line of text is not among them.
enum { VG_CONFIG_CELLS = 5, VG_CONFIG_CELL = 160 };
void vg_config_help_cells(const vg_key *key, char cells[VG_CONFIG_CELLS][VG_CONFIG_CELL]);
// The help: these cells and the text of each key, in columns.
void vg_config_help(const vg_schema *schema, vg_text *out);

#ifdef __cplusplus
}
#endif
#endif
