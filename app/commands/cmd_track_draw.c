// verge track draw: a road as a picture.
#include "app/cli/args.h"
#include "app/cli/fonts.h"
#include "app/cli/output.h"
#include "app/cli/roads.h"

typedef struct draw_options {
    const char *out, *size;
    bool nodes;
    vg_track_options road;
} draw_options;

#ifdef VG_WITH_FIGURES
#include <stdio.h>
#include <string.h>

#include "eval/figures/map.h"
#include "sim/base/memory.h"

// Finds every node at which an edge folds over; *count is their number.
static vg_err list_folds(const vg_road *road, int32_t **folds, int32_t *count, vg_diag *diag) {
    int32_t nodes = vg_road_get(road).count;
    *folds = vg_new(int32_t, nodes);
    if (!*folds) return vg_fail_memory(diag);
    *count = 0;
    for (int32_t i = vg_road_fold(road, 0); i >= 0; i = i + 1 < nodes ? vg_road_fold(road, i + 1) : -1)
        (*folds)[(*count)++] = i;
    return VG_OK;
}

static vg_err parse_size(const char *text, vg_canvas_def *canvas, vg_diag *diag) {
    const char *cross = strchr(text, 'x');
    char wide[32] = "";
    if (cross) snprintf(wide, sizeof wide, "%.*s", (int)(cross - text), text);
    if (!cross || !vg_parse_double(wide, &canvas->width) || !vg_parse_double(cross + 1, &canvas->height) ||
        !(canvas->width >= 100 && canvas->width <= 8000 && canvas->height >= 100 && canvas->height <= 8000))
        return vg_fail(diag, VG_ERR_ARGUMENT, "--size '%.40s', expected WxH, each 100 to 8000", text);
    return VG_OK;
}

static vg_err run(const vg_call *call, int *status, vg_diag *diag) {
    (void)status;
    const draw_options *options = call->options;
    vg_picture picture = vg_picture_default();
    picture.overwrite = vg_call_overwrite(call);
    vg_err err = parse_size(options->size, &picture.canvas, diag);
    if (!err) err = vg_file_may_write(options->out, picture.overwrite, diag);
    if (err) return err;
    vg_say_without_fonts();
    vg_road *road;
    err = vg_road_load_said_as(&options->road, call->operands.items[0], NULL, &road, diag);
    if (err) return err;
    vg_road_view view = vg_road_get(road);
    vg_map_road_figure figure = vg_map_road_default();
    figure.title = view.name;
    figure.road = &view;
    figure.nodes = options->nodes;
    int32_t *folds;
    err = list_folds(road, &folds, &figure.fold_count, diag);
    figure.folds = folds;
    if (!err) err = vg_map_road_write(&figure, options->out, &picture, diag);
    if (!err) vg_say("%s: %s, %.0f m", options->out, view.name, view.length);
    vg_free(folds);
    vg_road_destroy(road);
    return err;
}
#else
static vg_err run(const vg_call *call, int *status, vg_diag *diag) {
    (void)call, (void)status;
    return vg_fail(diag, VG_ERR_ARGUMENT, "this build cannot draw: it was made without figures (Cairo)");
}
#endif

static const vg_flag flags[] = {
    {"out", VG_FLAG_TEXT, offsetof(draw_options, out), "FILE", .required = true,
     .help = "a .png or .svg to write"},
    {"size", VG_FLAG_TEXT, offsetof(draw_options, size), "WxH", .standard = "900x700",
     .help = "of the picture, in units of 2 pixels, each 100 to 8000"},
    {"nodes", VG_FLAG_SWITCH, offsetof(draw_options, nodes), .help = "draw dots at the road's nodes"},
    VG_ROAD_FLAGS(draw_options, road),
};

const vg_command vg_command_track_draw = {
    .name = "draw",
    .summary = "draw a road, coloured by how tight its bends are",
    .synopsis = "ROAD --out FILE.png|FILE.svg [--width M] [--route IDS] [--lanes LANES]",
    .examples = "verge track draw hairpins --out hairpins.png",
    VG_FLAGS(flags),
    .options_size = sizeof(draw_options),
    .least_operands = 1,
    .most_operands = 1,
    .takes = VG_TAKES_FORCE,
    .run = run,
};
