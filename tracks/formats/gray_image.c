#include "tracks/formats/gray_image.h"

#include <string.h>

#include "sim/base/memory.h"

#ifdef VG_WITH_PNG
#include <png.h>
#endif

void vg_gray_free(vg_gray *image) {
    vg_free(image->pixels);
    *image = (vg_gray){0};
}

static vg_err reserve(const char *file, int64_t width, int64_t height, vg_gray *out, vg_diag *diag) {
    if (width < 1 || height < 1 || width > VG_GRAY_MOST || height > VG_GRAY_MOST)
        return vg_fail_at(diag, VG_ERR_FORMAT, file, 0, NULL,
                          "a picture of %lld by %lld pixels; expected 1 to %d each way", (long long)width,
                          (long long)height, VG_GRAY_MOST);
    out->pixels = vg_new(uint8_t, width * height);
    if (!out->pixels) return vg_fail_memory(diag);
    out->width = (int32_t)width;
    out->height = (int32_t)height;
    return VG_OK;
}

// --- PGM --------------------------------------------------------------------------------------------------

// The next whole number of a header or of a plain file, past blanks and comments; -1: none.
static int64_t next_number(const char **at, const char *end) {
    while (*at < end && (strchr(" \t\r\n", **at) || **at == '#')) {
        if (**at == '#')
            while (*at < end && **at != '\n') ++*at;
        else
            ++*at;
    }
    int64_t value = 0;
    const char *begin = *at;
    for (; *at < end && **at >= '0' && **at <= '9' && value < 1000000; ++*at)
        value = 10 * value + (**at - '0');
    return *at == begin ? -1 : value;
}

static vg_err fail_short(const char *file, vg_diag *diag) {
    return vg_fail_at(diag, VG_ERR_FORMAT, file, 0, NULL, "a damaged PGM picture, or one that was cut off");
}

static vg_err parse_pgm(const char *bytes, int64_t size, const char *file, vg_gray *out, vg_diag *diag) {
    const char *at = bytes + 2, *end = bytes + size;
    bool plain = bytes[1] == '2';
    int64_t width = next_number(&at, end), height = next_number(&at, end), most = next_number(&at, end);
    if (most < 1 || most > 65535 || at >= end) return fail_short(file, diag);
    vg_err err = reserve(file, width, height, out, diag);
    if (err) return err;
    at++; // the one blank behind the header
    int64_t bytes_each = most > 255 ? 2 : 1;
    if (!plain && end - at < width * height * bytes_each) return fail_short(file, diag);
    for (int64_t i = 0; i < width * height; i++) {
        int64_t value;
        if (plain)
            value = next_number(&at, end);
        else if (bytes_each == 2)
            value = 256 * (uint8_t)at[2 * i] + (uint8_t)at[2 * i + 1];
        else
            value = (uint8_t)at[i];
        if (value < 0) return fail_short(file, diag);
        out->pixels[i] = (uint8_t)((value < most ? value : most) * 255 / most);
    }
    return VG_OK;
}

// --- PNG --------------------------------------------------------------------------------------------------

#ifdef VG_WITH_PNG
static vg_err parse_png(const char *bytes, int64_t size, const char *file, vg_gray *out, vg_diag *diag) {
    static const png_color white = {255, 255, 255}; // behind what is transparent
    png_image image = {.version = PNG_IMAGE_VERSION};
    if (!png_image_begin_read_from_memory(&image, bytes, (size_t)size))
        return vg_fail_at(diag, VG_ERR_FORMAT, file, 0, NULL, "no sound PNG: %.60s", image.message);
    vg_err err = reserve(file, image.width, image.height, out, diag);
    image.format = PNG_FORMAT_GRAY;
    if (!err && !png_image_finish_read(&image, &white, out->pixels, 0, NULL))
        err = vg_fail_at(diag, VG_ERR_FORMAT, file, 0, NULL, "no sound PNG: %.60s", image.message);
    png_image_free(&image);
    return err;
}
#else
static vg_err parse_png(const char *bytes, int64_t size, const char *file, vg_gray *out, vg_diag *diag) {
    (void)bytes, (void)size, (void)out;
    return vg_fail_at(diag, VG_ERR_FORMAT, file, 0, NULL,
                      "a PNG; this build was made without libpng: expected a PGM");
}
#endif

vg_err vg_gray_parse(const char *bytes, int64_t size, const char *file, vg_gray *out, vg_diag *diag) {
    *out = (vg_gray){0};
    vg_err err;
    if (size > 8 && memcmp(bytes, "\x89PNG\r\n\x1a\n", 8) == 0)
        err = parse_png(bytes, size, file, out, diag);
    else if (size > 2 && bytes[0] == 'P' && (bytes[1] == '2' || bytes[1] == '5'))
        err = parse_pgm(bytes, size, file, out, diag);
    else
        err = vg_fail_at(diag, VG_ERR_FORMAT, file, 0, NULL, "neither PNG nor PGM");
    if (err) vg_gray_free(out);
    return err;
}
