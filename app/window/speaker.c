#include "app/window/speaker.h"

#include <SDL.h>
#include <string.h>
#include <unistd.h>

#include "app/window/window.h"
#include "sim/base/memory.h"

struct vg_speaker {
    SDL_AudioDeviceID device;
    vg_sound sound;
    vg_sound_cue cue; // changed while the device is locked
};

static void fill(void *data, Uint8 *bytes, int size) {
    vg_speaker *s = data;
    vg_sound_fill(&s->sound, &s->cue, (float *)(void *)bytes, size / (int)sizeof(float));
}

// Drivers that are wanted only if they are named, and, on a Linux without a sound card, those that print
// lines of their own on stderr then: only a sound server may still have a device.
static bool may_work(const char *driver) {
    if (!strcmp(driver, "dummy") || !strcmp(driver, "disk")) return false;
#ifdef __linux__
    bool server = !strcmp(driver, "pulseaudio") || !strcmp(driver, "pipewire");
    return server || access("/dev/snd/timer", F_OK) == 0;
#else
    return true;
#endif
}

static bool start(void) {
    if (SDL_getenv("SDL_AUDIODRIVER")) return SDL_InitSubSystem(SDL_INIT_AUDIO) == 0;
    for (int i = 0; i < SDL_GetNumAudioDrivers(); i++) {
        const char *driver = SDL_GetAudioDriver(i);
        if (may_work(driver) && SDL_AudioInit(driver) == 0) return true;
    }
    SDL_SetError("there is no sound device");
    return false;
}

vg_err vg_speaker_open(vg_speaker **out, vg_diag *diag) {
    *out = NULL;
    if (!vg_window_seen() && !SDL_getenv("SDL_AUDIODRIVER")) return VG_OK;
    vg_speaker *s = vg_new(vg_speaker, 1);
    if (!s) return vg_fail_memory(diag);
    SDL_AudioSpec wanted = {.freq = 48000,
                            .format = AUDIO_F32SYS,
                            .channels = 1,
                            .samples = 1024,
                            .callback = fill,
                            .userdata = s};
    SDL_AudioSpec given;
    if (start()) s->device = SDL_OpenAudioDevice(NULL, 0, &wanted, &given, SDL_AUDIO_ALLOW_FREQUENCY_CHANGE);
    if (!s->device) {
        vg_err err = vg_fail(diag, VG_ERR_IO, "no sound: %s", SDL_GetError());
        vg_speaker_close(s);
        return err;
    }
    vg_sound_open(&s->sound, (float)given.freq);
    SDL_PauseAudioDevice(s->device, 0);
    *out = s;
    return VG_OK;
}

void vg_speaker_close(vg_speaker *s) {
    if (!s) return;
    if (s->device) SDL_CloseAudioDevice(s->device);
    SDL_AudioQuit();
    vg_free(s);
}

void vg_speaker_hear(vg_speaker *s, const vg_sound_cue *cue) {
    if (!s) return;
    SDL_LockAudioDevice(s->device);
    s->cue = *cue;
    SDL_UnlockAudioDevice(s->device);
}
