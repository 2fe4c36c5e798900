#include "eval/outcome/episodes_csv.h"

#include <math.h>
#include <string.h>

// Quoted where it must be: RFC 4180, section 2. A spreadsheet takes a text that begins with = + - @ for a
// formula and runs it, so an apostrophe goes before it.
static void field(vg_text *out, const char *text) {
    const char *guard = text[0] && strchr("=+-@\t\r\n", text[0]) ? "'" : "";
    if (!strpbrk(text, ",\"\r\n")) {
        vg_text_add(out, "%s%s", guard, text);
        return;
    }
    vg_text_add(out, "\"%s", guard);
    for (const char *c = text; *c; c++) vg_text_add(out, *c == '"' ? "\"\"" : "%c", *c);
    vg_text_add(out, "\"");
}

static void add_double(vg_text *out, double value) {
    char text[32];
    vg_text_add(out, ",%s", isfinite(value) && value != -1 ? vg_format_double(value, text) : "");
}

static void add_float(vg_text *out, float value) {
    char text[32];
    vg_text_add(out, ",%s", isfinite(value) ? vg_format_float(value, text) : "");
}

static void add_vg_outcome_kind(vg_text *out, vg_outcome_kind outcome) {
    vg_text_add(out, ",%s", vg_outcome_word(outcome));
}

static void add_int32_t(vg_text *out, int32_t value) { vg_text_add(out, ",%d", value); }

static void add_row(const vg_outcome *o, const vg_outcome_arm *row, const vg_arm_seed *seed, int32_t e,
                    vg_text *out) {
    const vg_episode *episode = &seed->rollout->episodes[e];
    field(out, row->label);
    vg_text_add(out, ",");
    field(out, row->kind);
    vg_text_add(out, ",%llu,", (unsigned long long)seed->seed);
    field(out, o->suite->test.names[episode->road]);
    vg_text_add(out, ",%d", e % row->arm.starts);
#define X(type, name, unit, text) add_##type(out, episode->name);
    VG_EPISODE_COLUMNS(X)
#undef X
    vg_text_add(out, "\n");
}

vg_err vg_episodes_csv(const vg_outcome *o, vg_text *out, vg_diag *diag) {
    vg_text_add(out, "arm,kind,seed,road_name,start");
#define X(type, name, unit, text) vg_text_add(out, ",%s", #name);
    VG_EPISODE_COLUMNS(X)
#undef X
    vg_text_add(out, "\n");
    for (int32_t i = 0; i < o->arm_count; i++)
        for (int32_t k = 0; k < o->arms[i].arm.seed_count; k++) {
            const vg_arm_seed *seed = &o->arms[i].arm.seeds[k];
            for (int32_t e = 0; e < seed->rollout->count; e++) add_row(o, &o->arms[i], seed, e, out);
        }
    return out->failed ? vg_fail_memory(diag) : VG_OK;
}
