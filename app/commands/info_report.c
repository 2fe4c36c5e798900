#include "app/commands/info_report.h"

#include <string.h>

#include "app/commands/info_settings.h"
#ifdef VG_WITH_FIGURES
#include "eval/figures/png.h"
#endif
#include "eval/study/study.h"
#include "sim/base/memory.h"

static bool ends_with(const char *text, int64_t size, const char *suffix) {
    int64_t tail = (int64_t)strlen(suffix);
    while (size > 0 && strchr(" \t\r\n", text[size - 1])) size--;
    return size >= tail && memcmp(text + size - tail, suffix, (size_t)tail) == 0;
}

// --- pictures, pages, JUnit --------------------------------------------------------------------------------

#ifdef VG_WITH_FIGURES
static vg_err info_png(const char *path, vg_facts *facts, vg_diag *diag) {
    vg_png_info png;
    vg_fact_text(facts, "kind", "picture, PNG");
    vg_err err = vg_png_info_read(path, &png, diag);
    if (err) return err;
    vg_fact(facts, "width", json_integer(png.width));
    vg_fact(facts, "height", json_integer(png.height));
    for (int32_t i = 0; i < png.count; i++)
        if (!json_object_get(facts->object, png.texts[i].key))
            vg_fact(facts, png.texts[i].key, json_string(png.texts[i].value));
    vg_png_info_free(&png);
    return VG_OK;
}
#else
static vg_err info_png(const char *path, vg_facts *facts, vg_diag *diag) {
    vg_fact_text(facts, "kind", "picture, PNG");
    return vg_fail_at(diag, VG_ERR_FORMAT, path, 0, NULL,
                      "is a PNG, and this build was made without figures");
}
#endif

// Adds every <meta name="N" content="C"> as a fact.
static void add_metas(const char *text, vg_facts *facts) {
    static const char begin[] = "<meta name=\"", middle[] = "\" content=\"";
    for (const char *at = strstr(text, begin); at; at = strstr(at + 1, begin)) {
        const char *name = at + sizeof begin - 1, *name_end = strchr(name, '"');
        if (!name_end || strncmp(name_end, middle, sizeof middle - 1) != 0) continue;
        const char *content = name_end + sizeof middle - 1, *content_end = strchr(content, '"');
        char key[64];
        snprintf(key, sizeof key, "%.*s", (int)(name_end - name), name);
        if (content_end && !json_object_get(facts->object, key))
            vg_fact(facts, key, json_stringn(content, (size_t)(content_end - content)));
    }
}

// A document of tags: recognised by its beginning, and sound if it has the right end.
static vg_err info_tags(const char *path, const char *kind, const char *end, vg_facts *facts, vg_diag *diag) {
    char *bytes;
    int64_t size;
    vg_fact_text(facts, "kind", "%s", kind);
    vg_err err = vg_file_read(path, 0, &bytes, &size, diag);
    if (err) return err;
    vg_fact(facts, "bytes", json_integer(size));
    add_metas(bytes, facts);
    if (!ends_with(bytes, size, end))
        err = vg_fail_at(diag, VG_ERR_FORMAT, path, 0, NULL, "is cut off: it does not end with %s", end);
    vg_free(bytes);
    return err;
}

// --- episodes ----------------------------------------------------------------------------------------------

// Counts the fields of the row at *at, and moves *at behind the row. A quoted field may hold commas and line
// ends.
static int32_t count_fields(const char **at) {
    int32_t fields = 1;
    bool quoted = false;
    for (; **at && (quoted || **at != '\n'); ++*at) {
        if (**at == '"') quoted = !quoted;
        if (**at == ',' && !quoted) fields++;
    }
    if (**at) ++*at;
    return quoted ? -1 : fields;
}

static vg_err info_episodes(const char *path, vg_facts *facts, vg_diag *diag) {
    char *bytes;
    int64_t size, rows = 0;
    vg_fact_text(facts, "kind", "episodes");
    vg_err err = vg_file_read(path, 0, &bytes, &size, diag);
    if (err) return err;
    const char *at = bytes;
    int32_t columns = count_fields(&at);
    while (*at && !err) {
        rows++;
        if (count_fields(&at) != columns)
            err = vg_fail_at(diag, VG_ERR_FORMAT, path, rows + 1, NULL,
                             "does not have the %d fields of the header", columns);
    }
    if (!err && !ends_with(bytes, size, "\n") && bytes[size - 1] != '\n')
        err =
            vg_fail_at(diag, VG_ERR_FORMAT, path, rows + 1, NULL, "is cut off: the last row has no line end");
    vg_fact(facts, "episodes", json_integer(rows));
    vg_fact(facts, "columns", json_integer(columns));
    vg_free(bytes);
    return err;
}

// --- suites and studies ------------------------------------------------------------------------------------

static vg_err info_suite(const char *path, vg_facts *facts, vg_diag *diag) {
    vg_suite_config config;
    vg_suite suite;
    char name[VG_KEY_TEXT_SIZE];
    vg_fact_text(facts, "kind", "suite");
    vg_err err = vg_suite_read(path, &config, name, diag);
    if (err) return err;
    vg_info_keys(&vg_suite_schema, &config, facts);
    err = vg_suite_build(&config, name, NULL, 0, &suite, diag);
    if (err) return err;
    vg_fact(facts, "test roads", json_integer(suite.test.count));
    vg_fact(facts, "episodes", json_integer((json_int_t)suite.test.count * config.starts));
    vg_fact_hash(facts, "hash", vg_suite_hash(&suite));
    vg_suite_free(&suite);
    return VG_OK;
}

static vg_err info_study(const char *path, vg_facts *facts, vg_diag *diag) {
    vg_study_config config;
    vg_config_default(&vg_study_schema, &config);
    vg_fact_text(facts, "kind", "study");
    vg_err err = vg_config_read(&vg_study_schema, &config, path, diag);
    if (!err) vg_info_keys(&vg_study_schema, &config, facts);
    return err;
}

// Whether the line begins with this key.
static bool has_key(const char *text, const char *key) {
    size_t length = strlen(key);
    for (; text; text = strchr(text, '\n')) {
        if (*text == '\n') text++;
        if (strncmp(text, key, length) == 0) return true;
    }
    return false;
}

static vg_err info_yaml(const char *path, vg_facts *facts, bool *known, vg_diag *diag) {
    char *bytes;
    int64_t size;
    vg_err err = vg_file_read(path, 1 << 20, &bytes, &size, diag);
    if (err) return err;
    bool study = has_key(bytes, "suite:") || has_key(bytes, "parts:"), suite = has_key(bytes, "test:");
    // The file that a study leaves in its folder: its keys, then those of its suite.
    char *second = strstr(bytes, "\n# --- suite ");
    if (study && second) {
        vg_study_config config;
        vg_config_default(&vg_study_schema, &config);
        vg_fact_text(facts, "kind", "study, as it was resolved");
        err = vg_config_parse(&vg_study_schema, &config, bytes, second - bytes + 1, path, diag);
        if (!err) vg_info_keys(&vg_study_schema, &config, facts);
        *known = true;
    } else if (!study && !suite)
        err = vg_info_settings(path, bytes, facts, known, diag);
    vg_free(bytes);
    if (*known || err) return err;
    *known = study || suite;
    if (study) return info_study(path, facts, diag);
    return suite ? info_suite(path, facts, diag) : VG_OK;
}

vg_err vg_info_report(const char *path, const char *head, vg_facts *facts, bool *known, vg_diag *diag) {
    int64_t length = (int64_t)strlen(path);
    *known = true;
    if (strncmp(head, "\x89PNG", 4) == 0) return info_png(path, facts, diag);
    if (strncmp(head, "<!DOCTYPE html", 14) == 0) return info_tags(path, "report", "</html>", facts, diag);
    if (strstr(head, "<svg")) return info_tags(path, "picture, SVG", "</svg>", facts, diag);
    if (strstr(head, "<testsuites")) return info_tags(path, "JUnit XML", "</testsuites>", facts, diag);
    if (strncmp(head, "arm,", 4) == 0) return info_episodes(path, facts, diag);
    *known = false;
    if (ends_with(path, length, ".yaml") || ends_with(path, length, ".yml"))
        return info_yaml(path, facts, known, diag);
    return VG_OK;
}
