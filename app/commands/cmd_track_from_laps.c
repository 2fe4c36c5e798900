// verge track from-laps: a road made of laps.
#include <math.h>

#include "app/cli/fonts.h"
#include "app/cli/output.h"
#include "app/cli/roads.h"
#include "app/commands/laps_points.h"
#include "sim/base/memory.h"
#include "tracks/formats.h"
#include "tracks/from_laps.h"

#ifdef VG_WITH_FIGURES
#include "eval/figures/map.h"
#endif

typedef struct laps_options {
    const char *out, *picture;
    vg_list left, right;
    double width, margin;
    bool open, closed;
} laps_options;

// --- the picture: the road with all laps on it -------------------------------------------------------------

#ifdef VG_WITH_FIGURES

// A lap as arc length and offset, in memory of its own.
static vg_err place_lap(const vg_road *road, const vg_points *lap, vg_map_trace *out, vg_diag *diag) {
    double *s = vg_new(double, lap->count);
    float *offset = vg_new(float, lap->count);
    *out = (vg_map_trace){s, offset, lap->count};
    if (!s || !offset) return vg_fail_memory(diag);
    double at = 0;
    for (int32_t i = 0; i < lap->count; i++) {
        vg_road_place place =
            i ? vg_road_project(road, lap->x[i], lap->y[i], at) : vg_road_locate(road, lap->x[i], lap->y[i]);
        vg_road_point here = vg_road_at(road, place.s);
        bool away = fabs(place.offset) > 3 * fmax(here.left, here.right);
        s[i] = away ? NAN : (at = place.s);
        offset[i] = (float)place.offset;
    }
    return VG_OK;
}

static vg_err draw(const char *path, vg_overwrite overwrite, const vg_track *track,
                   const vg_laps_points *laps, vg_diag *diag) {
    vg_road *road;
    vg_picture picture = vg_picture_default();
    vg_map_figure figure = vg_map_default();
    picture.overwrite = overwrite;
    vg_say_without_fonts();
    vg_err err = vg_track_road(track, &road, diag);
    if (err) return err;
    vg_road_view view = vg_road_get(road);
    vg_map_trace *traces = vg_new(vg_map_trace, laps->count);
    if (!traces) err = vg_fail_memory(diag);
    for (int32_t i = 0; i < laps->count && !err; i++) err = place_lap(road, &laps->laps[i], &traces[i], diag);
    figure.title = "The road, and the laps that it was made of";
    figure.road = &view;
    figure.traces = traces;
    figure.trace_count = laps->count;
    if (!err) err = vg_map_write(&figure, path, &picture, diag);
    for (int32_t i = 0; i < laps->count && traces; i++) {
        vg_free((double *)traces[i].s);
        vg_free((float *)traces[i].offset);
    }
    vg_free(traces);
    vg_road_destroy(road);
    return err;
}

#else
static vg_err draw(const char *path, vg_overwrite overwrite, const vg_track *track,
                   const vg_laps_points *laps, vg_diag *diag) {
    (void)path, (void)overwrite, (void)track, (void)laps;
    return vg_fail(diag, VG_ERR_ARGUMENT, "this build cannot draw: it was made without figures (Cairo)");
}
#endif

// --- the road ----------------------------------------------------------------------------------------------

static vg_err read_all(const vg_list *files, vg_laps_points *out, vg_diag *diag) {
    vg_err err = VG_OK;
    for (int32_t i = 0; i < files->count && !err; i++) err = vg_laps_points_read(files->items[i], out, diag);
    return err;
}

static vg_err check(const vg_call *call, vg_diag *diag) {
    const laps_options *o = call->options;
    if (o->open && o->closed) return vg_fail(diag, VG_ERR_ARGUMENT, "--open and --closed; expected one");
    if ((o->left.count > 0) != (o->right.count > 0))
        return vg_fail(diag, VG_ERR_ARGUMENT, "a drive along one border; expected --left and --right");
    if ((o->left.count > 0) == (call->operands.count > 0))
        return vg_fail(diag, VG_ERR_ARGUMENT, "expected either laps, or --left LAP... and --right LAP...");
    if (o->left.count == 0 && !(o->width > 0) && !(o->margin > 0))
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "how wide is the road? expected --width M, or --margin M beyond the outermost lap");
    return VG_OK;
}

static vg_err make(const vg_call *call, const vg_laps_points *laps, int32_t left, vg_track *track,
                   vg_from_laps_report *report, vg_diag *diag) {
    const laps_options *o = call->options;
    vg_from_laps_def def = vg_from_laps_default();
    def.laps = laps->laps;
    def.lap_count = laps->count;
    def.shape = o->open ? VG_LAPS_OPEN : o->closed ? VG_LAPS_CLOSED : VG_LAPS_AUTO;
    def.width = o->width;
    def.margin = o->margin;
    def.warnings = &vg_warnings_said;
    if (o->left.count == 0) {
        def.file = call->operands.items[0];
        return vg_track_from_laps(&def, track, report, diag);
    }
    vg_from_laps_def sides[2] = {def, def};
    sides[0].file = o->left.items[0];
    sides[0].lap_count = left;
    sides[1].file = o->right.items[0];
    sides[1].laps += left;
    sides[1].lap_count -= left;
    return vg_track_from_border_laps(&sides[0], &sides[1], track, report, diag);
}

static vg_err write_all(const vg_call *call, const vg_laps_points *laps, const vg_track *track,
                        const vg_from_laps_report *report, const vg_track_format *format, vg_diag *diag) {
    const laps_options *o = call->options;
    vg_road *road;
    vg_err err = vg_track_road(track, &road, diag);
    if (err) return err;
    vg_track_check(track, road, &vg_warnings_said);
    vg_road_destroy(road);
    err = vg_track_write_file(track, format, o->out, vg_call_overwrite(call), diag);
    if (!err && o->picture) err = draw(o->picture, vg_call_overwrite(call), track, laps, diag);
    if (err) return err;
    vg_say("%s: %.0f m, %s, from %d round%s; %lld positions lie %.2g m (rms) from the line, at most %.2g m",
           o->out, report->length, track->closed ? "closed" : "open", report->rounds,
           report->rounds == 1 ? "" : "s", (long long)report->samples, report->spread, report->spread_most);
    if (laps->geodetic)
        vg_say("x is metres east and y metres north of latitude %.7f, longitude %.7f", laps->latitude,
               laps->longitude);
    return VG_OK;
}

static vg_err run(const vg_call *call, int *status, vg_diag *diag) {
    (void)status;
    const laps_options *o = call->options;
    const vg_track_format *format;
    vg_laps_points laps = {0};
    vg_from_laps_report report;
    vg_track track = {0};
    int32_t left = 0;
    vg_err err = check(call, diag);
    if (!err) err = vg_track_format_to_write(o->out, &format, diag);
    if (!err) err = vg_file_may_write(o->out, vg_call_overwrite(call), diag);
    if (!err && o->picture) err = vg_file_may_write(o->picture, vg_call_overwrite(call), diag);
    if (!err) err = read_all(o->left.count ? &o->left : &call->operands, &laps, diag);
    left = laps.count;
    if (!err) err = read_all(&o->right, &laps, diag);
    if (!err) err = make(call, &laps, left, &track, &report, diag);
    track.geodetic = laps.geodetic;
    track.latitude = laps.latitude, track.longitude = laps.longitude;
    if (!err) err = write_all(call, &laps, &track, &report, format, diag);
    vg_track_free(&track);
    vg_laps_points_free(&laps);
    return err;
}

static const vg_flag flags[] = {
    {"out", VG_FLAG_TEXT, offsetof(laps_options, out), "FILE", .required = true, .help = "road to write"},
    {"width", VG_FLAG_DOUBLE, offsetof(laps_options, width), "M", .least = 0, .most = 2000, .standard = "0",
     .help = "width of the road, half to each side of the laps' mean; 0: by --margin"},
    {"margin", VG_FLAG_DOUBLE, offsetof(laps_options, margin), "M", .least = 0, .most = 1000, .standard = "0",
     .help = "the edges lie this far beyond the outermost lap on either side"},
    {"left", VG_FLAG_LIST, offsetof(laps_options, left), "LAP",
     .help = "drives along the left border, in place of laps"},
    {"right", VG_FLAG_LIST, offsetof(laps_options, right), "LAP", .help = "drives along the right border"},
    {"open", VG_FLAG_SWITCH, offsetof(laps_options, open),
     .help = "the road does not come back to its start"},
    {"closed", VG_FLAG_SWITCH, offsetof(laps_options, closed),
     .help = "the first lap must come back to its start"},
    {"picture", VG_FLAG_TEXT, offsetof(laps_options, picture), "FILE",
     .help = "a .png or .svg of the road and the laps"},
};

const vg_command vg_command_track_from_laps = {
    .name = "from-laps",
    .summary = "make a road of recorded laps",
    .synopsis = "LAP... --width M|--margin M --out FILE [--picture FILE]\n"
                "--left LAP... --right LAP... --out FILE [--picture FILE]",
    .details =
        "The line is the mean of the laps: of each time round, in as many files as you like. Laps are in any "
        "format of `verge import`; only positions count. With --margin, the edges come of the laps "
        "themselves: the more laps on different lines, the better. One lap tells nothing of them.",
    .examples = "verge track from-laps lap.csv --width 10 --out road.csv --picture road.png\n"
                "verge track from-laps lap*.csv --margin 1 --out road.csv\n"
                "verge track from-laps --left inside.csv --right outside.csv --out road.csv",
    VG_FLAGS(flags),
    .options_size = sizeof(laps_options),
    .least_operands = 0,
    .most_operands = -1,
    .takes = VG_TAKES_FORCE,
    .run = run,
};
