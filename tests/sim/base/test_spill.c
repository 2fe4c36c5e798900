// Arrays that lie in a file: they keep what is written, cost no memory, and leave nothing behind.
#define _GNU_SOURCE
#include "sim/base/spill.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/check.h"
#include "tests/scratch.h"

static vg_diag diag;

static const char *folder(void) {
    scratch("x");
    return scratch_folder;
}

static int64_t resident(void) { // kB of files that are in this process' memory
    char line[200];
    long long found = -1;
    FILE *file = fopen("/proc/self/status", "r");
    while (file && found < 0 && fgets(line, sizeof line, file)) sscanf(line, "RssFile: %lld kB", &found);
    if (file) fclose(file);
    return found;
}

START_TEST(keeps_what_is_written) {
    enum { SIZE = 16 << 20 };
    vg_spill spill;
    ck_ok(vg_spill_new(folder(), SIZE, &spill, &diag));
    unsigned char *bytes = spill.bytes;
    ck_assert(bytes[0] == 0 && bytes[SIZE - 1] == 0);
    int64_t before = resident();
    for (int64_t i = 0; i < SIZE; i++) bytes[i] = (unsigned char)(i * 7 >> 8);
    int64_t full = resident();
    vg_spill_rest(&spill);
    int64_t rested = resident();
    // Of a memory file system's pages the kernel counts others.
    if (full - before > SIZE >> 11) ck_assert(rested - before < SIZE >> 11);
    for (int64_t i = 0; i < SIZE; i++) ck_assert(bytes[i] == (unsigned char)(i * 7 >> 8));
    ck_assert_int_eq(rmdir(folder()), 0); // nothing has a name there
    ck_assert_int_eq(mkdir(scratch_folder, 0700), 0);
    vg_spill_free(&spill);
    vg_spill_free(&spill);
}
END_TEST

START_TEST(errors) {
    vg_spill spill;
    ck_fails(vg_spill_new(folder(), 0, &spill, &diag), VG_ERR_ARGUMENT, "expected 1 or more");
    ck_fails(vg_spill_new("none/there", 10, &spill, &diag), VG_ERR_IO, "none/there");
    signal(SIGXFSZ, SIG_IGN); // a limit instead of a full disk
    struct rlimit limit = {1 << 20, 1 << 20};
    ck_assert(!setrlimit(RLIMIT_FSIZE, &limit));
    ck_fails(vg_spill_new(folder(), 8 << 20, &spill, &diag), VG_ERR_IO, "no room for 8.4 MB");
    ck_assert(!spill.bytes);
}
END_TEST

int main(void) {
    const TTest *const tests[] = {keeps_what_is_written, errors};
    return ck_run("spill", tests, sizeof tests / sizeof *tests);
}
