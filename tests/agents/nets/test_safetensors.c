#include "agents/nets/safetensors.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/check.h"
#include "tests/out_of_memory.h"

static vg_diag diag;
static char folder[] = "/tmp/verge-safetensors-XXXXXX";

static const char *path_of(const char *name) {
    static char path[256];
    if (strstr(folder, "XXXXXX")) ck_assert(mkdtemp(folder) != NULL);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

// A file of a header and `floats` numbers 1, 2, 3 ...; returns the parser's error.
static vg_err parse(const char *header, int floats, vg_safetensors *out) {
    char bytes[4096];
    size_t length = strlen(header);
    memset(bytes, 0, 8);
    bytes[0] = (char)length, bytes[1] = (char)(length >> 8);
    memcpy(bytes + 8, header, length);
    for (int i = 0; i < floats; i++) {
        float value = (float)(i + 1);
        memcpy(bytes + 8 + length + 4 * (size_t)i, &value, 4);
    }
    return vg_safetensors_parse(bytes, (int64_t)(8 + length) + 4 * floats, "p.safetensors", out, &diag);
}

START_TEST(reads_what_it_wrote) {
    static const float a[] = {1, 2, 3, 4, 5, 6}, b[] = {-0.5f};
    vg_tensor tensors[] = {{"net.0.weight", 2, {2, 3}, 6, a}, {"net.0.bias", 1, {1}, 1, b}};
    static const vg_pair metadata[] = {{"sense", "offset,\"speed\"\n\xc3\xa9"}, {"empty", ""}};
    const char *path = path_of("a.safetensors");
    ck_ok(vg_safetensors_write(path, VG_KEEP, tensors, 2, metadata, 2, &diag));
    vg_safetensors file;
    ck_ok(vg_safetensors_read(path, &file, &diag));
    ck_assert_int_eq(file.tensor_count, 2);
    const vg_tensor *weight = vg_safetensors_find(&file, "net.0.weight");
    ck_assert(weight && weight->rank == 2 && weight->shape[0] == 2 && weight->shape[1] == 3);
    ck_assert(!memcmp(weight->values, a, sizeof a));
    ck_assert_float_eq(vg_safetensors_find(&file, "net.0.bias")->values[0], -0.5f);
    ck_assert(!vg_safetensors_find(&file, "net.1.bias"));
    ck_assert_str_eq(vg_safetensors_text(&file, "sense"), metadata[0].value);
    ck_assert_str_eq(vg_safetensors_text(&file, "empty"), "");
    ck_assert(!vg_safetensors_text(&file, "none"));
    vg_safetensors_free(&file);
    // The same content, the same bytes; the data is aligned.
    char *first, *second;
    int64_t first_size, second_size;
    ck_ok(vg_file_read(path, 0, &first, &first_size, &diag));
    ck_fails(vg_safetensors_write(path, VG_KEEP, tensors, 2, metadata, 2, &diag), VG_ERR_EXISTS, "exist");
    ck_ok(vg_safetensors_write(path, VG_REPLACE, tensors, 2, metadata, 2, &diag));
    ck_ok(vg_file_read(path, 0, &second, &second_size, &diag));
    ck_assert(first_size == second_size && !memcmp(first, second, (size_t)first_size));
    ck_assert_int_eq((first_size - 28) % 8, 0);
    vg_free(first), vg_free(second);
    unlink(path), rmdir(folder);
}
END_TEST

#define A(shape, from, to)                                                                                   \
    "\"a\":{\"dtype\":\"F32\",\"shape\":" shape ",\"data_offsets\":[" #from "," #to "]}"
#define B(from, to) "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[" #from "," #to "]}"

START_TEST(takes_tensors_in_any_order_of_the_header) {
    vg_safetensors file;
    ck_ok(parse("{" B(8, 12) "," A("[2]", 0, 8) "}  ", 3, &file));
    ck_assert_float_eq(vg_safetensors_find(&file, "a")->values[1], 2);
    ck_assert_float_eq(vg_safetensors_find(&file, "b")->values[0], 3);
    ck_assert_int_eq(file.metadata_count, 0);
    vg_safetensors_free(&file);
    ck_ok(parse("{" A("[]", 0, 4) ",\"none\":{\"dtype\":\"F32\",\"shape\":[0,7],\"data_offsets\":[0,0]}}", 1,
                &file));
    ck_assert_int_eq(vg_safetensors_find(&file, "a")->count, 1);
    ck_assert_int_eq(vg_safetensors_find(&file, "none")->count, 0);
    vg_safetensors_free(&file);
    ck_ok(parse("{}", 0, &file));
    vg_safetensors_free(&file);
}
END_TEST

START_TEST(refuses_what_is_malformed) {
    static const struct {
        const char *header;
        int floats;
        const char *says;
    } cases[] = {
        {"", 0, "header"},
        {"[]", 0, "not a JSON object"},
        {"{\"a\":1", 0, "header"},
        {"{" A("[1]", 0, 4) "," A("[1]", 0, 4) "}", 1, "uplicate"},
        {"{\"a\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,4]}}", 1,
         "a: dtype is F16, expected F32"},
        {"{\"a\":{\"shape\":[1],\"data_offsets\":[0,4]}}", 1, "a: dtype is missing"},
        {"{\"a\":7}", 0, "a: dtype"},
        {"{\"\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 1, "name"},
        {"{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}", 1, "a: no shape"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", 1, "a: no data_offsets"},
        {"{" A("[1,1,1,1,1]", 0, 4) "}", 1, "a: 5 dimensions"},
        {"{" A("[-1]", 0, 4) "}", 1, "a: a size"},
        {"{" A("[1.5]", 0, 4) "}", 1, "a: a size"},
        {"{" A("[4294967296,4294967296]", 0, 4) "}", 1, "a: the sizes"},
        {"{" A("[4611686018427387904]", 0, 4) "}", 1, "a: 4 bytes"},
        {"{" A("[1]", 0, 8) "}", 1, "a: data_offsets [0, 8] lie outside the 4 bytes"},
        {"{" A("[1]", 4, 0) "}", 1, "a: data_offsets"},
        {"{" A("[1]", -4, 0) "}", 1, "a: data_offsets"},
        {"{" A("[2]", 0, 4) "}", 1, "a: 4 bytes of data do not fit the shape's 2"},
        {"{" A("[2]", 0, 8) "," B(4, 8) "}", 2, "b: its data overlap"},
        {"{" A("[1]", 0, 4) "," B(0, 4) "}", 1, "overlap"},
        {"{" A("[1]", 0, 4) "," B(8, 12) "}", 3, "b: a gap"},
        {"{" A("[1]", 0, 4) "}", 2, "4 bytes behind the last tensor"},
        {"{\"__metadata__\":[]}", 0, "__metadata__: expected an object"},
        {"{\"__metadata__\":{\"x\":1}}", 0, "__metadata__: a value is not a text"},
    };
    int64_t live = vg_memory_live();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        vg_safetensors file;
        ck_fails(parse(cases[i].header, cases[i].floats, &file), VG_ERR_FORMAT, cases[i].says);
        ck_assert_str_eq(diag.file, "p.safetensors");
        ck_assert(!file.tensors && vg_memory_live() == live);
    }
}
END_TEST

START_TEST(refuses_lengths_that_lie) {
    vg_safetensors file;
    ck_fails(vg_safetensors_parse("\1\0", 2, "p", &file, &diag), VG_ERR_FORMAT, "shorter than the 8 bytes");
    ck_fails(vg_safetensors_parse("\x10\0\0\0\0\0\0\0{}", 10, "p", &file, &diag), VG_ERR_FORMAT,
             "would have 16 bytes of the file's 2");
    ck_fails(vg_safetensors_parse("\xff\xff\xff\xff\xff\xff\xff\xff{}", 10, "p", &file, &diag), VG_ERR_FORMAT,
             "not a safetensors file");
}
END_TEST

START_TEST(refuses_weights_that_are_no_numbers) {
    char bytes[128] = {0};
    static const char header[] = "{" A("[2]", 0, 8) "}";
    float values[] = {1, NAN};
    bytes[0] = sizeof header - 1;
    memcpy(bytes + 8, header, sizeof header - 1);
    memcpy(bytes + 8 + sizeof header - 1, values, sizeof values);
    vg_safetensors file;
    ck_fails(vg_safetensors_parse(bytes, 8 + sizeof header - 1 + 8, "p", &file, &diag), VG_ERR_FORMAT,
             "a: element 1 is");
    vg_tensor tensor = {"a", 1, {2}, 2, values};
    ck_fails(vg_safetensors_write("/tmp/verge-none", VG_KEEP, &tensor, 1, NULL, 0, &diag), VG_ERR_ARGUMENT,
             "a: element 1 is");
    vg_tensor twins[] = {{"a", 1, {1}, 1, values}, {"a", 1, {1}, 1, values}};
    ck_fails(vg_safetensors_write("/tmp/verge-none", VG_KEEP, twins, 2, NULL, 0, &diag), VG_ERR_ARGUMENT,
             "two tensors");
}
END_TEST

// Every prefix of a file, and every file with one byte changed, is accepted or refused, and never crashes the
// reader.
START_TEST(survives_damage) {
    static const char header[] = "{\"__metadata__\":{\"k\":\"v\"}," A("[2]", 0, 8) "," B(8, 12) "}";
    enum { LENGTH = sizeof header - 1, SIZE = 8 + LENGTH + 12 };
    char good[SIZE] = {LENGTH};
    memcpy(good + 8, header, LENGTH);
    vg_safetensors file;
    ck_ok(vg_safetensors_parse(good, SIZE, "p", &file, &diag));
    vg_safetensors_free(&file);
    for (int64_t size = 0; size < SIZE; size++)
        ck_fails(vg_safetensors_parse(good, size, "p", &file, &diag), VG_ERR_FORMAT, "p: ");
    int64_t live = vg_memory_live();
    for (int i = 0; i < SIZE; i++)
        for (int bit = 0; bit < 8; bit++) {
            good[i] = (char)(good[i] ^ 1 << bit);
            vg_err err = vg_safetensors_parse(good, SIZE, "p", &file, &diag);
            ck_assert(err == VG_OK || err == VG_ERR_FORMAT);
            vg_safetensors_free(&file);
            good[i] = (char)(good[i] ^ 1 << bit);
        }
    ck_assert_int_eq(vg_memory_live(), live);
}
END_TEST

START_TEST(out_of_memory_leaves_nothing) {
    for (oom turn = {.diag = &diag}; oom_next(&turn);) {
        vg_safetensors file;
        turn.err = parse("{\"__metadata__\":{\"k\":\"v\"}," A("[1]", 0, 4) "}", 1, &file);
        vg_safetensors_free(&file);
    }
}
END_TEST

CK_MAIN("safetensors", reads_what_it_wrote, takes_tensors_in_any_order_of_the_header,
        refuses_what_is_malformed, refuses_lengths_that_lie, refuses_weights_that_are_no_numbers,
        survives_damage, out_of_memory_leaves_nothing)
