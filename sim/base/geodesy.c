#include "sim/base/geodesy.h"

#include <math.h>

#include "sim/base/exact.h"

#define SEMI_MAJOR 6378137.0           // m
#define FLATTENING (1 / 298.257223563) //

static void earth_centred(double latitude, double longitude, double out[3]) {
    double sin_lat, cos_lat, sin_lon, cos_lon, e2 = FLATTENING * (2 - FLATTENING);
    vg_sincos(latitude * (VG_PI / 180), &sin_lat, &cos_lat);
    vg_sincos(longitude * (VG_PI / 180), &sin_lon, &cos_lon);
    double normal = SEMI_MAJOR / sqrt(1 - e2 * sin_lat * sin_lat);
    out[0] = normal * cos_lat * cos_lon;
    out[1] = normal * cos_lat * sin_lon;
    out[2] = normal * (1 - e2) * sin_lat;
}

vg_plane vg_plane_at(double latitude, double longitude) {
    double sin_lat, cos_lat, sin_lon, cos_lon;
    vg_sincos(latitude * (VG_PI / 180), &sin_lat, &cos_lat);
    vg_sincos(longitude * (VG_PI / 180), &sin_lon, &cos_lon);
    vg_plane plane = {.east = {-sin_lon, cos_lon, 0},
                      .north = {-sin_lat * cos_lon, -sin_lat * sin_lon, cos_lat}};
    earth_centred(latitude, longitude, plane.origin);
    return plane;
}

void vg_plane_project(const vg_plane *plane, double latitude, double longitude, double *x, double *y) {
    double p[3];
    earth_centred(latitude, longitude, p);
    *x = *y = 0;
    for (int i = 0; i < 3; i++) {
        *x += plane->east[i] * (p[i] - plane->origin[i]);
        *y += plane->north[i] * (p[i] - plane->origin[i]);
    }
}

void vg_plane_unproject(const vg_plane *plane, double x, double y, double *latitude, double *longitude) {
    double sin_lon = -plane->east[0], cos_lon = plane->east[1], cos_lat = plane->north[2];
    double sin_lat = -(plane->north[0] * cos_lon + plane->north[1] * sin_lon);
    *latitude = vg_atan2(sin_lat, cos_lat) * (180 / VG_PI);
    *longitude = vg_atan2(sin_lon, cos_lon) * (180 / VG_PI);
    double along = fmax(cos_lat, 1e-6);
    for (int k = 0; k < 12; k++) { // the error shrinks by the earth's curve at each step
        double at[2];
        vg_plane_project(plane, *latitude, *longitude, &at[0], &at[1]);
        *latitude += (y - at[1]) / SEMI_MAJOR * (180 / VG_PI);
        *longitude += (x - at[0]) / (SEMI_MAJOR * along) * (180 / VG_PI);
    }
    *longitude -= 360 * floor(*longitude / 360 + 0.5);
}
