#include "app/drive/input.h"

#include <math.h>

#include "sim/base/exact.h"

const char *vg_hand_word(vg_hand hand) {
    static const char *const words[] = {
#define X(name, word) word,
        VG_HANDS(X)
#undef X
    };
    return words[hand];
}

static const vg_key feel_keys[] = {
#define X(field, unit, least, most, standard, help)                                                          \
    {#field, VG_KEY_FLOAT, offsetof(vg_feel, field), unit, least, most, standard, NULL, help},
    VG_FEEL_FIELDS(X)
#undef X
};
const vg_schema vg_feel_schema = {
    .name = "feel", .keys = feel_keys, .count = sizeof feel_keys / sizeof *feel_keys};

float vg_filter_limit(const vg_car *car, float lateral, float speed) {
    float angle = vg_atanf(lateral * car->wheelbase / fmaxf(speed * speed, 1));
    return fminf(angle / car->steer_max, 1);
}

float vg_filter_shape(const vg_feel *feel, float raw) {
    float way = fminf(fabsf(raw), 1);
    if (way <= feel->dead_zone) return 0;
    way = (way - feel->dead_zone) / (1 - feel->dead_zone);
    return copysignf((float)vg_pow(way, feel->curve), raw);
}

static float towards(float from, float to, float most) { return from + fminf(fmaxf(to - from, -most), most); }

// First back to the middle, at the rate of centring, then out at the rate of building up; the second part
// uses the rest of the tick.
static float steer_by_keys(const vg_feel *feel, float steer, float target, float unit, float dt) {
    float build = feel->build * unit, centre = feel->centre * unit;
    if (steer * target < 0) { // the hand steers against the current steering: both rates apply
        float back = (centre + build) * dt;
        if (fabsf(steer) > back) return steer - copysignf(back, steer);
        return towards(0, target, build * dt * (1 - fabsf(steer) / back));
    }
    bool outwards = fabsf(target) > fabsf(steer);
    return towards(steer, target, (outwards ? build : centre) * dt);
}

static float press(const vg_feel *feel, float pedals, float target, float dt) {
    // From brake to throttle, never both at the same time.
    if (pedals * target < 0 || fabsf(target) < fabsf(pedals)) {
        float up = towards(pedals, 0, feel->release * dt);
        return target != 0 && pedals * target > 0 && fabsf(up) < fabsf(target) ? target : up;
    }
    return towards(pedals, target, (target > 0 ? feel->throttle : feel->brake) * dt);
}

void vg_filter_step(vg_filter *filter, const vg_feel *feel, const vg_car *car, vg_hand hand, vg_raw raw,
                    float speed, float dt) {
    float limit = vg_filter_limit(car, feel->lateral, speed);
    float fade = 1 / (1 + speed / feel->fade);
    float steer = fminf(fmaxf(raw.steer, -1), 1), pedals = fminf(fmaxf(raw.pedals, -1), 1);
    switch (hand) {
    case VG_HAND_KEYS:
        filter->steer =
            steer_by_keys(feel, filter->steer, steer * limit, feel->steer_rate * limit * fade, dt);
        filter->pedals = press(feel, filter->pedals, pedals, dt);
        break;
    case VG_HAND_MOUSE:
        filter->steer = towards(filter->steer, vg_filter_shape(feel, steer) * limit,
                                feel->steer_rate * feel->follow * limit * dt);
        filter->pedals = press(feel, filter->pedals, pedals, dt); // by buttons
        break;
    case VG_HAND_PAD:
        filter->steer = towards(filter->steer, vg_filter_shape(feel, steer) * limit,
                                feel->steer_rate * feel->follow * limit * dt);
        filter->pedals = pedals;
        break;
    default:
        filter->steer = steer;
        filter->pedals = pedals;
        break;
    }
}

// --- choice of the device --------------------------------------------------------------------------------

static const float MOVED = 0.03f, PRESSED = 0.08f;
enum { STILL = 30 }; // ticks after which a wheel that does not move counts as released

static bool wheel_turns(vg_grip *grip, float now) {
    bool moved = fabsf(now - grip->wheel_rest) > MOVED;
    grip->still = moved ? 0 : grip->still + 1;
    if (moved || grip->still > STILL) grip->wheel_rest = now;
    return moved;
}

void vg_grip_step(vg_grip *grip, const vg_feel *feel, const vg_reach *reach) {
    const vg_raw *raw = reach->raw;
    bool steers[VG_HAND_COUNT] = {
        [VG_HAND_KEYS] = raw[VG_HAND_KEYS].steer != 0,
        [VG_HAND_PAD] = vg_filter_shape(feel, raw[VG_HAND_PAD].steer) != 0,
        [VG_HAND_WHEEL] = wheel_turns(grip, raw[VG_HAND_WHEEL].steer),
        [VG_HAND_MOUSE] = vg_filter_shape(feel, raw[VG_HAND_MOUSE].steer) != 0,
    };
    if (!reach->there[grip->hand]) grip->hand = VG_HAND_KEYS;
    // A mouse in use is off the middle all the time, so only keys take over from it.
    if (reach->there[VG_HAND_MOUSE] && grip->hand != VG_HAND_MOUSE && !steers[VG_HAND_KEYS])
        grip->hand = VG_HAND_MOUSE;
    for (int hand = 0; hand < VG_HAND_MOUSE; hand++)
        if (reach->there[hand] && (steers[hand] || fabsf(raw[hand].pedals) > PRESSED))
            grip->hand = (vg_hand)hand;
    grip->turned = reach->there[grip->hand] && steers[grip->hand];
}
