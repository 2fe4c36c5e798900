// verge track list|new|info|draw|convert|from-laps: make and look at roads.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/cli/args.h"
#include "app/cli/output.h"
#include "app/cli/roads.h"
#include "sim/base/hash.h"
#include "sim/car.h"
#include "tracks/corners.h"
#include "tracks/formats.h"
#include "tracks/generator.h"
#include "tracks/library.h"
#include "tracks/survey.h"

// --- new ---------------------------------------------------------------------------------------------------

typedef struct new_options {
    const char *out, *corners;
    vg_generator generator;
} new_options;

// Checks that the track is a valid road, then writes it and prints what road it is.
static vg_err write_track(const vg_track *track, const vg_track_format *format, const char *path,
                          vg_overwrite overwrite, vg_diag *diag) {
    vg_road *road;
    vg_survey survey;
    vg_err err = vg_track_road(track, &road, diag);
    if (err) return err;
    vg_track_check(track, road, &vg_warnings_said);
    err = vg_survey_road(road, &survey, diag);
    vg_road_destroy(road);
    if (track->obstacle_count > 0 && !format->obstacles)
        vg_track_warn(&vg_warnings_said, "%s: %d obstacles are left out: %s has none", path,
                      track->obstacle_count, format->about.name);
    if (!err) err = vg_track_write_file(track, format, path, overwrite, diag);
    if (!err)
        vg_say("%s: %.0f m, %.1f to %.1f m wide, least radius %.1f m, hairpins: %d, obstacles: %d", path,
               survey.length, survey.width_least, survey.width_most, survey.radius_least, survey.hairpins,
               track->obstacle_count);
    return err;
}

static vg_err run_new(const vg_call *call, int *status, vg_diag *diag) {
    (void)status;
    new_options *options = call->options;
    vg_track track;
    options->generator.seed = call->seed;
    vg_err err = vg_file_may_write(options->out, vg_call_overwrite(call), diag);
    if (err) return err;
    err = options->corners ? vg_corners_read(options->corners, options->generator.ease,
                                             options->generator.spacing, &track, diag)
                           : vg_track_generate(&options->generator, &track, diag);
    if (err) return err;
    err = write_track(&track, vg_track_format_at(0), options->out, vg_call_overwrite(call), diag);
    vg_track_free(&track);
    return err;
}

static const vg_flag new_flags[] = {
    {"out", VG_FLAG_TEXT, offsetof(new_options, out), "CSV", .required = true, .help = "file to write"},
    {"corners", VG_FLAG_TEXT, offsetof(new_options, corners), "CSV",
     .help = "make the road from these corners (x_m,y_m,radius_m,width_m), not from a seed"},
};

static const vg_command track_new = {
    .name = "new",
    .summary = "make a road from a seed, or from corners",
    .synopsis = "--seed N --out CSV [--set KEY=VALUE...]\n--corners CSV --out CSV",
    .details = "The same seed and settings give the same road, to the last bit. With --corners, only the "
               "settings `ease` and `spacing` count. See docs/roads.md.",
    .examples = "verge track new --seed 7 --out road.csv --set length_least=5000 --set length_most=6000",
    VG_FLAGS(new_flags),
    .options_size = sizeof(new_options),
    .takes = VG_TAKES_SEED | VG_TAKES_FORCE,
    .schema = &vg_generator_schema,
    .config_at = offsetof(new_options, generator),
    .run = run_new,
};

// Lists the formats of road files, for the help of each command that reads or writes one.
static void list_formats(vg_text *out) {
    vg_text_add(out, "Road file formats, recognised by their content or by their ending:\n");
    vg_format_help(vg_track_formats, out);
    vg_text_add(out, "See docs/roads.md.\n");
}

// --- info --------------------------------------------------------------------------------------------------

static json_t *place_json(double s, double x, double y) {
    return json_pack("{sf sf sf}", "s", s, "x", x, "y", y);
}

// X(JSON key, field): the numbers of a survey that have no position on the road.
#define SURVEY_NUMBERS(X)                                                                                    \
    X(length_m, length)                                                                                      \
    X(width_least_m, width_least)                                                                            \
    X(width_mean_m, width_mean)                                                                              \
    X(width_most_m, width_most)                                                                              \
    X(radius_least_m, radius_least)                                                                          \
    X(curvature_mean_per_m, curvature_mean)                                                                  \
    X(curvature_rms_per_m, curvature_rms)                                                                    \
    X(turning_rad, turning)                                                                                  \
    X(straight_share, straight)                                                                              \
    X(left_share, left)                                                                                      \
    X(right_share, right)                                                                                    \
    X(hairpins, hairpins)                                                                                    \
    X(folds, folds)                                                                                          \
    X(crossings, crossings)                                                                                  \
    X(gap_m, gap)

static int32_t count_discs(const vg_road_view *view) {
    int32_t discs = 0;
    for (int32_t k = 0; k < view->obstacle_count; k++) discs += view->obstacles[k].shape.radius > 0;
    return discs;
}

// Without obstacles the way past them has no width.
static json_t *obstacles_json(const vg_road *road) {
    vg_road_view view = vg_road_get(road);
    int32_t discs = count_discs(&view);
    json_t *all = json_pack("{si si}", "discs", (int)discs, "boxes", (int)(view.obstacle_count - discs));
    double s = vg_road_passage_at(road);
    vg_road_point at = vg_road_at(road, s);
    bool any = view.obstacle_count > 0;
    json_object_set_new(all, "passage_least_m", any ? json_real(vg_road_passage(road)) : json_null());
    if (any) json_object_set_new(all, "passage_least_at", place_json(s, at.x, at.y));
    return all;
}

static json_t *survey_json(const char *what, const vg_road *road, const vg_survey *s) {
    char hash[17];
    json_t *all = json_pack("{ss sb ss}", "road", what, "closed", vg_road_get(road).closed, "hash",
                            vg_hash_format(vg_road_hash(road), hash));
    // A straight road has no least radius.
#define X(key, field)                                                                                        \
    json_object_set_new(all, #key, isfinite((double)s->field) ? json_real(s->field) : json_null());
    SURVEY_NUMBERS(X)
#undef X
    json_object_set_new(all, "radius_least_at", place_json(s->radius_s, s->radius_x, s->radius_y));
    if (s->folds) json_object_set_new(all, "fold_at", place_json(s->fold_s, s->fold_x, s->fold_y));
    if (s->crossings)
        json_object_set_new(all, "crossing_at", place_json(s->crossing_s, s->crossing_x, s->crossing_y));
    if (s->gap < VG_SURVEY_SIGHT)
        json_object_set_new(all, "gap_at", place_json(s->gap_s, s->gap_x, s->gap_y));
    json_object_set_new(all, "obstacles", obstacles_json(road));
    return all;
}

static void print_place(const char *what, double s, double x, double y) {
    vg_print("%s at %.1f m (x %.2f, y %.2f)\n", what, s, x, y);
}

static void print_obstacles(const vg_road *road) {
    vg_road_view view = vg_road_get(road);
    int32_t discs = count_discs(&view), boxes = view.obstacle_count - discs;
    char text[120], kinds[60] = "";
    if (view.obstacle_count == 0) {
        vg_print("obstacles   none\n");
        return;
    }
    double s = vg_road_passage_at(road);
    vg_road_point at = vg_road_at(road, s);
    if (discs) snprintf(kinds, sizeof kinds, "%d disc%s%s", discs, discs > 1 ? "s" : "", boxes ? ", " : "");
    size_t used = strlen(kinds);
    if (boxes) snprintf(kinds + used, sizeof kinds - used, "%d box%s", boxes, boxes > 1 ? "es" : "");
    snprintf(text, sizeof text, "obstacles   %s; the narrowest way past is %.2f m wide,", kinds,
             vg_road_passage(road));
    print_place(text, s, at.x, at.y);
}

static void print_survey(const char *what, const vg_road *road, const vg_survey *s) {
    char hash[17], text[64];
    vg_print("road        %s, %s\n", what, vg_road_get(road).closed ? "closed" : "open");
    vg_print("length      %.1f m\n", s->length);
    vg_print("width       %.2f to %.2f m, %.2f on average\n", s->width_least, s->width_most, s->width_mean);
    if (isfinite(s->radius_least)) {
        snprintf(text, sizeof text, "radius      least %.2f m", s->radius_least);
        print_place(text, s->radius_s, s->radius_x, s->radius_y);
    } else {
        vg_print("radius      none: straight all the way\n");
    }
    vg_print("curvature   mean %.5f, rms %.5f 1/m; turns %.1f rad in all, %d hairpins\n", s->curvature_mean,
             s->curvature_rms, s->turning, s->hairpins);
    vg_print("shares      straight %.0f %%, left %.0f %%, right %.0f %%\n", 100 * s->straight, 100 * s->left,
             100 * s->right);
    if (s->folds) {
        snprintf(text, sizeof text, "folds       %d, the first", s->folds);
        print_place(text, s->fold_s, s->fold_x, s->fold_y);
    } else {
        vg_print("folds       none\n");
    }
    if (s->crossings) {
        snprintf(text, sizeof text, "crossings   %d, the first", s->crossings);
        print_place(text, s->crossing_s, s->crossing_x, s->crossing_y);
    } else {
        vg_print("crossings   none\n");
    }
    if (s->gap < VG_SURVEY_SIGHT) {
        snprintf(text, sizeof text, "gap         two parts of the road %s %.2f m",
                 s->gap < 0 ? "overlap by" : "come within", fabs(s->gap));
        print_place(text, s->gap_s, s->gap_x, s->gap_y);
    } else {
        vg_print("gap         over %.0f m between any two parts of the road\n", VG_SURVEY_SIGHT);
    }
    print_obstacles(road);
    vg_print("hash        %s\n", vg_hash_format(vg_road_hash(road), hash));
}

typedef struct info_options {
    const char *car;
    vg_track_options road;
} info_options;

static vg_err load_checked(const info_options *options, const char *name, const vg_car *car, vg_road **road,
                           vg_diag *diag) {
    vg_track track;
    vg_err err = vg_road_load_said_as(&options->road, name, &track, road, diag);
    if (err) return err;
    vg_track_check_car(&track, options->car, car->width, &vg_warnings_said);
    vg_track_check_passage(&track, *road, options->car, car->width, &vg_warnings_said);
    vg_track_free(&track);
    return VG_OK;
}

static vg_err run_info(const vg_call *call, int *status, vg_diag *diag) {
    (void)status;
    const info_options *options = call->options;
    vg_car car;
    json_t *list = call->json ? json_array() : NULL;
    vg_err err = vg_car_load(options->car, &car, diag);
    for (int32_t i = 0; i < call->operands.count && !err; i++) {
        vg_road *road;
        vg_survey survey;
        err = load_checked(options, call->operands.items[i], &car, &road, diag);
        if (err) break;
        err = vg_survey_road(road, &survey, diag);
        if (!err && call->json) {
            json_array_append_new(list, survey_json(call->operands.items[i], road, &survey));
        } else if (!err) {
            if (i) vg_print("\n");
            print_survey(call->operands.items[i], road, &survey);
        }
        vg_road_destroy(road);
    }
    if (!err && call->json) return vg_print_json(list, diag);
    json_decref(list);
    return err;
}

static const vg_flag info_flags[] = {
    {"car", VG_FLAG_TEXT, offsetof(info_options, car), "C", .standard = "sedan",
     .help = "preset or YAML: warn where the road is narrower than it"},
    VG_ROAD_FLAGS(info_options, road),
};

static const vg_command track_info = {
    .name = "info",
    .summary = "length, widths, bends, obstacles, and where a road folds or crosses itself",
    .synopsis = "ROAD... [--car C] [--width M] [--route IDS] [--lanes LANES]",
    .details =
        "A ROAD is a name from the library or a file. What is odd about a road is told in warnings: ends "
        "far apart, folded edges, jumps, near repeats, widths under the car's, sizes that look like "
        "centimetres.",
    .more = list_formats,
    .examples = "verge track info hairpins\nverge track info train-1 mine.csv --json",
    VG_FLAGS(info_flags),
    .options_size = sizeof(info_options),
    .least_operands = 1,
    .most_operands = -1,
    .takes = VG_TAKES_JSON,
    .run = run_info,
};

// --- convert -----------------------------------------------------------------------------------------------

typedef struct convert_options {
    const char *out;
    double spacing;
    int32_t format;
    bool reverse, open, closed;
    vg_track_options road;
} convert_options;

// The same road with its points at another spacing.
static vg_err respace(vg_track *track, double spacing, vg_diag *diag) {
    vg_road *road;
    vg_track spaced;
    // Positions are rounded to tenths of a millimetre, so that closer points would make a road of zigzags.
    if (spacing < 0.01)
        return vg_fail(diag, VG_ERR_ARGUMENT, "--spacing: %g is out of range, expected 0, or at least 0.01",
                       spacing);
    vg_err err = vg_track_road(track, &road, diag);
    if (err) return err;
    err = vg_track_sample(road, spacing, &spaced, diag);
    vg_road_destroy(road);
    if (err) return err;
    vg_track_round(&spaced);
    vg_track_free(track);
    *track = spaced;
    return VG_OK;
}

// The values of --format: `auto` (by the ending of the file's name), or a format that can be written.
static const char *format_choice(int32_t i) {
    if (i == 0) return "auto";
    const vg_track_format *format;
    for (int32_t f = 0; (format = vg_track_format_at(f)); f++)
        if (format->write && --i == 0) return format->about.name;
    return NULL;
}

static vg_err format_asked(const convert_options *options, const vg_track_format **out, vg_diag *diag) {
    if (options->format == 0) return vg_track_format_to_write(options->out, out, diag);
    *out = (const vg_track_format *)vg_format_named(vg_track_formats, format_choice(options->format));
    return VG_OK;
}

static vg_err run_convert(const vg_call *call, int *status, vg_diag *diag) {
    (void)status;
    const convert_options *options = call->options;
    if (options->open && options->closed)
        return vg_fail(diag, VG_ERR_ARGUMENT, "--open and --closed; expected one");
    const vg_track_format *format;
    vg_err err = format_asked(options, &format, diag);
    if (!err) err = vg_file_may_write(options->out, vg_call_overwrite(call), diag);
    if (err) return err;
    vg_track track;
    const char *const *files = call->operands.items;
    err = call->operands.count == 2
              ? vg_track_read_borders(&options->road, files[0], files[1], &vg_warnings_said, &track, diag)
              : vg_track_read_as(&options->road, files[0], &vg_warnings_said, &track, diag);
    if (err) return err;
    if (options->open) track.closed = false;
    if (options->closed) track.closed = true;
    if (options->spacing > 0) err = respace(&track, options->spacing, diag);
    if (!err && options->reverse) vg_track_reverse(&track);
    if (!err) err = write_track(&track, format, options->out, vg_call_overwrite(call), diag);
    vg_track_free(&track);
    return err;
}

static const vg_flag convert_flags[] = {
    {"out", VG_FLAG_TEXT, offsetof(convert_options, out), "FILE", .required = true, .help = "file to write"},
    {"format", VG_FLAG_CHOICE, offsetof(convert_options, format), "FORMAT", .standard = "auto",
     .choice = format_choice, .help = "format to write; auto: the first format with FILE's ending"},
    {"spacing", VG_FLAG_DOUBLE, offsetof(convert_options, spacing), "M", .least = 0, .most = 1e6,
     .standard = "0", .help = "metres between points; 0: keep the points as they are"},
    {"reverse", VG_FLAG_SWITCH, offsetof(convert_options, reverse), .help = "reverse the driving direction"},
    {"open", VG_FLAG_SWITCH, offsetof(convert_options, open),
     .help = "treat the road as open, even if the file says that it is a loop"},
    {"closed", VG_FLAG_SWITCH, offsetof(convert_options, closed),
     .help = "treat the road as a loop, even if the file says that it is open"},
    VG_ROAD_FLAGS(convert_options, road),
};

static const vg_command track_convert = {
    .name = "convert",
    .summary = "write a road in another format, spacing or direction",
    .synopsis = "ROAD --out FILE [--format FORMAT] [--spacing M] [--reverse] [--open|--closed]\n"
                "  [--width M] [--route IDS] [--lanes LANES]\n"
                "LEFT RIGHT --out FILE",
    .details = "Two files are the left and the right border of a road. Without --spacing the points and "
               "widths are the same to the last bit.",
    .more = list_formats,
    .examples = "verge track convert lane.csv --open --out lane-open.csv",
    VG_FLAGS(convert_flags),
    .options_size = sizeof(convert_options),
    .least_operands = 1,
    .most_operands = 2,
    .takes = VG_TAKES_FORCE,
    .run = run_convert,
};

// --- the command with its subcommands ----------------------------------------------------------------------

extern const vg_command vg_command_track_list;      // app/commands/cmd_track_list.c
extern const vg_command vg_command_track_draw;      // app/commands/cmd_track_draw.c
extern const vg_command vg_command_track_from_laps; // app/commands/cmd_track_from_laps.c

static const vg_command *const children[] = {
    &vg_command_track_list,      &track_new, &track_info, &vg_command_track_draw, &track_convert,
    &vg_command_track_from_laps, NULL};

const vg_command vg_command_track = {
    .name = "track",
    .summary = "make and look at roads",
    .synopsis = "list|new|info|draw|convert|from-laps",
    .more = list_formats,
    .children = children,
};
