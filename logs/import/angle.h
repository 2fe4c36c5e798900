// logs/import/angle.h -- a latitude or longitude as people and receivers write it.
#ifndef VG_LOGS_IMPORT_ANGLE_H
#define VG_LOGS_IMPORT_ANGLE_H

#include "logs/import/field.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_angle {
    double value; // 0 or more if there is a letter, which has the sign then
    char letter;  // N, S, E, W; 0: none
    bool degrees; // a sign of degrees says so; else in whatever unit the column has
} vg_angle;

// Read "52.07N", "N 52.07", "-52.07 deg", "52\xC2\xB0 4' 21.6\" N", "52\xC2\xB04.36'N", "5204.36,N" without
// its comma. decimal: as in vg_field_number. False for anything else: a plain number is vg_field_number's, a
// sign beside a letter says two things.
bool vg_angle_read(const vg_field *field, char decimal, vg_angle *out);

// The letter of a field that is nothing else (either case); 0: it is none.
char vg_angle_letter(const vg_field *field);

#ifdef __cplusplus
}
#endif
#endif
