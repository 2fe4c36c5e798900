// Journals of drives, as a browser kept them: what is taken becomes a log that opens, or the reason why not;
// and a drive goes on from it, or not.
#include <sys/stat.h>

#include "app/drive/resume.h"
#include "sim/base/hash.h"
#include "tests/check.h"
#include "tests/fuzz/fuzz.h"

// What the helpers check, outside of Check.
#undef ck_assert_msg
#undef ck_abort_msg
#define ck_assert_msg(condition, ...) FUZZ_ASSERT(condition)
#define ck_abort_msg(...)             (fprintf(stderr, __VA_ARGS__), abort())
#include "tests/roads.h"
#include "tests/scratch.h"

enum { HEAD = 8 };

// Gives each entry the check that its writer would have given it: else nearly all stop at the first.
static void seal(uint8_t *bytes, int64_t size) {
    for (int64_t at = 0; at + HEAD <= size;) {
        uint32_t word;
        memcpy(&word, bytes + at, sizeof word);
        int64_t body = word >> 8;
        if (body > size - at - HEAD) return;
        uint32_t check = (uint32_t)vg_hash_bytes(1, bytes + at + HEAD, (size_t)body);
        memcpy(bytes + at + 4, &check, sizeof check);
        at += HEAD + body;
    }
}

static void check_log(const vg_journal *journal, const vg_road *road, const vg_car *car) {
    vg_diag diag = {0};
    vg_log *log;
    const char *path = scratch("fuzz.vlog");
    int64_t ticks;
    struct stat info;
    if (!fuzz_took(vg_journal_log(journal, road, car, NULL, path, VG_REPLACE, &ticks, &diag), &diag)) {
        FUZZ_ASSERT(stat(path, &info) != 0); // nor half a log
        return;
    }
    FUZZ_ASSERT(ticks > 0);
    FUZZ_ASSERT(vg_log_open(path, &log, &diag) == VG_OK);
    FUZZ_ASSERT(vg_log_close(log, &diag) == VG_OK);
}

static void check_resume(const vg_journal *journal, const vg_road *road, const vg_car *car) {
    vg_diag diag = {0};
    vg_journal again = {0};
    vg_session *session;
    vg_session_def def = {.road = road, .car = car, .journal = &again, .seed = 3};
    FUZZ_ASSERT(vg_session_create(&def, &session, &diag) == VG_OK);
    if (fuzz_took(vg_session_resume(session, NULL, &again, journal, &diag), &diag))
        FUZZ_ASSERT(again.ticks >= 0 && vg_session_get(session).ticks == again.ticks);
    vg_session_destroy(session);
    vg_journal_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    vg_car car = vg_car_default();
    vg_road *road = circle_road(60, 5);
    int64_t live = vg_memory_live();
    for (int sealed = 0; sealed < 2; sealed++) {
        uint8_t *bytes = (uint8_t *)fuzz_text(data, size);
        if (sealed) seal(bytes, (int64_t)size);
        const vg_journal journal = {.bytes = bytes, .size = (int64_t)size};
        check_log(&journal, road, &car);
        check_resume(&journal, road, &car);
        free(bytes);
    }
    FUZZ_ASSERT(vg_memory_live() == live);
    vg_road_destroy(road);
    return 0;
}
