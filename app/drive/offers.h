// app/drive/offers.h -- fills the menu of `verge drive`: the roads of the library, the cars that ship,
// experts that need no settings, and the policy files of a folder.
#ifndef VG_APP_DRIVE_OFFERS_H
#define VG_APP_DRIVE_OFFERS_H

#include "app/drive/menu.h"

// Policy files that are looked at in a folder, in alphabetical order; more are left out.
enum { VG_OFFERS_FILES = 200 };

// The menu is overwritten; train-1, the standard car and no policy are chosen. A file NAME.safetensors is
// offered if it opens as a policy; nothing else of the folder is read, and a folder that cannot be read has
// none. vg_menu_free it, also after an error. Errors: VG_ERR_MEMORY; those of the library's roads and cars.
VG_NODISCARD vg_err vg_offers_open(const char *folder, vg_menu *menu, vg_diag *diag);

#endif
