// Rows in a file are the rows in memory: the same numbers, episodes and hash.
#include "logs/store/row_store.h"

#include <string.h>

#include "sim/base/memory.h"
#include "tests/scratch.h"

enum { WIDTH = 5 };

static vg_diag diag;

static const vg_rows_episode unknown = {.end = VG_ROW_TRUNCATED, .final = -1, .log = -1, .number = -1};

static void fill(vg_row_store *s, int64_t rows) {
    float inputs[40 * WIDTH], actions[40 * VG_ROW_ACTIONS];
    for (int64_t done = 0, k = 0; done < rows; k++) {
        int64_t count = 1 + k * 7 % 40;
        for (int64_t i = 0; i < count * WIDTH; i++) inputs[i] = (float)((done * WIDTH + i) % 9973);
        for (int64_t i = 0; i < count * VG_ROW_ACTIONS; i++) actions[i] = (float)(done + i) / 7;
        ck_ok(vg_row_store_append(s, inputs, actions, count, &diag));
        if (k % 3 == 2)
            ck_ok(vg_row_store_end(s, k % 2 ? VG_ROW_TERMINATED : VG_ROW_TRUNCATED, k % 2 ? inputs : NULL,
                                   &diag));
        done += count;
    }
}

START_TEST(a_file_holds_what_memory_holds) {
    enum { ROWS = 3 * VG_ROWS_PIECE / 2 };
    scratch("x");
    vg_row_store memory = {.width = WIDTH, .origin = unknown, .limit = ROWS},
                 file = {.width = WIDTH,
                         .origin = unknown,
                         .limit = ROWS,
                         .folder = scratch_folder,
                         .memory = 4096};
    fill(&memory, ROWS + 100);
    fill(&file, ROWS + 100);
    vg_rows a = vg_row_store_rows(&memory), b = vg_row_store_rows(&file);
    ck_assert(!a.folder && b.folder == scratch_folder);
    ck_assert(a.count == ROWS && b.count == ROWS && a.episode_count == b.episode_count);
    for (int pass = 0; pass < 2; pass++) {
        ck_assert_uint_eq(vg_row_store_hash(3, &memory), vg_row_store_hash(3, &file));
        ck_assert(!memcmp(a.inputs, b.inputs, sizeof(float) * WIDTH * ROWS));
        ck_assert(!memcmp(a.actions, b.actions, sizeof(float) * VG_ROW_ACTIONS * ROWS));
        vg_rows_rest(&b, 0, b.count); // they can be read as before
        vg_rows_rest(&a, 0, a.count); // which does nothing
    }
    ck_assert(!memcmp(a.episodes, b.episodes, sizeof *a.episodes * (size_t)a.episode_count));
    ((float *)file.inputs.bytes)[WIDTH * VG_ROWS_PIECE]++;
    ck_assert_uint_ne(vg_row_store_hash(3, &memory), vg_row_store_hash(3, &file));
    vg_row_store_free(&memory), vg_row_store_free(&file);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

// As much as a disk's room for it would be an error of the disk; absurd numbers are one of memory.
START_TEST(too_many_rows_are_an_error) {
    vg_row_store s = {.width = WIDTH, .origin = unknown};
    ck_fails(vg_row_store_reserve(&s, INT64_MAX / 2, &diag), VG_ERR_MEMORY, "");
    s.folder = "none/there", s.memory = 100;
    ck_fails(vg_row_store_reserve(&s, 1000, &diag), VG_ERR_IO, "none/there");
    vg_row_store_free(&s);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

int main(void) {
    const TTest *const tests[] = {a_file_holds_what_memory_holds, too_many_rows_are_an_error};
    return ck_run("row_store", tests, sizeof tests / sizeof *tests);
}
