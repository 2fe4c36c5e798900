#include "agents/policy/subprocess.h"

#include <string.h>

#include "tests/check.h"

static vg_diag diag;
static vg_subprocess_trouble trouble;

static vg_subprocess start(const char *command) {
    vg_subprocess subprocess;
    ck_ok(vg_subprocess_start("exec", command, NULL, &subprocess, &diag));
    return subprocess;
}

// A frame is its length and its bytes: cat gives both back.
START_TEST(sends_and_receives_frames) {
    vg_subprocess cat = start("exec cat");
    static char said[70000], heard[80000]; // more than a pipe takes at once
    for (int i = 0; i < 70000; i++) said[i] = (char)(i % 251);
    static const int64_t sizes[] = {1, 300, 70000};
    for (int i = 0; i < 3; i++) {
        int64_t size = sizes[i];
        int64_t got = 0;
        ck_assert_int_eq(vg_subprocess_send(&cat, said, size, 10, trouble), VG_OK);
        ck_assert_int_eq(vg_subprocess_receive(&cat, heard, sizeof heard, &got, 10, trouble), VG_OK);
        ck_assert_int_eq(got, size);
        ck_assert_mem_eq(heard, said, (size_t)size);
        ck_assert(!vg_subprocess_waits(&cat));
    }
    vg_subprocess_stop(&cat, 10);
}
END_TEST

START_TEST(a_frame_has_its_length_in_front) {
    vg_subprocess printer = start("printf '\\003\\000\\000\\000abcX'; exec cat >/dev/null");
    char heard[8] = "";
    int64_t got = 0;
    ck_assert_int_eq(vg_subprocess_receive(&printer, heard, sizeof heard, &got, 10, trouble), VG_OK);
    ck_assert_int_eq(got, 3);
    ck_assert_mem_eq(heard, "abc", 3);
    ck_assert(vg_subprocess_waits(&printer)); // the X
    vg_subprocess_stop(&printer, 10);
}
END_TEST

START_TEST(says_how_large_a_frame_is_that_does_not_fit) {
    vg_subprocess printer = start("printf '\\000\\001\\000\\000'; exec cat >/dev/null");
    char heard[8];
    int64_t got = 0;
    ck_assert_int_eq(vg_subprocess_receive(&printer, heard, sizeof heard, &got, 10, trouble), VG_OK);
    ck_assert_int_eq(got, 256);
    vg_subprocess_stop(&printer, 10);
}
END_TEST

START_TEST(tells_a_silent_one_from_one_that_ended) {
    vg_subprocess silent = start("exec sleep 60"), ended = start("exit 3");
    char heard[8];
    int64_t got;
    ck_assert_int_eq(vg_subprocess_receive(&silent, heard, 8, &got, 0.1, trouble), VG_ERR_POLICY);
    ck_assert_str_eq(trouble, "did not answer within 0.1 s");
    ck_assert_int_eq(vg_subprocess_receive(&ended, heard, 8, &got, 10, trouble), VG_ERR_POLICY);
    ck_assert_str_eq(trouble, "ended with exit status 3");
    vg_subprocess_stop(&silent, 0.1);
    vg_subprocess_stop(&ended, 10);
    vg_subprocess_stop(&(vg_subprocess){0}, 1);
}
END_TEST

static bool stopped(void) { return true; }

START_TEST(is_stopped_while_it_is_awaited) {
    vg_subprocess silent;
    ck_ok(vg_subprocess_start("exec", "exec sleep 60", stopped, &silent, &diag));
    char heard[8];
    int64_t got;
    ck_assert_int_eq(vg_subprocess_receive(&silent, heard, 8, &got, 60, trouble), VG_ERR_INTERRUPTED);
    vg_subprocess_stop(&silent, 0);
}
END_TEST

START_TEST(takes_its_patience_from_the_environment) {
    double seconds;
    unsetenv("VERGE_POLICY_TIMEOUT");
    ck_ok(vg_policy_timeout(&seconds, &diag));
    ck_assert(seconds == 10);
    setenv("VERGE_POLICY_TIMEOUT", "2.5", 1);
    ck_ok(vg_policy_timeout(&seconds, &diag));
    ck_assert(seconds == 2.5);
    static const char *const wrong[] = {"0.05", "soon", "90000", ""};
    for (int i = 0; i < 4; i++) {
        setenv("VERGE_POLICY_TIMEOUT", wrong[i], 1);
        ck_fails(vg_policy_timeout(&seconds, &diag), VG_ERR_ARGUMENT, "expected seconds from 0.1 to 86400");
    }
}
END_TEST

CK_MAIN("subprocess", sends_and_receives_frames, a_frame_has_its_length_in_front,
        says_how_large_a_frame_is_that_does_not_fit, tells_a_silent_one_from_one_that_ended,
        is_stopped_while_it_is_awaited, takes_its_patience_from_the_environment)
