#include "eval/gate/gate_config.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/embedded.h"

static const vg_gate_metric metrics[VG_GATE_METRIC_COUNT] = {
#define X(name, worse, unit, text) {#name, unit, text, worse},
    VG_GATE_METRICS(X)
#undef X
};

vg_gate_metric vg_gate_metric_at(int32_t i) { return metrics[i]; }

static vg_err check_text(const vg_key *key, const char *value, vg_diag *diag) {
    vg_margin margin;
    for (int32_t i = 0; i < VG_GATE_METRIC_COUNT; i++)
        if (strcmp(key->name, metrics[i].name) == 0)
            return vg_margin_parse(value, metrics[i].worse, &margin, diag);
    return VG_OK;
}

static const vg_key keys[] = {
#define X(field, type, unit, least, most, standard, choices, help)                                           \
    {#field, VG_KEY_##type, offsetof(vg_gate_config, field), unit, least, most, standard, choices, help},
    VG_GATE_KEYS(X)
#undef X
};
const vg_schema vg_gate_schema = {"gate", keys, sizeof keys / sizeof *keys, check_text};

// --- margins ----------------------------------------------------------------------------------------------

static vg_err no_margin(const char *text, int32_t worse, vg_diag *diag) {
    char sign = worse > 0 ? '+' : '-';
    return vg_fail(
        diag, VG_ERR_FORMAT,
        "'%.60s', expected a margin such as '%c0.02', '%c5 %%' or '%c0.01 %c10 %%': it is worse when it %s",
        text, sign, sign, sign, sign, worse > 0 ? "rises" : "falls");
}

// Reads one term, "+0.02" or "+5 %", at *at, and moves *at behind it.
static bool take_term(const char **at, char sign, vg_margin *margin) {
    char number[32];
    double value;
    const char *text = *at + strspn(*at, " ");
    if (*text++ != sign) return false;
    size_t size = strspn(text, "0123456789.eE");
    if (size == 0 || size >= sizeof number) return false;
    snprintf(number, sizeof number, "%.*s", (int)size, text);
    if (!vg_parse_double(number, &value)) return false;
    text += size, text += strspn(text, " ");
    if (*text == '%')
        margin->share += value / 100, text++;
    else
        margin->fixed += value;
    *at = text + strspn(text, " ");
    return true;
}

vg_err vg_margin_parse(const char *text, int32_t worse, vg_margin *out, vg_diag *diag) {
    const char *at = text + strspn(text, " ");
    *out = (vg_margin){0};
    while (*at) {
        out->judged = true;
        if (!take_term(&at, worse > 0 ? '+' : '-', out)) return no_margin(text, worse, diag);
    }
    return VG_OK;
}

vg_err vg_gate_margins(const vg_gate_config *config, vg_margin out[VG_GATE_METRIC_COUNT], vg_diag *diag) {
    const char *const texts[VG_GATE_METRIC_COUNT] = {
#define X(name, worse, unit, text) config->name,
        VG_GATE_METRICS(X)
#undef X
    };
    int32_t judged = 0;
    for (int32_t i = 0; i < VG_GATE_METRIC_COUNT; i++) {
        vg_err err = vg_margin_parse(texts[i], metrics[i].worse, &out[i], diag);
        if (err) return err;
        judged += out[i].judged;
    }
    return judged ? VG_OK
                  : vg_fail(diag, VG_ERR_FORMAT, "no metric has a margin, so there is nothing to compare");
}

// --- by name ----------------------------------------------------------------------------------------------

static const char gates[] = "assets/gates/", suffix[] = ".yaml";

static vg_err fail_unknown(const char *name, vg_diag *diag) {
    char names[300] = "", stem[64];
    for (const vg_embedded *file = vg_embedded_files; file->path; file++) {
        size_t used = strlen(names);
        if (vg_embedded_name(file, gates, suffix, stem))
            snprintf(names + used, sizeof names - used, "%s%s", used ? ", " : "", stem);
    }
    return vg_fail_at(diag, VG_ERR_NOT_FOUND, name, 0, NULL, "no such file and no shipped gate: %s", names);
}

vg_err vg_gate_config_read(const char *name_or_path, vg_gate_config *out, vg_diag *diag) {
    char path[512];
    vg_margin margins[VG_GATE_METRIC_COUNT];
    vg_config_default(&vg_gate_schema, out);
    snprintf(path, sizeof path, "%s%.200s%s", gates, name_or_path, suffix);
    const vg_embedded *file = vg_embedded_find(path);
    vg_err err =
        file ? vg_config_parse(&vg_gate_schema, out, file->bytes, (int64_t)file->size, file->path, diag)
             : vg_config_read(&vg_gate_schema, out, name_or_path, diag);
    if (err == VG_ERR_NOT_FOUND) return fail_unknown(name_or_path, diag);
    return err ? err : vg_gate_margins(out, margins, diag);
}
