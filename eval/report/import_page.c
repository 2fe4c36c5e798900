#include "eval/report/import_page.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "eval/figures/axes.h"
#include "eval/report/page_parts_private.h"
#include "sim/base/exact.h"
#include "sim/base/memory.h"
#include "sim/base/version.h"

enum { DRIVES = 12, DOTS = 6000 }; // drawn at most; of a longer drive every second sample, or fewer

// A drive as columns to draw.
typedef struct drawn {
    const vg_road *road;
    const vg_import_file_drive *drive;
    const char *name;     // of the figures' files
    int32_t count, every; // of the samples, every so many-th
    double *columns[11];
    int32_t outside;      // of those drawn, beyond an edge
    double beyond;        // m, the farthest one
    double along, across; // m, rms of the fixes from the cleaned line
} drawn;
enum { T, S, X, Y, RAW_X, RAW_Y, ALONG, ACROSS, SD, RAW_SPEED, SPEED };

static void drawn_free(drawn *d) {
    for (size_t i = 0; i < sizeof d->columns / sizeof *d->columns; i++) vg_free(d->columns[i]);
}

// The direction of the line at sample i.
static void direction(const vg_import_file_drive *d, int32_t i, double out[2]) {
    int32_t a = i ? i - 1 : 0, b = i + 1 < d->count ? i + 1 : i;
    double dx = d->samples[b].value.x - d->samples[a].value.x,
           dy = d->samples[b].value.y - d->samples[a].value.y;
    double length = sqrt(dx * dx + dy * dy);
    out[0] = length > 0 ? dx / length : 1, out[1] = length > 0 ? dy / length : 0;
}

static void take_residual(drawn *d, int32_t i) {
    const vg_cleaned *s = &d->drive->samples[i * d->every];
    double along[2], dx = s->raw_x - s->value.x, dy = s->raw_y - s->value.y;
    direction(d->drive, i * d->every, along);
    d->columns[ALONG][i] = dx * along[0] + dy * along[1];
    d->columns[ACROSS][i] = dy * along[0] - dx * along[1];
}

static void take_place(drawn *d, int32_t i, double *at) {
    const vg_log_sample *s = &d->drive->samples[i * d->every].value;
    vg_road_place place = i ? vg_road_project(d->road, s->x, s->y, *at) : vg_road_locate(d->road, s->x, s->y);
    vg_road_point edge = vg_road_at(d->road, place.s);
    double out = place.offset > 0 ? place.offset - edge.left : -place.offset - edge.right;
    if (out > 25) place = vg_road_locate(d->road, s->x, s->y);
    d->outside += out > 0;
    if (out > d->beyond) d->beyond = out;
    *at = d->columns[S][i] = place.s;
}

static void rms(drawn *d) {
    int32_t fixes = 0;
    for (int32_t i = 0; i < d->count; i++) {
        double a = d->columns[ALONG][i], b = d->columns[ACROSS][i];
        if (isnan(a)) continue;
        d->along += a * a, d->across += b * b, fixes++;
    }
    d->along = fixes ? sqrt(d->along / fixes) : NAN, d->across = fixes ? sqrt(d->across / fixes) : NAN;
}

static vg_err draw(const vg_road *road, const vg_import_file_drive *drive, drawn *d, vg_diag *diag) {
    *d = (drawn){.road = road, .drive = drive, .every = drive->count / DOTS + 1, .beyond = -INFINITY};
    d->count = (drive->count - 1) / d->every + 1;
    for (size_t i = 0; i < sizeof d->columns / sizeof *d->columns; i++)
        if (!(d->columns[i] = vg_new(double, d->count))) return vg_fail_memory(diag);
    double at = 0;
    for (int32_t i = 0; i < d->count; i++) {
        const vg_cleaned *s = &drive->samples[i * d->every];
        const double values[] = {[T] = s->value.t - drive->samples[0].value.t,
                                 [X] = s->value.x,
                                 [Y] = s->value.y,
                                 [RAW_X] = s->raw_x,
                                 [RAW_Y] = s->raw_y,
                                 [SD] = s->sd,
                                 [RAW_SPEED] = s->raw_speed,
                                 [SPEED] = s->value.speed};
        for (size_t c = 0; c < sizeof values / sizeof *values; c++) d->columns[c][i] = values[c];
        take_residual(d, i);
        take_place(d, i, &at);
    }
    rms(d);
    return VG_OK;
}

// --- figures ---------------------------------------------------------------------------------------------

static const vg_ink line_ink = {.stroke = VG_ROLE_SERIES_0, .width = 1.5};
static const vg_ink dot_ink = {.fill = VG_ROLE_SERIES_1, .fill_opacity = 0.8};
static const vg_ink other_ink = {.fill = VG_ROLE_SERIES_2, .fill_opacity = 0.8};

// To scale, north up: both axes are as long in metres as they are on the paper.
static void equal(vg_axes *axes, double width, double height) {
    double dx = axes->x.high - axes->x.low, dy = axes->y.high - axes->y.low;
    double scale = fmax(dx / width, dy / height) * 1.05;
    double cx = (axes->x.high + axes->x.low) / 2, cy = (axes->y.high + axes->y.low) / 2;
    axes->x.least = cx - scale * width / 2, axes->x.most = cx + scale * width / 2;
    axes->y.least = cy - scale * height / 2, axes->y.most = cy + scale * height / 2;
}

static vg_err paint_map(vg_canvas *canvas, const void *figure, vg_diag *diag) {
    (void)diag;
    const drawn *d = figure;
    vg_road_view v = vg_road_get(d->road);
    vg_axes axes = vg_axes_default(canvas);
    const vg_axes_key keys[] = {{"fixes as they were", dot_ink},
                                {"cleaned line", line_ink},
                                {"edges of the road", {.stroke = VG_ROLE_AXIS, .width = 1}}};
    vg_paint_paper(canvas);
    axes.x.label = "x, m", axes.y.label = "y, m";
    axes.keys = keys, axes.key_count = 3, axes.key_dots = true;
    vg_axis_include(&axes.x, d->columns[X], d->count);
    vg_axis_include(&axes.y, d->columns[Y], d->count);
    equal(&axes, axes.width - 80, axes.height - 90);
    vg_axes_begin(&axes, canvas);
    const vg_ink edge = {.stroke = VG_ROLE_AXIS, .width = 1};
    vg_axes_line(&axes, canvas, v.left_x, v.left_y, v.count, edge);
    vg_axes_line(&axes, canvas, v.right_x, v.right_y, v.count, edge);
    vg_axes_line(&axes, canvas, d->columns[X], d->columns[Y], d->count, line_ink);
    vg_axes_dots(&axes, canvas, d->columns[RAW_X], d->columns[RAW_Y], d->count, 1.2, dot_ink);
    vg_axes_end(&axes, canvas);
    return VG_OK;
}

// Residuals over the column `over`.
static void paint_residuals(vg_canvas *canvas, const drawn *d, int over, const char *label) {
    vg_axes axes = vg_axes_default(canvas);
    const vg_axes_key keys[] = {
        {"along the line", dot_ink}, {"across it", other_ink}, {"standard deviation of the line", line_ink}};
    vg_paint_paper(canvas);
    axes.x.tight = true;
    axes.x.label = label, axes.y.label = "fix - cleaned line, m";
    axes.keys = keys, axes.key_count = 3, axes.key_dots = true;
    vg_axis_include(&axes.x, d->columns[over], d->count);
    vg_axis_include(&axes.y, d->columns[ALONG], d->count);
    vg_axis_include(&axes.y, d->columns[ACROSS], d->count);
    vg_axis_include(&axes.y, d->columns[SD], d->count);
    vg_axes_begin(&axes, canvas);
    vg_axes_dots(&axes, canvas, d->columns[over], d->columns[ALONG], d->count, 1.5, dot_ink);
    vg_axes_dots(&axes, canvas, d->columns[over], d->columns[ACROSS], d->count, 1.5, other_ink);
    if (over == T) vg_axes_line(&axes, canvas, d->columns[T], d->columns[SD], d->count, line_ink);
    vg_axes_end(&axes, canvas);
}

static vg_err paint_in_time(vg_canvas *canvas, const void *figure, vg_diag *diag) {
    (void)diag;
    paint_residuals(canvas, figure, T, "time, s");
    return VG_OK;
}

static vg_err paint_along(vg_canvas *canvas, const void *figure, vg_diag *diag) {
    (void)diag;
    paint_residuals(canvas, figure, S, "along the road, m");
    return VG_OK;
}

static vg_err paint_speed(vg_canvas *canvas, const void *figure, vg_diag *diag) {
    (void)diag;
    const drawn *d = figure;
    vg_axes axes = vg_axes_default(canvas);
    const vg_axes_key keys[] = {{"speed column, as it was used", dot_ink}, {"cleaned speed", line_ink}};
    vg_paint_paper(canvas);
    axes.x.tight = true;
    axes.x.label = "time, s", axes.y.label = "speed, m/s";
    axes.keys = keys, axes.key_count = 2, axes.key_dots = true;
    vg_axis_include(&axes.x, d->columns[T], d->count);
    vg_axis_include(&axes.y, d->columns[SPEED], d->count);
    vg_axis_include(&axes.y, d->columns[RAW_SPEED], d->count);
    vg_axes_begin(&axes, canvas);
    vg_axes_dots(&axes, canvas, d->columns[T], d->columns[RAW_SPEED], d->count, 1.5, dot_ink);
    vg_axes_line(&axes, canvas, d->columns[T], d->columns[SPEED], d->count, line_ink);
    vg_axes_end(&axes, canvas);
    return VG_OK;
}

// --- the page --------------------------------------------------------------------------------------------

static void place(vg_page *page, const drawn *d, const char *what, const char *title, const char *caption,
                  double height, vg_paint_fn paint) {
    char name[100];
    snprintf(name, sizeof name, "%.60s-%s", d->name, what);
    const vg_page_figure figure = {.name = name,
                                   .title = title,
                                   .desc = caption,
                                   .caption = caption,
                                   .width = 760,
                                   .height = height,
                                   .paint = paint,
                                   .figure = d};
    vg_page_place(page, &figure);
}

static void found_row(vg_page *page, const char *label, const vg_rows_found *rows) {
    if (!rows->count) return;
    char text[VG_ROWS_TEXT];
    vg_page_row(page, label);
    vg_text_add(&page->html, "<td class=\"text\">%s</td>", vg_rows_text(rows, text));
    vg_page_row_end(page);
}

static void value_row(vg_page *page, const char *label, double value, const char *unit) {
    char text[32];
    if (isnan(value)) return;
    vg_page_row(page, label);
    vg_text_add(&page->html, "<td class=\"text\">%s %s</td>", vg_page_number(value, text), unit);
    vg_page_row_end(page);
}

static void add_counts(vg_page *page, const drawn *d) {
    const vg_clean_report *c = &d->drive->clean;
    vg_page_table(page, "What was found, and changed.");
    vg_page_head(page, "");
    vg_page_head(page, "");
    vg_page_body(page);
    value_row(page, "rows read", c->rows, "");
    value_row(page, "samples now", d->drive->count, "");
    found_row(page, "rows that stood twice", &c->repeated);
    found_row(page, "rows out of order", &c->reordered);
    found_row(page, "times mended", &c->clock);
    if (c->jitter > 0) value_row(page, "clock jitter taken out (rms)", c->jitter, "s");
    found_row(page, "positions repeated", &c->held);
    found_row(page, "lost fixes", &c->lost);
    found_row(page, "fixes counted little", &c->far);
    found_row(page, "speeds a little below 0", &c->below_zero);
    found_row(page, "wild speeds", &c->spikes);
    value_row(page, "speeds over the path's own", c->speed_scale, "");
    value_row(page, "speeds behind the path's", c->speed_lag, "s");
    if (c->bridges) value_row(page, "in gaps that were bridged", c->bridged, "s");
    value_row(page, "noise of a fix (standard deviation, each coordinate)", c->smoothing.noise, "m");
    value_row(page, "the line is known to (median standard deviation)", c->sd_usual, "m");
    value_row(page, "fix - line along it (rms)", d->along, "m");
    value_row(page, "fix - line across it (rms)", d->across, "m");
    value_row(page, "samples beyond an edge", 100.0 * d->outside / d->count, "%");
    if (d->outside) value_row(page, "farthest beyond an edge", d->beyond, "m");
    vg_page_table_end(page);
}

static void add_drive(vg_page *page, const vg_import_page *what, int32_t file, int32_t k, int32_t number) {
    const vg_import_file_drive *drive = &what->reports[file].drives[k];
    char name[40];
    drawn d;
    page->err = draw(what->road, drive, &d, page->diag);
    snprintf(name, sizeof name, "drive-%d", number);
    d.name = name;
    if (!page->err) {
        vg_text_add(&page->html, "<h2>");
        vg_page_text(page, what->files[file]);
        if (drive->number) vg_text_add(&page->html, ", drive %d", drive->number);
        vg_text_add(&page->html, "</h2>\n");
        add_counts(page, &d);
        place(page, &d, "map", "Fixes and line",
              "To scale, north up: the fixes as they were, the cleaned line, and the road's edges.", 520,
              paint_map);
        place(page, &d, "time", "Residuals over time",
              drive->clean.left_alone
                  ? "The fixes were so quiet that the line was left on them: what is far from it was left "
                    "out or counted little."
                  : "How far each fix is from the cleaned line, along it and across it; a slow wave that "
                    "both share is a receiver's drift, which stays in the line.",
              300, paint_in_time);
        place(page, &d, "road", "Residuals along the road",
              "The same over the place on the road: what comes back at one place is the road's or the "
              "receiver's, not chance.",
              300, paint_along);
        place(page, &d, "speed", "Speeds", "The speed column against the speed of the cleaned drive.", 300,
              paint_speed);
    }
    drawn_free(&d);
}

static void add_laps(vg_page *page, const vg_import_page *what) {
    vg_page_table(page, "Laps in the log: how far the simulated car is from the samples at equal times, and "
                        "the share of samples between the edges.");
    static const char *const heads[] = {"lap",    "samples", "s",      "rms m",
                                        "95 % m", "worst m", "at row", "inside %"};
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) vg_page_head(page, heads[i]);
    vg_page_body(page);
    for (int32_t i = 0; i < what->count; i++)
        for (int32_t k = 0; k < what->reports[i].lap_count; k++) {
            const vg_import_file_lap *lap = &what->reports[i].laps[k];
            const vg_fit_measure *m = &lap->report.measure;
            char label[400];
            snprintf(label, sizeof label, "%.300s, lap %d %s", what->files[i],
                     lap->piece.number ? lap->piece.number : 1, vg_piece_tag(lap->piece.kind));
            vg_page_row(page, label);
            const double values[] = {m->samples,
                                     m->duration,
                                     m->rms,
                                     m->p95,
                                     m->worst,
                                     (double)lap->worst_row,
                                     100 * lap->report.place.inside};
            for (size_t c = 0; c < sizeof values / sizeof *values; c++) vg_page_cell(page, values[c]);
            vg_page_row_end(page);
        }
    vg_page_table_end(page);
}

static void fill(vg_page *page, const vg_import_page *what) {
    vg_page_open(page, "Import");
    vg_text_add(&page->html, "<p class=\"note\">");
    vg_page_text(page, what->log);
    vg_text_add(&page->html, ", on the road ");
    vg_page_text(page, vg_road_get(what->road).name);
    vg_text_add(&page->html, "</p>\n</div>\n" VG_PAGE_THEME "</header>\n<main>\n");
    add_laps(page, what);
    if (*what->told) {
        vg_text_add(&page->html, "<h2>What was told</h2>\n<pre>");
        vg_page_text(page, what->told);
        vg_text_add(&page->html, "</pre>\n");
    }
    int32_t number = 0;
    for (int32_t i = 0; i < what->count; i++)
        for (int32_t k = 0; k < what->reports[i].drive_count && !page->err; k++)
            if (++number <= DRIVES) add_drive(page, what, i, k, number);
    if (number > DRIVES)
        vg_text_add(&page->html, "<p class=\"note\">The first %d of %d drives are drawn.</p>\n", DRIVES,
                    number);
    vg_page_shut(page);
}

vg_err vg_import_page_write(const vg_import_page *what, const char *folder, vg_overwrite overwrite,
                            vg_diag *diag) {
    char path[VG_PAGE_PATH];
    int length = snprintf(path, sizeof path, "%s/index.html", folder);
    if (length < 0 || length >= (int)sizeof path)
        return vg_fail(diag, VG_ERR_ARGUMENT, "the folder's name is too long");
    vg_page page = {.folder = folder, .overwrite = overwrite, .diag = diag};
    page.texts[0] = (vg_png_text){"Software", "verge " VG_VERSION};
    page.texts[1] = (vg_png_text){"Log", what->log};
    page.texts[2] = (vg_png_text){"Road", vg_road_get(what->road).name};
    page.text_count = 3;
    page.err = vg_file_may_write(path, overwrite, diag);
    if (!page.err) fill(&page, what);
    if (!page.err) page.err = vg_file_write(path, page.html.bytes, page.html.size, overwrite, diag);
    vg_text_free(&page.html);
    return page.err;
}
