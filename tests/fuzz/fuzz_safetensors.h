// tests/fuzz/fuzz_safetensors.h -- a mutator that keeps a safetensors file's length of its header right, most
// of the time: else hardly an input would come beyond the first eight bytes.
#ifndef VG_TESTS_FUZZ_FUZZ_SAFETENSORS_H
#define VG_TESTS_FUZZ_FUZZ_SAFETENSORS_H

#include "tests/fuzz/fuzz.h"

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size) __attribute__((weak));
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed) {
    uint64_t length = 0;
    if (size >= 8) memcpy(&length, data, 8);
    if (seed % 8 == 0 || size < 8 || length > size - 8) return LLVMFuzzerMutate(data, size, max_size);
    size_t tail = size - 8 - (size_t)length;
    if (seed % 8 == 1)
        return size - tail + LLVMFuzzerMutate(data + size - tail, tail, max_size - size + tail);
    uint8_t *rest = malloc(tail ? tail : 1);
    if (!rest) abort();
    memcpy(rest, data + 8 + length, tail);
    length = LLVMFuzzerMutate(data + 8, (size_t)length, max_size - 8 - tail);
    memcpy(data, &length, 8);
    memcpy(data + 8 + length, rest, tail);
    free(rest);
    return 8 + (size_t)length + tail;
}

#endif
