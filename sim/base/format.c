#include "sim/base/format.h"

#include <string.h>
#include <strings.h>

const vg_format *vg_format_named(const vg_format *const *table, const char *name) {
    for (; *table; table++)
        if (strcmp((*table)->name, name) == 0) return *table;
    return NULL;
}

// Get the next word of a text and its length; NULL past the last.
static const char *next_word(const char *text, size_t *length) {
    text += strspn(text, " ");
    *length = strcspn(text, " ");
    return *length ? text : NULL;
}

bool vg_format_has_ending(const vg_format *format, const char *path) {
    const char *slash = strrchr(path, '/'), *dot = strrchr(slash ? slash : path, '.');
    size_t length;
    for (const char *word = format->endings; dot && (word = next_word(word, &length)); word += length)
        if (strlen(dot + 1) == length && strncasecmp(dot + 1, word, length) == 0) return true;
    return false;
}

const vg_format *vg_format_of(const vg_format *const *table, const char *path, const char *bytes,
                              int64_t size) {
    if (size > VG_FORMAT_HEAD) size = VG_FORMAT_HEAD;
    for (const vg_format *const *row = table; *row; row++)
        if ((*row)->sniff(bytes, size)) return *row;
    for (const vg_format *const *row = table; *row; row++)
        if (vg_format_has_ending(*row, path)) return *row;
    return NULL;
}

// "(.xodr .xml)"
static void add_endings(const vg_format *format, vg_text *out) {
    size_t length;
    const char *lead = "(";
    for (const char *word = format->endings; (word = next_word(word, &length)); word += length, lead = " ")
        vg_text_add(out, "%s.%.*s", lead, (int)length, word);
    vg_text_add(out, ")");
}

void vg_format_list(const vg_format *const *table, vg_text *out) {
    for (const vg_format *const *row = table; *row; row++) {
        vg_text_add(out, "%s%s ", row == table ? "" : ", ", (*row)->name);
        add_endings(*row, out);
    }
}

void vg_format_help(const vg_format *const *table, vg_text *out) {
    int width = 0;
    for (const vg_format *const *row = table; *row; row++)
        if ((int)strlen((*row)->name) > width) width = (int)strlen((*row)->name);
    for (const vg_format *const *row = table; *row; row++) {
        vg_text_add(out, "  %-*s  %s ", width, (*row)->name, (*row)->summary);
        add_endings(*row, out);
        vg_text_add(out, "\n");
    }
}
