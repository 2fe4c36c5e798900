#include "logs/export/csv_table.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "logs/store/log_table.h"
#include "sim/base/file.h"
#include "sim/base/memory.h"

typedef struct writing {
    const vg_csv_def *def;
    FILE *file;
    int64_t episode, rows;
    bool first; // in its line
} writing;

// Nothing is asked of the disk's answers here: a stream keeps that it failed.
static void text(writing *w, const char *value) {
    if (!w->first) fputc(',', w->file);
    fputs(value, w->file);
    w->first = false;
}

static void end_row(writing *w) {
    fputc('\n', w->file);
    w->first = true;
}

static void number(writing *w, double value) {
    char word[32];
    text(w, isnan(value) ? "" : vg_format_double(value, word));
}

static void real(writing *w, float value) {
    char word[32];
    text(w, isnan(value) ? "" : vg_format_float(value, word));
}

static void whole(writing *w, int64_t value) {
    char word[32];
    snprintf(word, sizeof word, "%lld", (long long)value);
    text(w, word);
}

// --- a row an action --------------------------------------------------------------------------------------

static void head_actions(writing *w) {
    static const char *const before[] = {"episode", "action", "t"};
    static const char *const after[] = {"steer",   "accel",  "expert_steer", "expert_accel", "who",
                                        "bridged", "reward", "terminated",   "truncated"};
    char column[48];
    for (size_t i = 0; i < sizeof before / sizeof *before; i++) text(w, before[i]);
    for (int32_t i = 0; i < vg_sense_size(w->def->sense); i++) {
        // Its own name, where the action has one of the same.
        vg_sense_column(w->def->sense, i, column);
        text(w, strcmp(column, "steer") == 0   ? "steer_angle"
                : strcmp(column, "accel") == 0 ? "acceleration"
                                               : column);
    }
    for (size_t i = 0; i < sizeof after / sizeof *after; i++) text(w, after[i]);
    end_row(w);
}

static void put_action(writing *w, const vg_log_episode *e, const vg_trajectory *t, int64_t i) {
    bool last = i + 1 == t->count;
    whole(w, w->episode);
    whole(w, i);
    number(w, (double)(i * e->ticks_per_action) * e->tick_num / e->tick_den);
    for (int32_t c = 0; c < t->width; c++) real(w, t->observations[i * t->width + c]);
    for (int a = 0; a < 2; a++) real(w, t->actions[2 * i + a]);
    for (int a = 0; a < 2; a++) real(w, t->labels[2 * i + a]);
    text(w, vg_who_word((vg_who)t->who[i]));
    whole(w, t->bridged[i]);
    real(w, t->rewards[i]);
    whole(w, last && t->terminated);
    whole(w, last && !t->terminated);
    end_row(w);
    w->rows++;
}

static vg_err put_actions(writing *w, vg_log *log, const vg_log_episode *e, vg_diag *diag) {
    vg_trajectory t;
    vg_err err = vg_trajectory_read(log, e, w->def->sense, &t, diag);
    if (!err && w->def->rewards) err = w->def->rewards(w->def->rewards_context, log, e, &t, diag);
    for (int64_t i = 0; i < t.count && !err; i++) put_action(w, e, &t, i);
    vg_trajectory_free(&t);
    return err;
}

// --- a row a tick -----------------------------------------------------------------------------------------

// The columns of a tick's own values.
static bool is_value(const vg_log_column *c) { return c->at >= offsetof(vg_step_row, step); }

static void head_ticks(writing *w) {
    const vg_log_table *table = &vg_log_tables[VG_LOG_TABLE_STEP];
    text(w, "episode");
    text(w, "tick");
    for (int32_t i = 0; i < table->count; i++)
        if (is_value(&table->columns[i])) text(w, table->columns[i].name);
    end_row(w);
}

static void put_value(writing *w, const vg_log_column *c, const vg_step_row *row) {
    const char *field = (const char *)row + c->at;
    switch (c->type) {
    case VG_LOG_COLUMN_DOUBLE: number(w, *(const double *)field); break;
    case VG_LOG_COLUMN_FLOAT: real(w, *(const float *)field); break;
    case VG_LOG_COLUMN_BOOL: whole(w, *(const bool *)field); break;
    default: whole(w, *(const int32_t *)field);
    }
}

static vg_err put_ticks(writing *w, vg_log *log, const vg_log_episode *e, vg_diag *diag) {
    const vg_log_table *table = &vg_log_tables[VG_LOG_TABLE_STEP];
    vg_log_step *steps;
    int64_t count = 0;
    vg_err err = vg_log_steps(log, e->id, &steps, &count, diag);
    for (int64_t i = 0; i < count && !err; i++, w->rows++) {
        vg_step_row row = {.step = steps[i]};
        if (!row.step.has_label) row.step.label[0] = row.step.label[1] = NAN;
        whole(w, w->episode);
        whole(w, i);
        for (int32_t c = 0; c < table->count; c++)
            if (is_value(&table->columns[c])) put_value(w, &table->columns[c], &row);
        end_row(w);
    }
    vg_free(steps);
    return err;
}

// --- the file ---------------------------------------------------------------------------------------------

static vg_err write_log(writing *w, const char *path, vg_diag *diag) {
    vg_log *log;
    int32_t count = 0;
    vg_err err = vg_log_open(path, &log, diag);
    if (!err) err = vg_log_count(log, &count, diag);
    for (int32_t i = 0; i < count && !err; i++, w->episode++) {
        vg_log_episode e;
        err = vg_log_episode_at(log, i, &e, diag);
        if (!err) err = w->def->ticks ? put_ticks(w, log, &e, diag) : put_actions(w, log, &e, diag);
    }
    vg_log_discard(log);
    return err;
}

vg_err vg_csv_write(const vg_csv_def *def, const char *const *logs, int32_t log_count, const char *path,
                    vg_overwrite overwrite, int64_t *rows, vg_diag *diag) {
    char temporary[1024];
    writing w = {.def = def, .first = true};
    *rows = 0;
    vg_err err = vg_file_temporary(path, overwrite, temporary, diag);
    if (err) return err;
    w.file = fopen(temporary, "we");
    if (!w.file) err = vg_fail_at(diag, VG_ERR_IO, path, 0, NULL, "cannot open it: %m");
    if (!err && def->ticks) head_ticks(&w);
    if (!err && !def->ticks) head_actions(&w);
    for (int32_t i = 0; i < log_count && !err; i++) err = write_log(&w, logs[i], diag);
    bool failed = w.file && ferror(w.file);
    if (w.file && (fclose(w.file) || failed) && !err)
        err = vg_fail_at(diag, VG_ERR_IO, path, 0, NULL, "cannot write it: %m");
    if (err) {
        vg_file_discard(temporary);
        return err;
    }
    *rows = w.rows;
    return vg_file_commit(temporary, path, overwrite, diag);
}
