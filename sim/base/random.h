// sim/base/random.h -- counter-based random numbers: Philox4x32-10 (Salmon et al. 2011, Random123).
//
// A draw is a pure function of (seed; stream, entity, episode, step, draw). There is no state, so neither
// order nor threads matter. An entity is a stable row in the episode table, never a lane of a vector.
#ifndef VG_SIM_BASE_RANDOM_H
#define VG_SIM_BASE_RANDOM_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// X(name, number, what it is drawn for). A number is never reused, because it decides what a seed gives.
#define VG_STREAMS(X)                                                                                        \
    X(START, 0, "where a car starts")                                                                        \
    X(ROAD, 1, "the road generator")                                                                         \
    X(EXPERT, 2, "an expert's noise and delay")                                                              \
    X(POLICY, 3, "a learned policy's own noise")                                                             \
    X(WEIGHTS, 4, "initial weights")                                                                         \
    X(SHUFFLE, 5, "order of samples in an epoch")                                                            \
    X(SPLIT, 6, "training and validation split")                                                             \
    X(SEED, 7, "seeds derived from seeds")                                                                   \
    X(GUST, 8, "gusts that turn a car")                                                                      \
    X(ACTUATION_NOISE, 9, "noise on what a policy commands")                                                 \
    X(OBSERVATION_NOISE, 10, "noise on what a policy senses")                                                \
    X(BOOTSTRAP, 11, "resampling for intervals")                                                             \
    X(CHAIN, 12, "synthetic chains and studies that test the scorer")                                        \
    X(WHEEL, 16, "whether the expert or the learner drives")                                                 \
    X(SUPERVISOR, 17, "noise on an expert's actions while it demonstrates")                                  \
    X(EXPLORE, 20, "exploration of a learner while it drives")                                               \
    X(DISCRIMINATOR, 21, "rows that a discriminator is shown")                                               \
    X(TABLE, 24, "worlds on tables, and the demonstrations in them")                                         \
    X(SNIPPET, 30, "pairs of laps, and snippets of them, that are compared")                                 \
    X(DENOISE, 40, "levels and noise that a denoiser is trained on")                                         \
    X(REPLAY, 44, "rows drawn from a replay buffer, and actions that they are compared with")

typedef enum vg_stream {
#define X(name, number, text) VG_STREAM_##name = number,
    VG_STREAMS(X)
#undef X
} vg_stream;

// The position of a draw in its stream. entity < 2^24.
typedef struct vg_draw {
    uint64_t seed;
    vg_stream stream;
    uint32_t entity, episode, step, draw;
} vg_draw;

// 128 random bits.
void vg_random_bits(const vg_draw *at, uint32_t out[4]);

// Uniform in the open interval (0, 1): (n + 1/2) / 2^52, with n the first 52 bits. (With 53 bits, the largest
// n would round to 1.)
double vg_random_uniform(const vg_draw *at);

// The same from any two words; uniform and normals are made by it.
static inline double vg_random_unit(uint32_t high, uint32_t low) {
    return ((double)(((uint64_t)high << 32 | low) >> 12) + 0.5) * 0x1p-52;
}

// Two independent standard normals (Box & Muller 1958), by exact.h. |z| < 8.6.
void vg_random_normal2(const vg_draw *at, double out[2]);

// Uniform integer in [0, n), n >= 1, by multiplication (Lemire 2019, without rejection: bias < n / 2^64).
uint64_t vg_random_below(const vg_draw *at, uint64_t n);

// A random order of the numbers 0 .. count - 1 (Fisher & Yates): a function of the draw, whose step counts
// the rows; the step that it comes with does not matter.
void vg_random_shuffle(vg_draw at, int64_t count, int64_t *order);

// A seed derived from another and a label, e.g. for the i-th training of a study.
uint64_t vg_random_seed(uint64_t seed, uint64_t label);

#ifdef __cplusplus
}
#endif
#endif
