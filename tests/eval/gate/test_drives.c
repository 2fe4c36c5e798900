#include "eval/gate/drives.h"

#include "sim/base/file.h"
#include "tests/gate_fixture.h"
#include "tests/out_of_memory.h"
#include "tests/scratch.h"

static vg_diag diag;

static void write_baseline(const vg_drives *d, const vg_drives *before, const char *reason,
                           const char *path) {
    vg_text text = {0};
    ck_ok(vg_baseline_json(d, before, reason, "2026-01-31", &text, &diag));
    ck_ok(vg_file_write(path, text.bytes, text.size, VG_REPLACE, &diag));
    vg_text_free(&text);
}

static json_t *baseline_json(const vg_drives *d) {
    vg_text text = {0};
    ck_ok(vg_baseline_json(d, NULL, "the first", "2026-01-31", &text, &diag));
    json_t *root = json_loadb(text.bytes, (size_t)text.size, 0, NULL);
    vg_text_free(&text);
    ck_assert_ptr_nonnull(root);
    return root;
}

START_TEST(a_baseline_reads_back_to_the_same) {
    vg_drives a = fixture_drives(8, 4, 1), back;
    const char *path = scratch("b.json");
    fixture_depart(&a, 5, 12.25f);
    write_baseline(&a, NULL, "the first", path);
    ck_ok(vg_drives_read(path, NULL, &back, &diag));
    ck_assert(vg_drives_equal(&a, &back));
    ck_assert(vg_drives_hash(&a) == vg_drives_hash(&back));
    ck_assert_str_eq(back.label, "made");
    ck_assert_str_eq(back.policy_hash, a.policy_hash);
    ck_ok(vg_drives_check_pair(&a, &back, &diag));
    ck_assert_uint_eq(json_array_size(back.history), 1);
    vg_drives_free(&a), vg_drives_free(&back);
}
END_TEST

// A name that is too long is refused, for what is cut is another's.
START_TEST(a_name_too_long_is_told) {
    vg_drives a = fixture_drives(1, 2, 1), read, back;
    const char *path = scratch("b.json");
    json_t *root = baseline_json(&a);
    char label[400] = "";
    for (int i = 0; i < 128; i++) strcat(label, "\u00e9");
    json_object_set_new(json_object_get(root, "policy"), "label", json_string(label));
    ck_assert_int_eq(json_dump_file(root, path, 0), 0);
    ck_fails(vg_drives_read(path, NULL, &read, &diag), VG_ERR_FORMAT, "has 256 bytes, expected at most 255");
    label[254] = 0;
    json_object_set_new(json_object_get(root, "policy"), "label", json_string(label));
    ck_assert_int_eq(json_dump_file(root, path, 0), 0);
    json_decref(root);
    ck_ok(vg_drives_read(path, NULL, &read, &diag));
    ck_assert_str_eq(read.label, label);
    write_baseline(&read, NULL, "the second", path);
    ck_ok(vg_drives_read(path, NULL, &back, &diag));
    ck_assert(vg_drives_equal(&read, &back));
    ck_assert_str_eq(read.label, back.label);
    vg_drives_free(&a), vg_drives_free(&read), vg_drives_free(&back);
}
END_TEST

// Each change of a baseline by hand is found, and said by the name of what is wrong.
START_TEST(a_changed_baseline_is_refused) {
    vg_drives a = fixture_drives(2, 2, 1), read;
    const char *path = scratch("b.json");
    const struct {
        const char *object, *key;
        int index; // of a list; -1: the key itself
        const char *value, *message;
    } changes[] = {
        {"episodes", "off_time", 1, "2.5", "score_hash: does not fit"},
        {"episodes", "drift", 0, "0.5", "score_hash: does not fit"},
        {"episodes", "drift", 0, "null", "score_hash: does not fit"},
        {"episodes", "drift", 0, "1e300", "drift: no number in episode 1"},
        {"episodes", "drift", 3, "\"x\"", "drift: no number in episode 4"},
        {"episodes", "off_time", -1, NULL, "off_time: 0 episodes"},
        {NULL, "score_hash", -1, NULL, "score_hash: missing"},
        {NULL, "score_hash", -1, "\"0000000000000000\"", "score_hash: does not fit"},
        {NULL, "schema_version", -1, "99", "a later verge wrote it"},
        {NULL, "schema_version", -1, "\"1\"", "schema_version: is no number"},
        {NULL, "schema_version", -1, NULL, "schema_version: is no number"},
        {NULL, "history", -1, "{}", "history: missing or wrong"},
        {"suite", "name", -1, NULL, "suite: missing or wrong"},
    };
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        json_t *root = baseline_json(&a);
        json_t *object = changes[i].object ? json_object_get(root, changes[i].object) : root;
        json_t *value = changes[i].value ? json_loads(changes[i].value, JSON_DECODE_ANY, NULL) : NULL;
        if (changes[i].index >= 0)
            json_array_set_new(json_object_get(object, changes[i].key), (size_t)changes[i].index, value);
        else if (value)
            json_object_set_new(object, changes[i].key, value);
        else
            json_object_del(object, changes[i].key);
        ck_assert_int_eq(json_dump_file(root, path, 0), 0);
        json_decref(root);
        ck_fails(vg_drives_read(path, NULL, &read, &diag), VG_ERR_FORMAT, changes[i].message);
    }
    vg_drives_free(&a);
}
END_TEST

// With 1,024 episodes a baseline is small enough to be committed.
START_TEST(a_baseline_of_the_standard_suite_is_small) {
    vg_drives a = fixture_drives(64, 16, 1);
    vg_text text = {0};
    for (int32_t i = 0; i < 1024; i += 3) fixture_depart(&a, i, 100.0f / 3 + (float)i);
    ck_ok(vg_baseline_json(&a, NULL, "the first", "2026-01-31", &text, &diag));
    ck_assert_int_lt(text.size, 200000);
    vg_text_free(&text);
    vg_drives_free(&a);
}
END_TEST

START_TEST(history_goes_on) {
    vg_drives a = fixture_drives(2, 2, 1), b = fixture_drives(2, 2, 2), first, second;
    const char *path = scratch("b.json");
    write_baseline(&a, NULL, "the first", path);
    ck_ok(vg_drives_read(path, NULL, &first, &diag));
    write_baseline(&b, &first, "new laps", path);
    ck_ok(vg_drives_read(path, NULL, &second, &diag));
    ck_assert_uint_eq(json_array_size(second.history), 2);
    const json_t *last = json_array_get(second.history, 1);
    ck_assert_str_eq(json_string_value(json_object_get(last, "reason")), "new laps");
    ck_assert_str_eq(json_string_value(json_object_get(last, "date")), "2026-01-31");
    vg_text text = {0};
    ck_fails(vg_baseline_json(&a, NULL, "  ", "2026-01-31", &text, &diag), VG_ERR_ARGUMENT, "needs a reason");
    ck_fails(vg_baseline_json(&a, NULL, "two\nlines", "2026-01-31", &text, &diag), VG_ERR_ARGUMENT,
             "is not one line");
    ck_fails(vg_baseline_json(&a, NULL, NULL, "2026-01-31", &text, &diag), VG_ERR_ARGUMENT, "needs a reason");
    vg_text_free(&text);
    vg_drives_free(&a), vg_drives_free(&b), vg_drives_free(&first), vg_drives_free(&second);
}
END_TEST

// Each difference is named.
START_TEST(what_is_not_paired_is_named) {
    vg_drives a = fixture_drives(4, 2, 1), b = fixture_drives(4, 2, 1);
    ck_ok(vg_drives_check_pair(&a, &b, &diag));
    b.tick = 0.01;
    ck_fails(vg_drives_check_pair(&a, &b, &diag), VG_ERR_MISMATCH, "the tick");
    b.tick = a.tick, b.action_time = 0.1;
    ck_fails(vg_drives_check_pair(&a, &b, &diag), VG_ERR_MISMATCH, "the time between two actions");
    b.action_time = a.action_time;
    json_object_set_new(b.suite, "gust", json_real(0.5));
    ck_fails(vg_drives_check_pair(&a, &b, &diag), VG_ERR_MISMATCH,
             "the suite's 'gust' is 0.0 in the baseline and 0.5");
    json_object_set_new(b.suite, "gust", json_real(0));
    json_object_set_new(b.suite, "about", json_string("another"));
    json_object_set_new(b.suite, "name", json_string("another"));
    ck_ok(vg_drives_check_pair(&a, &b, &diag)); // does not influence a score
    json_object_set_new(b.suite, "hash", json_string("00000000000000cc"));
    ck_fails(vg_drives_check_pair(&a, &b, &diag), VG_ERR_MISMATCH, "the suite's hash");
    json_object_set_new(b.suite, "hash", json_string("00000000000000aa"));
    json_object_set_new(b.car, "hash", json_string("00000000000000cc"));
    ck_fails(vg_drives_check_pair(&a, &b, &diag), VG_ERR_MISMATCH, "the car is 'sedan'");
    json_object_set_new(b.car, "hash", json_string("00000000000000bb"));
    snprintf(b.road_hashes[2], 17, "ff");
    ck_fails(vg_drives_check_pair(&a, &b, &diag), VG_ERR_MISMATCH, "road 3's geometry ('seed 1003')");
    memcpy(b.road_hashes[2], a.road_hashes[2], 17);
    b.rows[5].start_s += 1;
    ck_fails(vg_drives_check_pair(&a, &b, &diag), VG_ERR_MISMATCH, "episode 'seed 1003:1' starts at");
    vg_drives_free(&b);
    b = fixture_drives(3, 2, 1);
    ck_fails(vg_drives_check_pair(&a, &b, &diag), VG_ERR_MISMATCH, "the number of roads is 4");
    vg_drives_free(&a), vg_drives_free(&b);
}
END_TEST

START_TEST(passes_follow_each_other) {
    vg_drives a = fixture_drives(2, 2, 1), b = fixture_drives(2, 2, 2), c = fixture_drives(3, 2, 1);
    char name[VG_DRIVE_TEXT + 48];
    ck_ok(vg_drives_append(&a, &b, &diag));
    ck_assert(a.passes == 2 && vg_drives_count(&a) == 8);
    ck_assert(a.rows[5].drift == b.rows[1].drift);
    ck_assert_str_eq(vg_drives_name(&a, 3, name), "seed 1002:1");
    ck_assert_str_eq(vg_drives_name(&a, 7, name), "seed 1002:1 (suite seed 2)");
    ck_fails(vg_drives_append(&a, &c, &diag), VG_ERR_MISMATCH, "3 x 2");
    vg_drives_free(&a), vg_drives_free(&b), vg_drives_free(&c);
}
END_TEST

// Cut off anywhere, a baseline is refused and nothing leaks.
START_TEST(damaged_files_are_refused) {
    vg_drives a = fixture_drives(2, 2, 1), back;
    vg_text text = {0};
    const char *path = scratch("b.json");
    int64_t live = vg_memory_live();
    ck_ok(vg_baseline_json(&a, NULL, "the first", "2026-01-31", &text, &diag));
    for (int64_t size = 0; size < text.size - 2; size += 211) {
        ck_ok(vg_file_write(path, text.bytes, size, VG_REPLACE, &diag));
        ck_fails(vg_drives_read(path, NULL, &back, &diag), VG_ERR_FORMAT, "b.json");
    }
    static const char *const cuts[][2] = {{"\"start_s\"", "start_s"}, {"\"verge baseline\"", "kind"},
                                          {"\"tick\"", "tick"},       {"\"history\"", "history"},
                                          {"\"starts\"", "starts"},   {"\"roads\"", "roads"}};
    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
        char *copy = vg_strdup(text.bytes), *at = strstr(copy, cuts[i][0]);
        ck_assert(at);
        at[1] = '_';
        ck_ok(vg_file_write(path, copy, text.size, VG_REPLACE, &diag));
        ck_fails(vg_drives_read(path, NULL, &back, &diag), VG_ERR_FORMAT, cuts[i][1]);
        vg_free(copy);
    }
    vg_text_free(&text);
    ck_assert_int_eq(vg_memory_live(), live);
    vg_drives_free(&a);
}
END_TEST

START_TEST(out_of_memory_is_told) {
    vg_drives a = fixture_drives(2, 2, 1);
    const char *path = scratch("b.json");
    write_baseline(&a, NULL, "the first", path);
    for (oom turn = {0}; oom_next(&turn);) {
        vg_drives back;
        turn.err = vg_drives_read(path, NULL, &back, NULL);
        if (!turn.err) vg_drives_free(&back);
    }
    vg_drives_free(&a);
}
END_TEST

CK_MAIN("drives", a_baseline_reads_back_to_the_same, a_name_too_long_is_told, a_changed_baseline_is_refused,
        a_baseline_of_the_standard_suite_is_small, history_goes_on, what_is_not_paired_is_named,
        passes_follow_each_other, damaged_files_are_refused, out_of_memory_is_told)
