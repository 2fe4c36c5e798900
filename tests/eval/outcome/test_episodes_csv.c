#include "eval/outcome/episodes_csv.h"

#include "tests/check.h"
#include "tests/outcome_fixture.h"

START_TEST(writes_a_row_an_episode) {
    outcome_fixture f;
    fixture_outcome(&f);
    vg_text text = {0};
    vg_diag diag;
    ck_ok(vg_episodes_csv(&f.outcome, &text, &diag));
    static const char head[] = "arm,kind,seed,road_name,start,road,start_s,start_offset,";
    ck_assert(strncmp(text.bytes, head, sizeof head - 1) == 0);
    int lines = 0;
    for (const char *c = text.bytes; *c; c++) lines += *c == '\n';
    ck_assert_int_eq(lines, 1 + 2 * 2 + 2);
    // A comma and quotes are quoted, "none" is empty, an offset of -1 m is kept.
    ck_assert_ptr_nonnull(strstr(
        text.bytes, "\n\"bc 2, <z>\",bc,1,\"the \"\"oval\"\", wet\",0,0,0,0,0,0,on_road,0,0,0,,,,0,20,"));
    ck_assert_ptr_nonnull(strstr(
        text.bytes, "\npursuit,expert,0,\"the \"\"oval\"\", wet\",1,0,0,-1,0,0,off_road,0,0,0,1.5,9,,"));
    vg_text_free(&text);

    vg_memory_fail_after(1);
    ck_fails(vg_episodes_csv(&f.outcome, &text, &diag), VG_ERR_MEMORY, "");
    vg_memory_fail_never();
    vg_text_free(&text);
    fixture_outcome_free(&f);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

CK_MAIN("episodes_csv", writes_a_row_an_episode)
