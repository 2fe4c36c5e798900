// app/view/foot.h -- the foot of the picture: the play button, the time, and a track to scrub the time.
#ifndef VG_APP_VIEW_FOOT_H
#define VG_APP_VIEW_FOOT_H

#include "app/view/layout.h"
#include "app/view/model.h"
#include "app/view/timeline.h"
#include "eval/figures/palette.h"

struct _cairo;

void vg_foot_draw(const vg_view *view, struct _cairo *cairo, const vg_layout *layout,
                  const vg_timeline *timeline, vg_theme theme);

#endif
