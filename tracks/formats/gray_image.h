// tracks/formats/gray_image.h -- a picture as shades of grey: PNG (where built with libpng) and PGM.
#ifndef VG_TRACKS_FORMATS_GRAY_IMAGE_H
#define VG_TRACKS_FORMATS_GRAY_IMAGE_H

#include <stdint.h>

#include "sim/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_GRAY_MOST = 20000 }; // pixels each way

// Row by row from the top; 0 black, 255 white. vg_gray_free when done.
typedef struct vg_gray {
    uint8_t *pixels; // [height][width]
    int32_t width, height;
} vg_gray;

// file: for messages. Errors: VG_ERR_FORMAT (neither PNG nor PGM, damaged, too large), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_gray_parse(const char *bytes, int64_t size, const char *file, vg_gray *out,
                                  vg_diag *diag);
void vg_gray_free(vg_gray *image); // a zeroed one is fine

#ifdef __cplusplus
}
#endif
#endif
