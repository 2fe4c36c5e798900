// verge info: what a file is, where it came from, whether it is sound. Without a file: facts about this
// build.
#include <stdio.h>
#include <string.h>

#include "app/cli/args.h"
#include "app/cli/output.h"
#include "app/commands/info.h"
#include "sim/base/blocks.h"
#include "sim/base/level.h"
#include "sim/base/version.h"
#ifdef VG_WITH_SDL2
#include "app/window/display.h"
#endif

// "SDL 2.26.5; video drivers: x11 ...", or why there is no SDL.
static void window_fact(vg_facts *facts) {
#ifdef VG_WITH_SDL2
    vg_text text = {0};
    display_describe(&text);
    vg_fact_text(facts, "window", "%s", text.failed ? "" : text.bytes);
    vg_text_free(&text);
#else
    vg_fact_text(facts, "window", "none: built without SDL2");
#endif
}

static void build_facts(vg_facts *facts) {
#ifdef VG_WITH_FIGURES
    const bool figures = true;
#else
    const bool figures = false;
#endif
    vg_fact_text(facts, "version", "%s", VG_VERSION);
    vg_fact_text(facts, "level", "%s", vg_level_name(vg_level_now()));
    vg_fact_text(facts, "level_best", "%s", vg_level_name(vg_level_best()));
    vg_fact(facts, "threads", json_integer(vg_blocks_threads()));
    window_fact(facts);
    vg_fact(facts, "figures", json_boolean(figures));
}

// --- facts as text ---------------------------------------------------------------------------------------

// `value` may be NULL, because rows of a table need not have the same keys.
static void scalar_text(const json_t *value, char text[160]) {
    char number[32];
    text[0] = 0;
    if (!value) return;
    switch (json_typeof(value)) {
    case JSON_STRING: snprintf(text, 160, "%s", json_string_value(value)); break;
    case JSON_INTEGER: snprintf(text, 160, "%lld", (long long)json_integer_value(value)); break;
    case JSON_REAL: snprintf(text, 160, "%s", vg_format_float((float)json_real_value(value), number)); break;
    case JSON_TRUE: snprintf(text, 160, "yes"); break;
    case JSON_FALSE: snprintf(text, 160, "no"); break;
    default: break;
    }
    if (json_is_array(value)) { // a shape: 64 x 11
        size_t used = 0;
        for (size_t i = 0; i < json_array_size(value) && used < 140; i++)
            used += (size_t)snprintf(text + used, 160 - used, "%s%lld", i ? " x " : "",
                                     (long long)json_integer_value(json_array_get(value, i)));
    }
}

// Prints rows as a table whose columns are the keys of the first row.
static void rows_text(const json_t *rows, vg_text *out) {
    const char *titles[32], *name;
    int32_t columns = 0;
    json_t *cell, *row;
    json_object_foreach(json_array_get(rows, 0), name, cell) {
        if (columns < 32) titles[columns++] = name;
    }
    vg_table table;
    vg_table_begin(&table, columns, titles);
    size_t r;
    json_array_foreach(rows, r, row) {
        for (int32_t c = 0; c < columns; c++) {
            char text[160];
            scalar_text(json_object_get(row, titles[c]), text);
            vg_table_cell(&table, "%s", text);
        }
    }
    vg_text_add(out, "\n");
    vg_table_text(&table, out);
    vg_table_free(&table);
}

// A name in a column of its own; in a column of no width with a colon.
static void add_name(vg_text *out, const char *name, int width) {
    int length = (int)strlen(name);
    vg_text_line(out, name, length);
    vg_text_add(out, "%*s%s", length < width ? width - length : 0, "", width ? "  " : ": ");
}

static void facts_text(const json_t *object, vg_text *out) {
    const char *name;
    json_t *value, *line;
    size_t i;
    int width = 0;
    json_object_foreach((json_t *)object, name, value) {
        if ((int)strlen(name) > width && !json_is_array(value)) width = (int)strlen(name);
    }
    json_object_foreach((json_t *)object, name, value) {
        char text[160];
        if (json_is_array(value)) continue;
        scalar_text(value, text);
        const char *rest = json_is_string(value) ? json_string_value(value) : text;
        add_name(out, name, width);
        for (bool more = true; more;) { // a car or a configuration has many lines
            int length = (int)strcspn(rest, "\n");
            more = rest[length] && rest[length + 1];
            vg_text_line(out, rest, length);
            vg_text_add(out, "\n%*s", more ? width + 2 : 0, "");
            rest += length + more;
        }
    }
    json_object_foreach((json_t *)object, name, value) {
        if (json_is_object(json_array_get(value, 0))) {
            rows_text(value, out);
            continue;
        }
        json_array_foreach(value, i, line) {
            char text[160];
            scalar_text(line, text);
            const char *shown = json_is_string(line) ? json_string_value(line) : text;
            add_name(out, name, 0);
            vg_text_line(out, shown, (int64_t)strlen(shown));
            vg_text_add(out, "\n");
        }
    }
}

// --- the command -----------------------------------------------------------------------------------------

static vg_err print_facts(vg_facts *facts, bool json, vg_diag *diag) {
    if (!facts->object || facts->failed) return vg_fail_memory(diag);
    if (json) return vg_print_json(json_incref(facts->object), diag);
    vg_text text = {0};
    facts_text(facts->object, &text);
    vg_err err = vg_print_text(&text, diag);
    vg_text_free(&text);
    return err;
}

// Adds one file's facts to *facts, and its error too, for JSON.
static vg_err look(const char *path, vg_facts *facts, vg_diag *diag) {
    *facts = (vg_facts){.object = json_object()};
    vg_fact_text(facts, "file", "%s", path);
    vg_err err = vg_info_file(path, facts, diag);
    char text[1024];
    if (json_object_get(facts->object, "kind")) vg_fact(facts, "sound", json_boolean(!err));
    if (err) vg_fact_text(facts, "error", "%s", vg_diag_format(diag, text, sizeof text));
    return err;
}

// Inspects every file, even after an error. Reports each error, and returns the last one.
static vg_err info_files(const vg_call *call, vg_diag *diag) {
    vg_err err = VG_OK;
    json_t *list = json_array();
    for (int32_t i = 0; i < call->operands.count; i++) {
        vg_facts facts;
        vg_diag mine;
        vg_err wrong = look(call->operands.items[i], &facts, &mine);
        if (!wrong && !call->json) {
            if (i) vg_print("\n");
            wrong = print_facts(&facts, false, &mine);
        }
        json_array_append(list, facts.object);
        json_decref(facts.object);
        if (!wrong) continue;
        if (err) vg_say_diag(diag);
        *diag = mine;
        err = wrong;
    }
    vg_err printed = VG_OK;
    vg_diag ignored;
    if (call->json && json_array_size(list) == 1)
        printed = vg_print_json(json_incref(json_array_get(list, 0)), err ? &ignored : diag);
    else if (call->json)
        printed = vg_print_json(json_incref(list), err ? &ignored : diag);
    json_decref(list);
    return err ? err : printed;
}

static vg_err run(const vg_call *call, int *status, vg_diag *diag) {
    (void)status;
    if (call->operands.count) return info_files(call, diag);
    vg_facts facts = {.object = json_object()};
    build_facts(&facts);
    vg_err err = print_facts(&facts, call->json, diag);
    json_decref(facts.object);
    return err;
}

const vg_command vg_command_info = {
    .name = "info",
    .summary = "what a file is, where it came from, whether it is sound",
    .synopsis = "[FILE...]",
    .details = "Reads and checks the whole of every file that verge writes or reads: logs, policies and "
               "checkpoints, results, reports, pictures, JUnit XML, episodes, roads, laps, cars, suites and "
               "studies. Without a file it prints the version, what the machine has and what was built in.",
    .examples = "verge info lap.vlog bc.safetensors\nverge info --json road.csv",
    .most_operands = -1,
    .takes = VG_TAKES_JSON,
    .run = run,
};
