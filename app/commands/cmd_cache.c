// verge cache: the trained cells that studies share, by --cache DIR.
#include <stddef.h>
#include <string.h>
#include <time.h>

#include "app/cli/args.h"
#include "app/cli/output.h"
#include "eval/study/cell_store.h"
#include "sim/base/file.h"
#include "sim/base/memory.h"

typedef struct gc_options {
    const char *older, *size;
} gc_options;

enum { DAY = 86400, MEGA = 1000000 };

// A number of the user's that is 0 or more.
static vg_err take_number(const char *flag, const char *text, double *out, vg_diag *diag) {
    if (vg_parse_double(text, out) && *out >= 0) return VG_OK;
    return vg_fail(diag, VG_ERR_ARGUMENT, "--%s is '%.60s', expected a number of 0 or more", flag, text);
}

static vg_err collect(const vg_call *call, int *status, vg_diag *diag) {
    const gc_options *o = call->options;
    vg_cell_collect_def def = vg_cell_collect_default();
    vg_cell_collected done;
    double days, megabytes;
    (void)status;
    def.now = (int64_t)time(NULL);
    vg_err err = o->older ? take_number("older", o->older, &days, diag) : VG_OK;
    if (!err && o->older) def.older = days * DAY;
    if (!err && o->size) err = take_number("size", o->size, &megabytes, diag);
    if (!err && o->size && megabytes < 9e12) def.largest = (int64_t)(megabytes * MEGA);
    if (!err) err = vg_cell_collect(call->operands.items[0], &def, &done, diag);
    if (err) return err;
    vg_print("removed %lld of %lld entries, %.1f MB (%lld were damaged); %.1f MB stay\n",
             (long long)done.removed, (long long)(done.removed + done.kept),
             (double)done.removed_bytes / MEGA, (long long)done.damaged, (double)done.kept_bytes / MEGA);
    return VG_OK;
}

static const vg_flag gc_flags[] = {
    {"older", VG_FLAG_TEXT, offsetof(gc_options, older), "DAYS",
     .help = "remove entries that no study used for longer"},
    {"size", VG_FLAG_TEXT, offsetof(gc_options, size), "MB",
     .help = "remove those unused for longest until so many megabytes stay"},
};

static const vg_command cache_gc = {
    .name = "gc",
    .summary = "remove entries of a cache that nobody needs",
    .synopsis = "DIR [--older DAYS] [--size MB]",
    .details =
        "Without a flag, removes what is of no use to anybody: damaged entries, and files that a writer left "
        "behind more than a day ago. Studies may run meanwhile: one that finds an entry gone trains the "
        "cell.",
    .examples = "verge cache gc ~/.cache/verge --older 90\nverge cache gc ~/.cache/verge --size 2000",
    VG_FLAGS(gc_flags),
    .options_size = sizeof(gc_options),
    .least_operands = 1,
    .most_operands = 1,
    .run = collect,
};

// What an entry says of its cell; empty texts where it is damaged.
typedef struct facts {
    vg_cell cell;
    const char *recipe, *study, *version;
    int64_t seed;
} facts;

static const char *text_of(const vg_cell *cell, const char *key) {
    const char *text = json_string_value(json_object_get(cell->facts, key));
    return text ? text : "";
}

static void read_facts(const vg_cell_entry *entry, facts *out) {
    char *bytes;
    int64_t size;
    *out = (facts){.recipe = "(damaged)", .study = "", .version = ""};
    if (vg_file_read(entry->path, 0, &bytes, &size, NULL)) return;
    if (vg_cell_parse(bytes, size, entry->path, &out->cell, NULL)) return;
    out->recipe = text_of(&out->cell, "recipe"), out->study = text_of(&out->cell, "study");
    out->version = text_of(&out->cell, "version");
    out->seed = json_integer_value(json_object_get(out->cell.facts, "seed"));
}

static void list_one(const vg_cell_entry *entry, double days, vg_table *table, json_t *rows) {
    facts f;
    read_facts(entry, &f);
    if (rows) {
        json_array_append_new(rows,
                              json_pack("{ss ss ss sI ss sI sf}", "key", entry->key, "recipe", f.recipe,
                                        "study", f.study, "seed", (json_int_t)f.seed, "version", f.version,
                                        "bytes", (json_int_t)entry->size, "days_unused", days));
    } else {
        vg_table_cell(table, "%.8s", entry->key);
        vg_table_cell(table, "%s", f.recipe);
        vg_table_cell(table, "%lld", (long long)f.seed);
        vg_table_cell(table, "%s", f.study);
        vg_table_cell(table, "%s", f.version);
        vg_table_cell(table, "%.1f", (double)entry->size / 1000);
        vg_table_cell(table, "%.1f", days);
    }
    vg_cell_free(&f.cell);
}

static vg_err list(const vg_call *call, int *status, vg_diag *diag) {
    static const char *const titles[] = {"entry", "recipe", "seed",       "trained for",
                                         "verge", "kB",     "days unused"};
    vg_cell_entry *entries;
    vg_table table = {0};
    int64_t count;
    (void)status;
    vg_err err = vg_cell_list(call->operands.items[0], &entries, &count, diag);
    if (err) return err;
    json_t *rows = call->json ? json_array() : NULL;
    double now = (double)time(NULL);
    vg_table_begin(&table, sizeof titles / sizeof *titles, titles);
    for (int64_t i = 0; i < count; i++)
        if (!entries[i].unfinished)
            list_one(&entries[i], (now - (double)entries[i].used) / DAY, &table, rows);
    err = call->json ? vg_print_json(rows, diag) : vg_table_print(&table, diag);
    vg_table_free(&table);
    vg_free(entries);
    return err;
}

static const vg_command cache_list = {
    .name = "list",
    .summary = "list the cells of a cache, the one unused for longest first",
    .synopsis = "DIR [--json]",
    .least_operands = 1,
    .most_operands = 1,
    .takes = VG_TAKES_JSON,
    .run = list,
};

const vg_command vg_command_cache = {
    .name = "cache",
    .summary = "the trained cells that studies share",
    .synopsis = "list DIR [--json]\ngc DIR [--older DAYS] [--size MB]",
    .children = (const vg_command *const[]){&cache_list, &cache_gc, NULL},
};
