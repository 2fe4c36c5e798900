// app/web/driver.h -- `verge drive` in a page: the session, the loop and the display of the program, on an
// HTML canvas. app/web/drive.js calls it. Texts that are returned are valid until the next call.
#ifndef VG_APP_WEB_DRIVER_H
#define VG_APP_WEB_DRIVER_H

#include <stdint.h>

typedef struct vg_web_driver vg_web_driver; // opaque

// What can be picked, as JSON: {"roads": [{"name", "label", "facts": [..]}], "cars": .., "policies": ..,
// "suites": ..}, suites with a disturbance. NULL: Module.trouble says why. Policy files are those of the
// working folder.
const char *vg_web_offers(void);

// Road, car, the policy that drives until the person steers, the one to race against, and the suite whose
// disturbance there is: as the program takes them; "": the standard one, or none. kept [size]: the journal of
// a drive to go on with, size 0: a new drive. NULL: Module.trouble says why.
vg_web_driver *vg_web_drive(const char *road, const char *car, const char *policy, const char *race,
                            const char *suite, double seed, const uint8_t *kept, int32_t size);
void vg_web_drive_close(vg_web_driver *driver); // NULL is fine
// Whether a drive that was kept cannot go on, because it comes out otherwise than it was driven: it can still
// be saved.
int32_t vg_web_drive_stale(const vg_web_driver *driver);

// The next frame, on the page's canvas of width x height pixels with `scale` pixels a unit. The first one
// after a time without frames begins a new clock. Returns 0, 1: the person ended it, or 2: Module.trouble
// says why not.
int32_t vg_web_drive_frame(vg_web_driver *driver, int32_t width, int32_t height, double scale, int32_t anew);

// The journal, which only grows; the page keeps it, and says how many ticks of it are kept.
const uint8_t *vg_web_drive_bytes(const vg_web_driver *driver);
int32_t vg_web_drive_size(const vg_web_driver *driver);
int32_t vg_web_drive_ticks(const vg_web_driver *driver);
void vg_web_drive_kept(vg_web_driver *driver, int32_t safe, int32_t synced);
// Writes the log at a path of the page's own files. Returns its ticks; 0: Module.trouble says why.
int32_t vg_web_drive_save(vg_web_driver *driver, const char *path);

// What a page shows beside the canvas: {"ticks", "episodes", "laps", "best", "who", "speed", "stands"}.
const char *vg_web_drive_now(vg_web_driver *driver);

// The next `count` samples of its sound, at most 16,384, at `rate` a second; until the next call.
const float *vg_web_drive_sound(vg_web_driver *driver, double rate, int32_t count);

// --- hands ------------------------------------------------------------------------------------------------

// Keys by the names of app/window/events.h.
void vg_web_drive_key(vg_web_driver *driver, const char *key, int32_t down, int32_t repeat, int32_t shift);
void vg_web_drive_release(vg_web_driver *driver); // of all keys: the page lost the focus
void vg_web_drive_mouse(vg_web_driver *driver, double x, double y, int32_t buttons, double wheel);
// A device in a slot, 0 .. 7: plugged in, with this name; "": unplugged. Its axes are floats in SDL's order,
// which the page writes to the address that is returned.
float *vg_web_drive_plug(vg_web_driver *driver, int32_t slot, const char *name, int32_t controller,
                         int32_t axes);
void vg_web_drive_buttons(vg_web_driver *driver, int32_t slot, int32_t down);

#endif
