#include "logs/store/preferences.h"

#include <string.h>
#include <unistd.h>

#include "tests/check.h"
#include "tests/out_of_memory.h"
#include "tests/scratch.h"

static vg_diag diag;

#define HEAD "{\"format\": \"verge-preferences\", \"format_version\": 1}\n"
#define A    "\"00000000000000aa\""
#define B    "\"fedcba9876543210\""

static vg_err parse(const char *text, vg_preferences *out) {
    return vg_preferences_parse(text, (int64_t)strlen(text), "x.jsonl", out, &diag);
}

START_TEST(reads_what_it_wrote) {
    vg_preferences p = {0}, back;
    const char *path = scratch("p.jsonl");
    static const vg_preference_row rows[] = {
        {1, 0xfedcba9876543210u, VG_PREFERRED_LEFT, "a \"b\"\\c.vlog:3", "d.vlog:0"},
        {2, 1, VG_PREFERRED_EQUAL, "", ""},
        {3, 2, VG_PREFERRED_RIGHT, "\xc3\xa4.vlog:1", ""}};
    for (int i = 0; i < 3; i++) ck_ok(vg_preferences_set(&p, &rows[i], &diag));
    ck_ok(vg_preferences_write(&p, path, &diag));
    ck_ok(vg_preferences_read(path, &back, &diag));
    ck_assert_int_eq(back.count, 3);
    for (int i = 0; i < 3; i++) {
        ck_assert(back.rows[i].left == rows[i].left && back.rows[i].right == rows[i].right);
        ck_assert_int_eq(back.rows[i].preferred, rows[i].preferred);
        ck_assert_str_eq(back.rows[i].left_lap, rows[i].left_lap);
        ck_assert_str_eq(back.rows[i].right_lap, rows[i].right_lap);
    }
    vg_preferences_free(&p);
    vg_preferences_free(&back);
}
END_TEST

START_TEST(a_pair_stands_once) {
    vg_preferences p = {0};
    ck_ok(vg_preferences_set(&p, &(vg_preference_row){1, 2, VG_PREFERRED_LEFT, "", ""}, &diag));
    ck_ok(vg_preferences_set(&p, &(vg_preference_row){3, 4, VG_PREFERRED_LEFT, "", ""}, &diag));
    ck_ok(vg_preferences_set(&p, &(vg_preference_row){2, 1, VG_PREFERRED_EQUAL, "", ""}, &diag));
    ck_assert(p.count == 2 && p.rows[0].left == 3 && p.rows[1].left == 2);
    ck_assert_int_eq(vg_preferences_find(&p, 1, 2), 1);
    ck_assert_int_eq(vg_preferences_find(&p, 4, 3), 0);
    ck_assert_int_eq(vg_preferences_find(&p, 1, 3), -1);
    vg_preferences_undo(&p);
    ck_assert(p.count == 1 && p.rows[0].left == 3);
    vg_preferences_undo(&p);
    vg_preferences_undo(&p);
    ck_assert_int_eq(p.count, 0);
    vg_preferences_free(&p);
}
END_TEST

START_TEST(says_which_line_and_field_is_wrong) {
    static const struct {
        const char *text, *why;
    } cases[] = {
        {"", "x.jsonl:1: format: is empty"},
        {"{}\n", "x.jsonl:1: format: expected a file of preferences"},
        {"{\"format\": \"verge-preferences\"}\n", "x.jsonl:1: format_version: expected 1"},
        {"{\"format\": \"verge-preferences\", \"format_version\": 2}\n", "x.jsonl:1: format_version"},
        {HEAD "\n", "x.jsonl:2: is no JSON object"},
        {HEAD "[1]\n", "x.jsonl:2: is no JSON object"},
        {HEAD "{\"left\": 7}\n", "x.jsonl:2: left: expected the content hash"},
        {HEAD "{\"left\": " A "}\n", "x.jsonl:2: right: expected the content hash"},
        {HEAD "{\"left\": " A ", \"right\": \"FEDCBA9876543210\"}\n", "x.jsonl:2: right: expected the"},
        {HEAD "{\"left\": " A ", \"right\": " B "}\n", "x.jsonl:2: preferred: expected \"left\""},
        {HEAD "{\"left\": " A ", \"right\": " B ", \"preferred\": \"both\"}\n", "x.jsonl:2: preferred"},
        {HEAD "{\"left\": " A ", \"right\": " A ", \"preferred\": \"left\"}\n", "2: right: is the same lap"},
        {HEAD "{\"left\": " A ", \"right\": " B ", \"preferred\": \"left\", \"left_lap\": 3}\n",
         "x.jsonl:2: left_lap: expected a text"},
        {HEAD "{\"left\": " A ", \"right\": " B ", \"prefered\": \"left\"}\n", "has the key 'prefered'"},
        {HEAD "{\"left\": " A ", \"left\": " B "}\n", "x.jsonl:2: is no JSON object"},
        {HEAD "{\"left\": " A ", \"right\": " B ", \"preferred\": \"left\"}\n"
              "{\"left\": " B ", \"right\": " A ", \"preferred\": \"left\"}\n",
         "x.jsonl:3: right: the same two laps as in line 2"},
    };
    vg_preferences p;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_fails(parse(cases[i].text, &p), VG_ERR_FORMAT, cases[i].why);
        ck_assert(!p.rows && p.count == 0);
    }
    ck_fails(vg_preferences_read(scratch("none.jsonl"), &p, &diag), VG_ERR_NOT_FOUND, "none.jsonl");
    ck_ok(parse(HEAD, &p)); // nobody has judged yet
    ck_assert_int_eq(p.count, 0);
    ck_ok(parse(HEAD "{\"left\": " A ", \"right\": " B ", \"preferred\": \"equal\"}", &p)); // no line end
    ck_assert_int_eq(p.count, 1);
    vg_preferences_free(&p);
}
END_TEST

START_TEST(a_failed_write_leaves_the_old_file) {
    vg_preferences p = {0}, back;
    const char *path = scratch("kept.jsonl");
    ck_ok(vg_preferences_set(&p, &(vg_preference_row){1, 2, VG_PREFERRED_LEFT, "", ""}, &diag));
    ck_ok(vg_preferences_write(&p, path, &diag));
    ck_ok(vg_preferences_set(&p, &(vg_preference_row){1, 3, VG_PREFERRED_LEFT, "", ""}, &diag));
    for (int64_t n = 1;; n++) {
        vg_file_fail_after(n);
        vg_err err = vg_preferences_write(&p, path, &diag);
        vg_file_fail_never();
        if (!err) break;
        ck_assert_int_eq(err, VG_ERR_IO);
        ck_ok(vg_preferences_read(path, &back, &diag));
        ck_assert(back.count == 1 || back.count == 2); // the one or the other, whole
        vg_preferences_free(&back);
    }
    for (oom turn = {.diag = &diag}; oom_next(&turn);) {
        turn.err = vg_preferences_read(path, &back, &diag);
        if (turn.err) continue;
        ck_assert_int_eq(back.count, 2);
        vg_preferences_free(&back);
    }
    vg_preferences_free(&p);
}
END_TEST

CK_MAIN("preferences", reads_what_it_wrote, a_pair_stands_once, says_which_line_and_field_is_wrong,
        a_failed_write_leaves_the_old_file)
