#include "eval/outcome/json.h"

#include <math.h>
#include <string.h>

#include "sim/base/hash.h"

// One character that would not show itself, or play with a terminal, as JSON's escape: control characters of
// 7 and 8 bits, Unicode's line ends, marks that turn the direction of writing, U+FFFE and U+FFFF. 0: it is
// none.
static uint32_t hidden_character(const unsigned char *s) {
    if (s[0] < 0x20 || s[0] == 0x7f) return s[0];
    uint32_t code = 0;
    if (s[0] == 0xc2) code = 0x80u | (s[1] & 0x3fu);
    if ((s[0] & 0xf0) == 0xe0) code = (s[0] & 0xfu) << 12 | (s[1] & 0x3fu) << 6 | (s[2] & 0x3fu);
    bool hidden = (code >= 0x80 && code < 0xa0) || (code >= 0x2028 && code <= 0x202e) ||
                  (code >= 0x2066 && code <= 0x2069) || code == 0xfffe || code == 0xffff;
    return hidden ? code : 0;
}

// s is UTF-8, as jansson keeps it.
static void json_string_text(const char *s, size_t length, vg_text *out) {
    vg_text_add(out, "\"");
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)s[i];
        uint32_t hidden = hidden_character((const unsigned char *)s + i);
        if (c == '"' || c == '\\')
            vg_text_add(out, "\\%c", c);
        else if (hidden || c == 0) {
            vg_text_add(out, "\\u%04x", (unsigned)hidden);
            i += hidden < 0x80 ? 0 : hidden < 0x800 ? 1 : 2;
        } else
            vg_text_bytes(out, s + i, 1);
    }
    vg_text_add(out, "\"");
}

// Numbers and texts are written side by side on one line; objects and lists of lists take a line each.
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
    case JSON_REAL: // "5.0", so that readers take it for a real number
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

json_t *vg_json_number(double value) { return isfinite(value) ? json_real(value) : json_null(); }

json_t *vg_json_float(float value) {
    char text[32];
    double nearest = (double)value;
    vg_parse_double(vg_format_float(value, text), &nearest);
    return vg_json_number(nearest);
}

// --- seals -----------------------------------------------------------------------------------------------

vg_err vg_json_content_hash(const json_t *document, uint64_t *hash, vg_diag *diag) {
    vg_text text = {0};
    json_t *rest = json_copy((json_t *)document); // shallow
    if (rest) {
        json_object_del(rest, "version");
        json_object_del(rest, "content_hash");
        vg_json_text(rest, &text);
    }
    vg_err err = rest && !text.failed ? VG_OK : vg_fail_memory(diag);
    *hash = err ? 0 : vg_hash_bytes(0, text.bytes, (size_t)text.size);
    json_decref(rest);
    vg_text_free(&text);
    return err;
}

vg_err vg_json_seal(json_t *document, vg_diag *diag) {
    uint64_t hash;
    char text[17];
    vg_err err = vg_json_content_hash(document, &hash, diag);
    if (!err && json_object_set_new(document, "content_hash", json_string(vg_hash_format(hash, text))))
        err = vg_fail_memory(diag);
    return err;
}

vg_err vg_json_check_seal(const char *path, const json_t *document, vg_diag *diag) {
    uint64_t hash;
    char text[17];
    const char *said = json_string_value(json_object_get(document, "content_hash"));
    if (!said)
        return vg_fail_at(diag, VG_ERR_FORMAT, path, 0, "content_hash",
                          "is missing: it was not written by this version of verge; score again");
    vg_err err = vg_json_content_hash(document, &hash, diag);
    if (err || strcmp(said, vg_hash_format(hash, text)) == 0) return err;
    return vg_fail_at(diag, VG_ERR_FORMAT, path, 0, "content_hash",
                      "does not fit: the file was changed after verge wrote it; score again");
}
