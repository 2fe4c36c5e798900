// bench/pieces.c -- the list of what can be measured.
#include "bench/bench.h"

const bench_case *const bench_pieces[BENCH_PIECES_MOST] = {
#define BENCH_PIECE(name) &bench_##name,
    BENCH_PIECES
#undef BENCH_PIECE
};
