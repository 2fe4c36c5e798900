#define _GNU_SOURCE // memmem
#include "tracks/formats/ros_map.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/csv_lines.h"
#include "sim/base/exact.h"
#include "sim/base/file.h"
#include "sim/base/memory.h"
#include "tracks/borders.h"
#include "tracks/formats/gray_image.h"

enum { LINE_MOST = 1024 };

// What the YAML says.
typedef struct map_info {
    char image[512];
    double resolution, origin[3]; // m a pixel; x, y of the lower left corner, m, and its turn, rad
    double occupied, empty;       // thresholds of the share of black
    bool negate;
} map_info;

// --- the YAML: a handful of keys, one a line --------------------------------------------------------------

static vg_err fail_key(const vg_csv_lines *lines, const char *key, const char *text, const char *expected,
                       vg_diag *diag) {
    return vg_fail_at(diag, VG_ERR_FORMAT, lines->file, lines->line, key, "'%.60s'; expected %s", text,
                      expected);
}

static void unquote(char *text) {
    size_t length = strlen(text);
    if (length >= 2 && (*text == '"' || *text == '\'') && text[length - 1] == *text) {
        text[length - 1] = 0;
        memmove(text, text + 1, length - 1);
    }
}

static bool take_origin(char *text, double out[3]) {
    char *fields[3], *end = strchr(text, ']');
    if (*text != '[' || !end) return false;
    *end = 0;
    if (vg_csv_cut(text + 1, ',', 3, fields) != 3) return false;
    return vg_parse_double(fields[0], &out[0]) && vg_parse_double(fields[1], &out[1]) &&
           vg_parse_double(fields[2], &out[2]) && fabs(out[0]) <= 1e7 && fabs(out[1]) <= 1e7 &&
           fabs(out[2]) <= 100;
}

static vg_err take_key(const vg_csv_lines *lines, const char *key, char *text, map_info *info,
                       vg_diag *diag) {
    double number;
    if (strcmp(key, "image") == 0) {
        unquote(text);
        if (!*text || strlen(text) >= sizeof info->image)
            return fail_key(lines, key, text, "the name of a picture", diag);
        snprintf(info->image, sizeof info->image, "%s", text);
    } else if (strcmp(key, "origin") == 0) {
        if (!take_origin(text, info->origin)) return fail_key(lines, key, text, "[x, y, turn]", diag);
    } else if (strcmp(key, "resolution") == 0) {
        if (!vg_parse_double(text, &info->resolution) || !(info->resolution > 1e-6 && info->resolution < 100))
            return fail_key(lines, key, text, "metres a pixel", diag);
    } else if (strcmp(key, "negate") == 0) {
        info->negate = vg_parse_double(text, &number) ? number != 0 : strcmp(text, "true") == 0;
    } else if (strcmp(key, "occupied_thresh") == 0 || strcmp(key, "free_thresh") == 0) {
        if (!vg_parse_double(text, &number) || !(number >= 0 && number <= 1))
            return fail_key(lines, key, text, "0 to 1", diag);
        *(*key == 'o' ? &info->occupied : &info->empty) = number;
    }
    return VG_OK;
}

static vg_err read_info(const vg_track_source *source, map_info *info, vg_diag *diag) {
    vg_csv_lines lines;
    *info = (map_info){.occupied = 0.65, .empty = 0.196};
    vg_csv_begin(&lines, source->bytes, source->size, source->file, LINE_MOST);
    vg_err err = VG_OK;
    while (!err && lines.at < lines.end) {
        err = vg_csv_next(&lines, "a key and its value", diag);
        char *comment = err ? NULL : strchr(lines.text, '#'), *colon = err ? NULL : strchr(lines.text, ':');
        if (comment) *comment = 0;
        if (err || !colon || (comment && comment < colon)) continue;
        *colon = 0;
        err = take_key(&lines, vg_csv_trim(lines.text), vg_csv_trim(colon + 1), info, diag);
    }
    if (!err && (!info->image[0] || !(info->resolution > 0)))
        err = vg_fail_at(diag, VG_ERR_FORMAT, source->file, 0, info->image[0] ? "resolution" : "image",
                         "missing; expected a map with image, resolution and origin");
    return err;
}

// The picture lies beside the YAML.
static vg_err read_image(const vg_track_source *source, const map_info *info, vg_gray *out, vg_diag *diag) {
    char path[1024];
    const char *slash = strrchr(source->file, '/');
    int folder = slash && info->image[0] != '/' ? (int)(slash - source->file) + 1 : 0;
    char *bytes;
    int64_t size;
    snprintf(path, sizeof path, "%.*s%s", folder < 500 ? folder : 500, source->file, info->image);
    vg_err err = vg_file_read(path, 0, &bytes, &size, diag);
    if (err) return err;
    err = vg_gray_parse(bytes, size, info->image, out, diag);
    vg_free(bytes);
    return err;
}

// --- free space -------------------------------------------------------------------------------------------

// The picture with a margin of one cell, and a label a cell: 0 not free, 1 free, from 2 on a region that was
// filled.
typedef struct grid {
    int32_t *label;
    int32_t width, height, labels;
    int32_t *stack; // [width * height]
} grid;

static int32_t fill(grid *g, int64_t from, int32_t old, int32_t label, bool diagonal) {
    const int64_t w = g->width, around[8] = {1, -1, w, -w, w + 1, w - 1, -w + 1, -w - 1};
    int32_t top = 0, cells = 0;
    g->label[from] = label;
    g->stack[top++] = (int32_t)from;
    while (top) {
        int64_t at = g->stack[--top];
        cells++;
        for (int k = 0; k < (diagonal ? 8 : 4); k++) {
            int64_t to = at + around[k];
            if (to < 0 || to >= w * g->height || g->label[to] != old) continue;
            int64_t dx = to % w - at % w;
            if (dx > 1 || dx < -1) continue; // around the edge
            g->label[to] = label;
            g->stack[top++] = (int32_t)to;
        }
    }
    return cells;
}

// Fill every region of one label; the largest one's new label, 0 if there is none. *first: one of its cells.
static int32_t largest(grid *g, int32_t old, bool diagonal, int64_t *first) {
    int32_t best = 0, most = 0;
    for (int64_t i = 0; i < (int64_t)g->width * g->height; i++) {
        if (g->label[i] != old) continue;
        int32_t cells = fill(g, i, old, g->labels, diagonal);
        if (cells > most) most = cells, best = g->labels, *first = i;
        g->labels++;
    }
    return best;
}

static vg_err make_grid(const vg_gray *image, const map_info *info, grid *g, vg_diag *diag) {
    *g = (grid){.width = image->width + 2, .height = image->height + 2, .labels = 2};
    int64_t cells = (int64_t)g->width * g->height;
    g->label = vg_new(int32_t, cells);
    g->stack = vg_new(int32_t, cells);
    if (!g->label || !g->stack) return vg_fail_memory(diag);
    for (int32_t y = 0; y < image->height; y++)
        for (int32_t x = 0; x < image->width; x++) {
            double value = image->pixels[(int64_t)y * image->width + x] / 255.0,
                   black = info->negate ? value : 1 - value;
            g->label[(int64_t)(y + 1) * g->width + x + 1] = black < info->empty;
        }
    return VG_OK;
}

// The border around the cells that `inside` tells, from its uppermost cell: along the sides of cells, whose
// middles are the points. Cells that touch at a corner alone are apart.
static vg_err trace(const grid *g, int32_t label, bool outwards, int64_t first, vg_points *out,
                    vg_diag *diag) {
    static const int dx[4] = {1, 0, -1, 0}, dy[4] = {0, 1, 0, -1};
    // On the lattice of corners, with the region to the right hand: begin along the top of the first cell.
    int32_t x = (int32_t)(first % g->width), y = (int32_t)(first / g->width), x0 = x, y0 = y, way = 0;
    vg_err err = VG_OK;
#define INSIDE(cx, cy) ((g->label[(int64_t)(cy)*g->width + (cx)] == label) != outwards)
    do {
        err = vg_points_add(out, x + 0.5 * dx[way], y + 0.5 * dy[way], diag);
        x += dx[way], y += dy[way];
        // The two cells ahead of the corner, to the right and to the left hand.
        int32_t rx = x - (way == 1 || way == 2), ry = y - (way == 2 || way == 3);
        int32_t lx = x - (way == 2 || way == 3), ly = y - (way == 0 || way == 3);
        if (!INSIDE(rx, ry))
            way = (way + 1) % 4;
        else if (INSIDE(lx, ly))
            way = (way + 3) % 4;
    } while (!err && !(x == x0 && y == y0 && way == 0));
#undef INSIDE
    return err;
}

// From cells, downwards from the upper left, to metres; a little smoothed, for a border has no steps.
static void place(vg_points *points, const grid *g, const map_info *info) {
    double sine, cosine;
    vg_sincos(info->origin[2], &sine, &cosine);
    for (int k = 0; k < 6; k++)
        for (int c = 0; c < 2; c++) {
            double *v = c ? points->y : points->x, first = v[0], before = v[points->count - 1];
            for (int32_t i = 0; i < points->count; i++) {
                double here = v[i], after = i + 1 < points->count ? v[i + 1] : first;
                v[i] = (before + 2 * here + after) / 4;
                before = here;
            }
        }
    for (int32_t i = 0; i < points->count; i++) {
        double x = (points->x[i] - 1) * info->resolution,
               y = (g->height - 1 - points->y[i]) * info->resolution;
        points->x[i] = info->origin[0] + x * cosine - y * sine;
        points->y[i] = info->origin[1] + x * sine + y * cosine;
    }
}

// The outer border of the largest free region, and the border of the largest island in it.
static vg_err find_borders(grid *g, const vg_track_source *source, vg_borders *out, vg_diag *diag) {
    int64_t first = 0, island = 0;
    int32_t track = largest(g, 1, false, &first);
    if (!track) return vg_fail_at(diag, VG_ERR_FORMAT, source->file, 0, NULL, "no free space in the picture");
    for (int64_t i = 0; i < (int64_t)g->width * g->height; i++) g->label[i] = g->label[i] == track ? 1 : 0;
    (void)fill(g, 0, 0, 2, true); // what lies outside of it
    g->labels = 3;
    int32_t hole = largest(g, 0, true, &island);
    if (!hole)
        return vg_fail_at(diag, VG_ERR_FORMAT, source->file, 0, NULL,
                          "the free space has no island in it, so it is no loop; expected a track");
    for (int64_t i = 0; i < (int64_t)g->width * g->height; i++)
        if (g->label[i] >= 3 && g->label[i] != hole) g->label[i] = 1; // small islands are part of the road
    vg_err err = trace(g, 2, true, first, &out->right, diag);
    if (!err) err = trace(g, hole, false, island, &out->left, diag);
    return err;
}

static vg_err read(const vg_track_source *source, vg_track *out, vg_diag *diag) {
    map_info info;
    vg_gray image = {0};
    grid g = {0};
    vg_borders borders = {0};
    *out = (vg_track){0};
    vg_err err = read_info(source, &info, diag);
    if (!err) err = read_image(source, &info, &image, diag);
    if (!err) err = make_grid(&image, &info, &g, diag);
    if (!err) err = find_borders(&g, source, &borders, diag);
    if (!err) {
        place(&borders.left, &g, &info);
        place(&borders.right, &g, &info);
        err = vg_track_between(&borders, true, source->file, out, diag);
    }
    if (!err) snprintf(out->file, sizeof out->file, "%s", source->file);
    vg_points_free(&borders.left);
    vg_points_free(&borders.right);
    vg_free(g.label);
    vg_free(g.stack);
    vg_gray_free(&image);
    return err;
}

static bool is_map(const char *head, int64_t size) {
    return memmem(head, (size_t)size, "image:", 6) && memmem(head, (size_t)size, "resolution:", 11) &&
           memmem(head, (size_t)size, "origin:", 7);
}

const vg_track_format vg_track_format_ros_map = {
    .about = {.name = "ros-map",
              .endings = "yaml yml",
              .summary = "an occupancy map of ROS or F1TENTH: YAML and a PNG or PGM beside it",
              .sniff = is_map},
    .read = read,
};
