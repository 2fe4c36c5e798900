// sim/base/geodesy.h -- latitude and longitude as metres east and north on a plane that touches the
// ellipsoid.
#ifndef VG_SIM_BASE_GEODESY_H
#define VG_SIM_BASE_GEODESY_H

#ifdef __cplusplus
extern "C" {
#endif

// A plane that touches the ellipsoid of WGS 84 (NIMA TR8350.2) at a point of it. Heights are not known and
// taken as 0: a place 500 m above the ellipsoid is drawn 0.008 % too small, 8 cm in a kilometre. 10 km from
// where it touches, the plane is 1 cm too short.
typedef struct vg_plane {
    double origin[3];         // m, earth-centred
    double east[3], north[3]; // unit vectors
} vg_plane;

// latitude, longitude: deg, any longitude.
vg_plane vg_plane_at(double latitude, double longitude);
// m east and north of where the plane touches.
void vg_plane_project(const vg_plane *plane, double latitude, double longitude, double *x, double *y);

// The other way: deg, to 1e-9 m within 100 km of where the plane touches; longitude in -180 .. 180.
void vg_plane_unproject(const vg_plane *plane, double x, double y, double *latitude, double *longitude);

#ifdef __cplusplus
}
#endif
#endif
