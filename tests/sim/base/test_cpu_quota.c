#include "sim/base/cpu_quota.h"

#include <string.h>

#include "sim/base/file.h"
#include "tests/scratch.h"

static vg_diag diag;

static void put(const char *root, const char *path, const char *text) {
    char whole[1024];
    snprintf(whole, sizeof whole, "%s/%s", root, path);
    ck_ok(vg_file_write(whole, text, (int64_t)strlen(text), VG_REPLACE, &diag));
}

#define GROUP "sys/fs/cgroup/a/b/"

START_TEST(version_2) {
    static const struct quota {
        const char *text;
        int32_t is;
    } cases[] = {{"max 100000\n", 0},   {"150000 100000\n", 2}, {"200000 100000\n", 2},
                 {"10000 100000\n", 1}, {"1 100000\n", 1},      {"100000\n", 0},
                 {"0 0\n", 0},          {"-1 100000\n", 0},     {"nonsense nonsense", 0},
                 {"1e99 1\n", 0},       {"800000 200000\n", 4}};
    const char *root = scratch("v2");
    put(root, "proc/self/cgroup", "0::/a/b\n");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        put(root, GROUP "cpu.max", cases[i].text);
        ck_assert_msg(vg_cpu_quota(root) == cases[i].is, "%s: %d", cases[i].text, vg_cpu_quota(root));
    }
    // The tightest of those above it; a file that is not there says nothing.
    put(root, GROUP "cpu.max", "800000 100000\n");
    put(root, "sys/fs/cgroup/a/cpu.max", "300000 100000\n");
    ck_assert_int_eq(vg_cpu_quota(root), 3);
    put(root, "proc/self/cgroup", "0::/elsewhere/deep\n");
    ck_assert_int_eq(vg_cpu_quota(root), 0);
    put(root, "sys/fs/cgroup/cpu.max", "100000 100000\n");
    ck_assert_int_eq(vg_cpu_quota(root), 1);
}
END_TEST

START_TEST(version_1) {
    const char *root = scratch("v1");
    put(root, "proc/self/cgroup", "5:memory:/m\n4:cpu,cpuacct:/docker/x\n1:name=systemd:/s\n");
    ck_assert_int_eq(vg_cpu_quota(root), 0);
    put(root, "sys/fs/cgroup/cpu,cpuacct/docker/x/cpu.cfs_quota_us", "-1\n");
    put(root, "sys/fs/cgroup/cpu,cpuacct/docker/x/cpu.cfs_period_us", "100000\n");
    ck_assert_int_eq(vg_cpu_quota(root), 0);
    put(root, "sys/fs/cgroup/cpu,cpuacct/docker/x/cpu.cfs_quota_us", "250000\n");
    ck_assert_int_eq(vg_cpu_quota(root), 3);
    put(root, "proc/self/cgroup", "4:cpuset:/docker/x\n");
    ck_assert_int_eq(vg_cpu_quota(root), 0);
}
END_TEST

START_TEST(nothing_to_read) {
    char longest[3000];
    const char *root = scratch("none");
    ck_assert_int_eq(vg_cpu_quota(root), 0);
    put(root, "proc/self/cgroup", "rubbish\n::\n:\n0:\n\n0::");
    ck_assert_int_eq(vg_cpu_quota(root), 0);
    memset(longest, 'x', sizeof longest - 1), longest[sizeof longest - 1] = 0;
    memcpy(longest, "0::/", 4);
    put(root, "proc/self/cgroup", longest);
    ck_assert_int_eq(vg_cpu_quota(root), 0);
    ck_assert_int_ge(vg_cpu_quota(""), 0);
}
END_TEST

CK_MAIN("cpu quota", version_2, version_1, nothing_to_read)
