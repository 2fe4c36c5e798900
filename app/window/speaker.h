// app/window/speaker.h -- plays the sound of `verge drive`. The system asks for samples on a thread of its
// own.
#ifndef VG_APP_WINDOW_SPEAKER_H
#define VG_APP_WINDOW_SPEAKER_H

#include "app/drive/sound.h"

typedef struct vg_speaker vg_speaker; // opaque

// Opens the system's standard device. Where nobody sees the window, nobody hears it either: *out is NULL
// then, without an error, unless SDL_AUDIODRIVER names a driver. Errors: VG_ERR_IO (no device; the drive goes
// on without sound), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_speaker_open(vg_speaker **out, vg_diag *diag);
void vg_speaker_close(vg_speaker *speaker); // NULL is fine

// What is heard from now on. NULL is fine.
void vg_speaker_hear(vg_speaker *speaker, const vg_sound_cue *cue);

#endif
