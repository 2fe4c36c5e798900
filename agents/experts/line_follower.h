// agents/experts/line_follower.h -- drives as a log's driver drove: it follows the line and the speed of the
// log's laps, on their road and with their car. So it can label states with what that human would do there.
//
// The line is the mean offset and speed of the laps by arc length (logs/import/lap_line.h, bins of 3 m), or
// those of one lap, smoothed. This path is treated as a road, with heading and curvature. Steering is pure
// pursuit (Coulter 1992), linearised about the path, onto the path's own curvature: with e the offset and psi
// the heading against the path, and L the lookahead distance,
//     curvature = k_path cos(psi) / (1 - k_path e) - (2 / L) (sin(psi) + clamp(e / L, +-approach))
// whose poles have a damping of 0.7, and which returns to the line at a slope of at most `approach`. The pose
// is moved forward by the car's delay and lag. Speed: the acceleration that reaches the recorded speed
// `preview` seconds ahead, or more braking where a lower speed farther ahead needs it now.
//
// It has no memory: its label at a state is its action there. A human who is off the line would not always
// come back as smoothly: off the line the label is the model's, not the human's.
#ifndef VG_AGENTS_EXPERTS_LINE_FOLLOWER_H
#define VG_AGENTS_EXPERTS_LINE_FOLLOWER_H

#include "agents/policy/policy.h"
#include "sim/base/config.h"

#ifdef __cplusplus
extern "C" {
#endif

// X(field, unit, least, most, default, help)
#define VG_LINE_FOLLOWER_TEXTS(X)                                                                            \
    X(log, "", 0, 0, "", "the log whose laps are followed")                                                  \
    X(driver, "", 0, 0, "", "only laps with this word in the driver's name, the source file or the tags")    \
    X(lap, "", 0, 15, "mean", "mean: of all laps; best: the fastest; or an episode's number in the log")
#define VG_LINE_FOLLOWER_FIELDS(X)                                                                           \
    X(smooth, "m", 0, 200, "9", "length of the running mean of line and speed, applied three times")         \
    X(lookahead, "s", 0.05, 5, "0.35", "lookahead for steering back to the line, as seconds of travel ...")  \
    X(lookahead_least, "m", 0.5, 50, "3", "... and so many metres more")                                     \
    X(approach, "1", 0.02, 1, "0.3", "largest slope of the return to the line")                              \
    X(preview, "s", 0.05, 5, "0.3", "how far ahead the recorded speed shall be reached")                     \
    X(braking, "1", 0.05, 1, "0.5", "share of the brakes kept for a lower speed farther ahead")

typedef struct vg_line_follower {
#define X(field, unit, least, most, standard, help) char field[VG_KEY_TEXT_SIZE];
    VG_LINE_FOLLOWER_TEXTS(X)
#undef X
#define X(field, unit, least, most, standard, help) float field;
    VG_LINE_FOLLOWER_FIELDS(X)
#undef X
} vg_line_follower;

extern const vg_schema vg_line_follower_schema;

// Episodes that ended off the road are not followed, unless the setting names their number. Errors:
// VG_ERR_MEMORY; those of vg_line_laps_read.
VG_NODISCARD vg_err vg_line_follower_create(const vg_line_follower *settings, vg_policy **out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
