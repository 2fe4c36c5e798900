#include "app/cli/roads.h"

#include "app/cli/output.h"
#include "tracks/library.h"

static void say(void *context, const char *text) {
    (void)context;
    vg_say_warning("%s", text);
}

const vg_warnings vg_warnings_said = {say, NULL};

vg_err vg_road_load_said_as(const vg_track_options *options, const char *name_or_path, vg_track *track,
                            vg_road **out, vg_diag *diag) {
    vg_track own;
    *out = NULL;
    vg_err err = vg_track_read_as(options, name_or_path, &vg_warnings_said, &own, diag);
    if (!err) err = vg_track_road(&own, out, diag);
    if (!err) vg_track_check(&own, *out, &vg_warnings_said);
    if (!err && track)
        *track = own;
    else
        vg_track_free(&own);
    return err;
}

vg_err vg_road_load_said(const char *name_or_path, vg_road **out, vg_diag *diag) {
    return vg_track_load_warned(name_or_path, &vg_warnings_said, out, diag);
}
