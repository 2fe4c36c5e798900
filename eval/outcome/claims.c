#include "eval/outcome/claims.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "eval/outcome/claim_term.h"
#include "sim/base/memory.h"
#include "sim/base/text.h"

typedef enum side { SIDE_VALUE, SIDE_LOW, SIDE_HIGH } side;

typedef struct condition {
    side side;
    vg_claim_term terms[2];
    char operator; // 0: one term; '-' or '/'
    char relation[3];
    double limit;
} condition;

// --- reading -----------------------------------------------------------------------------------------------

static vg_err wrong(const char *claim, const char *what, vg_diag *diag) {
    return vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, "claims", "'%.120s': %s", claim, what);
}

static void skip_blanks(const char **at) { *at += strspn(*at, " "); }

static vg_err read_term(const char *claim, const char **at, const vg_outcome_arm *arms, int32_t arm_count,
                        vg_claim_term *term, vg_diag *diag) {
    char number[32];
    skip_blanks(at);
    size_t name = strcspn(*at, "@(");
    if (name == 0 || name >= sizeof term->metric || !(*at)[name])
        return wrong(claim, "expected METRIC(ARM)", diag);
    snprintf(term->metric, sizeof term->metric, "%.*s", (int)name, *at);
    *at += name;
    term->at = NAN;
    if (**at == '@') {
        size_t size = strcspn(++*at, "(");
        if (size >= sizeof number) return wrong(claim, "what follows @ is longer than 31 bytes", diag);
        snprintf(number, sizeof number, "%.*s", (int)size, *at);
        if (!vg_parse_double(number, &term->at) || term->at < 0)
            return wrong(claim, "the text behind @ is not a number", diag);
        *at += size;
    }
    const char *end = **at == '(' ? strchr(*at, ')') : NULL;
    if (!end) return wrong(claim, "expected METRIC(ARM)", diag);
    size_t size = (size_t)(end - *at - 1);
    for (int32_t i = 0; i < arm_count && !term->arm; i++)
        if (strlen(arms[i].label) == size && memcmp(arms[i].label, *at + 1, size) == 0) term->arm = &arms[i];
    if (!term->arm) return wrong(claim, "there is no arm with that label", diag);
    *at = end + 1;
    return vg_claim_term_kind(term) ? VG_OK : wrong(claim, "there is no metric with that name", diag);
}

static vg_err read_relation(const char *claim, const char *at, condition *c, vg_diag *diag) {
    skip_blanks(&at);
    size_t size = strspn(at, "<>=");
    if ((*at != '<' && *at != '>') || size > 2 || (size == 2 && at[1] != '='))
        return wrong(claim, "expected <, <=, > or >=", diag);
    snprintf(c->relation, sizeof c->relation, "%.*s", (int)size, at);
    return vg_parse_double(at + size, &c->limit) ? VG_OK : wrong(claim, "expected a number at the end", diag);
}

static vg_err read_condition(const char *claim, const char *text, const vg_outcome_arm *arms,
                             int32_t arm_count, condition *c, vg_diag *diag) {
    const char *at = text;
    *c = (condition){0};
    skip_blanks(&at);
    if (strncmp(at, "low ", 4) == 0)
        c->side = SIDE_LOW, at += 4;
    else if (strncmp(at, "high ", 5) == 0)
        c->side = SIDE_HIGH, at += 5;
    vg_err err = read_term(claim, &at, arms, arm_count, &c->terms[0], diag);
    skip_blanks(&at);
    if (!err && (*at == '-' || *at == '/')) {
        c->operator= * at++;
        err = read_term(claim, &at, arms, arm_count, &c->terms[1], diag);
        for (int t = 0; t < 2 && !err; t++)
            if (vg_claim_term_kind(&c->terms[t]) != VG_TERM_TABLE)
                err = wrong(claim,
                            "this metric has no value for each training seed, so it cannot be part of a "
                            "difference or ratio",
                            diag);
    }
    return err ? err : read_relation(claim, at, c, diag);
}

// Splits "ID: text: CONDITION" into its parts.
static vg_err split(const char *claim, vg_claim *out, vg_diag *diag) {
    const char *first = strstr(claim, ": "), *last = first;
    for (const char *next = first; next; next = strstr(next + 2, ": ")) last = next;
    if (!first || last == first || (size_t)(first - claim) >= sizeof out->id)
        return wrong(claim, "expected 'ID: text: CONDITION'", diag);
    snprintf(out->id, sizeof out->id, "%.*s", (int)(first - claim), claim);
    snprintf(out->text, sizeof out->text, "%.*s", (int)(last - first - 2), first + 2);
    snprintf(out->condition, sizeof out->condition, "%s", last + 2);
    return VG_OK;
}

// Item i of a list; a ';' becomes a comma, which an item cannot hold.
static bool next_claim(const char *list, int32_t i, char item[VG_KEY_TEXT_SIZE]) {
    if (!vg_config_item(list, i, item)) return false;
    for (char *c = item; *c; c++)
        if (*c == ';') *c = ',';
    return true;
}

vg_err vg_claims_check(const char *list, const vg_outcome_arm *arms, int32_t arm_count, vg_diag *diag) {
    char item[VG_KEY_TEXT_SIZE];
    vg_err err = VG_OK;
    for (int32_t i = 0; next_claim(list, i, item) && !err; i++) {
        vg_claim claim;
        condition c;
        err = split(item, &claim, diag);
        if (!err) err = read_condition(item, claim.condition, arms, arm_count, &c, diag);
    }
    return err;
}

// --- judging -----------------------------------------------------------------------------------------------

// An expert has one row. It is compared with each training seed of the other arm.
static vg_err repeat_row(vg_crossed *table, double **cells, int32_t seeds, vg_diag *diag) {
    double *all = vg_new(double, (int64_t)seeds * table->units);
    if (!all) return vg_fail_memory(diag);
    for (int32_t s = 0; s < seeds; s++)
        memcpy(all + (int64_t)s * table->units, *cells, sizeof(double) * (size_t)table->units);
    vg_free(*cells);
    *cells = all;
    table->cells = all, table->seeds = seeds;
    return VG_OK;
}

static vg_err estimate(const condition *c, uint64_t seed, vg_estimate *out, vg_diag *diag) {
    vg_crossed tables[2];
    double *cells[2] = {NULL, NULL};
    vg_scale scales[2] = {VG_SCALE_PLAIN, VG_SCALE_PLAIN};
    vg_err err = VG_OK;
    if (!c->operator&& vg_claim_term_kind(&c->terms[0]) == VG_TERM_ALONE) {
        *out = vg_claim_term_estimate(&c->terms[0]);
        return VG_OK;
    }
    *out = vg_estimate_none;
    for (int t = 0; t < (c->operator? 2 : 1) && !err; t++)
        err = vg_claim_term_table(&c->terms[t], &tables[t], &cells[t], &scales[t], diag);
    for (int t = 0; c->operator== '/' && t<2 && !err; t++)
        if (tables[t].seeds == 1 && tables[1 - t].seeds > 1)
            err = repeat_row(&tables[t], &cells[t], tables[1 - t].seeds, diag);
    bool shares = true, bounded = true; // counts of episodes; means of numbers in [0, 1]
    for (int t = 0; t < (c->operator? 2 : 1); t++)
        shares &= vg_claim_term_counts(&c->terms[t]), bounded &= scales[t] == VG_SCALE_RATE;
    bool whole = !err;
    for (int t = 0; t < (c->operator? 2 : 1) && whole; t++)
        for (int32_t i = 0; i < tables[t].seeds * tables[t].units; i++) whole &= isfinite(cells[t][i]);
    if (whole && c->operator== '-' && shares) {
        double p;
        err = vg_crossed_share_difference(&tables[0], &tables[1], out, &p, diag);
    } else if (whole && c->operator== '-') {
        vg_difference difference;
        err = vg_crossed_difference(&tables[0], &tables[1], bounded ? VG_SCALE_RATE : VG_SCALE_PLAIN, seed,
                                    &difference, diag);
        if (!err) *out = difference.difference;
    } else if (whole && c->operator== '/') {
        err = vg_crossed_ratio(&tables[0], &tables[1], VG_SCALE_LOG, seed, out, diag);
    } else if (whole && shares) {
        err = vg_crossed_share(&tables[0], out, diag);
    } else if (whole) {
        err = vg_crossed_mean(&tables[0], scales[0], seed, out, diag);
    }
    vg_free(cells[0]);
    vg_free(cells[1]);
    return err;
}

static bool holds(const condition *c, vg_estimate e) {
    double judged = c->side == SIDE_LOW ? e.low : c->side == SIDE_HIGH ? e.high : e.value;
    bool equal = c->relation[1] == '=' && judged == c->limit;
    return equal || (c->relation[0] == '<' ? judged < c->limit : judged > c->limit);
}

vg_err vg_claims_judge(const char *list, const vg_outcome_arm *arms, int32_t arm_count, uint64_t seed,
                       vg_claims *out, vg_diag *diag) {
    char item[VG_KEY_TEXT_SIZE];
    int32_t count = 0;
    *out = (vg_claims){0};
    while (next_claim(list, count, item)) count++;
    if (!(out->rows = vg_new(vg_claim, count))) return vg_fail_memory(diag);
    vg_err err = VG_OK;
    for (; out->count < count && !err; out->count++) {
        vg_claim *claim = &out->rows[out->count];
        condition c;
        next_claim(list, out->count, item);
        err = split(item, claim, diag);
        if (!err) err = read_condition(item, claim->condition, arms, arm_count, &c, diag);
        if (!err) err = estimate(&c, seed, &claim->estimate, diag);
        if (!err) claim->holds = holds(&c, claim->estimate);
    }
    if (err) vg_claims_free(out);
    return err;
}

void vg_claims_free(vg_claims *claims) {
    vg_free(claims->rows);
    *claims = (vg_claims){0};
}
