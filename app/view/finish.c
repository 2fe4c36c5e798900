#include "app/view/finish.h"

#include <math.h>
#include <stdlib.h>

#include "app/view/curves.h"
#include "sim/base/memory.h"

static int by_time(const void *a, const void *b) {
    const vg_view_departure *x = a, *y = b;
    return x->t < y->t ? -1 : x->t > y->t ? 1 : x->car - y->car;
}

// Adds to the list if it exists; otherwise only counts.
static int32_t list_departures(const vg_view *view, vg_view_departure *list) {
    int32_t n = 0;
    for (int32_t c = 0; c < view->car_count; c++) {
        const vg_view_drive *drive = vg_view_drive_of(view, c);
        for (int64_t i = 0; i < drive->count; i++) {
            uint8_t events = drive->moments[i].events;
            if (!(events & (VG_EVENT_OFF | VG_EVENT_COLLISION))) continue;
            if (list) list[n] = (vg_view_departure){drive->moments[i].t, c, !(events & VG_EVENT_OFF)};
            n++;
        }
    }
    return n;
}

vg_err vg_view_finish(vg_view *view, vg_diag *diag) {
    vg_free(view->departures), vg_free(view->departure_times); // of before a drive was added
    view->departure_count = list_departures(view, NULL);
    view->departures = vg_new(vg_view_departure, view->departure_count);
    view->departure_times = vg_new(double, view->departure_count);
    if (!view->departures || !view->departure_times) return vg_fail_memory(diag);
    list_departures(view, view->departures);
    qsort(view->departures, (size_t)view->departure_count, sizeof *view->departures, by_time);
    for (int32_t i = 0; i < view->departure_count; i++) view->departure_times[i] = view->departures[i].t;
    view->duration = 0;
    for (int32_t c = 0; c < view->car_count; c++) {
        const vg_view_drive *drive = vg_view_drive_of(view, c);
        view->duration = fmax(view->duration, drive->moments[drive->count - 1].t);
    }
    vg_err err = VG_OK;
    for (int32_t g = 0; g < view->group_count && !err; g++)
        if (view->groups[g].curves.count == 0) err = vg_view_curves_make(&view->groups[g], diag);
    return err;
}
