// sim/base/hash.h -- content hashes (XXH3, 64 bits): over numbers in a fixed byte order, never over files.
#ifndef VG_SIM_BASE_HASH_H
#define VG_SIM_BASE_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Extend hash h (start with 0) by size bytes.
uint64_t vg_hash_bytes(uint64_t h, const void *bytes, size_t size);

// Extend by bytes that come in pieces; the result is that of one call with all of them. `next` gives a piece
// that stays until it is called again; false: there is no more.
uint64_t vg_hash_pieces(uint64_t h, bool (*next)(void *context, const void **bytes, size_t *size),
                        void *context);

// Extend by count numbers, in little-endian order on any machine. NaN payloads are hashed as they are.
uint64_t vg_hash_double(uint64_t h, const double *values, int64_t count);
uint64_t vg_hash_float(uint64_t h, const float *values, int64_t count);
uint64_t vg_hash_int(uint64_t h, const int64_t *values, int64_t count);
uint64_t vg_hash_text(uint64_t h, const char *text);

// Write 16 lower-case hexadecimal digits and a zero into buffer[17]. Returns buffer.
char *vg_hash_format(uint64_t h, char *buffer);

#ifdef __cplusplus
}
#endif
#endif
