// app/view/colours.h -- a car's colour: its group's colour, or a colour of its own if all cars are of one
// group.
#ifndef VG_APP_VIEW_COLOURS_H
#define VG_APP_VIEW_COLOURS_H

#include "app/view/model.h"
#include "eval/figures/palette.h"

static inline vg_role vg_view_role(const vg_view *view, int32_t car) {
    return vg_role_series(view->group_count == 1 ? car : view->cars[car].group);
}

#endif
