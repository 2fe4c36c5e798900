// app/drive/wheel.h -- a steering wheel's axes: which is what, from where to where; found by asking its
// owner, and kept in a file. Knows no device: axes come as numbers in [-1, 1].
#ifndef VG_APP_DRIVE_WHEEL_H
#define VG_APP_DRIVE_WHEEL_H

#include "app/drive/input.h"

enum { VG_WHEEL_AXES = 16 };

// X(field, key type, type, least, most, default, help)
#define VG_WHEEL_FIELDS(X)                                                                                   \
    X(steer_axis, INT, int64_t, 0, 15, "0", "axis of the wheel")                                             \
    X(steer_left, DOUBLE, double, -1, 1, "-1", "its value turned fully to the left")                         \
    X(steer_middle, DOUBLE, double, -1, 1, "0", "its value straight ahead")                                  \
    X(steer_right, DOUBLE, double, -1, 1, "1", "its value turned fully to the right")                        \
    X(throttle_axis, INT, int64_t, 0, 15, "1", "axis of the throttle")                                       \
    X(throttle_up, DOUBLE, double, -1, 1, "-1", "its value let go")                                          \
    X(throttle_down, DOUBLE, double, -1, 1, "1", "its value pressed fully")                                  \
    X(brake_axis, INT, int64_t, 0, 15, "2", "axis of the brake")                                             \
    X(brake_up, DOUBLE, double, -1, 1, "-1", "its value let go")                                             \
    X(brake_down, DOUBLE, double, -1, 1, "1", "its value pressed fully")

typedef struct vg_wheel {
    char name[VG_KEY_TEXT_SIZE]; // the device's, for people
#define X(field, key, type, least, most, standard, help) type field;
    VG_WHEEL_FIELDS(X)
#undef X
} vg_wheel;
extern const vg_schema vg_wheel_schema;

// axes is [count]; an axis that the device lacks counts as let go.
vg_raw vg_wheel_raw(const vg_wheel *wheel, const float *axes, int32_t count);

// The file of a device's bindings under XDG_CONFIG_HOME (or ~/.config): verge/wheels/KIND.yaml.
// Errors: VG_ERR_NOT_FOUND (neither variable is set), VG_ERR_ARGUMENT (a path too long).
enum { VG_WHEEL_PATH = 1024 };
VG_NODISCARD vg_err vg_wheel_path(const char *kind, char path[VG_WHEEL_PATH], vg_diag *diag);
// Errors: VG_ERR_NOT_FOUND (not calibrated yet), those of vg_config_read, VG_ERR_FORMAT (no way between two
// ends).
VG_NODISCARD vg_err vg_wheel_load(const char *kind, vg_wheel *out, vg_diag *diag);
// Errors: those of vg_file_write.
VG_NODISCARD vg_err vg_wheel_save(const char *kind, const vg_wheel *wheel, vg_diag *diag);

// --- calibration -----------------------------------------------------------------------------------------

// What the owner is asked to do, one after the other. X(name, text)
#define VG_CALIBRATION_STEPS(X)                                                                              \
    X(REST, "Point the wheel straight ahead and let go of the pedals")                                       \
    X(LEFT, "Turn the wheel fully to the left and hold it")                                                  \
    X(RIGHT, "Turn the wheel fully to the right and hold it")                                                \
    X(THROTTLE, "Straight again: press the throttle fully and hold it")                                      \
    X(BRAKE, "Let go of it; press the brake fully and hold it")                                              \
    X(DONE, "Calibrated")

typedef enum vg_calibration_step {
#define X(name, text) VG_CALIBRATION_##name,
    VG_CALIBRATION_STEPS(X)
#undef X
} vg_calibration_step;

typedef struct vg_calibration {
    vg_calibration_step step;
    float rest[VG_WHEEL_AXES];
    vg_wheel wheel;      // whole once step is DONE
    const char *trouble; // why the last confirmation was not taken; NULL: it was
} vg_calibration;

void vg_calibration_begin(vg_calibration *calibration, const char *name);
// The owner says: so it is. axes is [count].
void vg_calibration_confirm(vg_calibration *calibration, const float *axes, int32_t count);
// The step's text. Never NULL.
const char *vg_calibration_text(const vg_calibration *calibration);

#endif
