// sim/base/cpu_quota.h -- how many processors' worth of time a container leaves this process.
#ifndef VG_SIM_BASE_CPU_QUOTA_H
#define VG_SIM_BASE_CPU_QUOTA_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// The quota of the process's control group and of those above it (cgroup v2: cpu.max; v1: cpu.cfs_quota_us
// and cpu.cfs_period_us), rounded up to whole processors; 0: there is none, or none that can be read. root:
// "" for this machine, a folder with proc/ and sys/ in a test. Allocates nothing.
int32_t vg_cpu_quota(const char *root);

#ifdef __cplusplus
}
#endif
#endif
