#include "app/scene/ground.h"

#include <math.h>
#include <string.h>

#include "app/scene/landscape_paint.h"
#include "sim/base/blocks.h"
#include "sim/base/memory.h"

// SIDE: pixels of the cache, a power of two; PAD: words between two rows, so that a column of pixels is
// spread over the processor's cache rather than fighting for one place in it; AHEAD: tiles painted in
// advance, a frame.
enum { SIDE = 4096, TILES = SIDE / VG_TILE, HALF = SIDE / 2, PAD = 16, AHEAD = 1 };
enum { FULL_ROW = SIDE + PAD, HALF_ROW = HALF + PAD };
// A picture is sampled in blocks of so many rows and columns; from so many pixels on by all cores.
enum { ROWS = 32, COLUMNS = 64, LARGE = 2000000 };

typedef struct place {
    int32_t i, j;
    bool held;
} place;

// Two pixels of four channels, and room to weigh them.
typedef uint8_t bytes __attribute__((vector_size(8)));
typedef uint16_t words __attribute__((vector_size(16)));

// Weights of four neighbours by where between them a sample lies, in sixteenths: they sum to 256.
enum { PARTS = 16 };
typedef struct weights {
    words above, below;
} weights;

struct vg_ground {
    weights weights[PARTS * PARTS];
    const vg_landscape *landscape;
    double density; // pixels a metre; 0: nothing is held
    uint32_t *full; // [SIDE][FULL_ROW]
    uint32_t *half; // [HALF][HALF_ROW] every pixel the mean of four
    place places[TILES][TILES];
};

static void make_weights(weights table[PARTS * PARTS]) {
    for (int down = 0; down < PARTS; down++)
        for (int along = 0; along < PARTS; along++)
            for (int k = 0; k < 8; k++) {
                int x = k < 4 ? PARTS - along : along;
                table[down * PARTS + along].above[k] = (uint16_t)(x * (PARTS - down));
                table[down * PARTS + along].below[k] = (uint16_t)(x * down);
            }
}

vg_err vg_ground_open(const vg_landscape *landscape, vg_ground **out, vg_diag *diag) {
    vg_ground *ground = *out = vg_new(vg_ground, 1);
    if (!ground) return vg_fail_memory(diag);
    ground->landscape = landscape;
    make_weights(ground->weights);
    ground->full = vg_new(uint32_t, SIDE * FULL_ROW);
    ground->half = vg_new(uint32_t, HALF * HALF_ROW);
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
            const uint32_t *p = from + (int64_t)2 * y * FULL_ROW + 2 * x;
            to[(int64_t)y * HALF_ROW + x] = mean(p[0], p[1], p[FULL_ROW], p[FULL_ROW + 1]);
        }
}

// Two neighbours are read as one: behind the last column stands the first one again.
static void repeat_column(vg_ground *ground, int32_t j) {
    for (int64_t y = (int64_t)j * VG_TILE; y < (int64_t)(j + 1) * VG_TILE; y++)
        ground->full[y * FULL_ROW + SIDE] = ground->full[y * FULL_ROW];
    for (int64_t y = (int64_t)j * VG_TILE / 2; y < (int64_t)(j + 1) * VG_TILE / 2; y++)
        ground->half[y * HALF_ROW + HALF] = ground->half[y * HALF_ROW];
}

// Hold tile (i, j). *painted counts the tiles that had to be painted.
static vg_err hold(vg_ground *ground, int32_t i, int32_t j, int32_t *painted, vg_diag *diag) {
    place *at = &ground->places[wrap(j)][wrap(i)];
    if (at->held && at->i == i && at->j == j) return VG_OK;
    uint32_t *pixels = ground->full + (int64_t)wrap(j) * VG_TILE * FULL_ROW + (int64_t)wrap(i) * VG_TILE;
    at->held = false;
    vg_err err = vg_landscape_paint(ground->landscape, ground->density, i, j, pixels, FULL_ROW, diag);
    if (err) return err;
    halve(pixels,
          ground->half + (int64_t)wrap(j) * (VG_TILE / 2) * HALF_ROW + (int64_t)wrap(i) * (VG_TILE / 2));
    if (wrap(i) == 0) repeat_column(ground, wrap(j));
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
        ground->density > fmin(0.75 * wanted, 0.8 * most))
        return;
    ground->density = fmin(0.85 * wanted, most);
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
    const weights *weights;
    const uint32_t *source;
    uint32_t mask;         // side - 1
    size_t row;            // words from row to row of the source
    double ux, uy, vx, vy; // a pixel of the picture to the right, and down, in pixels of the cache
    double u, v;           // the first pixel of the picture
    uint32_t *pixels;
    int32_t width;
    int64_t stride;
} sampling;

static inline words two_pixels(const uint32_t *at) {
    bytes pair;
    memcpy(&pair, at, sizeof pair);
    return __builtin_convertvector(pair, words);
}

static uint32_t fixed(double value, double side) {
    return (uint32_t)(int64_t)floor((value - floor(value / side) * side) * 65536);
}

static void sample_row(const sampling *s, int64_t row, int32_t from, int32_t to) {
    double side = (double)s->mask + 1;
    uint32_t du = (uint32_t)(int32_t)lrint(s->ux * 65536), dv = (uint32_t)(int32_t)lrint(s->vx * 65536);
    uint32_t u = fixed(s->u + (double)row * s->uy, side) + du * (uint32_t)from;
    uint32_t v = fixed(s->v + (double)row * s->vy, side) + dv * (uint32_t)from;
    uint32_t *out = s->pixels + row * s->stride;
    for (int32_t px = from; px < to; px++, u += du, v += dv) {
        uint32_t a = u >> 16 & s->mask, b = v >> 16 & s->mask, b1 = (b + 1) & s->mask;
        const weights *w = &s->weights[(v >> 12 & (PARTS - 1)) * PARTS + (u >> 12 & (PARTS - 1))];
        words sum = two_pixels(s->source + (size_t)b * s->row + a) * w->above +
                    two_pixels(s->source + (size_t)b1 * s->row + a) * w->below;
        sum += __builtin_shufflevector(sum, sum, 4, 5, 6, 7, 0, 1, 2, 3);
        bytes pixel = __builtin_convertvector(sum >> 8, bytes);
        memcpy(&out[px], &pixel, sizeof *out);
    }
}

static vg_err sample_rows(void *context, int64_t block, int64_t begin, int64_t end) {
    (void)block;
    const sampling *s = context;
    for (int32_t from = 0; from < s->width; from += COLUMNS)
        for (int64_t row = begin; row < end; row++)
            sample_row(s, row, from, from + COLUMNS < s->width ? from + COLUMNS : s->width);
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
    sampling s = {.weights = ground->weights,
                  .source = far ? ground->half : ground->full,
                  .mask = far ? HALF - 1 : SIDE - 1,
                  .row = far ? HALF_ROW : FULL_ROW,
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
    int32_t threads = (int64_t)width * height > LARGE ? 0 : 1;
    return vg_blocks_run(height, ROWS, threads, sample_rows, &s);
}
