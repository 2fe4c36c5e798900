#include "sim/base/file.h"

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/check.h"

static char folder[] = "/tmp/verge-test-file-XXXXXX";
static vg_diag diag;

// A fresh folder for each test, which is a process of its own.
static void enter(void) {
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
}

static void leave(void) {
    char command[100];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    ck_assert_int_eq(system(command), 0);
    ck_assert_int_eq(vg_memory_live(), 0);
}

static int entries(const char *path) {
    DIR *dir = opendir(path);
    ck_assert_ptr_nonnull(dir);
    int count = 0;
    for (struct dirent *entry; (entry = readdir(dir));) count += entry->d_name[0] != '.';
    closedir(dir);
    return count;
}

static bool is_there(const char *path) { return access(path, F_OK) == 0; }

static void holds(const char *path, const char *content) {
    char *bytes;
    int64_t size;
    ck_ok(vg_file_read(path, 0, &bytes, &size, &diag));
    ck_assert_int_eq(size, (int64_t)strlen(content));
    ck_assert_str_eq(bytes, content);
    vg_free(bytes);
}

START_TEST(writes_and_reads) {
    enter();
    ck_ok(vg_file_write("a/b/c.txt", "hello", 5, VG_KEEP, &diag));
    holds("a/b/c.txt", "hello");
    ck_fails(vg_file_write("a/b/c.txt", "other", 5, VG_KEEP, &diag), VG_ERR_EXISTS,
             "a/b/c.txt: exists already");
    holds("a/b/c.txt", "hello");
    ck_ok(vg_file_write("a/b/c.txt", "other", 5, VG_REPLACE, &diag));
    holds("a/b/c.txt", "other");
    ck_ok(vg_file_write("a/empty", "", 0, VG_KEEP, &diag));
    holds("a/empty", "");
    ck_assert_int_eq(entries("a/b"), 1);
    struct stat info;
    mode_t mask = umask(0);
    umask(mask);
    ck_assert_int_eq(stat("a/b/c.txt", &info), 0);
    ck_assert_uint_eq(info.st_mode & 0777, 0666 & ~mask);
    leave();
}
END_TEST

START_TEST(refuses_what_is_no_file) {
    enter();
    char *bytes = "";
    int64_t size;
    ck_fails(vg_file_read("none", 0, &bytes, &size, &diag), VG_ERR_NOT_FOUND, "none: no such file");
    char name[400];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = 0;
    ck_fails(vg_file_read(name, 0, &bytes, &size, &diag), VG_ERR_NOT_FOUND, "too long");
    ck_assert_ptr_null(bytes);
    ck_fails(vg_file_read(".", 0, &bytes, &size, &diag), VG_ERR_FORMAT, "folder");
    ck_fails(vg_file_read("/dev/zero", 0, &bytes, &size, &diag), VG_ERR_FORMAT, "neither a file nor a pipe");
    ck_ok(vg_file_write("f", "12345", 5, VG_KEEP, &diag));
    ck_fails(vg_file_read("f", 4, &bytes, &size, &diag), VG_ERR_FORMAT, "has 5 bytes, expected at most 4");
    ck_fails(vg_file_read("f/g", 4, &bytes, &size, &diag), VG_ERR_NOT_FOUND, "no such file");
    ck_ok(vg_file_read("f", 5, &bytes, &size, &diag));
    vg_free(bytes);
    leave();
}
END_TEST

START_TEST(reads_pipes) {
    enter();
    ck_assert_int_eq(mkfifo("pipe", 0600), 0);
    ck_assert_int_eq(system("head -c 100000 /dev/zero > pipe &"), 0);
    char *bytes;
    int64_t size;
    ck_ok(vg_file_read("pipe", 0, &bytes, &size, &diag));
    ck_assert_int_eq(size, 100000);
    vg_free(bytes);
    ck_assert_int_eq(system("head -c 100000 /dev/zero > pipe 2>&1 &"), 0);
    ck_fails(vg_file_read("pipe", 50000, &bytes, &size, &diag), VG_ERR_FORMAT, "has more than 50000 bytes");
    leave();
}
END_TEST

START_TEST(refuses_before_the_work) {
    enter();
    ck_ok(vg_file_write("f", "x", 1, VG_KEEP, &diag));
    ck_ok(vg_file_may_write("new", VG_KEEP, &diag));
    ck_ok(vg_file_may_write("far/off/new", VG_KEEP, &diag));
    ck_assert_int_eq(entries("."), 1);
    ck_ok(vg_file_may_write("f", VG_REPLACE, &diag));
    ck_fails(vg_file_may_write("f", VG_KEEP, &diag), VG_ERR_EXISTS, "f: exists already");
    ck_fails(vg_file_may_write(".", VG_REPLACE, &diag), VG_ERR_EXISTS, "is a folder");
    ck_fails(vg_file_may_write("/dev/null", VG_REPLACE, &diag), VG_ERR_EXISTS, "not a regular file");
    ck_fails(vg_file_may_write("f/g", VG_KEEP, &diag), VG_ERR_EXISTS, "f: is not a folder");
    ck_fails(vg_file_may_write("f/g/h", VG_KEEP, &diag), VG_ERR_EXISTS, "f: is not a folder");
    ck_fails(vg_file_may_write("", VG_KEEP, &diag), VG_ERR_ARGUMENT, "'': is not a name for a file");
    ck_fails(vg_file_may_write("a/", VG_KEEP, &diag), VG_ERR_ARGUMENT, "not a name for a file");
    char long_name[2000];
    memset(long_name, 'x', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = 0;
    ck_fails(vg_file_may_write(long_name, VG_KEEP, &diag), VG_ERR_ARGUMENT, "not a name for a file");
    long_name[300] = 0;
    ck_fails(vg_file_write(long_name, "x", 1, VG_KEEP, &diag), VG_ERR_IO, "File name too long");
    ck_fails(vg_file_make_folder("f", &diag), VG_ERR_EXISTS, "f: is not a folder");
    leave();
}
END_TEST

START_TEST(streams_through_a_temporary) {
    enter();
    char temporary[1024], other[1024];
    ck_ok(vg_file_temporary("d/out", VG_KEEP, temporary, &diag));
    ck_ok(vg_file_temporary("d/out", VG_KEEP, other, &diag));
    ck_assert_str_ne(temporary, other);
    FILE *file = fopen(temporary, "wb");
    fputs("streamed", file);
    fclose(file);
    ck_ok(vg_file_commit(temporary, "d/out", VG_KEEP, &diag));
    holds("d/out", "streamed");
    // The second writer came too late.
    ck_fails(vg_file_commit(other, "d/out", VG_KEEP, &diag), VG_ERR_EXISTS, "d/out: exists already");
    ck_assert_int_eq(entries("d"), 1);
    ck_ok(vg_file_temporary("d/out", VG_REPLACE, temporary, &diag));
    vg_file_discard(temporary);
    vg_file_discard(temporary);
    holds("d/out", "streamed");
    ck_assert_int_eq(entries("d"), 1);
    leave();
}
END_TEST

// Whichever call fails, the old or the new file must be complete, and no other file may be beside it.
START_TEST(leaves_nothing_half_made) {
    enter();
    bool done = false;
    for (int n = 1; !done; n++) {
        ck_assert_int_lt(n, 20);
        ck_ok(vg_file_write("kept", "old", 3, VG_REPLACE, &diag));
        vg_file_fail_after(n);
        vg_err fresh = vg_file_write("folder/fresh", "new", 3, VG_KEEP, &diag);
        vg_file_fail_after(n);
        vg_err err = vg_file_write("kept", "new", 3, VG_REPLACE, &diag);
        vg_file_fail_never();
        if (err) {
            ck_assert_int_eq(err, VG_ERR_IO);
            ck_assert_ptr_nonnull(strstr(diag.text, "No space left on device"));
        }
        char *bytes;
        int64_t size;
        ck_ok(vg_file_read("kept", 0, &bytes, &size, &diag));
        ck_assert(strcmp(bytes, "new") == 0 || (err && strcmp(bytes, "old") == 0));
        vg_free(bytes);
        if (is_there("folder")) ck_assert_int_le(entries("folder"), 1);
        if (is_there("folder/fresh")) holds("folder/fresh", "new");
        if (!fresh) holds("folder/fresh", "new");
        ck_assert_int_eq(system("rm -rf folder"), 0);
        ck_assert_int_eq(entries("."), 1);
        done = !err && !fresh;
    }
    leave();
}
END_TEST

START_TEST(survives_missing_memory) {
    enter();
    ck_ok(vg_file_write("f", "12345", 5, VG_KEEP, &diag));
    char *bytes;
    int64_t size;
    vg_memory_fail_after(1);
    ck_fails(vg_file_read("f", 0, &bytes, &size, &diag), VG_ERR_MEMORY, "out of memory");
    vg_memory_fail_never();
    ck_assert_ptr_null(bytes);
    leave();
}
END_TEST

START_TEST(a_name_is_claimed_once) {
    vg_name_claim one = {0}, two = {0};
    enter();
    ck_ok(vg_file_claim_name("deep/er/out", &one, &diag));
    ck_fails(vg_file_claim_name("deep/er/out", &two, &diag), VG_ERR_EXISTS,
             "is being written by another process");
    vg_file_leave_name(&two); // which has nothing
    ck_fails(vg_file_claim_name("deep/er/out", &two, &diag), VG_ERR_EXISTS,
             "is being written by another process");
    ck_ok(vg_file_claim_name("deep/er/other", &two, &diag));
    vg_file_leave_name(&two);
    ck_assert(access("deep/er", F_OK) == 0);
    vg_file_leave_name(&one);
    vg_file_leave_name(&one);
    ck_assert(access("deep", F_OK) != 0); // nothing was written there
    // What a killed process left is free; the folder, which was there, stays, as what was written does.
    ck_ok(vg_file_write("here/out.lock", "", 0, VG_KEEP, &diag));
    ck_ok(vg_file_claim_name("here/out", &one, &diag));
    vg_file_leave_name(&one);
    ck_assert(access("here", F_OK) == 0 && access("here/out.lock", F_OK) != 0);
    vg_file_fail_after(1);
    ck_fails(vg_file_claim_name("here/out", &one, &diag), VG_ERR_IO, "No space left");
    vg_file_fail_never();
    ck_fails(vg_file_claim_name("here/", &one, &diag), VG_ERR_ARGUMENT, "is not a name for a file");
    rmdir("here");
    leave();
}
END_TEST

CK_MAIN("file", a_name_is_claimed_once, writes_and_reads, refuses_what_is_no_file, reads_pipes,
        refuses_before_the_work, streams_through_a_temporary, leaves_nothing_half_made,
        survives_missing_memory)
