#include "app/info.h"

#include "tests/log_fixture.h"

static vg_diag diag;

static const char *text_of(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "?";
}

START_TEST(tells_logs) {
    const char *path = scratch("info.vlog");
    vg_road *road = fixture_road(60);
    vg_car car = fixture_car(0.1f);
    vg_log *log;
    ck_ok(vg_log_create(path, VG_KEEP, &log, &diag));
    fixture_episode(log, road, &car, 0, 60, "good");
    fixture_episode(log, road, &car, 1, 90, "");
    ck_ok(vg_log_close(log, &diag));
    vg_road_destroy(road);

    vg_facts facts = {.object = json_object()};
    ck_ok(vg_info_file(path, &facts, &diag));
    ck_assert(!facts.failed);
    ck_assert_str_eq(text_of(facts.object, "kind"), "log");
    ck_assert_int_eq(json_integer_value(json_object_get(facts.object, "episodes")), 2);
    json_t *last = json_array_get(json_object_get(facts.object, "rows"), 1);
    ck_assert_int_eq(json_integer_value(json_object_get(last, "episode")), 1); // counted from 0, as elsewhere
    ck_assert_int_eq(json_integer_value(json_object_get(facts.object, "ticks")), 150);
    ck_assert_str_eq(text_of(facts.object, "tick_s"), "1/60");
    const json_t *second = json_array_get(json_object_get(facts.object, "rows"), 1);
    ck_assert_str_eq(text_of(second, "driver"), "sway");
    ck_assert_str_eq(text_of(second, "road"), "oval");
    ck_assert_str_eq(text_of(second, "car"), "sedan");
    ck_assert_str_eq(text_of(second, "policy_hash"), "123456789abcdef0");
    ck_assert(json_real_value(json_object_get(second, "seconds")) == 1.5);
    json_decref(facts.object);
    ck_assert_int_eq(vg_memory_live(), 0);

    // Cut short, it is still called a log, and unsound.
    ck_assert_int_eq(truncate(path, 6000), 0);
    facts = (vg_facts){.object = json_object()};
    ck_fails(vg_info_file(path, &facts, &diag), VG_ERR_FORMAT, path);
    ck_assert_str_eq(text_of(facts.object, "kind"), "log");
    json_decref(facts.object);
    unlink(path);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

CK_MAIN("info", tells_logs)
