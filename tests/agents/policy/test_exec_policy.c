#include "agents/policy/exec_policy.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agents/policy_open.h"
#include "sim/base/text.h"
#include "tests/out_of_memory.h"
#include "tests/roads.h"

// The first frame: 27 bytes of text. What follows it is the case's.
#define HELLO "printf '\\033\\000\\000\\000verge=1\\nsense=offset,speed\\n'; "

static vg_diag diag;

static vg_err act_once(const char *command, float actions[2], char trouble[200]) {
    const vg_road *road = stadium_road(100, 30, 5);
    vg_world_def def = vg_world_default();
    vg_world *world;
    vg_policy *policy = NULL;
    vg_driver driver;
    def.roads = &road, def.road_count = 1;
    ck_ok(vg_world_create(&def, &world, &diag));
    vg_err err = vg_exec_policy_start(command, NULL, &policy, &diag);
    if (!err) err = vg_driver_open(policy, 1, &driver, &diag);
    if (!err) {
        vg_driver_reset(&driver, 0, &(vg_episode_key){1, 0, 0});
        err = vg_driver_act(&driver, world, actions);
        snprintf(trouble, 200, "%s", vg_policy_trouble(policy));
        // What has failed goes on failing, without a wait.
        if (err) ck_assert_int_eq(vg_driver_act(&driver, world, actions), VG_ERR_POLICY);
        vg_driver_close(&driver);
    }
    vg_policy_destroy(policy);
    vg_world_destroy(world);
    vg_road_destroy((vg_road *)road);
    return err;
}

START_TEST(acts) {
    float actions[2];
    char trouble[200];
    // 0.5 and -1, whatever it is asked.
    ck_ok(act_once(HELLO
                   "printf '\\010\\000\\000\\000\\000\\000\\000\\077\\000\\000\\200\\277'; cat > /dev/null",
                   actions, trouble));
    ck_assert(actions[0] == 0.5f && actions[1] == -1);
}
END_TEST

// What it is sent, byte by byte: open, reset, act, close.
START_TEST(is_asked_as_promised) {
    float actions[2];
    char trouble[200], bytes[200];
    const char *path = "asked.bin";
    unlink(path);
    ck_ok(act_once(HELLO
                   "printf '\\010\\000\\000\\000\\000\\000\\000\\077\\000\\000\\200\\277'; cat > asked.bin",
                   actions, trouble));
    FILE *file = fopen(path, "rb");
    ck_assert(file);
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    unlink(path);
    ck_assert_uint_eq(size, (4 + 12) + (4 + 28) + (4 + 16 + 8) + (4 + 8));
    ck_assert_mem_eq(bytes,
                     "\014\0\0\0"
                     "\0\0\0\0"
                     "\0\0\0\0"
                     "\1\0\0\0",
                     16);
    ck_assert_mem_eq(bytes + 16,
                     "\034\0\0\0"
                     "\1\0\0\0"
                     "\0\0\0\0"
                     "\0\0\0\0"
                     "\0\0\0\0"
                     "\0\0\0\0"
                     "\1\0\0\0"
                     "\0\0\0\0",
                     32);
    ck_assert_mem_eq(bytes + 48,
                     "\030\0\0\0"
                     "\2\0\0\0"
                     "\0\0\0\0"
                     "\1\0\0\0"
                     "\2\0\0\0",
                     20);
    ck_assert_mem_eq(bytes + 76,
                     "\010\0\0\0"
                     "\3\0\0\0"
                     "\0\0\0\0",
                     12);
}
END_TEST

START_TEST(what_it_does_wrong_is_told) {
    static const char *const cases[][2] = {
        {HELLO "exit 3", "ended with exit status 3"},
        {HELLO "kill -SEGV $$", "crashed (SIGSEGV)"},
        {HELLO "sleep 100", "did not answer within 0.2 s"},
        {HELLO "printf '\\004\\000\\000\\000abcd'; cat > /dev/null",
         "answered 1 cars with 4 bytes, expected 8"},
        {HELLO "printf '\\377\\377\\377\\377'; cat > /dev/null", "bytes, expected 8"},
        {HELLO "printf '\\010\\000\\000\\000abcd'; exec 1>&-; cat > /dev/null", "closed its pipe"},
        {HELLO "printf '\\010\\000\\000\\000\\000\\000\\300\\177\\000\\000\\000\\000'; cat > /dev/null",
         "gave no action that is a number"},
        {HELLO "printf '\\010\\000\\000\\000\\000\\000\\000\\077\\000\\000\\200\\277"
               "\\010\\000\\000\\000\\000\\000\\000\\077\\000\\000\\200\\277'; cat > /dev/null",
         "said more than it was asked"},
    };
    setenv("VERGE_POLICY_TIMEOUT", "0.2", 1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        float actions[2];
        char trouble[200] = "";
        ck_assert_int_eq(act_once(cases[i][0], actions, trouble), VG_ERR_POLICY);
        ck_assert_msg(strstr(trouble, cases[i][1]), "%s: %s", cases[i][0], trouble);
    }
}
END_TEST

START_TEST(a_wrong_first_frame_is_told) {
    vg_policy *policy;
    setenv("VERGE_POLICY_TIMEOUT", "-5", 1);
    ck_fails(vg_exec_policy_start("cat", NULL, &policy, &diag), VG_ERR_ARGUMENT,
             "VERGE_POLICY_TIMEOUT is '-5'");
    setenv("VERGE_POLICY_TIMEOUT", "0.1", 1);
    ck_fails(vg_exec_policy_start("exit 7", NULL, &policy, &diag), VG_ERR_POLICY,
             "policy 'exec:exit 7' ended with exit status 7");
    ck_fails(vg_exec_policy_start(" ", NULL, &policy, &diag), VG_ERR_ARGUMENT, "expected exec:CMD");
    ck_fails(vg_exec_policy_start("no-such-program", NULL, &policy, &diag), VG_ERR_POLICY, "exit status 127");
    ck_fails(vg_exec_policy_start("sleep 50", NULL, &policy, &diag), VG_ERR_POLICY,
             "did not answer within 0.6 s");
    ck_fails(vg_exec_policy_start("echo hello; cat", NULL, &policy, &diag), VG_ERR_FORMAT,
             "no text of at most");
    ck_fails(vg_exec_policy_start("printf '\\005\\000\\000\\000hello'", NULL, &policy, &diag), VG_ERR_FORMAT,
             "verge=1");
    ck_fails(vg_exec_policy_start("printf '\\010\\000\\000\\000verge=1\\n'", NULL, &policy, &diag),
             VG_ERR_FORMAT, "sense");
    ck_fails(vg_exec_policy_start("printf '\\023\\000\\000\\000verge=1\\nsense=smell'", NULL, &policy, &diag),
             VG_ERR_FORMAT, "smell");
    ck_fails(vg_exec_policy_start("printf '\\040\\000\\000\\000verge=1\\nsense=offset\\ntick=1/0\\nxx'", NULL,
                                  &policy, &diag),
             VG_ERR_FORMAT, "tick");
}
END_TEST

START_TEST(says_who_it_is) {
    vg_policy *policy;
    ck_ok(vg_policy_open(
        "exec:printf "
        "'\\073\\000\\000\\000verge=1\\nname=me\\nsense=offset\\ntick=1/60\\nticks_per_action=3\\n#'; "
        "cat",
        &(vg_policy_terms){.trust = VG_NAMED_BY_USER}, &policy, &diag));
    ck_assert_str_eq(policy->name, "me");
    ck_assert(policy->tick_num == 1 && policy->tick_den == 60 && policy->ticks_per_action == 3);
    vg_policy_destroy(policy);
}
END_TEST

// One that does not say is called as it is started, however long that is.
START_TEST(is_called_as_it_is_started) {
    vg_policy *policy;
    static const char *const commands[] = {": üüüüüüüüüüüüüüüüüüüüüüüüüüüü; " HELLO "cat",
                                           ":  üüüüüüüüüüüüüüüüüüüüüüüüüüüü; " HELLO "cat"};
    for (int i = 0; i < 2; i++) { // one of them would be cut within a character
        ck_ok(vg_exec_policy_start(commands[i], NULL, &policy, &diag));
        ck_assert_msg(strncmp(policy->name, "exec:: ", 7) == 0 && vg_is_printable(policy->name), "%s",
                      policy->name);
        vg_policy_destroy(policy);
    }
    ck_ok(vg_exec_policy_start("printf '\\040\\000\\000\\000verge=1\\nname=\\nsense=offset\\n#####'; cat",
                               NULL, &policy, &diag));
    ck_assert_msg(strncmp(policy->name, "exec:printf", 11) == 0, "%s", policy->name);
    vg_policy_destroy(policy);
}
END_TEST

static atomic_int asked;
static bool at_once(void) { return ++asked > 2; }

// Whoever awaits it hears that it is to stop; so does everybody after.
START_TEST(is_not_awaited_once_stopped) {
    vg_policy *policy;
    vg_driver driver;
    asked = 0;
    ck_fails(vg_exec_policy_start("sleep 50", at_once, &policy, &diag), VG_ERR_INTERRUPTED,
             "was interrupted");
    asked = -1000000;
    ck_ok(vg_exec_policy_start(HELLO "cat > /dev/null", at_once, &policy, &diag));
    ck_ok(vg_driver_open(policy, 1, &driver, &diag));
    asked = 0;
    driver.observed[0] = driver.observed[1] = 0;
    float action[2];
    for (int i = 0; i < 2; i++) ck_assert_int_eq(vg_driver_decide(&driver, NULL, action), VG_ERR_INTERRUPTED);
    vg_driver_close(&driver);
    vg_policy_destroy(policy);
}
END_TEST

START_TEST(a_long_name_is_refused) {
    vg_policy *policy;
    char command[600], name[300];
    for (int length = 255; length <= 256; length++) {
        memset(name, 'n', (size_t)length), name[length] = 0;
        int size = 27 + length;
        snprintf(command, sizeof command,
                 "printf '\\%03o\\001\\000\\000verge=1\\nsense=offset\\nname=%s\\n'; cat", size & 255, name);
        vg_err err = vg_exec_policy_start(command, NULL, &policy, &diag);
        ck_assert_msg(err == (length == 255 ? VG_OK : VG_ERR_FORMAT), "%d: %s", length, diag.text);
        if (!err) ck_assert_str_eq(policy->name, name);
        vg_policy_destroy(err ? NULL : policy);
    }
}
END_TEST

START_TEST(out_of_memory_is_told) {
    for (oom turn = {0}; oom_next(&turn);) {
        vg_policy *policy = NULL;
        turn.err = vg_exec_policy_start(HELLO "cat", NULL, &policy, NULL);
        vg_policy_destroy(policy);
    }
}
END_TEST

CK_MAIN("exec policy", acts, is_asked_as_promised, what_it_does_wrong_is_told, a_wrong_first_frame_is_told,
        says_who_it_is, is_called_as_it_is_started, is_not_awaited_once_stopped, a_long_name_is_refused,
        out_of_memory_is_told)
