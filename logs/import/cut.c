#include "logs/import/cut.h"

#include <math.h>

#include "logs/import/import.h"
#include "sim/base/memory.h"

#define REST_MOST   0.1  // of a lap: a rest that stays with its lap
#define WHOLE_LEAST 0.9  // of a lap: a shorter piece is a part
#define ONCE_MOST   1.15 // laps that are one lap and a bit
#define AGAIN_LEAST 3.0  // s between two crossings of a line
#define WAY_LEAST   3.0  // m before and behind a crossing that tell in which direction the car drives
#define ACROSS      0.5 // cosine of the angle between that and straight across: more is another road, on a bridge

const char *vg_cut_word(int32_t i) {
    static const char *const words[] = {
#define X(name, word, meaning) word,
        VG_CUT_BYS(X)
#undef X
    };
    return i >= 0 && i < (int32_t)(sizeof words / sizeof *words) ? words[i] : NULL;
}

const char *vg_piece_tag(vg_piece_kind kind) {
    static const char *const tags[] = {
#define X(name, tag, meaning) tag,
        VG_PIECES(X)
#undef X
    };
    return tags[kind];
}

typedef struct cutting {
    const vg_cut_def *def;
    const vg_cleaned *s;
    int32_t count;
    double *way;   // [count] m driven up to each sample
    bool *begins;  // [count] a lap begins with this sample
    int32_t lines; // of these, but for sample 0
} cutting;

static void mark(cutting *c, int32_t i) {
    if (!c->begins[i]) c->lines++;
    c->begins[i] = true;
}

static void by_lap(cutting *c) {
    for (int32_t i = 1; i < c->count; i++)
        if (c->s[i].lap != c->s[i - 1].lap && !isnan(c->s[i].lap)) mark(c, i);
}

static bool has_laps(const cutting *c) {
    double first = NAN;
    for (int32_t i = 0; i < c->count; i++) {
        if (isnan(c->s[i].lap)) continue;
        if (isnan(first)) first = c->s[i].lap;
        if (c->s[i].lap != first) return true;
    }
    return false;
}

// Does a step cross the line? +1 from its right to its left, as seen from its first point.
static int crosses(const vg_start_line *l, const vg_log_sample *a, const vg_log_sample *b) {
    double lx = l->x[1] - l->x[0], ly = l->y[1] - l->y[0];
    double side_a = lx * (a->y - l->y[0]) - ly * (a->x - l->x[0]);
    double side_b = lx * (b->y - l->y[0]) - ly * (b->x - l->x[0]);
    if ((side_a >= 0) == (side_b >= 0)) return 0;
    double share = side_a / (side_a - side_b);
    double x = a->x + share * (b->x - a->x) - l->x[0], y = a->y + share * (b->y - a->y) - l->y[0];
    double along = (x * lx + y * ly) / (lx * lx + ly * ly);
    return along < 0 || along > 1 ? 0 : side_b >= 0 ? 1 : -1;
}

// Is the way around sample i more or less straight across the line? Where a road crosses itself, its other
// branch may run through the line too, along it.
static bool straight_across(const cutting *c, const vg_start_line *l, int32_t i) {
    int32_t a = i - 1, b = i;
    while (a > 0 && c->way[i] - c->way[a] < WAY_LEAST) a--;
    while (b + 1 < c->count && c->way[b] - c->way[i] < WAY_LEAST) b++;
    double dx = c->s[b].value.x - c->s[a].value.x, dy = c->s[b].value.y - c->s[a].value.y;
    double lx = l->x[1] - l->x[0], ly = l->y[1] - l->y[0];
    return fabs(lx * dy - ly * dx) >= ACROSS * sqrt((lx * lx + ly * ly) * (dx * dx + dy * dy));
}

// Does the car cross the line with this sample, driving? Where it stands, its fixes wander to and fro.
static int driven_across(const cutting *c, const vg_start_line *line, int32_t i) {
    const vg_log_sample *s = &c->s[i].value;
    if (s->speed < VG_STANDING) return 0;
    int way = crosses(line, &c->s[i - 1].value, s);
    return way && straight_across(c, line, i) ? way : 0;
}

// The direction of the laps is the one in which the line is crossed more often, else the first.
static int direction(const cutting *c, const vg_start_line *line) {
    int sum = 0, first = 0;
    for (int32_t i = 1; i < c->count; i++) {
        int crossed = driven_across(c, line, i);
        sum += crossed;
        if (!first) first = crossed;
    }
    return sum > 0 ? 1 : sum < 0 ? -1 : first;
}

static void by_line(cutting *c, const vg_start_line *line) {
    bool closed = c->def->road && vg_road_get(c->def->road).closed;
    double least = closed ? REST_MOST * vg_road_get(c->def->road).length : 0;
    int way = direction(c, line);
    int32_t last = -1;
    for (int32_t i = 1; i < c->count; i++) {
        if (!way || driven_across(c, line, i) != way) continue;
        bool again = last >= 0 &&
                     (c->s[i].value.t - c->s[last].value.t < AGAIN_LEAST || c->way[i] - c->way[last] < least);
        if (again) continue;
        last = i;
        mark(c, i);
    }
}

// The road's own line, across its whole width and a little more.
static void by_road(cutting *c, const vg_road *road) {
    vg_road_view v = vg_road_get(road);
    double ax = v.left_x[0] - v.x[0], ay = v.left_y[0] - v.y[0];
    double bx = v.right_x[0] - v.x[0], by = v.right_y[0] - v.y[0];
    const vg_start_line line = {{v.x[0] + 1.5 * bx, v.x[0] + 1.5 * ax},
                                {v.y[0] + 1.5 * by, v.y[0] + 1.5 * ay}};
    by_line(c, &line);
}

// --- pieces ----------------------------------------------------------------------------------------------

static int32_t list(const cutting *c, vg_piece *out) {
    int32_t count = 0;
    for (int32_t i = 0; i < c->count; i++) {
        if (i && !c->begins[i]) continue;
        if (count) out[count - 1].count = i - out[count - 1].first + 1; // with the first sample of this one
        out[count++] = (vg_piece){.first = i};
    }
    out[count - 1].count = c->count - out[count - 1].first;
    return count;
}

static double length_of(const cutting *c, const vg_piece *p) {
    return c->way[p->first + p->count - 1] - c->way[p->first];
}

// How long a lap is: the road's length; without a closed road, the longest piece.
static double lap_length(const cutting *c, const vg_piece *p, int32_t count) {
    if (c->def->road && vg_road_get(c->def->road).closed) return vg_road_get(c->def->road).length;
    double most = 0;
    for (int32_t i = 0; i < count; i++) most = fmax(most, length_of(c, &p[i]));
    return most;
}

static void join(vg_piece *p, int32_t *count, int32_t i) {
    p[i].count = p[i + 1].first + p[i + 1].count - p[i].first;
    for (int32_t k = i + 1; k + 1 < *count; k++) p[k] = p[k + 1];
    --*count;
}

// Rests go to their laps; and one lap and a bit is one lap.
static int32_t settle(const cutting *c, vg_piece *p, int32_t count) {
    double lap = lap_length(c, p, count);
    if (count > 1 && length_of(c, &p[0]) < REST_MOST * lap) join(p, &count, 0);
    if (count > 1 && length_of(c, &p[count - 1]) < REST_MOST * lap) join(p, &count, count - 2);
    bool whole = c->way[c->count - 1] > ONCE_MOST * lap;
    bool any = false;
    for (int32_t i = 0; i < count; i++) any |= length_of(c, &p[i]) >= WHOLE_LEAST * lap;
    if (!whole || !any) count = 1, p[0] = (vg_piece){.count = c->count};
    if (count == 1) return 1;
    for (int32_t i = 0; i < count; i++) {
        double number = c->s[p[i].first].lap;
        p[i].number = isnan(number) ? i + 1 : (int32_t)number;
        if (length_of(c, &p[i]) >= WHOLE_LEAST * lap) continue;
        p[i].kind = i == 0 ? VG_PIECE_OUT : i + 1 == count ? VG_PIECE_IN : VG_PIECE_PART;
    }
    return count;
}

static vg_err run(cutting *c, vg_piece **out, int32_t *pieces, vg_diag *diag) {
    for (int32_t i = 1; i < c->count; i++) {
        double dx = c->s[i].value.x - c->s[i - 1].value.x, dy = c->s[i].value.y - c->s[i - 1].value.y;
        c->way[i] = c->way[i - 1] + sqrt(dx * dx + dy * dy);
    }
    vg_cut_by by = c->def->by;
    if (by == VG_CUT_AUTO) by = has_laps(c) && !c->def->line ? VG_CUT_LAP : VG_CUT_LINE;
    bool closed = c->def->road && vg_road_get(c->def->road).closed;
    if (by == VG_CUT_LAP)
        by_lap(c);
    else if (by == VG_CUT_LINE && c->def->line)
        by_line(c, c->def->line);
    else if (by == VG_CUT_LINE && closed)
        by_road(c, c->def->road);
    *out = vg_new(vg_piece, c->lines + 1);
    if (!*out) return vg_fail_memory(diag);
    *pieces = list(c, *out);
    *pieces = settle(c, *out, *pieces);
    return VG_OK;
}

vg_err vg_cut(const vg_cut_def *def, const vg_cleaned *samples, int32_t count, vg_piece **out,
              int32_t *pieces, vg_diag *diag) {
    *out = NULL, *pieces = 0;
    cutting c = {.def = def, .s = samples, .count = count};
    c.way = vg_new(double, count);
    c.begins = vg_new(bool, count);
    vg_err err = c.way && c.begins ? run(&c, out, pieces, diag) : vg_fail_memory(diag);
    vg_free(c.way);
    vg_free(c.begins);
    return err;
}
