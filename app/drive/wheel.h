// app/drive/wheel.h -- a steering wheel's axes: their meaning and their ranges, found by asking the user, and
// stored in a file. It knows no device: axes are numbers in [-1, 1].
#ifndef VG_APP_DRIVE_WHEEL_H
#define VG_APP_DRIVE_WHEEL_H

#include "app/drive/input.h"

enum { VG_WHEEL_AXES = 16 };

// X(field, key type, type, least, most, default, help)
#define VG_WHEEL_FIELDS(X)                                                                                   \
    X(steer_axis, INT, int64_t, 0, 15, "0", "axis of the wheel")                                             \
    X(steer_left, DOUBLE, double, -1, 1, "-1", "its value when turned fully to the left")                    \
    X(steer_middle, DOUBLE, double, -1, 1, "0", "its value when straight ahead")                             \
    X(steer_right, DOUBLE, double, -1, 1, "1", "its value when turned fully to the right")                   \
    X(throttle_axis, INT, int64_t, 0, 15, "1", "axis of the throttle")                                       \
    X(throttle_up, DOUBLE, double, -1, 1, "-1", "its value when released")                                   \
    X(throttle_down, DOUBLE, double, -1, 1, "1", "its value when pressed fully")                             \
    X(brake_axis, INT, int64_t, 0, 15, "2", "axis of the brake")                                             \
    X(brake_up, DOUBLE, double, -1, 1, "-1", "its value when released")                                      \
    X(brake_down, DOUBLE, double, -1, 1, "1", "its value when pressed fully")

typedef struct vg_wheel {
    char name[VG_KEY_TEXT_SIZE]; // the device's name, for people
#define X(field, key, type, least, most, standard, help) type field;
    VG_WHEEL_FIELDS(X)
#undef X
} vg_wheel;
extern const vg_schema vg_wheel_schema;

// axes is [count]; an axis that the device lacks counts as released.
vg_raw vg_wheel_raw(const vg_wheel *wheel, const float *axes, int32_t count);

// The file with a device's bindings under XDG_CONFIG_HOME (or ~/.config): verge/wheels/KIND.yaml. Errors:
// VG_ERR_NOT_FOUND (neither variable is set), VG_ERR_ARGUMENT (a path too long).
enum { VG_WHEEL_PATH = 1024 };
VG_NODISCARD vg_err vg_wheel_path(const char *kind, char path[VG_WHEEL_PATH], vg_diag *diag);
// Errors: VG_ERR_NOT_FOUND (not calibrated yet), those of vg_config_read, VG_ERR_FORMAT (two ends with the
// same value).
VG_NODISCARD vg_err vg_wheel_load(const char *kind, vg_wheel *out, vg_diag *diag);
// Errors: those of vg_file_write.
VG_NODISCARD vg_err vg_wheel_save(const char *kind, const vg_wheel *wheel, vg_diag *diag);

// --- calibration -----------------------------------------------------------------------------------------

// The steps of the calibration, one after the other. X(name, text)
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
    vg_wheel wheel;      // complete once step is DONE
    const char *trouble; // why the last confirmation was rejected; NULL: it was accepted
} vg_calibration;

void vg_calibration_begin(vg_calibration *calibration, const char *name);
// Call it when the user confirms a step. axes is [count].
void vg_calibration_confirm(vg_calibration *calibration, const float *axes, int32_t count);
// The step's text. Never NULL.
const char *vg_calibration_text(const vg_calibration *calibration);

#endif
