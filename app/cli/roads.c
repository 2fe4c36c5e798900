#include "app/cli/roads.h"

#include "app/cli/output.h"
#include "tracks/library.h"

static void say(void *context, const char *text) {
    (void)context;
    vg_say_warning("%s", text);
}

const vg_warnings vg_warnings_said = {say, NULL};

vg_err vg_road_load_said(const char *name_or_path, vg_road **out, vg_diag *diag) {
    return vg_track_load_warned(name_or_path, &vg_warnings_said, out, diag);
}
