// agents/experts/line_follower.h -- drives as a log's driver drove: it follows the line and the speed of the
// log's laps, on their road and with their car. So it can label states with what that human would do there.
//
// The line is the mean offset and speed of the laps by arc length (logs/import/lap_line.h, bins of 3 m), or
// those of one lap, smoothed. agents/experts/followed_line.h says how it is followed.
//
// It has no memory: its label at a state is its action there. A human who is off the line would not always
// come back as smoothly: off the line the label is the model's, not the human's.
#ifndef VG_AGENTS_EXPERTS_LINE_FOLLOWER_H
#define VG_AGENTS_EXPERTS_LINE_FOLLOWER_H

#include "agents/experts/followed_line.h"
#include "agents/policy/policy.h"

#ifdef __cplusplus
extern "C" {
#endif

// X(field, unit, least, most, default, help)
#define VG_LINE_FOLLOWER_TEXTS(X)                                                                            \
    X(log, "", 0, 0, "", "the log whose laps are followed")                                                  \
    X(driver, "", 0, 0, "", "only laps with this word in the driver's name, the source file or the tags")    \
    X(lap, "", 0, 15, "mean", "mean: of all laps; best: the fastest; or an episode's number in the log")
#define VG_LINE_FOLLOWER_FIELDS(X)                                                                           \
    X(smooth, "m", 0, 200, "9", "length of the running mean of line and speed, applied three times")

typedef struct vg_line_follower {
#define X(field, unit, least, most, standard, help) char field[VG_KEY_TEXT_SIZE];
    VG_LINE_FOLLOWER_TEXTS(X)
#undef X
#define X(field, unit, least, most, standard, help) float field;
    VG_LINE_FOLLOWER_FIELDS(X)
#undef X
    vg_following following;
} vg_line_follower;

extern const vg_schema vg_line_follower_schema;

// Episodes that ended off the road are not followed, unless the setting names their number. Errors:
// VG_ERR_MEMORY; those of vg_line_laps_read.
VG_NODISCARD vg_err vg_line_follower_create(const vg_line_follower *settings, vg_policy **out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
