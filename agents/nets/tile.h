// agents/nets/tile.h -- matrix products by tiles of fmaf chains held in registers, for kernel_hot.c.
//
// A strip is VG_NET_TILE columns, of VECS vectors. A tile is some rows of one strip, or of two or four side
// by side. Each of its vectors is a chain of multiply-adds: enough of them to cover the latency of a
// multiply-add, few enough to stay in registers. A tile of several strips loads less for each multiply-add,
// and has chains enough where there are few rows. A chain is the same in every tile, so the choice of tiles
// changes no bit.
#ifndef VG_AGENTS_NETS_TILE_H
#define VG_AGENTS_NETS_TILE_H

#include <stdbool.h>

#include "agents/nets/layout.h"
#include "agents/nets/vector.h"

// The most rows of a tile of four strips, two, one, and of one whose columns fit one vector; 0: no such
// tiles. Tiles of several strips are for `FEW` rows or less. PANEL_ROWS is a multiple of them all.
#if defined(__AVX512F__)
enum { FOUR_ROWS = 4, TWO_ROWS = 8, ONE_ROWS = 16, NARROW_ROWS = 16, PANEL_ROWS = 16, FEW = INT32_MAX };
#elif defined(__FMA__)
enum { FOUR_ROWS = 0, TWO_ROWS = 2, ONE_ROWS = 6, NARROW_ROWS = 12, PANEL_ROWS = 12, FEW = 2 };
#else
enum { FOUR_ROWS = 0, TWO_ROWS = 0, ONE_ROWS = 4, NARROW_ROWS = 4, PANEL_ROWS = 12, FEW = 0 };
#endif
enum { TILE = VG_NET_TILE, VECS = TILE / LANES, SPAN = 4 * TILE, VECS_MOST = 4 };

// What happens to a tile's sums.
typedef enum kind {
    FORWARD,  // start from a bias; store
    BACKWARD, // start from 0; multiply by the activation's derivative; store
    WEIGHT,   // start from 0; store or add
} kind;

// c[r][j] = start[j] + sum over k of a[r][k] * b[k][j].
typedef struct product {
    const float *a;
    int64_t a_row, a_sum; // floats from a row of a to the next, and from a k to the next
    const float *b;
    int64_t b_sum, sum; // floats from a k of b to the next; how many k
    int64_t b_strip;    // floats from a strip of b, and of start, to the next
    const float *start; // FORWARD
    const float *given; // BACKWARD: the outputs of the activation, laid out as c
    vg_activation activation;
    float *c;
    int64_t c_row;
    bool add; // WEIGHT
} product;

INLINE vec finish(kind kind, const product *p, vec sum, const float *given, const float *c) {
    if (kind == WEIGHT) return p->add ? load(c) + sum : sum;
    if (kind == FORWARD || p->activation == VG_ACTIVATION_LINEAR) return sum;
    vec y = load(given);
    if (p->activation == VG_ACTIVATION_TANH) return sum * (splat(1.0f) - y * y);
    for (int i = 0; i < LANES; i++) y[i] = y[i] > 0.0f ? 1.0f : 0.0f;
    return sum * y;
}

// Rows [row, row + rows) of `strips` strips, `vecs` vectors of each; all three are constants at every call.
INLINE void tile(kind kind, int rows, int strips, int vecs, const product *p, int64_t row) {
    const int64_t a_row = kind == WEIGHT ? 1 : p->a_row, a_sum = kind == WEIGHT ? p->a_sum : 1;
    const int64_t b_sum = kind == WEIGHT ? p->b_sum : TILE, b_strip = kind == WEIGHT ? TILE : p->b_strip;
    const int64_t sum = p->sum, c_row = p->c_row;
    const int all = strips * vecs;
    const float *a = p->a + row * a_row, *b = p->b;
    vec sums[NARROW_ROWS][VECS_MOST];
    UNROLL for (int r = 0; r < rows; r++) UNROLL for (int v = 0; v < all; v++) sums[r][v] =
        kind == FORWARD ? load(p->start + v / vecs * b_strip + v % vecs * LANES) : (vec){0};
    for (int64_t k = 0; k < sum; k++, a += a_sum, b += b_sum) {
        vec columns[VECS_MOST];
        UNROLL for (int v = 0; v < all; v++) columns[v] = load(b + v / vecs * b_strip + v % vecs * LANES);
        UNROLL for (int r = 0; r < rows; r++) {
            vec value = splat(a[r * a_row]);
            UNROLL for (int v = 0; v < all; v++) sums[r][v] = multiply_add(value, columns[v], sums[r][v]);
        }
    }
    float *c = p->c + row * c_row;
    const float *given = kind == BACKWARD ? p->given + row * c_row : NULL;
    UNROLL for (int r = 0; r < rows; r++) UNROLL for (int v = 0; v < strips * VECS; v++) {
        int64_t at = r * c_row + v * LANES;
        bool used = v % VECS < vecs;
        vec value =
            used ? finish(kind, p, sums[r][v / VECS * vecs + v % VECS], given + at, c + at) : (vec){0};
        store(c + at, value);
    }
}

// All rows of `strips` strips: tiles of `most` rows, and what is left by smaller ones.
INLINE void rows_of(kind kind, int most, int strips, int vecs, const product *p, int64_t rows) {
    int64_t row = 0;
    for (; rows - row >= most; row += most) tile(kind, most, strips, vecs, p, row);
    if (most > 8 && rows - row >= 8) tile(kind, 8, strips, vecs, p, row), row += 8;
    if (most > 4 && rows - row >= 4) tile(kind, 4, strips, vecs, p, row), row += 4;
    if (most > 3 && rows - row == 3) tile(kind, 3, strips, vecs, p, row);
    if (most > 2 && rows - row == 2) tile(kind, 2, strips, vecs, p, row);
    if (most > 1 && rows - row == 1) tile(kind, 1, strips, vecs, p, row);
}

// A product of any number of rows and columns.
INLINE void run(kind kind, product p, int64_t rows, int64_t columns) {
    bool few = rows <= FEW;
    for (int64_t taken; columns > 0; columns -= taken, p.c += taken) {
        if (FOUR_ROWS > 0 && columns > 3 * TILE && few)
            rows_of(kind, FOUR_ROWS, 4, VECS, &p, rows), taken = 4 * TILE;
        else if (TWO_ROWS > 0 && columns > TILE && few)
            rows_of(kind, TWO_ROWS, 2, VECS, &p, rows), taken = 2 * TILE;
        else if (VECS == 1 || columns > LANES)
            rows_of(kind, ONE_ROWS, 1, VECS, &p, rows), taken = TILE;
        else
            rows_of(kind, NARROW_ROWS, 1, 1, &p, rows), taken = TILE;
        p.b += taken / TILE * (kind == WEIGHT ? TILE : p.b_strip);
        if (kind == FORWARD) p.start += taken / TILE * p.b_strip;
        if (kind == BACKWARD) p.given += taken;
    }
}

#endif
