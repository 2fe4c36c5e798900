#include "app/scene/ground.h"

#include <math.h>
#include <string.h>

#include "app/scene/landscape_paint.h"
#include "sim/base/blocks.h"
#include "sim/base/memory.h"

// SIDE: pixels of the cache, a power of two. PAD: words between two rows, so that the pixels of a column fall
// into different lines of the processor's cache. AHEAD: tiles painted in advance in a frame.
enum { SIDE = 4096, TILES = SIDE / VG_TILE, HALF = SIDE / 2, PAD = 16, AHEAD = 1 };
enum { FULL_ROW = SIDE + PAD, HALF_ROW = HALF + PAD };
// A picture is sampled in blocks of this many rows and columns; from this many pixels on all cores share the
// work.
enum { ROWS = 32, COLUMNS = 64, LARGE = 500000 };

typedef struct place {
    int32_t i, j;
    bool held;
} place;

// Two pixels of four channels, with headroom for weights. (The bytes of a vector are in memory's order, and a
// word's low byte comes first: this holds on all machines that verge is built for.)
typedef uint8_t bytes __attribute__((vector_size(16)));
typedef uint16_t words __attribute__((vector_size(16)));
typedef uint64_t halves __attribute__((vector_size(16)));

// Weights of four neighbours, by the sample's position between them in sixteenths: they sum to 256.
enum { PARTS = 16 };
typedef struct weights {
    words above, below;
} weights;

struct vg_ground {
    weights weights[PARTS * PARTS];
    const vg_landscape *landscape;
    double density; // pixels a metre; 0: the cache is empty
    uint32_t *full; // [SIDE + 1][FULL_ROW]
    uint32_t *half; // [HALF + 1][HALF_ROW] every pixel is the mean of four
    place places[TILES][TILES];
    int64_t painted; // tiles
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
    ground->full = vg_new(uint32_t, (SIDE + 1) * FULL_ROW);
    ground->half = vg_new(uint32_t, (HALF + 1) * HALF_ROW);
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

// A sample reads the neighbours to the right and below, so the first row and column are repeated behind the
// last.
static void repeat_edges(uint32_t *cache, int64_t side, int64_t row, int64_t tile, int32_t i, int32_t j) {
    for (int64_t y = j * tile; i == 0 && y < (j + 1) * tile; y++) cache[y * row + side] = cache[y * row];
    if (j == 0) memcpy(cache + side * row + i * tile, cache + i * tile, (size_t)tile * sizeof *cache);
    if (i == 0 && j == 0) cache[side * row + side] = cache[0];
}

// Makes the cache hold tile (i, j). *painted counts the tiles that had to be painted.
static vg_err hold(vg_ground *ground, int32_t i, int32_t j, int32_t *painted, vg_diag *diag) {
    place *at = &ground->places[wrap(j)][wrap(i)];
    if (at->held && at->i == i && at->j == j) return VG_OK;
    uint32_t *pixels = ground->full + (int64_t)wrap(j) * VG_TILE * FULL_ROW + (int64_t)wrap(i) * VG_TILE;
    at->held = false;
    vg_err err = vg_landscape_paint(ground->landscape, ground->density, i, j, pixels, FULL_ROW, diag);
    if (err) return err;
    halve(pixels,
          ground->half + (int64_t)wrap(j) * (VG_TILE / 2) * HALF_ROW + (int64_t)wrap(i) * (VG_TILE / 2));
    repeat_edges(ground->full, SIDE, FULL_ROW, VG_TILE, wrap(i), wrap(j));
    repeat_edges(ground->half, HALF, HALF_ROW, VG_TILE / 2, wrap(i), wrap(j));
    *at = (place){i, j, true};
    ++*painted;
    ground->painted++;
    return VG_OK;
}

int64_t vg_ground_painted(const vg_ground *ground) { return ground->painted; }

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

// A density that suits the view. It is kept as long as possible, because every change repaints all tiles; so
// a new one keeps away from both ends of what would be kept. (For a large picture `most` is what limits it,
// and follows every change of the camera.)
static void choose_density(vg_ground *ground, const vg_ground_view *view, int32_t width, int32_t height) {
    double wanted = 1 / hypot(view->xx, view->yx);
    double most = (SIDE - 3 * VG_TILE) / hypot(width, height) * wanted; // tiles that the cache can hold
    if (ground->density > 0 && ground->density <= most && ground->density < 2.3 * wanted &&
        ground->density > fmin(0.75 * wanted, 0.6 * most))
        return;
    ground->density = fmin(0.85 * wanted, 0.85 * most);
    for (int j = 0; j < TILES; j++)
        for (int i = 0; i < TILES; i++) ground->places[j][i].held = false;
}

static vg_err fill_cache(vg_ground *ground, const extent *e, vg_diag *diag) {
    int32_t painted = 0;
    vg_err err = VG_OK;
    for (int32_t j = e->least_j; j <= e->most_j && !err; j++)
        for (int32_t i = e->least_i; i <= e->most_i && !err; i++) err = hold(ground, i, j, &painted, diag);
    // A frame that needs no new tile paints some in advance, so that few frames have to paint many.
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
    size_t row;            // words from one source row to the next
    double ux, uy, vx, vy; // step of a pixel of the picture to the right, and down, in pixels of the cache
    double u, v;           // the first pixel of the picture
    uint32_t *pixels;
    int32_t width;
    int64_t stride;
} sampling;

static inline words two_pixels(const uint32_t *at) {
    uint64_t pair;
    memcpy(&pair, at, sizeof pair);
    bytes in = (bytes)(halves){pair, 0}, zero = {0};
    return (words)__builtin_shufflevector(in, zero, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

// The four low words as a pixel.
static inline uint32_t one_pixel(words channels) {
    uint64_t apart = ((halves)channels)[0]; // 00AA00RR00GG00BB
    apart = (apart | apart >> 8) & 0x0000ffff0000ffffu;
    return (uint32_t)(apart | apart >> 16);
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
        const uint32_t *at = s->source + (size_t)(v >> 16 & s->mask) * s->row + (u >> 16 & s->mask);
        const weights *w = &s->weights[(v >> 12 & (PARTS - 1)) * PARTS + (u >> 12 & (PARTS - 1))];
        words sum = two_pixels(at) * w->above + two_pixels(at + s->row) * w->below;
        sum += __builtin_shufflevector(sum, sum, 4, 5, 6, 7, 0, 1, 2, 3);
        out[px] = one_pixel(sum >> 8);
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
    // The centres of pixels are at halves on both sides.
    s.u = view->x0 * density + (s.ux + s.uy) / 2 - 0.5;
    s.v = -view->y0 * density + (s.vx + s.vy) / 2 - 0.5;
    int32_t threads = (int64_t)width * height > LARGE ? 0 : 1;
    return vg_blocks_run(height, ROWS, threads, sample_rows, &s);
}
