// A drive goes on where its journal ends: every bit of it is as if it had never been away.
#include "app/drive/resume.h"

#include <string.h>

#include "agents/policy_open.h"
#include "tests/roads.h"

typedef struct setup {
    vg_road *road;
    vg_car car;
    vg_policy *policy;
    vg_session *session;
    vg_journal journal;
} setup;

static vg_err open_session(setup *u) {
    vg_diag diag = {0};
    vg_session_def def = {.road = u->road,
                          .car = &u->car,
                          .policy = u->policy,
                          .journal = &u->journal,
                          .seed = 3,
                          .disturbance = {.gust = 0.1f, .gust_time = 0.5f}};
    return vg_session_create(&def, &u->session, &diag);
}

static void open_setup(setup *u, float radius) {
    vg_diag diag = {0};
    *u = (setup){.road = circle_road(radius, 5), .car = vg_car_default()};
    ck_ok(vg_policy_open("human_model", &(vg_policy_terms){0}, &u->policy, &diag)); // it draws random numbers
    ck_ok(open_session(u));
}

static void close_setup(setup *u) {
    vg_session_destroy(u->session);
    vg_policy_destroy(u->policy);
    vg_road_destroy(u->road);
    vg_journal_free(&u->journal);
}

// A person takes over, hands back, labels, restarts and is put back onto the road.
static void drive(setup *u, int from, int to) {
    vg_diag diag = {0};
    for (int t = from; t < to; t++) {
        vg_control control = {.raw = {1, 1}, .wanted = {0.2f, 1}, .turned = t % 200 >= 60 && t % 200 < 90};
        if (t % 200 == 100) vg_session_hand_back(u->session);
        if (t == 150) vg_session_label(u->session, true);
        if (t == 180) vg_session_label(u->session, false);
        if (t == 130 || t == 410) vg_session_to_road(u->session);
        if (t == 220) vg_session_restart(u->session);
        if (t == 330) vg_session_take(u->session);
        ck_ok(vg_session_tick(u->session, &control, &diag));
    }
}

START_TEST(it_goes_on_as_if_it_had_never_stopped) {
    vg_diag diag = {0};
    setup straight, again;
    open_setup(&straight, 60);
    drive(&straight, 0, 500);
    for (int stop = 1; stop < 460; stop += 51) {
        setup first;
        open_setup(&first, 60);
        drive(&first, 0, stop);
        open_setup(&again, 60);
        ck_ok(vg_session_resume(again.session, NULL, &again.journal, &first.journal, &diag));
        ck_assert_int_eq(again.journal.size, first.journal.size);
        ck_assert(memcmp(again.journal.bytes, first.journal.bytes, (size_t)first.journal.size) == 0);
        drive(&again, stop, 500);
        vg_session_view a = vg_session_get(straight.session), b = vg_session_get(again.session);
        ck_assert(memcmp(&a.now, &b.now, sizeof a.now) == 0);
        ck_assert(a.ticks == b.ticks && a.lap == b.lap && a.lap_ticks == b.lap_ticks && a.who == b.who &&
                  a.episodes == b.episodes && a.clean == b.clean);
        ck_assert_int_eq(again.journal.ticks, straight.journal.ticks);
        close_setup(&first);
        close_setup(&again);
    }
    close_setup(&straight);
}
END_TEST

// A tail that was cut off within an entry, and one that ended with its episode.
START_TEST(a_torn_tail_is_dropped) {
    vg_diag diag = {0};
    setup first, again;
    open_setup(&first, 60);
    drive(&first, 0, 300);
    vg_journal torn = first.journal;
    torn.size -= 5;
    open_setup(&again, 60);
    ck_ok(vg_session_resume(again.session, NULL, &again.journal, &torn, &diag));
    ck_assert_int_eq(again.journal.ticks, 300); // its order was whole
    close_setup(&again);
    ck_ok(vg_session_finish(first.session, &diag));
    open_setup(&again, 60);
    ck_ok(vg_session_resume(again.session, NULL, &again.journal, &first.journal, &diag));
    ck_assert_int_eq(again.journal.ticks, 300);
    ck_assert_int_lt(again.journal.size, first.journal.size); // the end had no order
    close_setup(&again);
    close_setup(&first);
}
END_TEST

START_TEST(another_road_or_car_is_refused) {
    vg_diag diag = {0};
    setup first, again;
    open_setup(&first, 60);
    drive(&first, 0, 300);
    open_setup(&again, 61);
    ck_fails(vg_session_resume(again.session, NULL, &again.journal, &first.journal, &diag), VG_ERR_MISMATCH,
             "not the one that was kept");
    close_setup(&again);
    open_setup(&again, 60);
    vg_session_destroy(again.session);
    again.car.drag *= 1.5f;
    ck_ok(open_session(&again));
    ck_fails(vg_session_resume(again.session, NULL, &again.journal, &first.journal, &diag), VG_ERR_MISMATCH,
             "tick");
    close_setup(&again);
    close_setup(&first);
}
END_TEST

CK_MAIN("resume", it_goes_on_as_if_it_had_never_stopped, a_torn_tail_is_dropped,
        another_road_or_car_is_refused)
