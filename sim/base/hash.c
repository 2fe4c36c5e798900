#include "sim/base/hash.h"

#include <stdio.h>
#include <string.h>
#define XXH_STATIC_LINKING_ONLY // for a state on the stack
#include <xxhash.h>

uint64_t vg_hash_bytes(uint64_t h, const void *bytes, size_t size) {
    return XXH3_64bits_withSeed(bytes, size, h);
}

uint64_t vg_hash_pieces(uint64_t h, bool (*next)(void *context, const void **bytes, size_t *size),
                        void *context) {
    XXH3_state_t state;
    const void *bytes;
    size_t size;
    XXH3_INITSTATE(&state); // reset compares the seed with the one before
    XXH3_64bits_reset_withSeed(&state, h);
    while (next(context, &bytes, &size)) XXH3_64bits_update(&state, bytes, size);
    return XXH3_64bits_digest(&state);
}

// Hash numbers of `width` bytes in little-endian order, which is the order in memory on nearly every machine.
static uint64_t hash_numbers(uint64_t h, const void *numbers, int64_t count, size_t width) {
    if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__) return vg_hash_bytes(h, numbers, (size_t)count * width);
    XXH3_state_t state;
    XXH3_INITSTATE(&state); // reset compares the seed with the one before
    XXH3_64bits_reset_withSeed(&state, h);
    const unsigned char *from = numbers;
    for (int64_t i = 0; i < count; i++, from += width) {
        unsigned char swapped[8];
        for (size_t b = 0; b < width; b++) swapped[b] = from[width - 1 - b];
        XXH3_64bits_update(&state, swapped, width);
    }
    return XXH3_64bits_digest(&state);
}

uint64_t vg_hash_double(uint64_t h, const double *values, int64_t count) {
    return hash_numbers(h, values, count, sizeof *values);
}

uint64_t vg_hash_float(uint64_t h, const float *values, int64_t count) {
    return hash_numbers(h, values, count, sizeof *values);
}

uint64_t vg_hash_int(uint64_t h, const int64_t *values, int64_t count) {
    return hash_numbers(h, values, count, sizeof *values);
}

uint64_t vg_hash_text(uint64_t h, const char *text) { return vg_hash_bytes(h, text, strlen(text)); }

char *vg_hash_format(uint64_t h, char *buffer) {
    snprintf(buffer, 17, "%016llx", (unsigned long long)h);
    return buffer;
}
