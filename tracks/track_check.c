// tracks/track_check.c -- what is probably a mistake in a road.
#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "sim/base/exact.h"
#include "tracks/track.h"

static const char *name_of(const vg_track *track) {
    return track->file[0] ? track->file : track->name[0] ? track->name : "road";
}

// m, from a point to the next, the last one's to the first.
static double step_of(const vg_track *track, int32_t i) {
    int32_t next = (i + 1) % track->count;
    double dx = track->x[next] - track->x[i], dy = track->y[next] - track->y[i];
    return sqrt(dx * dx + dy * dy);
}

void vg_track_warn(const vg_warnings *warnings, const char *format, ...) {
    if (!warnings || !warnings->warn) return;
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    warnings->warn(warnings->context, text);
}

static void check_ends(const vg_track *track, const char *what, const vg_warnings *warnings) {
    if (vg_track_is_lane(track))
        vg_track_warn(
            warnings,
            "%s: the last point lies %.1f m from the first, the others at most %.1f m apart: closed "
            "all the same (say '# open' in the file if it is not a loop)",
            what, step_of(track, track->count - 1), vg_track_longest_step(track));
}

static void check_folds(const vg_road *road, const char *what, const vg_warnings *warnings) {
    vg_road_view view = vg_road_get(road);
    int32_t first = vg_road_fold(road, 0), stretches = 0;
    for (int32_t i = first, last = -2; i >= 0;
         last = i, i = i + 1 < view.count ? vg_road_fold(road, i + 1) : -1)
        stretches += i != last + 1;
    if (first < 0) return;
    bool bends_left = view.curvature[first] > 0;
    vg_track_warn(warnings,
                  "%s: the %s edge folds over at %.1f m (x %.2f, y %.2f): %.2f m wide in a bend of %.2f m%s",
                  what, bends_left ? "left" : "right", first * view.spacing, view.x[first], view.y[first],
                  bends_left ? view.left[first] : view.right[first], fabs(1 / view.curvature[first]),
                  stretches > 1 ? ", and elsewhere" : "");
}

// --- points ------------------------------------------------------------------------------------------------

// "road.csv:12" or "road.csv: point 12"
static const char *place_of(const vg_track *track, int32_t i, const char *what, char text[320]) {
    if (track->file[0] && track->line[i] > 0)
        snprintf(text, 320, "%.280s:%lld", what, (long long)track->line[i]);
    else
        snprintf(text, 320, "%.280s: point %d", what, i + 1);
    return text;
}

// Neighbours under a twentieth of the mean distance apart: a point that was drawn twice bends the road.
static void check_repeats(const vg_track *track, const char *what, const vg_warnings *warnings) {
    int32_t steps = track->closed ? track->count : track->count - 1, first = -1, count = 0;
    double mean = 0;
    for (int32_t i = 0; i < steps; i++) mean += step_of(track, i) / steps;
    for (int32_t i = 0; i < steps; i++)
        if (step_of(track, i) < mean / 20 && count++ == 0) first = i;
    if (first < 0) return;
    char place[320], more[48] = "";
    if (count > 1) snprintf(more, sizeof more, "; %d such pairs in all", count);
    vg_track_warn(warnings, "%s: the next point lies %.2g m away, others %.2g m: nearly a repeat%s",
                  place_of(track, first, what, place), step_of(track, first), mean, more);
}

// The turn at a point, rad; 0 at the ends of an open road.
static double turn_at(const vg_track *track, int32_t i) {
    int32_t n = track->count, before = (i + n - 1) % n, after = (i + 1) % n;
    if (!track->closed && (i <= 0 || i >= n - 1)) return 0;
    double ax = track->x[i] - track->x[before], ay = track->y[i] - track->y[before];
    double bx = track->x[after] - track->x[i], by = track->y[after] - track->y[i];
    return vg_atan2(ax * by - ay * bx, ax * bx + ay * by);
}

// A point that lies off the others: the line turns to it and back at once.
static bool is_outlier(const vg_track *track, int32_t i) {
    int32_t n = track->count;
    if (!track->closed && (i <= 1 || i >= n - 2)) return false;
    double before = turn_at(track, (i + n - 1) % n), here = turn_at(track, i),
           after = turn_at(track, (i + 1) % n);
    return fabs(here) > 1 && fabs(before) > 0.4 && fabs(after) > 0.4 && here * before < 0 && here * after < 0;
}

// A long step beside short ones, with a turn at one of its ends: pieces that do not belong together.
static bool is_jump(const vg_track *track, int32_t i) {
    int32_t n = track->count, next = (i + 1) % n;
    if (!track->closed && (i <= 0 || i >= n - 2)) return false;
    double around = fmax(step_of(track, (i + n - 1) % n), step_of(track, next));
    return step_of(track, i) > 8 * around && fmax(fabs(turn_at(track, i)), fabs(turn_at(track, next))) > 0.5;
}

static void check_jumps(const vg_track *track, const char *what, const vg_warnings *warnings) {
    char place[320];
    bool lane = vg_track_is_lane(track); // whose ends jump: said already
    for (int32_t i = 0; i < track->count; i++) {
        if (lane && (i < 2 || i > track->count - 3)) continue;
        if (is_outlier(track, i))
            vg_track_warn(warnings, "%s: the point (%g, %g) lies off the line of its neighbours",
                          place_of(track, i, what, place), track->x[i], track->y[i]);
        else if (is_jump(track, i))
            vg_track_warn(warnings, "%s: a jump of %.4g m from here to the next point",
                          place_of(track, i, what, place), step_of(track, i));
        else
            continue;
        return; // one is enough to look at the file
    }
}

// --- sizes -------------------------------------------------------------------------------------------------

static const double WIDEST = 80, LONGEST_LAP = 30000; // m; the Nordschleife has 20.8 km

static void check_units(const vg_track *track, const vg_road *road, const char *what,
                        const vg_warnings *warnings) {
    double mean = 0, length = vg_road_get(road).length;
    for (int32_t i = 0; i < track->count; i++) mean += (track->left[i] + track->right[i]) / track->count;
    if (mean > WIDEST)
        vg_track_warn(warnings, "%s: %.4g m wide on average: is it in another unit than metres (cm, 0.1 m)?",
                      what, mean);
    else if (track->closed && length > LONGEST_LAP)
        vg_track_warn(warnings, "%s: a lap of %.4g km, %.3g m wide: are x and y in centimetres?", what,
                      length / 1000, mean);
}

void vg_track_check_car(const vg_track *track, const char *car, double width, const vg_warnings *warnings) {
    const char *what = name_of(track);
    int32_t least = 0;
    for (int32_t i = 1; i < track->count; i++)
        if (track->left[i] + track->right[i] < track->left[least] + track->right[least]) least = i;
    double road = track->left[least] + track->right[least];
    char place[320];
    if (track->count > 0 && road < width)
        vg_track_warn(warnings, "%s: the road is %.3g m wide, less than the car (%s, %.3g m)",
                      place_of(track, least, what, place), road, car, width);
}

void vg_track_check_passage(const vg_track *track, const vg_road *road, const char *car, double width,
                            const vg_warnings *warnings) {
    double passage = vg_road_passage(road);
    if (passage < width)
        vg_track_warn(warnings, "%s: the obstacles leave %.3g m to pass, less than the car (%s, %.3g m)",
                      name_of(track), passage, car, width);
}

void vg_track_check(const vg_track *track, const vg_road *road, const vg_warnings *warnings) {
    const char *what = name_of(track);
    check_ends(track, what, warnings);
    check_folds(road, what, warnings);
    check_repeats(track, what, warnings);
    check_jumps(track, what, warnings);
    check_units(track, road, what, warnings);
}
