#define _GNU_SOURCE // posix_openpt
#include "app/cli/output.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "app/cli/interrupt.h"
#include "tests/check.h"

static vg_diag diag;

START_TEST(aligns_tables) {
    vg_table table;
    vg_table_begin(&table, 3, (const char *const[]){"road", "off-road", "note"});
    vg_table_cell(&table, "Zandvoort");
    vg_table_cell(&table, "%.1f %%", 12.5);
    vg_table_cell(&table, "a");
    vg_table_cell(&table, "N\xc3\xbcrburg");
    vg_table_cell(&table, "-");
    vg_table_cell(&table, "long");
    vg_text text = {0};
    vg_table_text(&table, &text);
    ck_assert_str_eq(text.bytes, "road       off-road  note\n"
                                 "Zandvoort    12.5 %  a\n"
                                 "N\xc3\xbcrburg           -  long\n");
    vg_text_free(&text);
    vg_table_free(&table);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(writes_json) {
    json_t *value =
        json_pack("{s:f, s:i, s:[f,f], s:[{s:b}], s:s, s:n, s:[], s:{}}", "b", 0.1, "a", -3, "list", 1e300,
                  5.0, "rows", "ok", 1, "text", "\"q\"\n\xc3\xa9", "none", "empty", "object");
    vg_text text = {0};
    vg_json_text(value, &text);
    ck_assert_str_eq(text.bytes,
                     "{\n  \"b\": 0.1,\n  \"a\": -3,\n  \"list\": [1e+300, 5.0],\n  \"rows\": [\n    {\n"
                     "      \"ok\": true\n    }\n  ],\n  \"text\": \"\\\"q\\\"\\u000a\xc3\xa9\",\n"
                     "  \"none\": null,\n  \"empty\": [],\n  \"object\": {}\n}\n");
    json_t *back = json_loads(text.bytes, 0, NULL);
    ck_assert(json_equal(value, back));
    json_decref(back);
    json_decref(value);
    vg_text_free(&text);
    ck_fails(vg_print_json(NULL, &diag), VG_ERR_MEMORY, "out of memory");
}
END_TEST

START_TEST(a_message_is_one_line) {
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    dup2(ends[1], STDERR_FILENO);
    vg_err err = vg_fail_at(&diag, VG_ERR_FORMAT, "a\nb\033[2J", 3, "x_m", "*** in main ***\npage 3\r");
    ck_assert_int_eq(err, VG_ERR_FORMAT);
    vg_say_diag(&diag);
    fflush(stderr);
    char said[200] = "";
    ck_assert_int_gt(read(ends[0], said, sizeof said - 1), 0);
    ck_assert_str_eq(said, "verge: error: a b [2J:3: x_m: *** in main *** page 3 \n");
}
END_TEST

// A log that nobody watches has a line now and then, and nothing of short work.
START_TEST(a_line_tells_of_long_work) {
    char text[VG_PROGRESS_LINE];
    vg_progress p = {.title = "training", .unit = "steps"};
    p.done = 512;
    vg_progress_line(&p, 9.9, text); // the total is not known yet
    ck_assert_str_eq(text, "training: 512 steps  0:10 so far");
    p.total = 20480;
    vg_progress_line(&p, 70, text);
    ck_assert_str_eq(text, "training: 512 of 20.5 k steps (2 %)  1:10 so far  45:30 left");
    p.done = 0;
    vg_progress_line(&p, 10, text);
    ck_assert_str_eq(text, "training: 0 of 20.5 k steps (0 %)  0:10 so far");
    p.done = 20481; // an estimate that was too low
    vg_progress_line(&p, 3600, text);
    ck_assert_str_eq(text, "training: 20.5 k of 20.5 k steps (100 %)  60:00 so far  0:00 left");
    char title[300] = "";
    for (size_t i = 0; i < sizeof title - 1; i++) title[i] = 'x';
    p.title = title;
    vg_progress_line(&p, 10, text);
    ck_assert_uint_eq(strlen(text), VG_PROGRESS_LINE - 1);
}
END_TEST

// A progress bar is for people: nothing of it may reach a file or a pipe.
START_TEST(is_silent_without_a_terminal) {
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    dup2(ends[1], STDERR_FILENO);
    vg_progress bar;
    vg_progress_begin(&bar, "training", "samples", 100);
    for (int i = 0; i <= 100; i++) vg_progress_update(&bar, i);
    vg_say_warning("%d left", 3);
    vg_progress_end(&bar);
    close(ends[1]);
    close(STDERR_FILENO);
    char said[200] = "";
    ck_assert_int_gt(read(ends[0], said, sizeof said - 1), 0);
    ck_assert_str_eq(said, "verge: warning: 3 left\n");
}
END_TEST

START_TEST(draws_on_a_terminal) {
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    ck_assert(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
    int slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    dup2(slave, STDERR_FILENO);
    setenv("TERM", "xterm", 1);
    setenv("NO_COLOR", "1", 1);
    vg_progress bar;
    vg_progress_begin(&bar, "training", "samples", 100);
    vg_say_warning("behind the bar");
    vg_progress_update(&bar, 50); // at once: the message wiped the bar
    vg_progress_end(&bar);
    close(slave);
    close(STDERR_FILENO);
    char said[1000] = ""; // may come in pieces; ends with an error, because no writer is left
    size_t size = 0;
    for (ssize_t got;
         size < sizeof said - 1 && (got = read(master, said + size, sizeof said - 1 - size)) > 0;)
        size += (size_t)got;
    ck_assert_ptr_nonnull(strstr(said, "training [........................]   0 %"));
    ck_assert_ptr_nonnull(strstr(said, "\r\033[Kverge: warning: behind the bar\r\n"));
    ck_assert_ptr_nonnull(strstr(said, "training [############............]  50 %"));
    ck_assert_int_eq(strcmp(said + strlen(said) - 4, "\r\033[K"), 0);
}
END_TEST

START_TEST(hears_the_first_interrupt) {
    vg_interrupt_install();
    ck_ok(vg_interrupt_check(&diag));
    raise(SIGINT);
    ck_assert(vg_interrupted());
    ck_fails(vg_interrupt_check(&diag), VG_ERR_INTERRUPTED, "interrupted");
}
END_TEST

START_TEST(hears_that_the_terminal_is_gone) {
    signal(SIGHUP, SIG_DFL);
    vg_interrupt_install();
    raise(SIGHUP);
    ck_fails(vg_interrupt_check(&diag), VG_ERR_INTERRUPTED, "interrupted");
}
END_TEST

// As nohup has it.
START_TEST(goes_on_without_a_terminal) {
    signal(SIGHUP, SIG_IGN);
    vg_interrupt_install();
    raise(SIGHUP);
    ck_ok(vg_interrupt_check(&diag));
}
END_TEST

// The second signal ends the program, whatever it is doing.
START_TEST(the_second_interrupt_ends_it) {
    vg_interrupt_install();
    raise(SIGINT);
    raise(SIGINT);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("output");
    TCase *tcase = tcase_create("output");
    tcase_add_test(tcase, aligns_tables);
    tcase_add_test(tcase, writes_json);
    tcase_add_test(tcase, a_message_is_one_line);
    tcase_add_test(tcase, a_line_tells_of_long_work);
    tcase_add_test(tcase, is_silent_without_a_terminal);
    tcase_add_test(tcase, draws_on_a_terminal);
    tcase_add_test(tcase, hears_the_first_interrupt);
    tcase_add_test(tcase, hears_that_the_terminal_is_gone);
    tcase_add_test(tcase, goes_on_without_a_terminal);
    tcase_add_test_raise_signal(tcase, the_second_interrupt_ends_it, SIGINT);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
