// app/web/browser_speaker.h -- app/window/speaker.h by a page: its script asks for samples, and plays them.
#ifndef VG_APP_WEB_BROWSER_SPEAKER_H
#define VG_APP_WEB_BROWSER_SPEAKER_H

#include "app/window/speaker.h"

enum { VG_BROWSER_SAMPLES = 16384 }; // most that are asked for at once

// The next `count` samples at `rate` a second. Borrowed until the next call.
const float *vg_browser_samples(vg_speaker *speaker, double rate, int32_t count);

#endif
