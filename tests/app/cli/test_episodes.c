#include "app/cli/episodes.h"

#include <string.h>

#include "tests/check.h"

static vg_diag diag;

START_TEST(reads_numbers_of_episodes) {
    const char *items[] = {"3", "0", "2147483647"};
    vg_log_pick pick;
    bool given;
    ck_ok(vg_episodes_parse(&(vg_list){items, 3}, &pick, &given, &diag));
    ck_assert(given && pick.count == 3);
    ck_assert(pick.episodes[0] == 3 && pick.episodes[1] == 0 && pick.episodes[2] == INT32_MAX);
    vg_free((void *)pick.episodes);
    ck_ok(vg_episodes_parse(&(vg_list){0}, &pick, &given, &diag));
    ck_assert(!given && pick.count == 0);
}
END_TEST

START_TEST(refuses_what_is_no_number_of_an_episode) {
    static const char *const wrong[] = {"-1", "two", "2147483648", "1.5"};
    for (int i = 0; i < 4; i++) {
        const char *items[] = {"1", wrong[i]};
        vg_log_pick pick;
        bool given;
        ck_fails(vg_episodes_parse(&(vg_list){items, 2}, &pick, &given, &diag), VG_ERR_ARGUMENT, wrong[i]);
    }
}
END_TEST

START_TEST(rewrites_the_log_only_when_forced) {
    vg_call call = {0};
    const char *out = "new.vlog";
    ck_ok(vg_episodes_out(&call, "old.vlog", &out, &diag));
    ck_assert_str_eq(out, "new.vlog");
    out = NULL;
    ck_fails(vg_episodes_out(&call, "old.vlog", &out, &diag), VG_ERR_EXISTS, "old.vlog: would be rewritten");
    call.force = true;
    out = NULL;
    ck_ok(vg_episodes_out(&call, "old.vlog", &out, &diag));
    ck_assert_str_eq(out, "old.vlog");
}
END_TEST

CK_MAIN("episodes", reads_numbers_of_episodes, refuses_what_is_no_number_of_an_episode,
        rewrites_the_log_only_when_forced)
