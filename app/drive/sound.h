// app/drive/sound.h -- the sound of engine, tyres and ground, made from how a car moves. It knows no device:
// the caller asks for samples.
#ifndef VG_APP_DRIVE_SOUND_H
#define VG_APP_DRIVE_SOUND_H

#include "app/drive/session.h"

#include <stdbool.h>
#include <stdint.h>

// What makes the sound. All zero: silence.
typedef struct vg_sound_cue {
    float revs;     // of the engine, [0, 1] of its fastest; 0: it is off
    float throttle; // [0, 1]
    float speed;    // m/s
    float slip;     // what is asked of the tyres, as a share of their grip; they squeal from 0.9 on
    bool off_road;
} vg_sound_cue;

// The engine has gears for the ear alone: the car's motion knows none. Zero is the first gear.
typedef struct vg_gears {
    int32_t gear;
} vg_gears;

// What a driver hears of a session now. stands: the clock stands (a pause), which is silent, as is a car at
// rest without throttle.
vg_sound_cue vg_sound_hear(vg_gears *gears, const vg_car *car, const vg_session_view *session, bool stands);

enum { VG_SOUND_HARMONICS = 7 };

typedef struct vg_sound {
    float rate;  // samples a second
    float phase; // of the engine, turns
    float revs;  // all that follows tends towards the cue, so that no change is heard as a click
    float engine, edge, wind, gravel, squeal; // how loud each is, [0, 1]
    float low, rough;                         // noise through a low pass
    float band, held;                         // noise through a band pass
    uint32_t random;
} vg_sound;

// rate: samples a second, 8,000 to 192,000.
void vg_sound_open(vg_sound *sound, float rate);

// The next `count` samples of one channel, within [-1, 1]. The same cues give the same samples, however they
// are cut into calls. After a second of silence every sample is 0.
void vg_sound_fill(vg_sound *sound, const vg_sound_cue *cue, float *samples, int32_t count);

#endif
