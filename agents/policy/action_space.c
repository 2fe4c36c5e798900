#include "agents/policy/action_space.h"

#include <string.h>

#include "agents/policy/setpoint.h"

static const vg_action_space spaces[] = {
#define X(name, word, columns, help) {word, columns, help, VG_COMMAND_##name, VG_LABEL_##name},
#define VG_COMMAND_DIRECT            NULL
#define VG_LABEL_DIRECT              NULL
#define VG_COMMAND_SETPOINT          vg_setpoint_command
#define VG_LABEL_SETPOINT            vg_setpoint_label
    VG_ACTION_SPACES(X)
#undef X
};
enum { SPACES = sizeof spaces / sizeof *spaces };

const vg_action_space *vg_action_space_at(int32_t i) { return i >= 0 && i < SPACES ? &spaces[i] : NULL; }

const vg_action_space *vg_action_space_of_columns(const char *columns) {
    for (int32_t i = 0; i < SPACES; i++)
        if (strcmp(spaces[i].columns, columns) == 0) return &spaces[i];
    return NULL;
}
