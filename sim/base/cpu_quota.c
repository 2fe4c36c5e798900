#include "sim/base/cpu_quota.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH = 4200, TEXT = 4096, MOST = 1 << 20 };

// The beginning of a small file, as a text; false: there is none.
static bool read_text(const char *path, char text[TEXT]) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? -1 : read(fd, text, TEXT - 1);
    if (fd >= 0) close(fd);
    text[got > 0 ? got : 0] = 0;
    return got > 0;
}

// 150000 of each 100000 microseconds are two processors at most. 0: no limit.
static int32_t processors(const char *quota, const char *period) {
    double q = strtod(quota, NULL), p = strtod(period, NULL);
    if (!(q > 0) || !(p > 0) || q / p > MOST) return 0;
    int32_t whole = (int32_t)(q / p);
    return whole < q / p ? whole + 1 : whole;
}

// What one folder of a group says, in either version's files.
static int32_t quota_of(const char *folder) {
    char path[PATH], quota[TEXT], period[TEXT];
    snprintf(path, sizeof path, "%.4000s/cpu.max", folder);
    if (read_text(path, quota)) { // "max 100000" or "150000 100000"
        const char *space = strchr(quota, ' ');
        return space ? processors(quota, space) : 0;
    }
    snprintf(path, sizeof path, "%.4000s/cpu.cfs_quota_us", folder);
    if (!read_text(path, quota)) return 0;
    snprintf(path, sizeof path, "%.4000s/cpu.cfs_period_us", folder);
    return read_text(path, period) ? processors(quota, period) : 0;
}

static int32_t least(int32_t a, int32_t b) { return a == 0 || (b > 0 && b < a) ? b : a; }

// The group at `group` below the mount, and all above it. A container may see a path that is not below its
// own mount: what is not there says nothing, and the mount itself is the container's own group then.
static int32_t quota_above(const char *root, const char *mount, const char *group) {
    char folder[PATH];
    int32_t quota = 0;
    size_t top = (size_t)snprintf(folder, sizeof folder, "%.1000s%s", root, mount);
    snprintf(folder + top, sizeof folder - top, "%.2900s", group);
    for (;;) {
        quota = least(quota, quota_of(folder));
        char *slash = strrchr(folder + top, '/');
        if (!slash) return quota;
        *slash = 0;
    }
}

// Whether a list such as "cpu,cpuacct" names the controller.
static bool names_cpu(const char *list, size_t length) {
    for (const char *at = list, *end = list + length; at < end; at += strcspn(at, ",:") + 1)
        if (strncmp(at, "cpu", 3) == 0 && (at[3] == ',' || at[3] == ':')) return true;
    return false;
}

int32_t vg_cpu_quota(const char *root) {
    char path[PATH], groups[TEXT], *rest = NULL;
    int32_t quota = 0;
    snprintf(path, sizeof path, "%.4000s/proc/self/cgroup", root);
    if (!read_text(path, groups)) return 0;
    for (char *line = strtok_r(groups, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        const char *list = strchr(line, ':'), *group = list ? strchr(list + 1, ':') : NULL;
        if (!group) continue;
        if (group == list + 1) { // "0::/a/b"
            quota = least(quota, quota_above(root, "/sys/fs/cgroup", group + 1));
        } else if (names_cpu(list + 1, (size_t)(group - list))) {
            quota = least(quota, quota_above(root, "/sys/fs/cgroup/cpu", group + 1));
            quota = least(quota, quota_above(root, "/sys/fs/cgroup/cpu,cpuacct", group + 1));
        }
    }
    return quota;
}
