// verge baseline: the file that a gate compares results with, and its history.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/cli/args.h"
#include "app/cli/output.h"
#include "eval/gate/drives.h"
#include "sim/base/hash.h"

typedef struct update_options {
    const char *baseline, *reason, *policy;
} update_options;

// Today's date in UTC. SOURCE_DATE_EPOCH replaces the clock, so that a build can be repeated to the same
// bytes.
static void today(char date[16]) {
    const char *fixed = getenv("SOURCE_DATE_EPOCH");
    int64_t given;
    time_t now = time(NULL);
    if (fixed && vg_parse_int(fixed, &given)) now = (time_t)given;
    struct tm parts;
    strftime(date, 16, "%Y-%m-%d", gmtime_r(&now, &parts));
}

static vg_err read_before(const char *path, vg_drives *out, vg_diag *diag) {
    vg_diag own = {0};
    vg_err err = vg_drives_read_before(path, out, &own);
    if (err == VG_ERR_NOT_FOUND) return VG_OK;
    if (!err && !out->history)
        err = vg_fail_at(&own, VG_ERR_EXISTS, path, 0, NULL,
                         "is not a baseline, and a baseline replaces only a baseline");
    if (err && diag) *diag = own;
    return err;
}

static void tell(const vg_drives *before, const vg_drives *now, const char *path, int64_t size) {
    const char *suite = json_string_value(json_object_get(now->suite, "hash"));
    const char *old = json_string_value(json_object_get(before->suite, "hash"));
    if (before->history && suite && old && strcmp(suite, old) != 0)
        vg_say_warning(
            "this suite is not the old baseline's: results of the old suite cannot be gated any more");
    vg_say("%s: %s, %d episodes, %lld bytes, entry %d of its history", path, now->label, vg_drives_count(now),
           (long long)size, before->history ? (int)json_array_size(before->history) + 1 : 1);
}

// Read the old one, write the new one, with nobody else in between: another entry of its history would be
// lost. *again: somebody has made the file just now.
static vg_err replace(const update_options *o, const vg_drives *now, bool *again, vg_diag *diag) {
    vg_drives before = {0};
    vg_text text = {0};
    char date[16];
    int lock = -1;
    vg_diag own = {0};
    today(date);
    vg_err err = vg_file_lock_to_change(o->baseline, &lock, &own);
    if (!err) err = read_before(o->baseline, &before, &own);
    bool fresh = lock < 0 && !before.history;
    vg_overwrite overwrite = fresh ? VG_KEEP : lock < 0 ? VG_REPLACE : VG_REPLACE_LOCKED;
    if (!err) err = vg_baseline_json(now, before.history ? &before : NULL, o->reason, date, &text, &own);
    if (!err) err = vg_file_write(o->baseline, text.bytes, text.size, overwrite, &own);
    if (!err) tell(&before, now, o->baseline, text.size);
    *again = err == VG_ERR_EXISTS && fresh;
    if (err && diag) *diag = own;
    vg_file_unlock(lock);
    vg_text_free(&text);
    vg_drives_free(&before);
    return err;
}

static vg_err update(const vg_call *call, int *status, vg_diag *diag) {
    enum { TRIES = 100 };
    const update_options *o = call->options;
    vg_drives now = {0};
    bool again = true;
    (void)status;
    vg_err err = vg_drives_read(call->operands.items[0], o->policy, &now, diag);
    if (err) return err;
    for (int i = 0; again && i < TRIES; i++) err = replace(o, &now, &again, diag);
    vg_drives_free(&now);
    return err;
}

static const vg_flag update_flags[] = {
    {"reason", VG_FLAG_TEXT, offsetof(update_options, reason), "TEXT", .required = true,
     .help = "why the baseline changes, in one line; it is stored in the file"},
    {"baseline", VG_FLAG_TEXT, offsetof(update_options, baseline), "FILE", .standard = "baseline.json",
     .help = "file to write; an existing baseline is replaced, and its history continues"},
    {"policy", VG_FLAG_TEXT, offsetof(update_options, policy), "LABEL",
     .help = "which policy of RESULT, if it has several"},
};

static const vg_command vg_command_baseline_update = {
    .name = "update",
    .summary = "make a result the baseline, and give the reason",
    .synopsis = "RESULT --reason TEXT [--baseline FILE] [--policy LABEL]",
    .details = "RESULT is a folder that `verge eval` wrote, or its result.json. The baseline stores the "
               "numbers of every episode, so that the next result can be compared with it episode by "
               "episode; the hashes of the suite, car, roads and policy; and one line of history for each "
               "change. It is meant to be committed.",
    .examples = "verge baseline update out/eval --reason 'trained on the new laps'",
    VG_FLAGS(update_flags),
    .options_size = sizeof(update_options),
    .least_operands = 1,
    .most_operands = 1,
    .run = update,
};

static vg_err list(const vg_call *call, int *status, vg_diag *diag) {
    static const char *const titles[] = {"date", "policy", "off-road", "drift", "reason"};
    vg_drives d;
    vg_table table = {0};
    size_t i;
    const json_t *row;
    (void)status;
    vg_err err = vg_drives_read(call->operands.items[0], NULL, &d, diag);
    if (err) return err;
    if (!d.history)
        err = vg_fail_at(diag, VG_ERR_FORMAT, d.path, 0, NULL, "is a result, expected a baseline");
    else if (call->json)
        err = vg_print_json(json_incref(d.history), diag);
    else {
        vg_table_begin(&table, 5, titles);
        json_array_foreach(d.history, i, row) {
            const char *date = json_string_value(json_object_get(row, "date"));
            const char *policy = json_string_value(json_object_get(row, "policy"));
            const char *reason = json_string_value(json_object_get(row, "reason"));
            vg_table_cell(&table, "%s", date ? date : "-");
            vg_table_cell(&table, "%s", policy ? policy : "-");
            vg_table_cell(&table, "%.1f %%", 100 * json_number_value(json_object_get(row, "off_road")));
            vg_table_cell(&table, "%.3f m", json_number_value(json_object_get(row, "drift")));
            vg_table_cell(&table, "%s", reason ? reason : "-");
        }
        err = vg_table_print(&table, diag);
        vg_table_free(&table);
    }
    vg_drives_free(&d);
    return err;
}

static const vg_command vg_command_baseline_list = {
    .name = "list",
    .summary = "list the history of a baseline",
    .synopsis = "FILE [--json]",
    .least_operands = 1,
    .most_operands = 1,
    .takes = VG_TAKES_JSON,
    .run = list,
};

const vg_command vg_command_baseline = {
    .name = "baseline",
    .summary = "the file that a gate compares results with, and its history",
    .synopsis = "update RESULT --reason TEXT\nlist FILE",
    .children = (const vg_command *const[]){&vg_command_baseline_update, &vg_command_baseline_list, NULL},
};
