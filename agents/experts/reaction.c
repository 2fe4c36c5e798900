#include "agents/experts/reaction.h"

#include <math.h>
#include <string.h>

#include "sim/base/exact.h"
#include "sim/base/random.h"

void vg_reaction_reset(vg_reaction *reaction, const vg_episode_key *key) {
    reaction->key = *key;
    reaction->step = 0;
    reaction->shake = 0;
}

double vg_reaction_step(vg_reaction *reaction, const vg_reaction_def *def, float decided[VG_CAR_ACTIONS]) {
    int32_t late = (int32_t)fmin(floor(def->reaction / def->period + 0.5), VG_REACTION_RING - 1);
    if (reaction->step == 0)
        for (int32_t k = 0; k < VG_REACTION_RING; k++)
            memcpy(reaction->ring[k], decided, sizeof reaction->ring[k]);
    memcpy(reaction->ring[reaction->step % VG_REACTION_RING], decided, sizeof reaction->ring[0]);
    uint32_t then = (reaction->step + VG_REACTION_RING - (uint32_t)late) % VG_REACTION_RING;
    memcpy(decided, reaction->ring[then], sizeof reaction->ring[0]);

    const vg_episode_key *key = &reaction->key;
    vg_draw draw = {key->seed, VG_STREAM_EXPERT, key->entity, key->episode, reaction->step, 0};
    double normal[2], keep = vg_exp(-def->period / def->time);
    vg_random_normal2(&draw, normal);
    reaction->shake = reaction->step == 0
                          ? def->spread * normal[0]
                          : keep * reaction->shake + def->spread * sqrt(1 - keep * keep) * normal[0];
    reaction->step++;
    return reaction->shake;
}
