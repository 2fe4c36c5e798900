#include "app/commands/event_file.h"

#include <math.h>
#include <string.h>

#include "sim/base/file.h"
#include "tests/check.h"
#include "tests/scratch.h"

static vg_diag diag;

START_TEST(knows_its_checksum) { ck_assert_uint_eq(vg_crc32c("123456789", 9), 0xe3069283u); }
END_TEST

#ifdef VG_WITH_TENSORBOARD
#include "app/commands/tensorboard.pb-c.h"

static uint64_t number(const uint8_t *at, int bytes) {
    uint64_t value = 0;
    for (int i = 0; i < bytes; i++) value |= (uint64_t)at[i] << 8 * i;
    return value;
}

static uint32_t unmask(uint64_t masked) {
    uint32_t crc = (uint32_t)masked - 0xa282ead8u;
    return crc >> 17 | crc << 15;
}

// The next record's message, after a check of its frame.
static VergeTensorboard__Event *next(const uint8_t **at) {
    uint64_t size = number(*at, 8);
    ck_assert_uint_eq(unmask(number(*at + 8, 4)), vg_crc32c(*at, 8));
    ck_assert_uint_eq(unmask(number(*at + 12 + size, 4)), vg_crc32c(*at + 12, (int64_t)size));
    VergeTensorboard__Event *event = verge_tensorboard__event__unpack(NULL, size, *at + 12);
    ck_assert_ptr_nonnull(event);
    *at += size + 16;
    return event;
}

START_TEST(writes_what_it_is_told) {
    static const char *const names[] = {"off_road", "kl", "entropy"};
    const double first[] = {NAN, 0.25, -1.5}, second[] = {0.125, 0.5, -2};
    const char *path = scratch("events.out.tfevents.1.verge");
    vg_event_file file = {.path = path, .diag = &diag};
    vg_event_file_round(&file, &(vg_learner_round){0, 3, names, first});
    vg_event_file_round(&file, &(vg_learner_round){7, 3, names, second});
    ck_ok(vg_event_file_end(&file));
    char *bytes;
    int64_t size;
    ck_ok(vg_file_read(path, 0, &bytes, &size, &diag));
    const uint8_t *at = (const uint8_t *)bytes;
    VergeTensorboard__Event *event = next(&at);
    ck_assert_str_eq(event->file_version, "brain.Event:2");
    ck_assert(event->wall_time > 1e9);
    verge_tensorboard__event__free_unpacked(event, NULL);
    event = next(&at);
    ck_assert_int_eq(event->step, 1);
    ck_assert_uint_eq(event->summary->n_value, 2); // what was not measured is left out
    ck_assert_str_eq(event->summary->value[0]->tag, "training/kl");
    ck_assert(event->summary->value[1]->simple_value == -1.5f);
    verge_tensorboard__event__free_unpacked(event, NULL);
    event = next(&at);
    ck_assert_int_eq(event->step, 8);
    ck_assert_uint_eq(event->summary->n_value, 3);
    ck_assert(event->summary->value[0]->simple_value == 0.125f);
    verge_tensorboard__event__free_unpacked(event, NULL);
    ck_assert_ptr_eq(at, bytes + size);
    vg_free(bytes);
    unlink(path);
}
END_TEST

START_TEST(names_its_file_as_tensorboard_looks_for_it) {
    char path[1024];
    vg_event_file_name("runs/a", path);
    ck_assert_msg(!strncmp(path, "runs/a/events.out.tfevents.", 27) && strstr(path, ".verge"), "%s", path);
}
END_TEST

CK_MAIN("event_file", knows_its_checksum, writes_what_it_is_told, names_its_file_as_tensorboard_looks_for_it)
#else
CK_MAIN("event_file", knows_its_checksum)
#endif
