#include "app/web/browser_speaker.h"

#include "sim/base/memory.h"

struct vg_speaker {
    vg_sound sound;
    vg_sound_cue cue;
    float samples[VG_BROWSER_SAMPLES];
};

vg_err vg_speaker_open(vg_speaker **out, vg_diag *diag) {
    *out = vg_new(vg_speaker, 1);
    return *out ? VG_OK : vg_fail_memory(diag);
}

void vg_speaker_close(vg_speaker *speaker) { vg_free(speaker); }

void vg_speaker_hear(vg_speaker *speaker, const vg_sound_cue *cue) {
    if (speaker) speaker->cue = *cue;
}

const float *vg_browser_samples(vg_speaker *speaker, double rate, int32_t count) {
    float wanted = (float)(rate < 8000 ? 8000 : rate > 192000 ? 192000 : rate);
    if (speaker->sound.rate != wanted) vg_sound_open(&speaker->sound, wanted);
    if (count > VG_BROWSER_SAMPLES) count = VG_BROWSER_SAMPLES;
    vg_sound_fill(&speaker->sound, &speaker->cue, speaker->samples, count);
    return speaker->samples;
}
