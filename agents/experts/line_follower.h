// agents/experts/line_follower.h -- drives as a log's driver drove: follows the line and the speed of its
// laps, on their road and with their car. So a human's laps can answer what that human would do from here.
//
// The line is the mean offset and speed of the laps by arc length (logs/import/lap_line.h, bins of 3 m), or
// those of one lap, smoothed; as a path it is a road of its own, with heading and curvature. Steering is pure
// pursuit (Coulter 1992), linearised about the path, onto the path's own curvature: with e the offset and psi
// the heading against the path, and L the way looked ahead,
//     curvature = k_path cos(psi) / (1 - k_path e) - (2 / L) (sin(psi) + clamp(e / L, +-approach))
// whose poles lie at a damping of 0.7, and which comes back to the line at `approach` at most. The pose is
// carried forward by what the car's delay and lag cost. Speed: the acceleration that has the recorded speed
// `preview` seconds ahead, or more braking where a speed farther ahead cannot wait for it.
//
// It remembers nothing: its label at a state is what it does there. A human off his line would not always
// come back as smoothly: off the line the label is the model's, not his.
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
    X(smooth, "m", 0, 200, "9", "length over which line and speed are averaged, three times")                \
    X(lookahead, "s", 0.05, 5, "0.35", "seconds of travel looked ahead to come back to the line ...")        \
    X(lookahead_least, "m", 0.5, 50, "3", "... and so many metres more")                                     \
    X(approach, "1", 0.02, 1, "0.3", "largest slope at which the line is come back to")                      \
    X(preview, "s", 0.05, 5, "0.3", "how far ahead the recorded speed is met")                               \
    X(braking, "1", 0.05, 1, "0.5", "share of the brakes that a speed farther ahead may ask for first")

typedef struct vg_line_follower {
#define X(field, unit, least, most, standard, help) char field[VG_KEY_TEXT_SIZE];
    VG_LINE_FOLLOWER_TEXTS(X)
#undef X
#define X(field, unit, least, most, standard, help) float field;
    VG_LINE_FOLLOWER_FIELDS(X)
#undef X
} vg_line_follower;

extern const vg_schema vg_line_follower_schema;

// Episodes that ended off the road are not followed, unless asked for by number. Errors: VG_ERR_MEMORY; those
// of vg_line_laps_read.
VG_NODISCARD vg_err vg_line_follower_create(const vg_line_follower *settings, vg_policy **out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
