// Results as text: aligned tables and JSON.
#include <string.h>

#include "app/cli/output.h"
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
    vg_make_harmless(cell, (int64_t)strlen(cell), false);
    vg_text_bytes(&table->text, cell, (int64_t)strlen(cell) + 1);
    table->cells++;
}

void vg_table_free(vg_table *table) {
    vg_text_free(&table->text);
    *table = (vg_table){0};
}

// Counts code points. For the text that verge prints they are the columns on a terminal.
static int32_t width_of(const char *cell) {
    int32_t width = 0;
    for (; *cell; cell++) width += (*cell & 0xc0) != 0x80;
    return width;
}

// Whether the cell is a number, or the mark of a missing one; a unit may follow ("12 %").
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

vg_err vg_print_json(json_t *value, vg_diag *diag) {
    if (!value) return vg_fail_memory(diag);
    vg_text text = {0};
    vg_json_text(value, &text);
    json_decref(value);
    vg_err err = vg_print_text(&text, diag);
    vg_text_free(&text);
    return err;
}
