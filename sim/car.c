#include "sim/car.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/config.h"
#include "sim/base/embedded.h"
#include "sim/base/hash.h"

static const vg_key keys[] = {
    {"name", VG_KEY_TEXT, offsetof(vg_car, name), "", 0, 63, "sedan", NULL, "what the car is called"},
#define X(field, unit, least, most, standard, help)                                                          \
    {#field, VG_KEY_FLOAT, offsetof(vg_car, field), unit, least, most, standard, NULL, help},
    VG_CAR_FIELDS(X)
#undef X
};

const vg_schema vg_car_schema = {"car", keys, sizeof keys / sizeof *keys, NULL};

vg_car vg_car_default(void) {
    vg_car car;
    memset(&car, 0, sizeof car);
    vg_config_default(&vg_car_schema, &car);
    return car;
}

static const char folder[] = "assets/cars/", suffix[] = ".yaml";

const char *vg_car_name(int32_t i, char *buffer) {
    for (const vg_embedded *file = vg_embedded_files; file->path; file++)
        if (vg_embedded_name(file, folder, suffix, buffer) && i-- == 0) return buffer;
    return NULL;
}

static vg_err fail_name(const char *name, vg_diag *diag) {
    char known[64], list[400] = "";
    for (int32_t i = 0; vg_car_name(i, known); i++) {
        size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", known);
    }
    return vg_fail_at(diag, VG_ERR_NOT_FOUND, NULL, 0, NULL,
                      "no car and no file '%.80s', expected one of %s or a YAML file", name, list);
}

vg_err vg_car_load(const char *name_or_path, vg_car *car, vg_diag *diag) {
    vg_car read = vg_car_default();
    char path[512];
    snprintf(path, sizeof path, "%s%s%s", folder, name_or_path, suffix);
    const vg_embedded *preset = vg_embedded_find(path);
    vg_err err;
    if (preset) {
        err =
            vg_config_parse(&vg_car_schema, &read, preset->bytes, (int64_t)preset->size, preset->path, diag);
    } else {
        // A file that gives no name is called as the file is.
        const char *slash = strrchr(name_or_path, '/');
        snprintf(read.name, sizeof read.name, "%s",
                 slash ? slash + 1 : name_or_path); // a file's: at most 255 bytes
        read.name[strcspn(read.name, ".")] = 0;
        err = vg_config_read(&vg_car_schema, &read, name_or_path, diag);
        if (err == VG_ERR_NOT_FOUND) return fail_name(name_or_path, diag);
    }
    if (!err) *car = read;
    return err;
}

vg_err vg_car_check(const vg_car *car, vg_diag *diag) { return vg_config_check(&vg_car_schema, car, diag); }

uint64_t vg_car_hash(const vg_car *car) {
#define X(field, unit, least, most, standard, help) car->field,
    const float body[] = {VG_CAR_BODY_FIELDS(X)}, grip[] = {VG_CAR_GRIP_FIELDS(X)};
#undef X
    uint64_t hash = vg_hash_float(0, body, sizeof body / sizeof *body);
    bool any = false;
    for (size_t i = 0; i < sizeof grip / sizeof *grip; i++) any |= grip[i] != 0;
    return any ? vg_hash_float(hash, grip, sizeof grip / sizeof *grip) : hash;
}

void vg_car_clear_grip(vg_car *car) {
#define X(field, unit, least, most, standard, help) car->field = 0;
    VG_CAR_GRIP_FIELDS(X)
#undef X
}

float vg_car_scale(const vg_car *car) { return car->wheelbase < 1 ? car->wheelbase : 1; }

double vg_car_grip_across(const vg_car *car, double speed) {
    return car->lateral_max > 0 ? car->lateral_max + car->downforce * speed * speed : INFINITY;
}

double vg_car_grip_along(const vg_car *car, double speed) {
    bool ellipse = car->lateral_max > 0 && car->longitudinal_max > 0;
    return ellipse ? car->longitudinal_max / car->lateral_max * vg_car_grip_across(car, speed) : INFINITY;
}

double vg_car_grip_beside(const vg_car *car, double speed, double share, double across, double along) {
    double most = share * vg_car_grip_along(car, speed);
    if (isinf(most)) return along;
    double used = across / (share * vg_car_grip_across(car, speed)), left = 1 - used * used;
    most *= sqrt(left > 0 ? left : 0);
    return along > most ? most : along < -most ? -most : along;
}
