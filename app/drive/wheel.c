#include "app/drive/wheel.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const float LEAST = 0.2f; // share of its range that an axis must have moved

static const vg_key wheel_keys[] = {
    {"name", VG_KEY_TEXT, offsetof(vg_wheel, name), "", 0, 0, "", NULL, "the device's name"},
#define X(field, key, type, least, most, standard, help)                                                     \
    {#field, VG_KEY_##key, offsetof(vg_wheel, field), "1", least, most, standard, NULL, help},
    VG_WHEEL_FIELDS(X)
#undef X
};
const vg_schema vg_wheel_schema = {
    .name = "wheel", .keys = wheel_keys, .count = sizeof wheel_keys / sizeof *wheel_keys};

static double way(double from, double to, double at) { return fmin(fmax((at - from) / (to - from), 0), 1); }

static double axis_of(const float *axes, int32_t count, int64_t axis, double rest) {
    return axis < count ? axes[axis] : rest;
}

vg_raw vg_wheel_raw(const vg_wheel *w, const float *axes, int32_t count) {
    double turn = axis_of(axes, count, w->steer_axis, w->steer_middle);
    double left = way(w->steer_middle, w->steer_left, turn),
           right = way(w->steer_middle, w->steer_right, turn);
    double throttle =
        way(w->throttle_up, w->throttle_down, axis_of(axes, count, w->throttle_axis, w->throttle_up));
    double brake = way(w->brake_up, w->brake_down, axis_of(axes, count, w->brake_axis, w->brake_up));
    return (vg_raw){(float)(left - right), (float)(throttle - brake)};
}

// --- the file --------------------------------------------------------------------------------------------

vg_err vg_wheel_path(const char *kind, char path[VG_WHEEL_PATH], vg_diag *diag) {
    const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    int size = -1;
    if (config && config[0] == '/')
        size = snprintf(path, VG_WHEEL_PATH, "%s/verge/wheels/%s.yaml", config, kind);
    else if (home && home[0])
        size = snprintf(path, VG_WHEEL_PATH, "%s/.config/verge/wheels/%s.yaml", home, kind);
    else
        return vg_fail(diag, VG_ERR_NOT_FOUND,
                       "no place for the wheel's bindings: neither XDG_CONFIG_HOME nor HOME is set");
    if (size < VG_WHEEL_PATH) return VG_OK;
    return vg_fail(diag, VG_ERR_ARGUMENT, "the path of the wheel's bindings is too long");
}

vg_err vg_wheel_load(const char *kind, vg_wheel *out, vg_diag *diag) {
    char path[VG_WHEEL_PATH];
    vg_config_default(&vg_wheel_schema, out);
    vg_err err = vg_wheel_path(kind, path, diag);
    if (!err) err = vg_config_read(&vg_wheel_schema, out, path, diag);
    if (err) return err;
    const struct {
        const char *key;
        double from, to;
    } ways[] = {{"steer_left", out->steer_middle, out->steer_left},
                {"steer_right", out->steer_middle, out->steer_right},
                {"throttle_down", out->throttle_up, out->throttle_down},
                {"brake_down", out->brake_up, out->brake_down}};
    for (int i = 0; i < 4; i++)
        if (fabs(ways[i].to - ways[i].from) < 0.01)
            return vg_fail_at(
                diag, VG_ERR_FORMAT, path, 0, ways[i].key,
                "is %g, the same as its value at rest; press K while driving to calibrate again", ways[i].to);
    return VG_OK;
}

vg_err vg_wheel_save(const char *kind, const vg_wheel *wheel, vg_diag *diag) {
    char path[VG_WHEEL_PATH];
    vg_text text = {0};
    vg_err err = vg_wheel_path(kind, path, diag);
    if (err) return err;
    vg_config_write_yaml(&vg_wheel_schema, wheel, &text);
    err = text.failed ? vg_fail_memory(diag) : vg_file_write(path, text.bytes, text.size, VG_REPLACE, diag);
    vg_text_free(&text);
    return err;
}

// --- calibration -----------------------------------------------------------------------------------------

const char *vg_calibration_text(const vg_calibration *calibration) {
    static const char *const texts[] = {
#define X(name, text) text,
        VG_CALIBRATION_STEPS(X)
#undef X
    };
    return texts[calibration->step];
}

void vg_calibration_begin(vg_calibration *calibration, const char *name) {
    *calibration = (vg_calibration){.step = VG_CALIBRATION_REST};
    vg_config_default(&vg_wheel_schema, &calibration->wheel);
    snprintf(calibration->wheel.name, sizeof calibration->wheel.name, "%s", name);
}

// The axis that moved farthest from its rest position, or -1 if none moved far. other: an axis that is
// already in use.
static int32_t moved_most(const vg_calibration *c, const float *axes, int32_t count, int32_t other) {
    int32_t found = -1;
    float most = LEAST;
    for (int32_t i = 0; i < count; i++)
        if (i != other && fabsf(axes[i] - c->rest[i]) > most) {
            most = fabsf(axes[i] - c->rest[i]);
            found = i;
        }
    return found;
}

static void confirm_wheel(vg_calibration *c, const float *axes, int32_t count) {
    vg_wheel *w = &c->wheel;
    if (c->step == VG_CALIBRATION_LEFT) {
        int32_t axis = moved_most(c, axes, count, -1);
        if (axis < 0) {
            c->trouble = "the wheel did not turn";
            return;
        }
        w->steer_axis = axis;
        w->steer_middle = c->rest[axis];
        w->steer_left = axes[axis];
    } else {
        double right = axis_of(axes, count, w->steer_axis, w->steer_middle);
        if ((right - w->steer_middle) * (w->steer_left - w->steer_middle) >= 0 ||
            fabs(right - w->steer_middle) < LEAST) {
            c->trouble = "the wheel is not on the other side";
            return;
        }
        w->steer_right = right;
    }
    c->step++;
}

static void confirm_pedal(vg_calibration *c, const float *axes, int32_t count) {
    int32_t axis = moved_most(c, axes, count, (int32_t)c->wheel.steer_axis);
    if (axis < 0) {
        c->trouble = "no pedal was pressed";
        return;
    }
    vg_wheel *w = &c->wheel;
    bool throttle = c->step == VG_CALIBRATION_THROTTLE;
    if (!throttle && axis == w->throttle_axis &&
        (axes[axis] - c->rest[axis]) * (w->throttle_down - w->throttle_up) > 0) {
        c->trouble = "that axis is the throttle";
        return;
    }
    *(throttle ? &w->throttle_axis : &w->brake_axis) = axis;
    *(throttle ? &w->throttle_up : &w->brake_up) = c->rest[axis];
    *(throttle ? &w->throttle_down : &w->brake_down) = axes[axis];
    c->step++;
}

void vg_calibration_confirm(vg_calibration *c, const float *axes, int32_t count) {
    c->trouble = NULL;
    if (count > VG_WHEEL_AXES) count = VG_WHEEL_AXES;
    switch (c->step) {
    case VG_CALIBRATION_REST:
        memcpy(c->rest, axes, (size_t)count * sizeof *axes);
        c->step++;
        break;
    case VG_CALIBRATION_LEFT:
    case VG_CALIBRATION_RIGHT: confirm_wheel(c, axes, count); break;
    case VG_CALIBRATION_THROTTLE:
    case VG_CALIBRATION_BRAKE: confirm_pedal(c, axes, count); break;
    case VG_CALIBRATION_DONE: break;
    }
}
