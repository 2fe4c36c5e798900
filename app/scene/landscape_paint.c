#include "app/scene/landscape_paint.h"

#include <cairo.h>

#include "app/scene/landscape_road.h"
#include "app/scene/landscape_trees.h"

// --- grass -----------------------------------------------------------------------------------------------

// Broad patches of lush and dry grass with a fine grain over them. The patches are sampled on a grid of 16
// pixels and interpolated.
enum { STEP = 16, KNOTS = VG_TILE / STEP + 1 };

static void sample_patches(const vg_tile *tile, double knots[KNOTS][KNOTS]) {
    const vg_landscape *l = tile->landscape;
    for (int b = 0; b < KNOTS; b++) {
        for (int a = 0; a < KNOTS; a++) {
            double x = tile->west + a * STEP / tile->density, y = tile->north - b * STEP / tile->density;
            knots[b][a] =
                0.55 * vg_landscape_noise(l, x, y, 61, 1) + 0.45 * vg_landscape_noise(l, x, y, 17, 2);
        }
    }
}

static uint32_t grass(double patch, int grain) {
    // Colours from lush to dry, and a grain of a few levels either way.
    double light = (grain - 128) * (1 / 128.0) * 5.5;
    int red = (int)(76 + 34 * patch + light), green = (int)(117 + 18 * patch + light),
        blue = (int)(60 + 10 * patch + 0.6 * light);
    return 0xff000000u | (uint32_t)red << 16 | (uint32_t)green << 8 | (uint32_t)blue;
}

static void paint_grass(const vg_tile *tile, uint32_t *pixels, int64_t stride) {
    double knots[KNOTS][KNOTS];
    sample_patches(tile, knots);
    for (int py = 0; py < VG_TILE; py++) {
        int b = py / STEP;
        double v = (py % STEP + 0.5) / STEP;
        for (int px = 0; px < VG_TILE; px++) {
            int a = px / STEP;
            double u = (px % STEP + 0.5) / STEP;
            double upper = knots[b][a] + (knots[b][a + 1] - knots[b][a]) * u;
            double lower = knots[b + 1][a] + (knots[b + 1][a + 1] - knots[b + 1][a]) * u;
            pixels[py * stride + px] =
                grass(upper + (lower - upper) * v, tile->landscape->grain[py * VG_TILE + px]);
        }
    }
}

// A faint grain over everything painted, so that asphalt and gravel are not of one flat colour.
static void roughen(const vg_tile *tile, uint32_t *pixels, int64_t stride) {
    for (int py = 0; py < VG_TILE; py++) {
        for (int px = 0; px < VG_TILE; px++) {
            uint32_t *pixel = &pixels[py * stride + px];
            // Uses another corner of the grain than the grass does.
            int by =
                tile->landscape->grain[(py * VG_TILE + px) ^ (0x5555 & (VG_TILE * VG_TILE - 1))] / 32 - 4;
            uint32_t out = 0xff000000u;
            for (int shift = 0; shift < 24; shift += 8) {
                int level = (int)(*pixel >> shift & 255) + by;
                out |= (uint32_t)(level < 0 ? 0 : level > 255 ? 255 : level) << shift;
            }
            *pixel = out;
        }
    }
}

vg_err vg_landscape_paint(const vg_landscape *landscape, double density, int32_t i, int32_t j,
                          uint32_t *pixels, int64_t stride, vg_diag *diag) {
    double side = VG_TILE / density;
    vg_tile tile = {.landscape = landscape,
                    .density = density,
                    .west = i * side,
                    .east = (i + 1) * side,
                    .north = -j * side,
                    .south = -(j + 1) * side};
    paint_grass(&tile, pixels, stride);
    cairo_surface_t *surface = cairo_image_surface_create_for_data(
        (unsigned char *)pixels, CAIRO_FORMAT_RGB24, VG_TILE, VG_TILE, (int)(stride * 4));
    tile.cairo = cairo_create(surface);
    cairo_scale(tile.cairo, density, -density);
    cairo_translate(tile.cairo, -tile.west, -tile.north);
    vg_landscape_road(&tile);
    cairo_surface_flush(surface);
    roughen(&tile, pixels, stride);
    cairo_surface_mark_dirty(surface);
    vg_landscape_trees(&tile);
    bool good = cairo_status(tile.cairo) == CAIRO_STATUS_SUCCESS;
    cairo_destroy(tile.cairo);
    cairo_surface_destroy(surface);
    return good ? VG_OK : vg_fail_memory(diag);
}
