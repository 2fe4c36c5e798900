#include "logs/store/log_roads.h"

#include "tests/log_fixture.h"

static vg_diag diag;

// Three episodes on two roads in two logs: each road once, in the order they come.
START_TEST(reads_each_road_once) {
    char paths[2][300];
    const char *logs[2] = {paths[0], paths[1]};
    vg_road *roads[2] = {fixture_road(60), fixture_road(80)};
    vg_car car = fixture_car(0);
    for (int i = 0; i < 2; i++) {
        vg_log *log = NULL;
        snprintf(paths[i], sizeof paths[i], "%s", scratch(i ? "b.vlog" : "a.vlog"));
        ck_ok(vg_log_create(paths[i], VG_REPLACE, &log, &diag));
        fixture_episode(log, roads[1], &car, i, 60, "");
        if (i) fixture_episode(log, roads[0], &car, i, 60, "");
        ck_ok(vg_log_close(log, &diag));
    }
    vg_log_roads found;
    ck_ok(vg_log_roads_read(logs, 2, &found, &diag));
    ck_assert_int_eq(found.count, 2);
    ck_assert(vg_road_hash(found.roads[0]) == vg_road_hash(roads[1]) &&
              vg_road_hash(found.roads[1]) == vg_road_hash(roads[0]));
    vg_log_roads_free(&found);
    logs[1] = "none.vlog";
    ck_fails(vg_log_roads_read(logs, 2, &found, &diag), VG_ERR_NOT_FOUND, "none.vlog");
    ck_assert(found.count == 0 && !found.roads);
    vg_road_destroy(roads[0]), vg_road_destroy(roads[1]);
}
END_TEST

CK_MAIN("log_roads", reads_each_road_once)
