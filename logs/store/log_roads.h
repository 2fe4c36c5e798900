// logs/store/log_roads.h -- the roads that logs were driven on.
#ifndef VG_LOGS_STORE_LOG_ROADS_H
#define VG_LOGS_STORE_LOG_ROADS_H

#include "logs/store/log.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_log_roads {
    vg_road **roads; // [count]
    int32_t count;
} vg_log_roads;

// Each road once (by content), in the order of the logs' episodes. Errors: those of vg_log_open; on failure
// *out is zero.
VG_NODISCARD vg_err vg_log_roads_read(const char *const *paths, int32_t path_count, vg_log_roads *out,
                                      vg_diag *diag);
void vg_log_roads_free(vg_log_roads *roads); // a zeroed one is fine

#ifdef __cplusplus
}
#endif
#endif
