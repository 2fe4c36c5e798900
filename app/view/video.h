// app/view/video.h -- writes a view as a video, by ffmpeg if it is installed.
#ifndef VG_APP_VIEW_VIDEO_H
#define VG_APP_VIEW_VIDEO_H

#include "app/view/film.h"

// Writes a video to path, which ends in .mp4, .mkv, .webm, .mov or .gif; whole or not at all. ffmpeg is run
// without a shell and receives the pixels. Errors: VG_ERR_ARGUMENT (another ending; an odd size, which video
// does not allow), VG_ERR_NOT_FOUND (no ffmpeg), VG_ERR_IO (it failed), those of vg_film_paint.
VG_NODISCARD vg_err vg_video_write(const vg_film *film, const char *path, vg_diag *diag);

#endif
