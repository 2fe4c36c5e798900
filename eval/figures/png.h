// eval/figures/png.h -- writes PNG files with provenance inside, and reads the provenance back.
#ifndef VG_EVAL_FIGURES_PNG_H
#define VG_EVAL_FIGURES_PNG_H

#include "eval/figures/canvas.h"

#ifdef __cplusplus
extern "C" {
#endif

// Appends the image as a PNG: RGB if every pixel is opaque, else RGBA. texts (NULL when count is 0) become
// tEXt chunks, or iTXt if the value is not ASCII; both come before the pixels. Keys that other programs know:
// Title, Description, Software, Comment. scale (pixels a unit of 1/96 inch; 0: unknown) becomes the
// resolution. Errors: VG_ERR_ARGUMENT (a key that PNG forbids), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_png_encode(const vg_image *image, double scale, const vg_png_text *texts,
                                  int32_t count, vg_text *out, vg_diag *diag);

// The metadata of a PNG. Free with vg_png_info_free.
typedef struct vg_png_info {
    int32_t width, height; // pixels
    int32_t count;
    vg_png_text *texts; // [count], UTF-8, in the file's order
} vg_png_info;

// Reads the size and the texts of a PNG in memory and checks that it is whole: every chunk's checksum, all
// pixels, to the end. Messages use `name`. On failure *out is zero. At most 32,767 pixels a side and 1,000
// texts of 8 MB each. Errors: VG_ERR_FORMAT (not a PNG, damaged or cut off), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_png_info_parse(const char *name, const void *bytes, int64_t size, vg_png_info *out,
                                      vg_diag *diag);
// The same from a file. Errors also those of vg_file_read.
VG_NODISCARD vg_err vg_png_info_read(const char *path, vg_png_info *out, vg_diag *diag);
void vg_png_info_free(vg_png_info *info); // zeroed is fine

#ifdef __cplusplus
}
#endif
#endif
