#include "agents/learners/gail_config.h"

static const vg_key keys[] = {VG_GENERATOR_ROWS
#define X(...) VG_KEY_ROW(vg_gail_config, , "", __VA_ARGS__)
                                  VG_GAIL_KEYS(X)
#undef X
                                      VG_GENERATOR_CHECKPOINT_ROWS
#define X(...) VG_KEY_ROW(vg_gail_config, disc., "disc.", __VA_ARGS__)
                                          VG_DISCRIMINATOR_KEYS(X)
#undef X
                                              VG_GENERATOR_VALIDATION_ROWS};
const vg_schema vg_gail_schema = {"gail", keys, sizeof keys / sizeof *keys, vg_imitation_check_text};
