#include "app/commands/info.h"

#include "sim/base/file.h"
#include "sim/base/memory.h"
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

    // Cut short, it is still recognised as a log, and unsound.
    ck_assert_int_eq(truncate(path, 6000), 0);
    facts = (vg_facts){.object = json_object()};
    ck_fails(vg_info_file(path, &facts, &diag), VG_ERR_FORMAT, path);
    ck_assert_str_eq(text_of(facts.object, "kind"), "log");
    json_decref(facts.object);
    unlink(path);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

// The facts about a file with that name and text. The caller releases them.
static json_t *facts_of(const char *name, const char *text, vg_err wanted, const char *words) {
    const char *path = scratch(name);
    vg_facts facts = {.object = json_object()};
    ck_ok(vg_file_write(path, text, (int64_t)strlen(text), VG_REPLACE, &diag));
    vg_err err = vg_info_file(path, &facts, &diag);
    ck_assert_msg(err == wanted, "%s: %s", name, diag.text);
    ck_assert_msg(!err || strstr(diag.text, words), "%s: %s", name, diag.text);
    ck_assert(!facts.failed);
    unlink(path);
    return facts.object;
}

static void says(json_t *facts, const char *key, const char *value) {
    const json_t *fact = json_object_get(facts, key);
    char number[32];
    snprintf(number, sizeof number, "%lld", (long long)json_integer_value(fact));
    const char *found = json_is_integer(fact) ? number : text_of(facts, key);
    ck_assert_msg(strcmp(found, value) == 0, "%s is '%s', not '%s'", key, found, value);
}

#define SVG   "<svg xmlns=\"http://www.w3.org/2000/svg\">"
#define PAGE  "<!DOCTYPE html>\n<meta name=\"command\" content=\"verge eval\">\n<meta name=\"x\">\n"
#define JUNIT "<?xml version=\"1.0\"?>\n<testsuites>\n"

// Documents of tags are sound if they have the right end.
START_TEST(tells_pages_and_pictures) {
    static const struct {
        const char *name, *text, *kind;
        vg_err err;
    } cases[] = {
        {"a.svg", SVG "</svg>\n", "picture, SVG", VG_OK},
        {"a.svg", SVG "<g>", "picture, SVG", VG_ERR_FORMAT},
        {"a.html", PAGE "</html>\n\n", "report", VG_OK},
        {"a.html", PAGE "</htm", "report", VG_ERR_FORMAT},
        {"a.xml", JUNIT "</testsuites>", "JUnit XML", VG_OK},
        {"a.xml", JUNIT, "JUnit XML", VG_ERR_FORMAT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *facts = facts_of(cases[i].name, cases[i].text, cases[i].err, "is cut off");
        says(facts, "kind", cases[i].kind);
        if (strcmp(cases[i].name, "a.html") == 0) says(facts, "command", "verge eval");
        ck_assert_ptr_null(json_object_get(facts, "x"));
        json_decref(facts);
    }
}
END_TEST

START_TEST(tells_tables_of_episodes) {
    json_t *facts = facts_of("e.csv", "arm,road,off\n\"a,\nb\",r,1\nc,r,\n", VG_OK, "");
    says(facts, "kind", "episodes");
    says(facts, "episodes", "2");
    says(facts, "columns", "3");
    json_decref(facts);
    json_decref(facts_of("e.csv", "arm,road,off\na,r\n", VG_ERR_FORMAT, "does not have the 3 fields"));
    ck_assert_int_eq(diag.line, 2);
    json_decref(
        facts_of("e.csv", "arm,road,off\na,r,1\n\"b,r,1\n", VG_ERR_FORMAT, "does not have the 3 fields"));
    json_decref(facts_of("e.csv", "arm,road,off\na,r,1", VG_ERR_FORMAT, "no line end"));
}
END_TEST

START_TEST(tells_suites_and_studies) {
    json_t *facts = facts_of("s.yaml", "test: [test-1, test-2]\nstarts: 3\n", VG_OK, "");
    says(facts, "kind", "suite");
    says(facts, "test roads", "2");
    says(facts, "episodes", "6");
    json_decref(facts);
    facts = facts_of("s.yaml", "suite: standard\nseeds: 4\n", VG_OK, "");
    says(facts, "kind", "study");
    says(facts, "seeds", "4");
    json_decref(facts);
    facts =
        facts_of("s.yaml", "seeds: 5\nsuite: standard\n\n# --- suite standard\ntest: [test-1]\n", VG_OK, "");
    says(facts, "kind", "study, as it was resolved");
    says(facts, "seeds", "5");
    json_decref(facts);
    json_decref(facts_of("s.yaml", "suite: standard\nsead: 4\n", VG_ERR_FORMAT, "unknown key"));
    json_decref(facts_of("s.yaml", "test: [no-such-road.csv]\n", VG_ERR_NOT_FOUND, "no such"));
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

CK_MAIN("info", tells_logs, tells_pages_and_pictures, tells_tables_of_episodes, tells_suites_and_studies)
