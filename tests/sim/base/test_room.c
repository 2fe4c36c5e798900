// An array that moves from memory into a file as it grows, with all that was written.
#include "sim/base/room.h"

#include <string.h>

#include "sim/base/memory.h"
#include "tests/scratch.h"

static vg_diag diag;

static const char *folder(void) {
    scratch("x");
    return scratch_folder;
}

static unsigned char nth(int64_t i) { return (unsigned char)(i * 131 >> 7); }

START_TEST(keeps_its_bytes_on_the_way_into_a_file) {
    enum { MOST = 1 << 16 };
    vg_room room = {0};
    int64_t used = 0;
    for (int64_t size = 1000; size <= 4 * MOST; size *= 3) {
        ck_ok(vg_room_grow(&room, folder(), MOST, used, size, &diag));
        ck_assert_int_eq(vg_room_in_file(&room), size > MOST);
        ck_assert(room.size == size && ((uintptr_t)room.bytes & 63) == 0);
        unsigned char *bytes = room.bytes;
        for (int64_t i = 0; i < used; i++) ck_assert(bytes[i] == nth(i));
        ck_assert(bytes[size - 1] == 0);
        for (; used < size - 5; used++) bytes[used] = nth(used);
        ck_ok(vg_room_grow(&room, folder(), MOST, used, size / 2, &diag)); // never smaller
        ck_assert(room.bytes == bytes && room.size == size);
    }
    vg_room_free(&room);
    vg_room_free(&room);
    ck_assert_int_eq(vg_memory_live(), 0);
    // Without a folder everything is in memory.
    ck_ok(vg_room_grow(&room, NULL, 10, 0, MOST, &diag));
    ck_assert(!vg_room_in_file(&room));
    vg_room_free(&room);
}
END_TEST

START_TEST(stays_as_it_was_when_it_cannot_grow) {
    vg_room room = {0};
    ck_ok(vg_room_grow(&room, "none/there", 100, 0, 100, &diag));
    memset(room.bytes, 7, 100);
    ck_fails(vg_room_grow(&room, "none/there", 100, 100, 200, &diag), VG_ERR_IO, "none/there");
    vg_memory_fail_after(1);
    ck_fails(vg_room_grow(&room, NULL, 100, 100, 200, &diag), VG_ERR_MEMORY, "");
    vg_memory_fail_never();
    ck_assert(room.size == 100 && ((char *)room.bytes)[99] == 7);
    vg_room_free(&room);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

int main(void) {
    const TTest *const tests[] = {keeps_its_bytes_on_the_way_into_a_file,
                                  stays_as_it_was_when_it_cannot_grow};
    return ck_run("room", tests, sizeof tests / sizeof *tests);
}
