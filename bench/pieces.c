// bench/pieces.c -- the list of all pieces that can be measured.
#include "bench/bench.h"

const bench_case *const bench_pieces[BENCH_PIECES_MOST] = {
#define BENCH_PIECE(name) &bench_##name,
    BENCH_PIECES
#undef BENCH_PIECE
};
