// app/view/video.h -- a view as a video, by ffmpeg where it is installed.
#ifndef VG_APP_VIEW_VIDEO_H
#define VG_APP_VIEW_VIDEO_H

#include "app/view/film.h"

// To path, which ends in .mp4, .mkv, .webm, .mov or .gif; whole or not at all. ffmpeg is run without a shell
// and is given the pixels. Errors: VG_ERR_ARGUMENT (another ending; an odd size, which video has not),
// VG_ERR_NOT_FOUND (no ffmpeg), VG_ERR_IO (it failed), those of vg_film_paint.
VG_NODISCARD vg_err vg_video_write(const vg_film *film, const char *path, vg_diag *diag);

#endif
