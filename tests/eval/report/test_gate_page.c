// The page of a gate: its worst episodes as a player finds them, each under the seed of its pass.
#include "eval/report/gate_page.h"

#include <string.h>

#include "sim/base/file.h"
#include "tests/gate_fixture.h"
#include "tests/scratch.h"
#include "tests/xml.h"

enum { ROADS = 8, STARTS = 2, EACH = ROADS * STARTS };

static vg_diag diag;
static const char script[] = "if(1<2&&document)play();";
static const vg_report_player player = {script, sizeof script - 1, "{\"results\":[]}"};

// Two passes. The earliest departure is in the second one, on a road whose name needs escapes; a later one in
// the first.
static char *write_page(const vg_report_player *with) {
    vg_drives a = fixture_drives(ROADS, STARTS, 1), b = fixture_drives(ROADS, STARTS, 2);
    vg_drives a2 = fixture_drives(ROADS, STARTS, 3), b2 = fixture_drives(ROADS, STARTS, 4);
    vg_gate_levels levels = vg_gate_levels_once(0.05);
    vg_gate_config config;
    vg_judgement judgement;
    vg_drives *all[] = {&a, &b, &a2, &b2};
    for (int i = 0; i < 4; i++) snprintf(all[i]->roads[3], VG_DRIVE_TEXT, "<b> & \"c\"");
    a.seed = b.seed = 41, a2.seed = b2.seed = 42;
    fixture_depart(&b2, 3 * STARTS + 1, 2);
    fixture_depart(&b, 5 * STARTS, 3);
    ck_ok(vg_drives_append(&a, &a2, &diag));
    ck_ok(vg_drives_append(&b, &b2, &diag));
    ck_ok(vg_gate_config_read("standard", &config, &diag));
    ck_ok(vg_judge(&a, &b, &config, &levels, 1, &judgement, &diag));
    vg_gate_report report = vg_gate_report_of(&a, &b, &judgement, "standard");
    ck_assert_int_eq(report.worst[0], EACH + 3 * STARTS + 1);
    const char *path = scratch("index.html");
    char *page, folder[300];
    int64_t size;
    snprintf(folder, sizeof folder, "%s", path);
    *strrchr(folder, '/') = 0;
    ck_ok(vg_gate_page_write(&report, with, folder, VG_REPLACE, &diag));
    ck_ok(vg_file_read(path, 0, &page, &size, &diag));
    for (int i = 0; i < 4; i++) vg_drives_free(all[i]);
    return page;
}

START_TEST(episodes_have_the_seed_of_their_pass) {
    char *page = write_page(NULL);
    ck_assert(xml_is_well_formed(page + 16));
    ck_assert_ptr_nonnull(strstr(page, "href=\"#play=&lt;b&gt; &amp; &quot;c&quot;:1;seed=42\" "
                                       "data-episode=\"&lt;b&gt; &amp; &quot;c&quot;:1;seed=42\">"));
    ck_assert_ptr_nonnull(
        strstr(page, "data-episode=\"seed 1006:0\">")); // the first pass has the suite's own
    ck_assert_ptr_null(strstr(page, "<b>"));
    // Without a player the page offers nothing to play.
    ck_assert_ptr_null(strstr(page, "id=\"watch\""));
    ck_assert_ptr_null(strstr(page, "verge-play"));
    vg_free(page);
}
END_TEST

START_TEST(the_player_comes_with_a_choice_of_roads) {
    char *page = write_page(&player);
    ck_assert(xml_is_well_formed(page + 16));
    ck_assert_ptr_nonnull(strstr(page, script));
    ck_assert_ptr_nonnull(strstr(page, "id=\"verge-play\">{\"results\":[]}</script>"));
    ck_assert_ptr_nonnull(strstr(page, "<section id=\"watch\" hidden=\"\">"));
    ck_assert_ptr_nonnull(strstr(page, "the baseline if the page has it, from the same start"));
    ck_assert_ptr_nonnull(strstr(page, "<option>&lt;b&gt; &amp; &quot;c&quot;</option>"));
    ck_assert_ptr_nonnull(strstr(page, "max=\"1\"")); // starts are numbered from 0
    vg_free(page);
}
END_TEST

CK_MAIN("gate page", episodes_have_the_seed_of_their_pass, the_player_comes_with_a_choice_of_roads)
