// app/view/model.h -- the data that `verge view` shows: drives on one road or a few, by group, and the drives
// that are shown as cars. It knows neither window nor drawing.
//
// A group is one driver on one road: a policy, or the driver of a log. Curves are made from all drives of a
// group; the cars are the drives that are drawn. The vg_view_add_... functions of the sources fill a model,
// then vg_view_finish (finish.h) closes it.
#ifndef VG_APP_VIEW_MODEL_H
#define VG_APP_VIEW_MODEL_H

#include "agents/drive/redrive.h"
#include "sim/base/text.h"

enum { VG_VIEW_GROUPS = 8, VG_VIEW_CARS = 16, VG_VIEW_ROADS = 4, VG_VIEW_TEXT = 256 };

// One drive from its start. moments: as in vg_redrive.
typedef struct vg_view_drive {
    vg_moment *moments; // [count], >= 1
    int64_t count;
    float *level;    // [count] offset as a share of the half width on its side, positive left
    double off_time; // s, the first departure or collision; -1: none
    bool hit;        // that was a collision
    double
        stall_time; // s, when it had stalled, as eval/score has it; -1: never, or not known (a log's drive)
} vg_view_drive;

// Curves of a group's drives over time, or those that a result holds.
typedef struct vg_view_curves {
    double *t;                  // [count] s, rising
    double *alive, *low, *high; // [count] share that has not left the road, hit or stalled; its 95 % interval
    double *q50, *q90, *q99;    // [count] drift as a share of the half width, 1 for departed cars
    int32_t count;
    bool banded;              // low and high are valid
    char about[VG_VIEW_TEXT]; // "16 starts"
} vg_view_curves;

typedef struct vg_view_group {
    char label[64];  // "bc 2, zscore"
    char driver[64]; // who drove, where the label does not tell: the policy of a log; "": not known
    uint64_t hash;   // hash of the policy; 0: none
    int32_t road;    // index into the view's roads
    vg_car car;
    vg_view_drive *drives; // [drive_count]
    int32_t drive_count;
    vg_view_curves curves;
} vg_view_group;

typedef struct vg_view_car {
    int32_t group, drive;
    char label[80];
} vg_view_car;

typedef struct vg_view_departure {
    double t; // s
    int32_t car;
    bool hit; // a collision
} vg_view_departure;

typedef struct vg_view_road {
    vg_road *road;
    char name[VG_VIEW_TEXT];
} vg_view_road;

// Zero-initialise.
typedef struct vg_view {
    vg_view_road roads[VG_VIEW_ROADS]; // [road_count]; several are shown side by side
    int32_t road_count;
    char title[VG_VIEW_TEXT];  // "demo, seed 1003, start 2"
    char source[VG_VIEW_TEXT]; // source, for a picture's provenance
    vg_view_group groups[VG_VIEW_GROUPS];
    int32_t group_count;
    vg_view_car cars[VG_VIEW_CARS];
    int32_t car_count;
    int32_t starts_most; // how many of a road's starts are driven for the curves; 0: VG_VIEW_STARTS (drive.h)
    double duration;     // s, the longest drive of the cars
    double *departure_times;       // [departure_count], rising
    vg_view_departure *departures; // [departure_count], departures and collisions of the cars
    int32_t departure_count;
} vg_view;

void vg_view_free(vg_view *view); // zeroed is fine

// Adds a road and takes it over; the view must have room for it. Returns its index.
int32_t vg_view_add_road(vg_view *view, vg_road *road, const char *name);
// The group with that label on that road; it is made if it is missing. NULL: there are VG_VIEW_GROUPS
// already.
vg_view_group *vg_view_group_of(vg_view *view, int32_t road, const char *label, const vg_car *car);
// Adds a drive to a group and takes ownership of the moments, also on error. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_view_add_drive(const vg_view *view, vg_view_group *group, vg_moment *moments,
                                      int64_t count, double stall_time, vg_diag *diag);
// Shows a drive of a group as a car; false: there are VG_VIEW_CARS already, so a drive stays hidden: this
// one, or, if its road has no car yet, one of a road with several.
bool vg_view_show(vg_view *view, const vg_view_group *group, int32_t drive, const char *label);

// Allocates curves of `count` points. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_view_curves_take(vg_view_curves *curves, int32_t count, vg_diag *diag);

// The state of a car at time t: interpolated linearly between its moments; before and after them the first or
// the last.
typedef struct vg_view_pose {
    double x, y, yaw, s;        // m, m, rad, m
    float speed, steer, offset; // m/s, rad, m
    float level;                // share of the half width, positive left
    bool braking;
    bool off;   // beyond the edge
    bool hit;   // it has just hit an obstacle
    bool ended; // its drive is over
} vg_view_pose;
vg_view_pose vg_view_pose_at(const vg_view *view, int32_t car, double t);
const vg_view_drive *vg_view_drive_of(const vg_view *view, int32_t car);

// The road that a car is on, as an index and itself; the number of cars on a road.
int32_t vg_view_road_of(const vg_view *view, int32_t car);
const vg_road *vg_view_ground_of(const vg_view *view, int32_t car);
int32_t vg_view_cars_on(const vg_view *view, int32_t road);
// The car to look at on a road: the followed one if it is there, else the first one that is.
int32_t vg_view_lead(const vg_view *view, int32_t road, int32_t followed);

// How long the last lap took that was done by time t, s: the last length of the road, up to the line. Of an
// open road: the whole drive, if it came to the road's end by then. NaN: none.
double vg_view_lap_at(const vg_view *view, int32_t car, double t);

// Of all that the cars drive, to the bit: the same drives give the same hash on any machine, in a page as
// well.
uint64_t vg_view_hash(const vg_view *view);

// Index of the last moment at or before t; 0 before the first.
int64_t vg_view_moment_at(const vg_view_drive *drive, double t);

#endif
