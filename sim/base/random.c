#include "sim/base/random.h"

#include <Random123/philox.h>

#include "sim/base/exact.h"

static philox4x32_ctr_t philox(const vg_draw *at, uint32_t draw) {
    philox4x32_ctr_t counter = {
        {(uint32_t)at->stream << 24 | (at->entity & 0xffffffu), at->episode, at->step, draw}};
    philox4x32_key_t key = {{(uint32_t)at->seed, (uint32_t)(at->seed >> 32)}};
    return philox4x32_R(10, counter, key);
}

void vg_random_bits(const vg_draw *at, uint32_t out[4]) {
    philox4x32_ctr_t bits = philox(at, at->draw);
    for (int i = 0; i < 4; i++) out[i] = bits.v[i];
}

double vg_random_uniform(const vg_draw *at) {
    philox4x32_ctr_t bits = philox(at, at->draw);
    return vg_random_unit(bits.v[0], bits.v[1]);
}

void vg_random_normal2(const vg_draw *at, double out[2]) {
    philox4x32_ctr_t bits = philox(at, at->draw);
    double radius = __builtin_sqrt(-2.0 * vg_ln(vg_random_unit(bits.v[0], bits.v[1])));
    double sine, cosine;
    vg_sincos(6.283185307179586 * vg_random_unit(bits.v[2], bits.v[3]), &sine, &cosine);
    out[0] = radius * cosine;
    out[1] = radius * sine;
}

uint64_t vg_random_below(const vg_draw *at, uint64_t n) {
    philox4x32_ctr_t bits = philox(at, at->draw);
    uint64_t word = (uint64_t)bits.v[0] << 32 | bits.v[1];
    return (uint64_t)((unsigned __int128)word * n >> 64);
}

void vg_random_shuffle(vg_draw at, int64_t count, int64_t *order) {
    for (int64_t i = 0; i < count; i++) order[i] = i;
    for (int64_t i = count - 1; i > 0; i--) {
        at.step = (uint32_t)i;
        int64_t j = (int64_t)vg_random_below(&at, (uint64_t)i + 1), kept = order[i];
        order[i] = order[j];
        order[j] = kept;
    }
}

uint64_t vg_random_seed(uint64_t seed, uint64_t label) {
    vg_draw at = {
        .seed = seed, .stream = VG_STREAM_SEED, .episode = (uint32_t)label, .step = (uint32_t)(label >> 32)};
    philox4x32_ctr_t bits = philox(&at, 0);
    return (uint64_t)bits.v[0] << 32 | bits.v[1];
}
