#include "app/drive/sound.h"

#include <math.h>

#include "sim/base/exact.h"

// Speeds at which a gear ends, as a share of the car's fastest.
static const float gear_ends[] = {0.14f, 0.26f, 0.42f, 0.66f, 1.0f};
enum { GEARS = sizeof gear_ends / sizeof *gear_ends };

static const float IDLE = 0.17f;        // revs of a car that hardly moves
static const float STANDS = 0.05f;      // m/s
static const float TURNS = 190;         // of the fastest engine, 1/s
static const float SQUEAL = 820;        // Hz
static const float QUIET = 1.0f / 2e4f; // below this nothing is heard

static float clamp(float x, float least, float most) { return x < least ? least : x > most ? most : x; }

// --- what is heard -----------------------------------------------------------------------------------------

// Shifts up at a gear's end, and down only well below it, so that a steady speed never shifts to and fro.
static float revs_of(vg_gears *gears, float share, float throttle) {
    int32_t *gear = &gears->gear;
    while (*gear < GEARS - 1 && share > gear_ends[*gear]) ++*gear;
    while (*gear > 0 && share < 0.85f * gear_ends[*gear - 1]) --*gear;
    float idle = IDLE + 0.12f * throttle;
    return clamp(share / gear_ends[*gear], idle, 1);
}

// What is asked of the tyres beside what they give, along and across.
static float slip_of(const vg_car *car, const vg_state *now, bool off_road) {
    double speed = now->speed;
    double across = speed * speed * tan((double)now->steer) / (double)car->wheelbase;
    double grip = vg_car_grip_across(car, speed), along = now->accel / vg_car_grip_along(car, speed);
    if (off_road && car->offroad_grip > 0) grip = car->offroad_grip;
    return (float)hypot(across / grip, along);
}

vg_sound_cue vg_sound_hear(vg_gears *gears, const vg_car *car, const vg_session_view *session, bool stands) {
    float throttle = clamp(session->command[1], 0, 1), speed = session->now.speed;
    if (stands || (speed < STANDS && throttle <= 0)) return (vg_sound_cue){0};
    return (vg_sound_cue){.revs = revs_of(gears, speed / car->speed_max, throttle),
                          .throttle = throttle,
                          .speed = speed,
                          .slip = slip_of(car, &session->now, session->off_road),
                          .off_road = session->off_road};
}

// --- samples ---------------------------------------------------------------------------------------------

void vg_sound_open(vg_sound *sound, float rate) {
    *sound = (vg_sound){.rate = rate, .revs = IDLE, .random = 0x2545f491u};
}

// [-1, 1)
static float noise(vg_sound *s) {
    s->random ^= s->random << 13;
    s->random ^= s->random >> 17;
    s->random ^= s->random << 5;
    return (float)(int32_t)s->random * 0x1p-31f;
}

// A firing engine: harmonics of its turns, of which the second is the loudest; the throttle opens the high
// ones.
static float engine(const vg_sound *s) {
    static const float loud[VG_SOUND_HARMONICS] = {0.45f, 1, 0.3f, 0.5f, 0.2f, 0.25f, 0.1f};
    float sum = 0;
    for (int32_t i = 0; i < VG_SOUND_HARMONICS; i++)
        sum += loud[i] * (i < 2 ? 1 : s->edge) * vg_sinf(2 * (float)M_PI * s->phase * (float)(i + 1));
    return 0.3f * s->engine * sum;
}

// How loud each source shall be.
typedef struct loudness {
    float engine, edge, wind, gravel, squeal;
} loudness;

static loudness loudness_of(const vg_sound_cue *cue) {
    float fast = clamp(cue->speed / 50, 0, 1), moves = clamp(cue->speed / 8, 0, 1);
    return (loudness){
        .engine = cue->revs > 0 ? 0.25f + 0.2f * cue->revs + 0.4f * cue->throttle : 0,
        .edge = 0.25f + 0.75f * cue->throttle,
        .wind = 0.5f * fast * fast,
        .gravel = cue->off_road ? 0.8f * moves : 0,
        .squeal = cue->off_road ? 0 : clamp((cue->slip - 0.9f) / 0.3f, 0, 1) * moves,
    };
}

static void tend(float *value, float wanted, float part) {
    *value += (wanted - *value) * part;
    if (fabsf(*value) < QUIET && wanted == 0) *value = 0;
}

static float next(vg_sound *s, const vg_sound_cue *cue, const loudness *wanted) {
    float quick = 1 / (0.03f * s->rate), slow = 1 / (0.08f * s->rate);
    tend(&s->engine, wanted->engine, quick);
    tend(&s->edge, wanted->edge, quick);
    tend(&s->wind, wanted->wind, slow);
    tend(&s->gravel, wanted->gravel, quick);
    tend(&s->squeal, wanted->squeal, slow);
    if (cue->revs > 0) tend(&s->revs, cue->revs, slow);
    s->phase += TURNS * s->revs / s->rate;
    s->phase -= floorf(s->phase);
    float white = noise(s), turn = 2 * (float)M_PI / s->rate;
    s->low += (white - s->low) * 500 * turn;
    s->rough += (white - s->rough) * 120 * turn;
    // Chamberlin's filter, with a resonance of 12.
    s->band += SQUEAL * turn * s->held;
    s->held += SQUEAL * turn * (white - s->band - s->held / 12);
    float sum =
        engine(s) + 0.7f * s->wind * s->low + 2.2f * s->gravel * s->rough + 0.17f * s->squeal * s->held;
    return clamp(sum, -1, 1);
}

void vg_sound_fill(vg_sound *sound, const vg_sound_cue *cue, float *samples, int32_t count) {
    loudness wanted = loudness_of(cue);
    for (int32_t i = 0; i < count; i++) samples[i] = next(sound, cue, &wanted);
}
