// app/view/film.h -- writes a view as pictures and as a film, without a window.
#ifndef VG_APP_VIEW_FILM_H
#define VG_APP_VIEW_FILM_H

#include "app/view/stage.h"
#include "eval/figures/canvas.h"

// Options of all pictures. Start from vg_film_default().
typedef struct vg_film {
    const vg_view *view;
    vg_stage_look look;
    int32_t width, height;    // pixels, default 1280 x 720
    double scale;             // pixels a unit, default 1
    double from, to;          // s of the view, default 0 and its end (NaN means the end)
    double fps, speed;        // pictures a second, default 30; seconds of the view a second, default 1
    const vg_png_text *texts; // [text_count] provenance, into each PNG
    int32_t text_count;
    vg_overwrite overwrite; // default VG_KEEP
    bool (*stop)(void);     // called before each picture: true ends with VG_ERR_INTERRUPTED; NULL: never
    void (*progress)(void *context, int64_t done, int64_t total); // progress; NULL: not reported
    void *context;
} vg_film;
vg_film vg_film_default(const vg_view *view);

// Checks that sizes and times are in range. Errors: VG_ERR_ARGUMENT.
VG_NODISCARD vg_err vg_film_check(const vg_film *film, vg_diag *diag);

// A PNG of the time `from`. Errors: VG_ERR_ARGUMENT (a size out of range; a name that does not end in .png),
// those of vg_file_write.
VG_NODISCARD vg_err vg_film_shot(const vg_film *film, const char *path, vg_diag *diag);

// Writes numbered PNGs, frame-00000.png and so on, into a new folder. With VG_REPLACE the folder may exist if
// it holds nothing but such frames. It is written whole or not at all. Errors: as vg_film_shot;
// VG_ERR_EXISTS.
VG_NODISCARD vg_err vg_film_frames(const vg_film *film, const char *folder, vg_diag *diag);

// The number of pictures, from the first to the last.
int64_t vg_film_count(const vg_film *film);

// --- for callers that need the pixels (video.c) ------------------------------------------------------------

typedef struct vg_film_reel {
    const vg_film *film;
    vg_stage *stage;
    vg_scene_picture picture;
    vg_timeline timeline;
} vg_film_reel;
VG_NODISCARD vg_err vg_film_open(const vg_film *film, vg_film_reel *out, vg_diag *diag);
void vg_film_close(vg_film_reel *reel); // zeroed is fine
// Paints picture i into reel->picture; picture i - 1 must have been painted before. Errors:
// VG_ERR_INTERRUPTED, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_film_paint(vg_film_reel *reel, int64_t i, vg_diag *diag);

#endif
