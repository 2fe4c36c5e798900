// A rival drives its policy's own laps, begins again with the person, and comes back when it is lost.
#include "app/drive/rival.h"

#include <math.h>
#include <string.h>

#include "agents/policy_open.h"
#include "tests/roads.h"

typedef struct setup {
    vg_road *road;
    vg_car car;
    vg_policy *policy;
    vg_rival *rival;
} setup;

static void open_setup(setup *u, const char *policy, double radius, double half) {
    vg_diag diag = {0};
    *u = (setup){.road = circle_road(radius, half), .car = vg_car_default()};
    ck_ok(vg_policy_open(policy, &(vg_policy_terms){0}, &u->policy, &diag));
    ck_ok(vg_rival_create(u->road, &u->car, u->policy, 3, &u->rival, &diag));
}

static void close_setup(setup *u) {
    vg_rival_destroy(u->rival);
    vg_policy_destroy(u->policy);
    vg_road_destroy(u->road);
}

static void drive(setup *u, int ticks) {
    vg_diag diag = {0};
    for (int t = 0; t < ticks; t++) ck_ok(vg_rival_tick(u->rival, false, &diag));
}

START_TEST(it_drives_and_begins_again_with_the_person) {
    vg_diag diag = {0};
    setup u;
    open_setup(&u, "pursuit", 60, 5);
    drive(&u, 300);
    vg_session_view first = vg_rival_get(u.rival);
    ck_assert(first.now.s > 20 && !first.off_road && first.who == VG_WHO_EXPERT);
    ck_ok(vg_rival_tick(u.rival, true, &diag));
    ck_assert(vg_rival_get(u.rival).now.s < 1);
    drive(&u, 299);
    vg_session_view second = vg_rival_get(u.rival);
    ck_assert(memcmp(&first.now, &second.now, sizeof first.now) == 0);
    close_setup(&u);
}
END_TEST

// A driver that is asked to steer at random leaves the road, and does not stay away.
START_TEST(it_comes_back_when_it_is_lost) {
    setup u;
    open_setup(&u, "pursuit-noisy:noise=1", 15, 0.3);
    int lost = 0, most = 0, times = 0;
    for (int t = 0; t < 3600; t++) {
        drive(&u, 1);
        bool off = vg_rival_get(u.rival).off_road;
        times += off && !lost;
        lost = off ? lost + 1 : 0;
        if (lost > most) most = lost;
    }
    ck_assert_int_gt(times, 0);
    ck_assert_int_ge(most, 120); // it had its time to find back
    ck_assert_int_le(most, 121);
    close_setup(&u);
}
END_TEST

START_TEST(no_rival_is_fine) {
    vg_diag diag = {0};
    ck_ok(vg_rival_tick(NULL, true, &diag));
    vg_rival_destroy(NULL);
}
END_TEST

CK_MAIN("rival", it_drives_and_begins_again_with_the_person, it_comes_back_when_it_is_lost, no_rival_is_fine)
