#include "app/scene/ground.h"

#include <math.h>

#include "app/scene/landscape_paint.h"
#include "sim/base/blocks.h"
#include "sim/base/memory.h"

// SIDE: pixels of the cache, a power of two; AHEAD: tiles painted in advance, a frame.
enum { SIDE = 4096, TILES = SIDE / VG_TILE, HALF = SIDE / 2, AHEAD = 1, ROWS = 32 };

typedef struct place {
    int32_t i, j;
    bool held;
} place;

struct vg_ground {
    const vg_landscape *landscape;
    double density; // pixels a metre; 0: nothing is held
    uint32_t *full; // [SIDE][SIDE]
    uint32_t *half; // [HALF][HALF] every pixel the mean of four
    place places[TILES][TILES];
};

vg_err vg_ground_open(const vg_landscape *landscape, vg_ground **out, vg_diag *diag) {
    vg_ground *ground = *out = vg_new(vg_ground, 1);
    if (!ground) return vg_fail_memory(diag);
    ground->landscape = landscape;
    ground->full = vg_new(uint32_t, SIDE * SIDE);
    ground->half = vg_new(uint32_t, HALF * HALF);
    if (ground->full && ground->half) return VG_OK;
    vg_ground_close(ground);
    *out = NULL;
    return vg_fail_memory(diag);
}

void vg_ground_close(vg_ground *ground) {
    if (!ground) return;
    vg_free(ground->full);
    vg_free(ground->half);
    vg_free(ground);
}

// --- the cache -------------------------------------------------------------------------------------------

static int32_t wrap(int32_t i) { return i & (TILES - 1); }

static uint32_t mean(uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
    const uint32_t even = 0x00ff00ff;
    uint32_t low = (a & even) + (b & even) + (c & even) + (d & even);
    uint32_t high = (a >> 8 & even) + (b >> 8 & even) + (c >> 8 & even) + (d >> 8 & even);
    return (low >> 2 & even) | (high >> 2 & even) << 8;
}

static void halve(const uint32_t *from, uint32_t *to) {
    for (int y = 0; y < VG_TILE / 2; y++)
        for (int x = 0; x < VG_TILE / 2; x++) {
            const uint32_t *p = from + (int64_t)2 * y * SIDE + 2 * x;
            to[(int64_t)y * HALF + x] = mean(p[0], p[1], p[SIDE], p[SIDE + 1]);
        }
}

// Hold tile (i, j). *painted counts the tiles that had to be painted.
static vg_err hold(vg_ground *ground, int32_t i, int32_t j, int32_t *painted, vg_diag *diag) {
    place *at = &ground->places[wrap(j)][wrap(i)];
    if (at->held && at->i == i && at->j == j) return VG_OK;
    uint32_t *pixels = ground->full + (int64_t)wrap(j) * VG_TILE * SIDE + (int64_t)wrap(i) * VG_TILE;
    at->held = false;
    vg_err err = vg_landscape_paint(ground->landscape, ground->density, i, j, pixels, SIDE, diag);
    if (err) return err;
    halve(pixels, ground->half + (int64_t)wrap(j) * (VG_TILE / 2) * HALF + (int64_t)wrap(i) * (VG_TILE / 2));
    *at = (place){i, j, true};
    ++*painted;
    return VG_OK;
}

typedef struct extent {
    int32_t least_i, most_i, least_j, most_j; // tiles
} extent;

static extent tiles_of(const vg_ground *ground, const vg_ground_view *view, int32_t width, int32_t height) {
    double least_x = INFINITY, most_x = -INFINITY, least_y = INFINITY, most_y = -INFINITY;
    for (int corner = 0; corner < 4; corner++) {
        double px = corner & 1 ? width : 0, py = corner & 2 ? height : 0;
        double x = view->x0 + px * view->xx + py * view->xy, y = view->y0 + px * view->yx + py * view->yy;
        least_x = fmin(least_x, x), most_x = fmax(most_x, x);
        least_y = fmin(least_y, y), most_y = fmax(most_y, y);
    }
    double tiles = ground->density / VG_TILE, edge = 2 / ground->density; // a sample reads its neighbours
    return (extent){(int32_t)floor((least_x - edge) * tiles), (int32_t)floor((most_x + edge) * tiles),
                    (int32_t)floor((-most_y - edge) * tiles), (int32_t)floor((-least_y + edge) * tiles)};
}

// A density that suits the view, kept as long as it may be: every change paints all anew.
static void choose_density(vg_ground *ground, const vg_ground_view *view, int32_t width, int32_t height) {
    double wanted = 1 / hypot(view->xx, view->yx);
    double most = (SIDE - 3 * VG_TILE) / hypot(width, height) * wanted; // what the cache has room for
    if (ground->density > 0 && ground->density <= most && ground->density < 2.3 * wanted &&
        ground->density > fmin(0.85 * wanted, 0.8 * most))
        return;
    ground->density = fmin(1.05 * wanted, most);
    for (int j = 0; j < TILES; j++)
        for (int i = 0; i < TILES; i++) ground->places[j][i].held = false;
}

static vg_err fill_cache(vg_ground *ground, const extent *e, vg_diag *diag) {
    int32_t painted = 0;
    vg_err err = VG_OK;
    for (int32_t j = e->least_j; j <= e->most_j && !err; j++)
        for (int32_t i = e->least_i; i <= e->most_i && !err; i++) err = hold(ground, i, j, &painted, diag);
    // A frame that had nothing to paint paints ahead, so that few frames have much to paint.
    bool room = e->most_i - e->least_i + 3 <= TILES && e->most_j - e->least_j + 3 <= TILES;
    if (painted || !room) return err;
    for (int32_t j = e->least_j - 1; j <= e->most_j + 1 && !err && painted < AHEAD; j++)
        for (int32_t i = e->least_i - 1; i <= e->most_i + 1 && !err && painted < AHEAD; i++)
            err = hold(ground, i, j, &painted, diag);
    return err;
}

// --- the picture -----------------------------------------------------------------------------------------

typedef struct sampling {
    const uint32_t *source;
    uint32_t mask;         // side - 1
    int32_t shift;         // log2 of the side
    double ux, uy, vx, vy; // a pixel of the picture to the right, and down, in pixels of the cache
    double u, v;           // the first pixel of the picture
    uint32_t *pixels;
    int32_t width;
    int64_t stride;
} sampling;

// Two channels at a time, each with 8 bits of room above it.
static inline uint32_t blend(uint32_t a, uint32_t b, uint32_t part) {
    const uint32_t even = 0x00ff00ff;
    uint32_t low = (a & even) * (256 - part) + (b & even) * part;
    uint32_t high = (a >> 8 & even) * (256 - part) + (b >> 8 & even) * part;
    return (low >> 8 & even) | (high & ~even);
}

static uint32_t fixed(double value, double side) {
    return (uint32_t)(int64_t)floor((value - floor(value / side) * side) * 65536);
}

static vg_err sample_rows(void *context, int64_t block, int64_t begin, int64_t end) {
    (void)block;
    const sampling *s = context;
    double side = (double)s->mask + 1;
    uint32_t du = (uint32_t)(int32_t)lrint(s->ux * 65536), dv = (uint32_t)(int32_t)lrint(s->vx * 65536);
    for (int64_t row = begin; row < end; row++) {
        uint32_t u = fixed(s->u + (double)row * s->uy, side), v = fixed(s->v + (double)row * s->vy, side);
        uint32_t *out = s->pixels + row * s->stride;
        for (int32_t px = 0; px < s->width; px++, u += du, v += dv) {
            uint32_t a = u >> 16 & s->mask, b = v >> 16 & s->mask;
            uint32_t a1 = (a + 1) & s->mask, b1 = (b + 1) & s->mask;
            const uint32_t *top = s->source + ((size_t)b << s->shift);
            const uint32_t *below = s->source + ((size_t)b1 << s->shift);
            uint32_t along = u >> 8 & 255, down = v >> 8 & 255;
            out[px] =
                blend(blend(top[a], top[a1], along), blend(below[a], below[a1], along), down) | 0xff000000u;
        }
    }
    return VG_OK;
}

vg_err vg_ground_paint(vg_ground *ground, const vg_ground_view *view, uint32_t *pixels, int32_t width,
                       int32_t height, int64_t stride, vg_diag *diag) {
    choose_density(ground, view, width, height);
    extent e = tiles_of(ground, view, width, height);
    vg_err err = fill_cache(ground, &e, diag);
    if (err) return err;
    bool far = ground->density * hypot(view->xx, view->yx) > 1.6;
    double density = far ? ground->density / 2 : ground->density;
    sampling s = {.source = far ? ground->half : ground->full,
                  .mask = far ? HALF - 1 : SIDE - 1,
                  .shift = far ? 11 : 12,
                  .ux = view->xx * density,
                  .uy = view->xy * density,
                  .vx = -view->yx * density,
                  .vy = -view->yy * density,
                  .pixels = pixels,
                  .width = width,
                  .stride = stride};
    // Middles of pixels stand at halves on both sides.
    s.u = view->x0 * density + (s.ux + s.uy) / 2 - 0.5;
    s.v = -view->y0 * density + (s.vx + s.vy) / 2 - 0.5;
    return vg_blocks_run(height, ROWS, 0, sample_rows, &s);
}
