// app/drive/input.h -- from input devices to commands. Plain arithmetic: no window, no device.
//
// A key is either up or down. A car that is steered so would be thrown from side to side, and nothing could
// be learnt from its log. So the steering that a key requests builds up, and centres itself when the key is
// released, at rates that fall with speed. A key that is held down requests as much steering as the car can
// use at its speed, not the full lock. Sticks and the mouse pass a curve and the same limit; a wheel is used
// unchanged.
#ifndef VG_APP_DRIVE_INPUT_H
#define VG_APP_DRIVE_INPUT_H

#include "sim/base/config.h"
#include "sim/car.h"

// The device that a person drives with. X(name, word)
#define VG_HANDS(X)                                                                                          \
    X(KEYS, "keyboard")                                                                                      \
    X(PAD, "controller")                                                                                     \
    X(WHEEL, "wheel")                                                                                        \
    X(MOUSE, "mouse")

typedef enum vg_hand {
#define X(name, word) VG_HAND_##name,
    VG_HANDS(X)
#undef X
        VG_HAND_COUNT
} vg_hand;

// "keyboard". Never NULL.
const char *vg_hand_word(vg_hand hand);

// The raw input of the device: steering, positive to the left, and throttle less brake; each in [-1, 1].
typedef struct vg_raw {
    float steer, pedals;
} vg_raw;

// X(field, unit, least, most, default, help)
#define VG_FEEL_FIELDS(X)                                                                                    \
    X(steer_rate, "1", 0.2, 5, "1", "factor on all rates of steering")                                       \
    X(build, "1/s", 0.1, 20, "2.4",                                                                          \
      "keys: how fast the steering builds up, as a share of the largest request")                            \
    X(centre, "1/s", 0.1, 20, "3.4", "keys: how fast the steering centres itself")                           \
    X(fade, "m/s", 1, 200, "35", "speed at which both rates have halved")                                    \
    X(lateral, "m/s^2", 1, 100, "9", "largest sideways acceleration that a held key requests")               \
    X(throttle, "1/s", 0.1, 50, "2.5", "keys: how fast the throttle builds up")                              \
    X(brake, "1/s", 0.1, 50, "3.5", "keys: how fast the brake builds up")                                    \
    X(release, "1/s", 0.1, 50, "6", "keys: how fast a pedal is released")                                    \
    X(dead_zone, "1", 0, 0.9, "0.12", "controller, mouse: share of the travel that does nothing")            \
    X(curve, "1", 1, 4, "1.6",                                                                               \
      "controller, mouse: exponent of the rest of the travel: higher is finer in the middle")                \
    X(follow, "1/s", 0.5, 100, "7", "controller, mouse: how fast the steering follows")

typedef struct vg_feel {
#define X(field, unit, least, most, standard, help) float field;
    VG_FEEL_FIELDS(X)
#undef X
} vg_feel;
extern const vg_schema vg_feel_schema;

// The filtered command: steering and pedals as given to the car, each in [-1, 1].
typedef struct vg_filter {
    float steer, pedals;
} vg_filter;

// The person's input in a tick.
typedef struct vg_control {
    vg_raw raw;       // the device's raw input
    vg_filter wanted; // filtered: the command that the car would be given
    bool turned;      // the person steers: takes over from a policy, unless label mode is on
} vg_control;

// The share of the steering lock that gives `lateral` m/s^2 at a speed, at most 1.
float vg_filter_limit(const vg_car *car, float lateral, float speed);

// A stick's value after its dead zone and curve: in [-1, 1], 0 in the dead zone, without a step at its edge.
float vg_filter_shape(const vg_feel *feel, float raw);

// Advances the filter by a tick of dt seconds.
void vg_filter_step(vg_filter *filter, const vg_feel *feel, const vg_car *car, vg_hand hand, vg_raw raw,
                    float speed, float dt);

// Chooses the device that drives: the one last used. Start from zero.
typedef struct vg_grip {
    vg_hand hand;
    bool turned;      // the person steers: takes over from a policy
    float wheel_rest; // position of the wheel when it was last still
    int32_t still;    // ticks since it moved
} vg_grip;

// The input of all devices at a tick. `there` says which can be used; keys always can.
typedef struct vg_reach {
    bool there[VG_HAND_COUNT];
    vg_raw raw[VG_HAND_COUNT];
} vg_reach;

// Reads them, once a tick; the raw input of device grip->hand is then used.
void vg_grip_step(vg_grip *grip, const vg_feel *feel, const vg_reach *reach);

#endif
