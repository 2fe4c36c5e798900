#include "logs/store/preferences.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/hash.h"
#include "sim/base/memory.h"

static const char FORMAT[] = "verge-preferences";

static const char *const words[] = {
#define X(name, word) word,
    VG_PREFERRED(X)
#undef X
};
enum { WORDS = sizeof words / sizeof *words };

const char *vg_preferred_word(vg_preferred preferred) { return words[preferred]; }

void vg_preferences_free(vg_preferences *p) {
    vg_free(p->rows);
    *p = (vg_preferences){0};
}

int64_t vg_preferences_find(const vg_preferences *p, uint64_t a, uint64_t b) {
    for (int64_t i = 0; i < p->count; i++)
        if ((p->rows[i].left == a && p->rows[i].right == b) ||
            (p->rows[i].left == b && p->rows[i].right == a))
            return i;
    return -1;
}

static vg_err add(vg_preferences *p, const vg_preference_row *row, vg_diag *diag) {
    if (p->count == p->capacity) {
        int64_t wider = p->capacity ? 2 * p->capacity : 16;
        vg_preference_row *more = vg_realloc(p->rows, p->count, wider, sizeof *more);
        if (!more) return vg_fail_memory(diag);
        p->rows = more;
        p->capacity = wider;
    }
    p->rows[p->count++] = *row;
    return VG_OK;
}

vg_err vg_preferences_set(vg_preferences *p, const vg_preference_row *row, vg_diag *diag) {
    int64_t before = vg_preferences_find(p, row->left, row->right);
    vg_err err = add(p, row, diag);
    if (err || before < 0) return err;
    p->count--; // the row that it replaces goes, the new one is the last
    memmove(p->rows + before, p->rows + before + 1, (size_t)(p->count - before) * sizeof *p->rows);
    return VG_OK;
}

void vg_preferences_undo(vg_preferences *p) { p->count -= p->count > 0; }

// --- reading -----------------------------------------------------------------------------------------------

// One line of the file while it is read.
typedef struct line {
    const char *path;
    int64_t number; // 1-based
    json_t *object;
} line;

static vg_err fail(const line *l, const char *field, const char *what, vg_diag *diag) {
    return vg_fail_at(diag, VG_ERR_FORMAT, l->path, l->number, field, "%s", what);
}

static vg_err get_hash(const line *l, const char *key, uint64_t *out, vg_diag *diag) {
    const char *text = json_string_value(json_object_get(l->object, key));
    if (!text || strlen(text) != 16 || text[strspn(text, "0123456789abcdef")])
        return fail(l, key, "expected the content hash of a lap: 16 hexadecimal digits, in quotes", diag);
    *out = 0;
    for (int i = 0; i < 16; i++)
        *out = *out << 4 | (uint64_t)(text[i] <= '9' ? text[i] - '0' : text[i] - 'a' + 10);
    return VG_OK;
}

static vg_err get_preferred(const line *l, vg_preferred *out, vg_diag *diag) {
    const char *text = json_string_value(json_object_get(l->object, "preferred"));
    for (int i = 0; i < WORDS && text; i++)
        if (strcmp(words[i], text) == 0) {
            *out = (vg_preferred)i;
            return VG_OK;
        }
    return fail(l, "preferred", "expected \"left\", \"right\" or \"equal\"", diag);
}

static vg_err get_name(const line *l, const char *key, char out[128], vg_diag *diag) {
    const json_t *value = json_object_get(l->object, key);
    const char *text = json_string_value(value);
    if (value && !text) return fail(l, key, "expected a text: the file of the log and the episode", diag);
    if (text) vg_name_of(out, 128, text, strlen(text));
    return VG_OK;
}

static vg_err check_keys(const line *l, vg_diag *diag) {
    static const char *const known[] = {"left", "right", "preferred", "left_lap", "right_lap"};
    const char *key;
    const json_t *value;
    json_object_foreach(l->object, key, value) {
        bool found = false;
        for (size_t i = 0; i < sizeof known / sizeof *known; i++) found |= strcmp(key, known[i]) == 0;
        if (!found)
            return vg_fail_at(diag, VG_ERR_FORMAT, l->path, l->number, NULL,
                              "has the key '%.40s', expected left, right, preferred, left_lap, right_lap",
                              key);
    }
    return VG_OK;
}

static vg_err read_row(const line *l, vg_preferences *out, vg_diag *diag) {
    vg_preference_row row = {0};
    vg_err err = check_keys(l, diag);
    if (!err) err = get_hash(l, "left", &row.left, diag);
    if (!err) err = get_hash(l, "right", &row.right, diag);
    if (!err) err = get_preferred(l, &row.preferred, diag);
    if (!err) err = get_name(l, "left_lap", row.left_lap, diag);
    if (!err) err = get_name(l, "right_lap", row.right_lap, diag);
    if (!err && row.left == row.right) err = fail(l, "right", "is the same lap as the left one", diag);
    if (!err && out->count == VG_PREFERENCES_MOST) err = fail(l, NULL, "is one row too many", diag);
    return err ? err : add(out, &row, diag);
}

static vg_err read_head(const line *l, vg_diag *diag) {
    const char *format = json_string_value(json_object_get(l->object, "format"));
    const json_t *version = json_object_get(l->object, "format_version");
    if (!format || strcmp(format, FORMAT) != 0)
        return fail(l, "format", "expected a file of preferences: {\"format\": \"verge-preferences\", ...}",
                    diag);
    if (!json_is_integer(version) || json_integer_value(version) != VG_PREFERENCES_VERSION)
        return fail(l, "format_version", "expected 1, the only version that this verge reads", diag);
    return VG_OK;
}

static vg_err read_line(line *l, const char *bytes, size_t size, vg_preferences *out, vg_diag *diag) {
    json_error_t why;
    l->object = json_loadb(bytes, size, JSON_REJECT_DUPLICATES, &why);
    if (!l->object && json_error_code(&why) == json_error_out_of_memory) return vg_fail_memory(diag);
    if (!json_is_object(l->object)) {
        json_decref(l->object);
        return fail(l, NULL, "is no JSON object, expected one in each line", diag);
    }
    vg_err err = l->number == 1 ? read_head(l, diag) : read_row(l, out, diag);
    json_decref(l->object);
    return err;
}

static int by_pair(const void *a, const void *b) { return memcmp(a, b, 2 * sizeof(uint64_t)); }

// The same two laps twice, in whatever order: which one holds? Rows are checked by sorting, for there may be
// a million.
static vg_err check_twice(const vg_preferences *p, const char *path, vg_diag *diag) {
    typedef struct pair {
        uint64_t low, high;
        int64_t row;
    } pair;
    pair *all = vg_new(pair, p->count);
    if (!all) return vg_fail_memory(diag);
    for (int64_t i = 0; i < p->count; i++) {
        const vg_preference_row *row = &p->rows[i];
        bool rising = row->left < row->right;
        all[i] = (pair){rising ? row->left : row->right, rising ? row->right : row->left, i};
    }
    qsort(all, (size_t)p->count, sizeof *all, by_pair);
    vg_err err = VG_OK;
    for (int64_t i = 1; i < p->count && !err; i++)
        if (by_pair(&all[i - 1], &all[i]) == 0) {
            int64_t a = all[i - 1].row, b = all[i].row, later = a > b ? a : b;
            err = vg_fail_at(diag, VG_ERR_FORMAT, path, later + 2, "right",
                             "the same two laps as in line %lld, expected each pair once",
                             (long long)(a < b ? a : b) + 2);
        }
    vg_free(all);
    return err;
}

vg_err vg_preferences_parse(const char *bytes, int64_t size, const char *path, vg_preferences *out,
                            vg_diag *diag) {
    line l = {.path = path};
    vg_err err = VG_OK;
    *out = (vg_preferences){0};
    for (int64_t first = 0, end; first < size && !err; first = end + 1) {
        const char *stop = memchr(bytes + first, '\n', (size_t)(size - first));
        end = stop ? stop - bytes : size;
        l.number++;
        err = read_line(&l, bytes + first, (size_t)(end - first), out, diag);
    }
    if (!err && l.number == 0) {
        l.number = 1;
        err = fail(&l, "format", "is empty, expected {\"format\": \"verge-preferences\", ...}", diag);
    }
    if (!err) err = check_twice(out, path, diag);
    if (err) vg_preferences_free(out);
    return err;
}

vg_err vg_preferences_read(const char *path, vg_preferences *out, vg_diag *diag) {
    char *bytes;
    int64_t size;
    *out = (vg_preferences){0};
    vg_err err = vg_file_read(path, 0, &bytes, &size, diag);
    if (err) return err;
    err = vg_preferences_parse(bytes, size, path, out, diag);
    vg_free(bytes);
    return err;
}

// --- writing -----------------------------------------------------------------------------------------------

static void add_name(vg_text *out, const char *key, const char *name) {
    if (!name[0]) return;
    vg_text_add(out, ", \"%s\": \"", key);
    for (const char *c = name; *c; c++) {
        if (*c == '"' || *c == '\\') vg_text_bytes(out, "\\", 1);
        vg_text_bytes(out, c, 1);
    }
    vg_text_add(out, "\"");
}

void vg_preferences_text(const vg_preferences *p, vg_text *out) {
    char left[17], right[17];
    vg_text_add(out, "{\"format\": \"%s\", \"format_version\": %d}\n", FORMAT, VG_PREFERENCES_VERSION);
    for (int64_t i = 0; i < p->count; i++) {
        const vg_preference_row *row = &p->rows[i];
        vg_text_add(out, "{\"left\": \"%s\", \"right\": \"%s\", \"preferred\": \"%s\"",
                    vg_hash_format(row->left, left), vg_hash_format(row->right, right),
                    words[row->preferred]);
        add_name(out, "left_lap", row->left_lap);
        add_name(out, "right_lap", row->right_lap);
        vg_text_add(out, "}\n");
    }
}

vg_err vg_preferences_write(const vg_preferences *p, const char *path, vg_diag *diag) {
    vg_text out = {0};
    vg_preferences_text(p, &out);
    vg_err err =
        out.failed ? vg_fail_memory(diag) : vg_file_write(path, out.bytes, out.size, VG_REPLACE, diag);
    vg_text_free(&out);
    return err;
}
