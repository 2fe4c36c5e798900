#include "eval/figures/png.h"

#include <png.h>
#include <string.h>

#include "sim/base/file.h"
#include "tests/check.h"
#include "tests/out_of_memory.h"

static vg_diag diag;
static const vg_png_text texts[] = {
    {"Software", "verge 0.1.0"}, {"Seed", "1"}, {"Command", "verge eval \xc3\xa9"}, {"Empty", ""}};

static void encode(uint32_t colour, vg_text *out) {
    static uint32_t pixels[7 * 5];
    for (int i = 0; i < 35; i++) pixels[i] = i == 8 ? colour : 0xff102030;
    vg_image image = {.width = 6, .height = 5, .stride = 7, .pixels = pixels};
    ck_ok(vg_png_encode(&image, 2, texts, 4, out, &diag));
}

START_TEST(reads_back_what_it_wrote) {
    vg_text file = {0};
    vg_png_info info;
    encode(0xff405060, &file);
    ck_ok(vg_png_info_parse("a.png", file.bytes, file.size, &info, &diag));
    ck_assert_int_eq(info.width, 6);
    ck_assert_int_eq(info.height, 5);
    ck_assert_int_eq(info.count, 4);
    for (int i = 0; i < 4; i++) {
        ck_assert_str_eq(info.texts[i].key, texts[i].key);
        ck_assert_str_eq(info.texts[i].value, texts[i].value);
    }
    vg_png_info_free(&info);
    vg_text_free(&file);
}
END_TEST

// Reads pixels by libpng's own simple reader.
START_TEST(pixels_are_right) {
    static const struct {
        uint32_t word;
        uint8_t rgba[4];
    } cases[] = {
        {0xff405060, {0x40, 0x50, 0x60, 255}}, {0x80402000, {128, 64, 0, 128}}, {0x00000000, {0, 0, 0, 0}}};
    for (int i = 0; i < 3; i++) {
        vg_text file = {0};
        encode(cases[i].word, &file);
        png_image image = {.version = PNG_IMAGE_VERSION};
        ck_assert(png_image_begin_read_from_memory(&image, file.bytes, (size_t)file.size));
        ck_assert_int_eq((image.format & PNG_FORMAT_FLAG_ALPHA) != 0, i > 0);
        image.format = PNG_FORMAT_RGBA;
        uint8_t rgba[6 * 5 * 4];
        ck_assert(png_image_finish_read(&image, NULL, rgba, 0, NULL));
        ck_assert_mem_eq(rgba, ((uint8_t[]){0x10, 0x20, 0x30, 255}), 4);
        ck_assert_mem_eq(rgba + 4 * 7, cases[i].rgba, 4); // word 8 is row 1, column 1
        vg_text_free(&file);
    }
}
END_TEST

START_TEST(bad_keys_are_refused) {
    char long_key[81];
    memset(long_key, 'k', 80);
    long_key[80] = 0;
    const char *const keys[] = {"", " a", "a ", "a  b", "\xc3\xa9", "a\nb", long_key};
    uint32_t pixel = 0xffffffff;
    vg_image image = {1, 1, 1, &pixel};
    for (int i = 0; i < 7; i++) {
        vg_text file = {0};
        vg_png_text text = {keys[i], "value"};
        ck_fails(vg_png_encode(&image, 0, &text, 1, &file, &diag), VG_ERR_ARGUMENT, "PNG text's key");
        vg_text_free(&file);
    }
}
END_TEST

// Cut at any length, or with any one byte changed, the file is refused with a message and nothing leaks.
START_TEST(damaged_files_are_refused) {
    vg_text file = {0};
    vg_png_info info;
    encode(0xff405060, &file);
    int64_t live = vg_memory_live();
    for (int64_t size = 0; size < file.size; size++) {
        ck_fails(vg_png_info_parse("a.png", file.bytes, size, &info, &diag), VG_ERR_FORMAT, "a.png: ");
        ck_assert_int_eq(vg_memory_live(), live);
    }
    for (int64_t i = 0; i < file.size; i++) {
        file.bytes[i] ^= 0x11;
        ck_fails(vg_png_info_parse("a.png", file.bytes, file.size, &info, &diag), VG_ERR_FORMAT, "a.png: ");
        file.bytes[i] ^= 0x11;
        ck_assert_int_eq(vg_memory_live(), live);
    }
    vg_text_free(&file);
    ck_fails(vg_png_info_parse("a.png", "GIF89a not at all", 17, &info, &diag), VG_ERR_FORMAT, "not a PNG");
    ck_fails(vg_png_info_read("/nonexistent/a.png", &info, &diag), VG_ERR_NOT_FOUND, "a.png");
}
END_TEST

// A text chunk as another program writes it: Latin-1, compressed, after the pixels.
START_TEST(others_texts_are_read) {
    vg_text file = {0}, late = {0};
    encode(0xff405060, &file);
    static const unsigned char latin[] = {0,   0,   0, 6,   't',  'E',  'X',  't',  'N',
                                          'a', 'm', 0, 'e', 0xe9, 0xc9, 0x35, 0xf2, 0xae};
    // Its checksum is wrong on purpose: first it must be refused.
    vg_text_bytes(&late, file.bytes, file.size - 12);
    vg_text_bytes(&late, latin, sizeof latin);
    vg_text_bytes(&late, file.bytes + file.size - 12, 12);
    vg_png_info info;
    ck_fails(vg_png_info_parse("a.png", late.bytes, late.size, &info, &diag), VG_ERR_FORMAT, "damaged");
    uint32_t sum = 0xffffffff; // CRC-32 of type and data
    unsigned char *chunk = (unsigned char *)late.bytes + file.size - 12;
    for (int i = 4; i < 14; i++) {
        sum ^= chunk[i];
        for (int k = 0; k < 8; k++) sum = sum >> 1 ^ (sum & 1 ? 0xedb88320u : 0);
    }
    for (int k = 0; k < 4; k++) chunk[14 + k] = (unsigned char)(~sum >> (24 - 8 * k));
    ck_ok(vg_png_info_parse("a.png", late.bytes, late.size, &info, &diag));
    ck_assert_int_eq(info.count, 5);
    ck_assert_str_eq(info.texts[4].key, "Nam");
    ck_assert_str_eq(info.texts[4].value, "e\xc3\xa9");
    vg_png_info_free(&info);
    vg_text_free(&late);
    vg_text_free(&file);
}
END_TEST

START_TEST(no_leak_when_memory_ends) {
    vg_text file = {0};
    encode(0xff405060, &file);
    for (oom turn = {0}; oom_next(&turn);) {
        vg_png_info info;
        turn.err = vg_png_info_parse("a.png", file.bytes, file.size, &info, NULL);
        vg_png_info_free(&info);
    }
    vg_text_free(&file);
    for (oom turn = {0}; oom_next(&turn);) {
        uint32_t pixels[4] = {0};
        vg_image image = {2, 2, 2, pixels};
        vg_text out = {0};
        turn.err = vg_png_encode(&image, 2, texts, 4, &out, NULL);
        vg_text_free(&out);
    }
}
END_TEST

CK_MAIN("png", reads_back_what_it_wrote, pixels_are_right, bad_keys_are_refused, damaged_files_are_refused,
        others_texts_are_read, no_leak_when_memory_ends)
