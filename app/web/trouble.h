// app/web/trouble.h -- why a call of the page failed.
#ifndef VG_APP_WEB_TROUBLE_H
#define VG_APP_WEB_TROUBLE_H

#include "sim/base/error.h"

// Tells the page: Module.trouble is the text.
void vg_web_trouble(const vg_diag *diag);

#endif
