// Results as text: aligned tables and JSON.
#include <string.h>

#include "app/output.h"
#include "sim/base/memory.h"

void vg_table_begin(vg_table *table, int32_t columns, const char *const *titles) {
    *table = (vg_table){.columns = columns};
    for (int32_t i = 0; i < columns; i++) vg_table_cell(table, "%s", titles[i]);
}

void vg_table_cell(vg_table *table, const char *format, ...) {
    char cell[512];
    va_list args;
    va_start(args, format);
    vsnprintf(cell, sizeof cell, format, args);
    va_end(args);
    vg_text_bytes(&table->text, cell, (int64_t)strlen(cell) + 1);
    table->cells++;
}

void vg_table_free(vg_table *table) {
    vg_text_free(&table->text);
    *table = (vg_table){0};
}

// Code points, which for what verge prints are the columns on a terminal.
static int32_t width_of(const char *cell) {
    int32_t width = 0;
    for (; *cell; cell++) width += (*cell & 0xc0) != 0x80;
    return width;
}

// A number, or what stands for a missing one; a unit may follow ("12 %").
static bool looks_numeric(const char *cell) {
    static const char *const missing[] = {"", "-", "nan", "inf", "no fit"};
    for (size_t i = 0; i < sizeof missing / sizeof *missing; i++)
        if (strcmp(cell, missing[i]) == 0) return true;
    return strchr("+-.0123456789", cell[0]) && strpbrk(cell, "0123456789") &&
           strcspn(cell, "/:") == strlen(cell);
}

void vg_table_text(const vg_table *table, vg_text *out) {
    int32_t columns = table->columns;
    int32_t *width = vg_new(int32_t, columns);
    bool *right = vg_new(bool, columns);
    if (!width || !right || table->text.failed) {
        out->failed = true;
        goto done;
    }
    for (int32_t c = 0; c < columns; c++) right[c] = table->cells > columns;
    const char *cell = table->text.bytes;
    for (int32_t i = 0; i < table->cells; i++, cell += strlen(cell) + 1) {
        int32_t c = i % columns;
        if (width_of(cell) > width[c]) width[c] = width_of(cell);
        if (i >= columns && !looks_numeric(cell)) right[c] = false;
    }
    cell = table->text.bytes;
    for (int32_t i = 0; i < table->cells; i++, cell += strlen(cell) + 1) {
        int32_t c = i % columns, pad = width[c] - width_of(cell);
        bool last = c == columns - 1 || i == table->cells - 1;
        vg_text_add(out, "%s%*s%s%*s%s", c ? "  " : "", right[c] ? pad : 0, "", cell,
                    right[c] || last ? 0 : pad, "", last ? "\n" : "");
    }
done:
    vg_free(width);
    vg_free(right);
}

vg_err vg_table_print(const vg_table *table, vg_diag *diag) {
    vg_text text = {0};
    vg_table_text(table, &text);
    vg_err err = vg_print_text(&text, diag);
    vg_text_free(&text);
    return err;
}

// --- JSON ------------------------------------------------------------------------------------------------

static void json_string_text(const char *s, size_t length, vg_text *out) {
    vg_text_add(out, "\"");
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)s[i];
        if (c == '"' || c == '\\')
            vg_text_add(out, "\\%c", c);
        else if (c < 0x20)
            vg_text_add(out, "\\u%04x", c);
        else
            vg_text_bytes(out, s + i, 1);
    }
    vg_text_add(out, "\"");
}

// Numbers and texts side by side on one line; objects and lists of lists a line each.
static bool is_flat(const json_t *list) {
    for (size_t i = 0; i < json_array_size(list); i++)
        if (json_is_array(json_array_get(list, i)) || json_is_object(json_array_get(list, i))) return false;
    return true;
}

static void json_value_text(const json_t *value, int depth, vg_text *out) {
    char number[32];
    const char *key, *comma = "";
    const json_t *item;
    size_t i;
    switch (json_typeof(value)) {
    case JSON_NULL: vg_text_add(out, "null"); return;
    case JSON_TRUE: vg_text_add(out, "true"); return;
    case JSON_FALSE: vg_text_add(out, "false"); return;
    case JSON_INTEGER: vg_text_add(out, "%lld", (long long)json_integer_value(value)); return;
    case JSON_REAL: // "5.0", so that it stays a real number for whoever reads it
        vg_format_double(json_real_value(value), number);
        vg_text_add(out, "%s%s", number, strpbrk(number, ".e") ? "" : ".0");
        return;
    case JSON_STRING: json_string_text(json_string_value(value), json_string_length(value), out); return;
    case JSON_ARRAY: {
        bool flat = is_flat(value);
        vg_text_add(out, "[");
        json_array_foreach(value, i, item) {
            if (flat)
                vg_text_add(out, "%s", i ? ", " : "");
            else
                vg_text_add(out, "%s\n%*s", comma, 2 * depth + 2, "");
            json_value_text(item, depth + 1, out);
            comma = ",";
        }
        if (!flat) vg_text_add(out, "\n%*s", 2 * depth, "");
        vg_text_add(out, "]");
        return;
    }
    case JSON_OBJECT:
        vg_text_add(out, "{");
        json_object_foreach((json_t *)value, key, item) {
            vg_text_add(out, "%s\n%*s", comma, 2 * depth + 2, "");
            json_string_text(key, strlen(key), out);
            vg_text_add(out, ": ");
            json_value_text(item, depth + 1, out);
            comma = ",";
        }
        if (comma[0]) vg_text_add(out, "\n%*s", 2 * depth, "");
        vg_text_add(out, "}");
    }
}

void vg_json_text(const json_t *value, vg_text *out) {
    json_value_text(value, 0, out);
    vg_text_add(out, "\n");
}

vg_err vg_print_json(json_t *value, vg_diag *diag) {
    if (!value) return vg_fail_memory(diag);
    vg_text text = {0};
    vg_json_text(value, &text);
    json_decref(value);
    vg_err err = vg_print_text(&text, diag);
    vg_text_free(&text);
    return err;
}
