// tests/golden.h -- hashes kept in git: ck_golden("rollout", hash) compares with tests/golden/hashes.txt.
//
// A golden's name is words of [a-z0-9_.-], `file/what` by custom ("world/step"). A mismatch prints the line
// to put in its place; `script/golden` runs the tests with VERGE_GOLDEN=update, which rewrites the file.
// See docs/determinism.md: a changed golden is a decision.
#ifndef VG_TESTS_GOLDEN_H
#define VG_TESTS_GOLDEN_H

#include <inttypes.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "tests/check.h"

// The file, or the one named by the environment variable VERGE_GOLDEN_FILE.
static inline const char *golden_path(void) {
    const char *path = getenv("VERGE_GOLDEN_FILE");
    return path && *path ? path : VG_ROOT "/tests/golden/hashes.txt";
}

// Find `name` in the file: returns how often it occurs (1 is right), and sets value if it does.
static inline int golden_find(FILE *file, const char *name, uint64_t *value) {
    char line[256], found[128];
    int times = 0;
    uint64_t hash;
    rewind(file);
    while (fgets(line, sizeof line, file))
        if (line[0] != '#' && sscanf(line, "%127s %16" SCNx64, found, &hash) == 2 && !strcmp(found, name)) {
            *value = hash;
            times++;
        }
    return times;
}

// Replace name's line (lines stay sorted by name). The lock keeps parallel tests apart.
static inline void golden_update(const char *name, uint64_t value) {
    FILE *file = fopen(golden_path(), "r+");
    if (!file) ck_abort_msg("%s: cannot be written", golden_path());
    flock(fileno(file), LOCK_EX);
    char line[256], found[128], fresh[192], *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    snprintf(fresh, sizeof fresh, "%s %016" PRIx64 "\n", name, value);
    while (fgets(line, sizeof line, file)) {
        bool comment = line[0] == '#' || sscanf(line, "%127s", found) != 1;
        int order = comment ? -1 : strcmp(found, name);
        if (order > 0 && fresh[0]) fputs(fresh, out), fresh[0] = 0;
        if (order != 0) fputs(line, out);
    }
    fputs(fresh, out);
    fclose(out);
    rewind(file);
    fwrite(text, 1, size, file);
    fflush(file);
    if (ftruncate(fileno(file), (off_t)size)) ck_abort_msg("%s: cannot be cut", golden_path());
    fclose(file); // this releases the lock too
    free(text);
}

// value must equal the file's value of name.
static inline void ck_golden(const char *name, uint64_t value) {
    const char *mode = getenv("VERGE_GOLDEN");
    if (mode && !strcmp(mode, "update")) {
        golden_update(name, value);
        return;
    }
    FILE *file = fopen(golden_path(), "r");
    if (!file) ck_abort_msg("%s: cannot be read", golden_path());
    uint64_t wanted = 0;
    int times = golden_find(file, name, &wanted);
    fclose(file);
    if (times == 0)
        ck_abort_msg("no golden '%s'; to add it to tests/golden/hashes.txt:\n%s %016" PRIx64, name, name,
                     value);
    if (times > 1) ck_abort_msg("golden '%s' stands %d times in tests/golden/hashes.txt", name, times);
    if (wanted != value)
        ck_abort_msg("golden '%s' is %016" PRIx64 ", this is %016" PRIx64
                     "; if the change is meant:\n%s %016" PRIx64,
                     name, wanted, value, name, value);
}

#endif
