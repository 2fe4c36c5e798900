// app/web/driver_private.h -- what a drive in a page holds.
#ifndef VG_APP_WEB_DRIVER_PRIVATE_H
#define VG_APP_WEB_DRIVER_PRIVATE_H

#include "app/drive/resume.h"
#include "app/web/browser_speaker.h"
#include "app/web/browser_window.h"
#include "app/web/driver.h"
#include "app/window/drive_loop.h"

struct vg_web_driver {
    char policy_name[1024], race_name[1024], suite_name[256]; // as the page named them
    vg_window *window;
    vg_road *road;
    vg_car car;
    vg_disturbance disturbance;
    vg_policy *policy, *rival_policy;
    vg_rival *rival;
    vg_journal journal;
    vg_session *session;
    vg_speaker *speaker;
    vg_drive *loop;
    bool stale;
    char now[256];
};

#endif
