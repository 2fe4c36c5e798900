// logs/store/log_check.h -- checks whether an opened file is a sound log. Internal to logs/.
#ifndef VG_LOGS_STORE_LOG_CHECK_H
#define VG_LOGS_STORE_LOG_CHECK_H

#include "logs/store/log_store.h"

// Check an opened file and load roads, cars and episodes, which every reader needs.
vg_err vg_log_check(vg_log *log, vg_diag *diag);

#endif
