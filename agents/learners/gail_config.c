#include "agents/learners/gail_config.h"

static const vg_key keys[] = {
#define X(...) VG_KEY_ROW(vg_gail_config, fit., "", __VA_ARGS__)
    VG_NETWORK_KEYS_SCALED(X, "zscore")
#undef X
#define X(...) VG_KEY_ROW(vg_gail_config, fit.bc., "bc.", __VA_ARGS__)
        VG_BC_KEYS(X)
#undef X
#define X(...) VG_KEY_ROW(vg_gail_config, rl., "", __VA_ARGS__)
            VG_ACTOR_CRITIC_KEYS(X)
#undef X
#define X(...) VG_KEY_ROW(vg_gail_config, rl.ppo., "ppo.", __VA_ARGS__)
                VG_PPO_UPDATE_KEYS(X)
#undef X
#define X(...) VG_KEY_ROW(vg_gail_config, rl.trpo., "trpo.", __VA_ARGS__)
                    VG_TRPO_UPDATE_KEYS(X)
#undef X
#define X(...) VG_KEY_ROW(vg_gail_config, rl.critic., "critic.", __VA_ARGS__)
                        VG_CRITIC_KEYS(X)
#undef X
#define X(...) VG_KEY_ROW(vg_gail_config, , "", __VA_ARGS__)
                            VG_GAIL_KEYS(X)
#undef X
#define X(...) VG_KEY_ROW(vg_gail_config, disc., "disc.", __VA_ARGS__)
                                VG_DISCRIMINATOR_KEYS(X)
#undef X
#define X(...) VG_KEY_ROW(vg_gail_config, validation., "validation.", __VA_ARGS__)
                                    VG_GAIL_VALIDATION_KEYS(X)
#undef X
};
const vg_schema vg_gail_schema = {"gail", keys, sizeof keys / sizeof *keys, vg_imitation_check_text};
