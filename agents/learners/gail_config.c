#include "agents/learners/gail_config.h"

static const vg_key keys[] = {
#define X(field, type, unit, least, most, standard, choices, help)                                           \
    {#field, VG_KEY_##type, offsetof(vg_gail_config, fit.field), unit, least, most, standard, choices, help},
    VG_IMITATION_KEYS(X)
#undef X
#define X(field, type, unit, least, most, standard, choices, help)                                           \
    {#field,  VG_KEY_##type, offsetof(vg_gail_config, learn.field), unit, least, most, standard,             \
     choices, help},
        VG_ACTOR_CRITIC_KEYS(X)
#undef X
#define X(field, type, unit, least, most, standard, choices, help)                                           \
    {#field, VG_KEY_##type, offsetof(vg_gail_config, field), unit, least, most, standard, choices, help},
            VG_GAIL_KEYS(X)
#undef X
};
const vg_schema vg_gail_schema = {"gail", keys, sizeof keys / sizeof *keys, vg_imitation_check_text};
