// The store of trained cells: entries come back as they were put, or not at all. eval/study/cell_collect.c,
// too.
#include "eval/study/cell_store.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

#include "sim/base/file.h"
#include "tests/check.h"
#include "tests/out_of_memory.h"
#include "tests/scratch.h"

static vg_diag diag;
static const char identity[] = "learner: bc\nseed: 7\n";

static vg_err put(const char *dir, const char *of, int32_t seed) {
    const vg_cell_part parts[] = {{".safetensors", "weights\0and more", 16}, {".rounds", "", 0}};
    return vg_cell_put(dir, of, json_pack("{si}", "seed", seed), parts, 2, &diag);
}

// A store for one test, in its folder.
static const char *store(void) {
    static char dir[300];
    snprintf(dir, sizeof dir, "%s", scratch("store"));
    return dir;
}

static void forget(const char *dir) {
    char command[400];
    snprintf(command, sizeof command, "rm -rf '%s'", dir);
    ck_assert_int_eq(system(command), 0);
}

static char *path_of(const char *dir, const char *of, char path[1024]) {
    char key[VG_CELL_KEY];
    vg_cell_key(of, key);
    snprintf(path, 1024, "%s/%.2s/%s.cell", dir, key, key);
    return path;
}

START_TEST(comes_back_as_it_was) {
    vg_cell cell;
    const char *dir = store();
    ck_fails(vg_cell_get(dir, identity, &cell, &diag), VG_ERR_NOT_FOUND, "no such file");
    ck_ok(put(dir, identity, 7));
    ck_ok(put(dir, identity, 7)); // another process had the same idea
    ck_ok(vg_cell_get(dir, identity, &cell, &diag));
    ck_assert_int_eq(cell.count, 2);
    ck_assert_str_eq(cell.parts[0].name, ".safetensors");
    ck_assert(cell.parts[0].size == 16 && !memcmp(cell.parts[0].bytes, "weights\0and more", 16));
    ck_assert_int_eq(cell.parts[1].size, 0);
    ck_assert_int_eq(json_integer_value(json_object_get(cell.facts, "seed")), 7);
    vg_cell_free(&cell);
    ck_fails(vg_cell_get(dir, "learner: bc\nseed: 8\n", &cell, &diag), VG_ERR_NOT_FOUND, "no such file");
    forget(dir);
}
END_TEST

// Every changed byte, every length: told as damaged, and nothing is read beyond the end.
START_TEST(damage_is_found) {
    const char *dir = store();
    char path[1024], *bytes;
    int64_t size;
    vg_cell cell;
    ck_ok(put(dir, identity, 7));
    ck_ok(vg_file_read(path_of(dir, identity, path), 0, &bytes, &size, &diag));
    for (int64_t i = 0; i <= size; i++) {
        int64_t length = i < size ? size : size - 1;
        char *copy = vg_new(char, length);
        memcpy(copy, bytes, (size_t)length);
        if (i < size) copy[i] ^= 1;
        ck_fails(vg_cell_parse(copy, length, path, &cell, &diag), VG_ERR_FORMAT, "is a damaged entry");
    }
    for (int64_t length = 0; length < size; length++) {
        char *copy = vg_new(char, length + 1);
        memcpy(copy, bytes, (size_t)length);
        ck_fails(vg_cell_parse(copy, length, path, &cell, &diag), VG_ERR_FORMAT, "is a damaged entry");
    }
    vg_free(bytes);
    forget(dir);
}
END_TEST

START_TEST(an_entry_of_another_cell_is_refused) {
    const char *dir = store();
    char from[1024], to[1024];
    vg_cell cell;
    ck_ok(put(dir, identity, 7));
    ck_ok(put(dir, "another", 8));
    ck_assert(!rename(path_of(dir, "another", from), path_of(dir, identity, to)));
    ck_fails(vg_cell_get(dir, identity, &cell, &diag), VG_ERR_FORMAT, "of another cell");
    forget(dir);
}
END_TEST

START_TEST(a_full_disk_leaves_nothing) {
    const char *dir = store();
    vg_cell cell;
    ck_ok(put(dir, "another", 8));
    for (int64_t n = 1;; n++) {
        vg_file_fail_after(n);
        vg_err err = put(dir, identity, 7);
        vg_file_fail_never();
        if (!err) break;
        ck_assert_int_eq(err, VG_ERR_IO);
        vg_err found = vg_cell_get(dir, identity, &cell, &diag);
        ck_assert(found == VG_ERR_NOT_FOUND || found == VG_OK); // the last failure: the folder's sync
        if (!found) vg_cell_free(&cell);
    }
    forget(dir);
}
END_TEST

START_TEST(out_of_memory) {
    const char *dir = store();
    vg_cell cell;
    vg_cell_entry *entries;
    int64_t count;
    ck_ok(put(dir, identity, 7));
    for (oom turn = {.diag = &diag}; oom_next(&turn);) {
        turn.err = put(dir, identity, 7);
        if (!turn.err && !(turn.err = vg_cell_get(dir, identity, &cell, &diag))) vg_cell_free(&cell);
        if (!turn.err && !(turn.err = vg_cell_list(dir, &entries, &count, &diag))) vg_free(entries);
    }
    forget(dir);
}
END_TEST

static void used(const char *dir, const char *of, int64_t when) {
    char path[1024];
    ck_ok(put(dir, of, 1));
    ck_assert(!utime(path_of(dir, of, path), &(struct utimbuf){when, when}));
}

START_TEST(collects_what_is_old_or_too_much) {
    const char *dir = store();
    char path[1024];
    vg_cell_entry *entries;
    int64_t count;
    vg_cell_collect_def def = vg_cell_collect_default();
    vg_cell_collected done;
    used(dir, "a", 1000), used(dir, "b", 2000), used(dir, "c", 3000);
    ck_ok(vg_cell_list(dir, &entries, &count, &diag));
    ck_assert(count == 3 && entries[0].used == 1000 && entries[2].used == 3000);
    int64_t one = entries[0].size;
    vg_free(entries);
    def.now = 3000;
    ck_ok(vg_cell_collect(dir, &def, &done, &diag));
    ck_assert(done.kept == 3 && done.removed == 0 && done.kept_bytes == 3 * one);
    def.older = 1500;
    ck_ok(vg_cell_collect(dir, &def, &done, &diag));
    ck_assert(done.kept == 2 && done.removed == 1);
    ck_assert(access(path_of(dir, "a", path), F_OK) != 0);
    def.older = 1e9, def.largest = 2 * one - 1;
    ck_ok(vg_cell_collect(dir, &def, &done, &diag));
    ck_assert(done.kept == 1 && done.removed_bytes == one);
    ck_assert(access(path_of(dir, "c", path), F_OK) == 0);
    ck_assert(!truncate(path, one - 1));
    def = vg_cell_collect_default();
    ck_ok(vg_cell_collect(dir, &def, &done, &diag));
    ck_assert(done.damaged == 1 && done.kept == 0);
    ck_fails(vg_cell_list("none/there", &entries, &count, &diag), VG_ERR_NOT_FOUND, "cannot be read");
    forget(dir);
}
END_TEST

// A reading marks the entry as used.
START_TEST(use_is_noted) {
    const char *dir = store();
    vg_cell cell;
    struct stat info;
    char path[1024];
    used(dir, identity, 1000);
    ck_ok(vg_cell_get(dir, identity, &cell, &diag));
    vg_cell_free(&cell);
    ck_assert(!stat(path_of(dir, identity, path), &info) && info.st_mtime > 1000000);
    forget(dir);
}
END_TEST

int main(void) {
    const TTest *const tests[] = {comes_back_as_it_was,
                                  damage_is_found,
                                  an_entry_of_another_cell_is_refused,
                                  a_full_disk_leaves_nothing,
                                  out_of_memory,
                                  collects_what_is_old_or_too_much,
                                  use_is_noted};
    return ck_run("cell_store", tests, sizeof tests / sizeof *tests);
}
