#include "tracks/obstacles.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/exact.h"
#include "sim/base/memory.h"

// --- reading ---------------------------------------------------------------------------------------------

typedef enum key { X, Y, S, OFFSET, HEADING, RADIUS, LENGTH, WIDTH, KEYS } key;
static const char *const keys[KEYS] = {"x", "y", "s", "offset", "heading", "radius", "length", "width"};

typedef struct words {
    bool box;
    bool has[KEYS];
    double value[KEYS];
} words;

typedef struct place {
    const char *file;
    int64_t line;
    vg_diag *diag;
} place;

static vg_err fail(const place *at, const char *field, const char *format, const char *what) {
    char text[160];
    snprintf(text, sizeof text, format, what);
    return vg_fail_at(at->diag, VG_ERR_FORMAT, at->file, at->line, field, "%s", text);
}

static vg_err take_word(words *w, char *word, const place *at) {
    char *value = strchr(word, '='), field[40];
    if (!value) return fail(at, "obstacle", "'%.40s'; expected key=value, such as radius=0.6", word);
    *value++ = 0;
    int k = 0;
    while (k < KEYS && strcmp(word, keys[k]) != 0) k++;
    if (k == KEYS)
        return fail(at, "obstacle",
                    "unknown key '%.40s'; known: x, y, s, offset, heading, radius, length, width", word);
    snprintf(field, sizeof field, "obstacle.%s", keys[k]);
    if (w->has[k]) return fail(at, field, "given twice%s", "");
    if (!vg_parse_double(value, &w->value[k]))
        return fail(at, field, "'%.40s' is not a finite number", value);
    w->has[k] = true;
    return VG_OK;
}

static vg_err check_words(const words *w, const place *at) {
    bool by_place = w->has[S] || w->has[OFFSET];
    for (int k = 0; k < KEYS; k++) {
        bool shape = w->box ? k == LENGTH || k == WIDTH : k == RADIUS;
        bool needed = shape || (by_place ? k == S || k == OFFSET : k == X || k == Y);
        char field[40];
        snprintf(field, sizeof field, "obstacle.%s", keys[k]);
        if (needed && !w->has[k])
            return fail(at, field, "is missing; a %s",
                        w->box ? "box has x, y (or s, offset), length and width"
                               : "disc has x, y (or s, offset) and radius");
        if (!needed && w->has[k] && !(w->box && k == HEADING))
            return fail(at, field, "has no place in a %s",
                        k == X || k == Y ? "line with s and offset"
                        : w->box         ? "box"
                                         : "disc");
    }
    return VG_OK;
}

static vg_err take_words(char *text, words *w, const place *at) {
    char *rest = NULL, *word = strtok_r(text, " \t,", &rest);
    bool disc = word && strcmp(word, "disc") == 0;
    w->box = word && strcmp(word, "box") == 0;
    if (!disc && !w->box) return fail(at, "obstacle", "'%.40s'; expected disc or box", word ? word : "");
    vg_err err = VG_OK;
    while (!err && (word = strtok_r(NULL, " \t,", &rest))) err = take_word(w, word, at);
    return err ? err : check_words(w, at);
}

vg_err vg_track_take_obstacle(vg_track *track, const char *text, const char *file, int64_t line,
                              vg_diag *diag) {
    const place at = {file, line, diag};
    char copy[512];
    words w = {0};
    if (track->obstacle_count >= VG_OBSTACLES_MOST)
        return vg_fail_at(diag, VG_ERR_FORMAT, file, line, "obstacle",
                          "one more than the %d that a road may have", VG_OBSTACLES_MOST);
    if (strlen(text) >= sizeof copy) return fail(&at, "obstacle", "over 511 characters%s", "");
    snprintf(copy, sizeof copy, "%s", text);
    vg_err err = take_words(copy, &w, &at);
    if (err) return err;
    vg_track_obstacle o = {.line = line, .by_place = w.has[S]};
    o.shape = (vg_obstacle){.x = w.value[o.by_place ? S : X],
                            .y = w.value[o.by_place ? OFFSET : Y],
                            .radius = w.value[RADIUS],
                            .heading = w.value[HEADING],
                            .length = w.value[LENGTH],
                            .width = w.value[WIDTH]};
    vg_diag inner = {0};
    err = vg_obstacle_check(&o.shape, line, &inner);
    if (err) return vg_fail_at(diag, VG_ERR_FORMAT, file, line, inner.field, "%s", inner.text);
    return vg_track_add_obstacle(track, &o, diag);
}

// --- writing ---------------------------------------------------------------------------------------------

static void write_number(const char *name, double value, vg_text *out) {
    char number[32];
    vg_text_add(out, " %s=%s", name, vg_format_double(value, number));
}

void vg_track_write_obstacles(const vg_track *track, vg_text *out) {
    for (int32_t i = 0; i < track->obstacle_count; i++) {
        const vg_track_obstacle *o = &track->obstacles[i];
        bool disc = o->shape.radius > 0;
        vg_text_add(out, "# obstacle: %s", disc ? "disc" : "box");
        write_number(keys[o->by_place ? S : X], o->shape.x, out);
        write_number(keys[o->by_place ? OFFSET : Y], o->shape.y, out);
        if (disc) {
            write_number(keys[RADIUS], o->shape.radius, out);
        } else {
            write_number(keys[HEADING], o->shape.heading, out);
            write_number(keys[LENGTH], o->shape.length, out);
            write_number(keys[WIDTH], o->shape.width, out);
        }
        vg_text_add(out, "\n");
    }
}

// --- by s and offset -------------------------------------------------------------------------------------

static vg_err settle(const vg_track *track, vg_track_obstacle *o, const vg_road *road, vg_diag *diag) {
    double length = vg_road_get(road).length;
    if (!(o->shape.x >= 0 && o->shape.x <= length))
        return vg_fail_at(diag, VG_ERR_FORMAT, track->file, o->line, "obstacle.s", "%g m, expected 0 to %.1f",
                          o->shape.x, length);
    vg_road_point point = vg_road_at(road, o->shape.x);
    double sine, cosine, offset = o->shape.y;
    vg_sincos(point.heading, &sine, &cosine);
    o->shape.x = point.x - offset * sine, o->shape.y = point.y + offset * cosine;
    double heading = point.heading + o->shape.heading;
    if (o->shape.radius <= 0) o->shape.heading = heading - 2 * VG_PI * floor(heading / (2 * VG_PI) + 0.5);
    o->by_place = false;
    return VG_OK;
}

vg_err vg_track_settle_obstacles(vg_track *track, vg_diag *diag) {
    int32_t n = track->obstacle_count, waiting = 0;
    for (int32_t i = 0; i < n; i++) waiting += track->obstacles[i].by_place;
    if (!waiting) return VG_OK;
    vg_road *road = NULL;
    track->obstacle_count = 0;
    vg_err err = vg_track_road(track, &road, diag);
    track->obstacle_count = n;
    for (int32_t i = 0; i < n && !err; i++)
        if (track->obstacles[i].by_place) err = settle(track, &track->obstacles[i], road, diag);
    vg_road_destroy(road);
    return err;
}

// --- of a map --------------------------------------------------------------------------------------------

// Can it stand on the road alone? Where not, *why says it.
static vg_err try_one(const vg_track *track, vg_track_obstacle *one, bool *stands, vg_diag *why) {
    vg_track alone = *track;
    vg_road *road = NULL;
    alone.obstacles = one, alone.obstacle_count = 1;
    vg_err err = vg_track_road(&alone, &road, why);
    vg_road_destroy(road);
    // A road that is bad in itself is told of later.
    *stands = !err || strncmp(why->field, "obstacle", 8) != 0;
    return err == VG_ERR_MEMORY ? err : VG_OK;
}

vg_err vg_track_keep_obstacles(vg_track *track, const vg_warnings *warnings, vg_diag *diag) {
    vg_diag first = {0};
    int32_t kept = 0, all = track->obstacle_count;
    vg_err err = VG_OK;
    for (int32_t i = 0; i < all && !err; i++) {
        vg_diag why = {0};
        bool stands = false;
        err = try_one(track, &track->obstacles[i], &stands, &why);
        if (stands)
            track->obstacles[kept++] = track->obstacles[i];
        else if (!first.text[0])
            first = why;
    }
    if (err) return vg_fail_memory(diag);
    track->obstacle_count = kept;
    if (kept < all)
        vg_track_warn(warnings, "%s: of %d obstacles %d are left out; the first, line %lld: %.200s",
                      track->file, all, all - kept, (long long)first.line, first.text);
    return VG_OK;
}
