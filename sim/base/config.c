#include "sim/base/config.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = VG_CONFIG_CELLS, CELL = VG_CONFIG_CELL };

const vg_key *vg_config_key(const vg_schema *schema, const char *name) {
    for (int32_t i = 0; i < schema->count; i++)
        if (strcmp(schema->keys[i].name, name) == 0) return &schema->keys[i];
    return NULL;
}

// Find the nth of the words separated by '|': returns its length, or -1 past the last; *word points into
// choices.
static int nth_choice(const char *choices, int32_t n, const char **word) {
    for (; n > 0; n--) {
        choices = strchr(choices, '|');
        if (!choices) return -1;
        choices++;
    }
    *word = choices;
    return (int)strcspn(choices, "|");
}

static int32_t find_choice(const char *choices, const char *value) {
    const char *word;
    int length;
    for (int32_t i = 0; (length = nth_choice(choices, i, &word)) >= 0; i++)
        if (strlen(value) == (size_t)length && memcmp(value, word, (size_t)length) == 0) return i;
    return -1;
}

static size_t text_size(const vg_key *key) {
    return key->type == VG_KEY_LIST ? VG_KEY_LIST_SIZE : VG_KEY_TEXT_SIZE;
}

static size_t longest_text(const vg_key *key) {
    size_t room = text_size(key) - 1;
    return key->most > 0 && key->most < (double)room ? (size_t)key->most : room;
}

// Without the blanks around it, as vg_config_item gives it.
static const char *item_of(const char *list, size_t *length) {
    list += strspn(list, " ");
    *length = strcspn(list, ",");
    while (*length > 0 && list[*length - 1] == ' ') --*length;
    return list;
}

static size_t longest_item(const char *list) {
    size_t longest = 0, length;
    for (const char *at = list, *comma; at; at = comma ? comma + 1 : NULL) {
        item_of(at, &length);
        if (length > longest) longest = length;
        comma = strchr(at, ',');
    }
    return longest;
}

// "a,,b" or "a," names something without a name. A list of blanks alone is the list of nothing.
static bool has_empty_item(const char *list) {
    size_t length;
    if (!list[strspn(list, " ")]) return false;
    for (const char *at = list; at; at = strchr(at, ','), at = at ? at + 1 : NULL) {
        item_of(at, &length);
        if (length == 0) return true;
    }
    return false;
}

// A float is compared with its bounds as floats: 0.01f is less than 0.01.
static bool in_range(const vg_key *key, double value) {
    if (key->type == VG_KEY_FLOAT) return value >= (float)key->least && value <= (float)key->most;
    return value >= key->least && value <= key->most;
}

// The accepted values of a key: "0.3..20 m", "adam|sgd", "true|false" or "up to 255 bytes".
static void accepted(const vg_key *key, bool with_unit, char cell[CELL]) {
    char least[32], most[32];
    switch (key->type) {
    case VG_KEY_BOOL: snprintf(cell, CELL, "true|false"); break;
    case VG_KEY_CHOICE: snprintf(cell, CELL, "%s", key->choices); break;
    case VG_KEY_LIST:
    case VG_KEY_TEXT: snprintf(cell, CELL, "up to %zu bytes", longest_text(key)); break;
    case VG_KEY_INT:
    case VG_KEY_FLOAT:
    case VG_KEY_DOUBLE: {
        bool unit = with_unit && key->unit[0] && strcmp(key->unit, "1") != 0;
        snprintf(cell, CELL, "%s..%s%s%s", vg_format_double(key->least, least),
                 vg_format_double(key->most, most), unit ? " " : "", unit ? key->unit : "");
    }
    }
}

static vg_err fail_value(vg_diag *diag, const vg_key *key, const char *value, const char *where, int64_t line,
                         const char *what) {
    char cell[CELL];
    accepted(key, true, cell);
    return vg_fail_at(diag, VG_ERR_FORMAT, where, line, key->name, "'%.80s' %s, expected %s", value, what,
                      cell);
}

// Is it the last word of a longer key? "spread" is, of "start_spread".
static bool ends_key(const char *key, const char *name) {
    size_t whole = strlen(key), size = strlen(name);
    return size && whole > size && key[whole - size - 1] == '_' && strcmp(key + whole - size, name) == 0;
}

// The key that a name was probably meant to be, with or without its group: "epoch" is near "bc.n_epochs".
// NULL: none.
static const char *nearest_key(const vg_schema *schema, const char *name) {
    const char *nearest = NULL;
    for (int32_t i = 0; i < schema->count && !nearest; i++)
        if (ends_key(schema->keys[i].name, name)) nearest = schema->keys[i].name;
    if (!nearest) nearest = vg_nearest(name, &schema->keys[0].name, sizeof *schema->keys, schema->count);
    for (int32_t i = 0; i < schema->count && !nearest; i++) {
        const char *dot = strrchr(schema->keys[i].name, '.'), *last = dot ? dot + 1 : schema->keys[i].name;
        bool within = strlen(name) >= 3 && strstr(schema->keys[i].name, name);
        if (within || vg_nearest(name, &last, sizeof last, 1)) nearest = schema->keys[i].name;
    }
    return nearest;
}

static vg_err fail_key(vg_diag *diag, const vg_schema *schema, const char *name, const char *where,
                       int64_t line) {
    const char *nearest = nearest_key(schema, name);
    if (nearest)
        return vg_fail_at(diag, VG_ERR_FORMAT, where, line, name, "unknown key of %s, did you mean '%s'?",
                          schema->name, nearest);
    char known[400] = "";
    for (int32_t i = 0; i < schema->count; i++) {
        size_t used = strlen(known);
        if (used + strlen(schema->keys[i].name) + 8 > sizeof known) {
            strcpy(known + used, ", ...");
            break;
        }
        snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "", schema->keys[i].name);
    }
    return vg_fail_at(diag, VG_ERR_FORMAT, where, line, name, "unknown key of %s, expected one of %s",
                      schema->name, known);
}

// Set the field and return NULL, or return what is wrong with the value.
static const char *set_field(const vg_key *key, void *field, const char *value) {
    int64_t whole;
    double number;
    switch (key->type) {
    case VG_KEY_BOOL:
        if (strcmp(value, "true") != 0 && strcmp(value, "false") != 0) return "is neither true nor false";
        *(bool *)field = value[0] == 't';
        return NULL;
    case VG_KEY_INT:
        if (!vg_parse_int(value, &whole)) return "is not a whole number";
        if (!in_range(key, (double)whole)) return "is out of range";
        *(int64_t *)field = whole;
        return NULL;
    case VG_KEY_FLOAT:
        if (!vg_parse_double(value, &number)) return "is not a number";
        if (!(fabs(number) < 3e38) || !in_range(key, (float)number)) return "is out of range";
        *(float *)field = (float)number;
        return NULL;
    case VG_KEY_DOUBLE:
        if (!vg_parse_double(value, &number)) return "is not a number";
        if (!in_range(key, number)) return "is out of range";
        *(double *)field = number;
        return NULL;
    case VG_KEY_CHOICE: {
        int32_t choice = find_choice(key->choices, value);
        if (choice < 0) return "is not one of the choices";
        *(int32_t *)field = choice;
        return NULL;
    }
    case VG_KEY_LIST:
    case VG_KEY_TEXT:
        if (strlen(value) > longest_text(key)) return "is too long";
        if (key->type == VG_KEY_LIST && longest_item(value) >= VG_KEY_TEXT_SIZE)
            return "has an item of more than 255 bytes";
        if (key->type == VG_KEY_LIST && has_empty_item(value)) return "has an empty item";
        if (!vg_is_printable(value)) return "is not printable UTF-8";
        memset(field, 0, text_size(key));
        memcpy(field, value, strlen(value));
        return NULL;
    }
    return "has no type";
}

vg_err vg_config_set(const vg_schema *schema, void *into, const char *name, const char *value,
                     const char *where, int64_t line, vg_diag *diag) {
    const vg_key *key = vg_config_key(schema, name);
    if (!key) return fail_key(diag, schema, name, where, line);
    const char *wrong = set_field(key, (char *)into + key->at, value);
    if (wrong) return fail_value(diag, key, value, where, line, wrong);
    if ((key->type != VG_KEY_TEXT && key->type != VG_KEY_LIST) || !schema->check_text) return VG_OK;
    vg_diag why = {0};
    vg_err err = schema->check_text(key, value, &why);
    return err ? vg_fail_at(diag, err, where, line, key->name, "%s", why.text) : VG_OK;
}

void vg_config_default(const vg_schema *schema, void *into) {
    for (int32_t i = 0; i < schema->count; i++) {
        const vg_key *key = &schema->keys[i];
        const char *wrong = set_field(key, (char *)into + key->at, key->standard);
        assert(!wrong);
        (void)wrong;
    }
}

vg_err vg_config_check(const vg_schema *schema, const void *from, vg_diag *diag) {
    for (int32_t i = 0; i < schema->count; i++) {
        const vg_key *key = &schema->keys[i];
        const char *field = (const char *)from + key->at;
        char value[VG_KEY_LIST_SIZE], cell[CELL];
        bool good = true;
        switch (key->type) {
        case VG_KEY_BOOL: break;
        case VG_KEY_INT: good = in_range(key, (double)*(const int64_t *)field); break;
        case VG_KEY_FLOAT: good = in_range(key, *(const float *)field); break;
        case VG_KEY_DOUBLE: good = in_range(key, *(const double *)field); break;
        case VG_KEY_LIST:
        case VG_KEY_TEXT: good = memchr(field, 0, longest_text(key) + 1) && vg_is_printable(field); break;
        case VG_KEY_CHOICE: {
            const char *word;
            int32_t choice = *(const int32_t *)field;
            good = choice >= 0 && nth_choice(key->choices, choice, &word) >= 0;
        }
        }
        if (good) continue;
        accepted(key, true, cell);
        return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, 0, key->name, "%s's value '%.80s', expected %s",
                          schema->name, vg_config_value(key, from, value), cell);
    }
    return VG_OK;
}

char *vg_config_value(const vg_key *key, const void *from, char *buffer) {
    const char *field = (const char *)from + key->at;
    switch (key->type) {
    case VG_KEY_BOOL: return strcpy(buffer, *(const bool *)field ? "true" : "false");
    case VG_KEY_INT:
        snprintf(buffer, VG_KEY_TEXT_SIZE, "%lld", (long long)*(const int64_t *)field);
        return buffer;
    case VG_KEY_FLOAT: return vg_format_float(*(const float *)field, buffer);
    case VG_KEY_DOUBLE: return vg_format_double(*(const double *)field, buffer);
    case VG_KEY_LIST:
    case VG_KEY_TEXT: {
        size_t size = text_size(key);
        snprintf(buffer, size, "%.*s", (int)size - 1, field);
        return buffer;
    }
    case VG_KEY_CHOICE: {
        const char *word = "";
        int length = nth_choice(key->choices, *(const int32_t *)field, &word);
        snprintf(buffer, VG_KEY_TEXT_SIZE, "%.*s", length < 0 ? 0 : length, word);
        return buffer;
    }
    }
    return strcpy(buffer, "");
}

bool vg_config_item(const char *list, int32_t i, char *item) {
    while (*list && strspn(list, " ") == strlen(list)) list += strlen(list); // only blanks: empty
    if (!*list) return false;
    for (; i > 0; i--) {
        list = strchr(list, ',');
        if (!list) return false;
        list++;
    }
    size_t length;
    list = item_of(list, &length);
    snprintf(item, VG_KEY_TEXT_SIZE, "%.*s", (int)length, list);
    return true;
}

// --- writing and helping ---------------------------------------------------------------------------------

void vg_config_write_yaml(const vg_schema *schema, const void *from, vg_text *out) {
    for (int32_t i = 0; i < schema->count; i++) {
        const vg_key *key = &schema->keys[i];
        char value[VG_KEY_LIST_SIZE];
        vg_config_value(key, from, value);
        if (key->type == VG_KEY_CHOICE && key->most == VG_CHOICE_NEWER && strcmp(value, key->standard) == 0)
            continue;
        if (key->type != VG_KEY_TEXT && key->type != VG_KEY_LIST) {
            vg_text_add(out, "%s: %s\n", key->name, value);
            continue;
        }
        // Always quoted, so that no text is read as a number, a comment or a mapping.
        vg_text_add(out, "%s: \"", key->name);
        for (const char *c = value; *c; c++)
            vg_text_add(out, "%s%c", *c == '"' || *c == '\\' ? "\\" : "", *c);
        vg_text_add(out, "\"\n");
    }
}

void vg_config_help_cells(const vg_key *key, char cells[COLUMNS][CELL]) {
    static const char *const types[] = {
        [VG_KEY_BOOL] = "bool",     [VG_KEY_INT] = "int",       [VG_KEY_FLOAT] = "float",
        [VG_KEY_DOUBLE] = "double", [VG_KEY_CHOICE] = "choice", [VG_KEY_TEXT] = "text",
        [VG_KEY_LIST] = "list"};
    snprintf(cells[0], CELL, "%s", key->name);
    snprintf(cells[1], CELL, "%s", types[key->type]);
    snprintf(cells[2], CELL, "%s", strcmp(key->unit, "1") == 0 ? "" : key->unit);
    accepted(key, false, cells[3]);
    snprintf(cells[4], CELL, "%s", key->standard[0] ? key->standard : "\"\"");
}

void vg_config_help(const vg_schema *schema, vg_text *out) {
    static const char *const titles[COLUMNS] = {"key", "type", "unit", "range", "default"};
    char cells[COLUMNS][CELL];
    int width[COLUMNS];
    for (int c = 0; c < COLUMNS; c++) width[c] = (int)strlen(titles[c]);
    for (int32_t i = 0; i < schema->count; i++) {
        vg_config_help_cells(&schema->keys[i], cells);
        for (int c = 0; c < COLUMNS; c++)
            if ((int)strlen(cells[c]) > width[c]) width[c] = (int)strlen(cells[c]);
    }
    for (int32_t i = -1; i < schema->count; i++) {
        if (i >= 0) vg_config_help_cells(&schema->keys[i], cells);
        for (int c = 0; c < COLUMNS; c++) vg_text_add(out, "  %-*s", width[c], i < 0 ? titles[c] : cells[c]);
        vg_text_add(out, "  %s\n", i < 0 ? "meaning" : schema->keys[i].help);
    }
}
