// A journal: the log made from it is the recorder's, what is cut off or damaged ends it, and nothing of it is
// believed.
#include "app/drive/journal.h"

#include <string.h>

#include "app/drive/session.h"
#include "tests/roads.h"
#include "tests/scratch.h"

static vg_control hands(int t) {
    return (vg_control){.raw = {0, 1}, .wanted = {0.08f, t % 50 < 40 ? 0.6f : -0.4f}, .turned = t % 7 == 0};
}

// 120 ticks with a restart and a rescue; recorder may be NULL.
static void drive(vg_journal *journal, vg_recorder *recorder, const vg_road *road, const vg_car *car,
                  vg_state *final) {
    vg_diag diag = {0};
    vg_session *session;
    vg_session_def def = {
        .road = road, .car = car, .recorder = recorder, .journal = journal, .seed = 3, .tags = "rain"};
    ck_ok(vg_session_create(&def, &session, &diag));
    for (int t = 0; t < 120; t++) {
        if (t == 50) vg_session_restart(session);
        if (t == 90) vg_session_to_road(session);
        vg_control control = hands(t);
        vg_err err;
        while ((err = vg_session_tick(session, &control, &diag)) == VG_ERR_LIMIT) usleep(1000);
        ck_ok(err);
    }
    *final = vg_session_get(session).now;
    if (recorder) ck_ok(vg_session_finish(session, &diag));
    vg_session_destroy(session);
}

static uint64_t log_hash(const char *path) {
    vg_diag diag = {0};
    vg_log *log;
    uint64_t hash;
    ck_ok(vg_log_open(path, &log, &diag));
    ck_ok(vg_log_hash(log, &hash, &diag));
    ck_ok(vg_log_close(log, &diag));
    return hash;
}

START_TEST(its_log_is_the_recorders) {
    vg_diag diag = {0};
    vg_road *road = circle_road(60, 5);
    vg_car car = vg_car_default();
    car.delay = 0.05f;
    vg_recorder *recorder;
    vg_recorder_def def = vg_recorder_default();
    def.path = scratch("recorder.vlog"), def.road = road, def.car = &car;
    ck_ok(vg_recorder_open(&def, &recorder, &diag));
    vg_journal journal = {0};
    vg_state final;
    drive(&journal, recorder, road, &car, &final);
    ck_ok(vg_recorder_close(recorder, NULL, &diag));
    int64_t ticks;
    const char *path = scratch("journal.vlog");
    ck_ok(vg_journal_log(&journal, road, &car, NULL, path, VG_KEEP, &ticks, &diag));
    ck_assert_int_eq(ticks, 120);
    ck_assert_int_eq(journal.ticks, 120);
    ck_assert(log_hash(path) == log_hash(def.path));
    vg_journal_free(&journal);
    vg_road_destroy(road);
}
END_TEST

// A lap begins with commands under way.
START_TEST(commands_under_way_are_in_the_log) {
    vg_diag diag = {0};
    vg_road *road = circle_road(60, 5);
    vg_car car = vg_car_default();
    car.delay = 0.05f;
    const float line[6] = {0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f};
    vg_journal journal = {0};
    vg_log_episode e = vg_log_episode_default();
    e.policy = "human", e.delay_line = line, e.delay_ticks = 3;
    ck_ok(vg_journal_begin(&journal, &e, &diag));
    ck_ok(vg_journal_push(&journal, &(vg_recorder_tick){.step = {.who = VG_WHO_HUMAN}}, &diag));
    vg_log *log;
    int64_t ticks;
    const char *path = scratch("under-way.vlog");
    ck_ok(vg_journal_log(&journal, road, &car, NULL, path, VG_KEEP, &ticks, &diag));
    ck_ok(vg_log_open(path, &log, &diag));
    ck_ok(vg_log_episode_at(log, 0, &e, &diag));
    ck_assert_int_eq(e.delay_ticks, 3);
    ck_assert(memcmp(e.delay_line, line, sizeof line) == 0);
    ck_ok(vg_log_close(log, &diag));
    vg_journal_free(&journal);
    vg_road_destroy(road);
}
END_TEST

// The last episode has not ended: it is stopped where the car is, or kept as open.
START_TEST(an_episode_under_way_is_stopped_or_open) {
    vg_diag diag = {0};
    vg_road *road = circle_road(60, 5);
    vg_car car = vg_car_default();
    vg_journal journal = {0};
    vg_state final;
    drive(&journal, NULL, road, &car, &final);
    for (int stopped = 0; stopped < 2; stopped++) {
        vg_log *log;
        vg_log_episode episode;
        int64_t ticks;
        int32_t count;
        const char *path = scratch("under-way.vlog");
        ck_ok(vg_journal_log(&journal, road, &car, stopped ? &final : NULL, path, VG_KEEP, &ticks, &diag));
        ck_ok(vg_log_open(path, &log, &diag));
        ck_ok(vg_log_count(log, &count, &diag));
        ck_assert_int_eq(count, 3);
        ck_ok(vg_log_episode_at(log, 2, &episode, &diag));
        ck_assert_int_eq(episode.end, stopped ? VG_END_STOPPED : VG_END_OPEN);
        ck_assert_int_eq(episode.has_final, stopped);
        ck_assert_str_eq(episode.tags, "rain");
        ck_ok(vg_log_close(log, &diag));
    }
    vg_journal_free(&journal);
    vg_road_destroy(road);
}
END_TEST

static int32_t entries_of(const vg_journal *journal) {
    vg_journal_entry entry = {0};
    int64_t at = 0;
    int32_t count = 0;
    while (vg_journal_read(journal, &at, &entry) != VG_JOURNAL_DONE) count++;
    return count;
}

START_TEST(what_is_cut_off_or_damaged_ends_it) {
    vg_road *road = circle_road(60, 5);
    vg_car car = vg_car_default();
    vg_journal journal = {0};
    vg_state final;
    drive(&journal, NULL, road, &car, &final);
    int32_t whole = entries_of(&journal);
    ck_assert_int_eq(whole, 120 + 120 + 3 + 2);
    // Cut anywhere: never more than there was, and no less than one entry before.
    int32_t before = 0;
    for (int64_t size = 0; size <= journal.size; size++) {
        vg_journal cut = journal;
        cut.size = size;
        int32_t count = entries_of(&cut);
        ck_assert(count == before || count == before + 1);
        before = count;
    }
    ck_assert_int_eq(before, whole);
    // A byte that is another: it ends there, before it or, where it is of the check, behind no further entry.
    for (int64_t i = 0; i < 2000; i++) {
        vg_journal cut = journal;
        cut.size = i + 1;
        int32_t good = entries_of(&cut);
        journal.bytes[i] ^= 1u << i % 8;
        ck_assert_int_le(entries_of(&journal), good);
        journal.bytes[i] ^= 1u << i % 8;
    }
    vg_journal_free(&journal);
    vg_road_destroy(road);
}
END_TEST

START_TEST(what_it_cannot_hold_is_refused) {
    vg_diag diag = {0};
    vg_journal journal = {0};
    char text[600];
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    vg_log_episode e = vg_log_episode_default();
    e.policy = text;
    ck_fails(vg_journal_begin(&journal, &e, &diag), VG_ERR_ARGUMENT, "too long");
    e.policy = "human", e.delay_ticks = VG_JOURNAL_DELAY + 1;
    ck_fails(vg_journal_begin(&journal, &e, &diag), VG_ERR_ARGUMENT, "delay");
    ck_assert_int_eq(journal.size, 0);
    vg_road *road = circle_road(60, 5);
    vg_car car = vg_car_default();
    int64_t ticks;
    const char *path = scratch("empty.vlog");
    ck_fails(vg_journal_log(&journal, road, &car, NULL, path, VG_KEEP, &ticks, &diag), VG_ERR_FORMAT,
             "no tick");
    ck_assert(access(path, F_OK) != 0);
    vg_journal_free(&journal);
    vg_road_destroy(road);
}
END_TEST

// A drive that is driven again keeps the times of the first.
START_TEST(it_keeps_when_an_episode_began) {
    vg_diag diag = {0};
    vg_journal first = {0}, again = {.again = &first};
    vg_log_episode e = vg_log_episode_default();
    vg_journal_entry entry = {0};
    int64_t at = 0;
    e.policy = "human", e.started = "2001-02-03T04:05:06Z";
    ck_ok(vg_journal_begin(&first, &e, &diag));
    e.started = "2026-02-03T04:05:06Z";
    ck_ok(vg_journal_begin(&again, &e, &diag));
    ck_assert_int_eq(vg_journal_read(&again, &at, &entry), VG_JOURNAL_BEGIN);
    ck_assert_str_eq(entry.started, "2001-02-03T04:05:06Z");
    ck_ok(vg_journal_begin(&again, &e, &diag)); // this one is new
    ck_assert_int_eq(vg_journal_read(&again, &at, &entry), VG_JOURNAL_BEGIN);
    ck_assert_str_eq(entry.started, "2026-02-03T04:05:06Z");
    vg_journal_free(&first);
    vg_journal_free(&again);
}
END_TEST

// Out of memory at any allocation: an error, and what was kept before is still there.
START_TEST(no_memory_leaves_what_was_kept) {
    vg_diag diag = {0};
    vg_journal journal = {0};
    vg_order order = {.person = true};
    vg_err err = VG_OK;
    vg_memory_fail_after(2);
    while (!err) err = vg_journal_order(&journal, &order, &diag);
    vg_memory_fail_never();
    ck_assert_int_eq(err, VG_ERR_MEMORY);
    int32_t count = entries_of(&journal);
    ck_assert_int_gt(count, 10);
    ck_ok(vg_journal_order(&journal, &order, &diag));
    ck_assert_int_eq(entries_of(&journal), count + 1);
    vg_journal_free(&journal);
}
END_TEST

CK_MAIN("journal", its_log_is_the_recorders, commands_under_way_are_in_the_log,
        an_episode_under_way_is_stopped_or_open, what_is_cut_off_or_damaged_ends_it,
        what_it_cannot_hold_is_refused, it_keeps_when_an_episode_began, no_memory_leaves_what_was_kept)
