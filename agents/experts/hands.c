#include "agents/experts/hands.h"

#include <math.h>
#include <string.h>

#include "sim/base/exact.h"
#include "sim/base/random.h"

void vg_hands_reset(vg_hands *hands, const vg_episode_key *key) {
    hands->key = *key;
    hands->step = 0;
    hands->shake = 0;
}

double vg_hands_move(vg_hands *hands, const vg_hands_def *def, float decided[2]) {
    int32_t late = (int32_t)fmin(floor(def->reaction / def->period + 0.5), VG_HANDS_RING - 1);
    if (hands->step == 0)
        for (int32_t k = 0; k < VG_HANDS_RING; k++) memcpy(hands->ring[k], decided, sizeof hands->ring[k]);
    memcpy(hands->ring[hands->step % VG_HANDS_RING], decided, sizeof hands->ring[0]);
    uint32_t then = (hands->step + VG_HANDS_RING - (uint32_t)late) % VG_HANDS_RING;
    memcpy(decided, hands->ring[then], sizeof hands->ring[0]);

    const vg_episode_key *key = &hands->key;
    vg_draw draw = {key->seed, VG_STREAM_EXPERT, key->entity, key->episode, hands->step, 0};
    double normal[2], keep = vg_exp(-def->period / def->time);
    vg_random_normal2(&draw, normal);
    hands->shake = hands->step == 0 ? def->spread * normal[0]
                                    : keep * hands->shake + def->spread * sqrt(1 - keep * keep) * normal[0];
    hands->step++;
    return hands->shake;
}
