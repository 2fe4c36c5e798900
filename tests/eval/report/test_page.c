#include "eval/report/page.h"
#include "eval/report/player.h"

#include <dirent.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "eval/outcome/claims.h"
#include "sim/base/exact.h"
#include "tests/check.h"
#include "tests/roads.h"
#include "tests/xml.h"

enum { TIMES = 21, STARTS = 4, SEEDS = 2, ARMS = 2, HORIZONS = 4 };
#define HOSTILE         "<b>&\" one"
#define HOSTILE_ESCAPED "&lt;b&gt;&amp;&quot; one"

static vg_diag diag;
static vg_road *road;
static vg_suite suite;
static char names[1][VG_KEY_TEXT_SIZE] = {"ring <1>"};
static vg_episode episodes[ARMS][SEEDS][STARTS];
static vg_trace_point trace[ARMS][SEEDS][STARTS][TIMES];
static vg_rollout rollouts[ARMS][SEEDS];
static vg_arm_seed seeds[ARMS][SEEDS];
static vg_outcome_arm arms[ARMS];
static double times[TIMES], off_seeds[ARMS][SEEDS], open_seeds[ARMS][SEEDS], drift_seeds[ARMS][SEEDS];
static vg_estimate alive[ARMS][TIMES];
static vg_curve_point time_drift[ARMS][TIMES], way_drift[ARMS][TIMES];

static vg_estimate about(double value) { return (vg_estimate){value, 0.7 * value, 1.4 * value}; }

// Arm 0 leaves the road at half time in every other episode; arm 1 never does.
static void drive(int a, int k) {
    for (int e = 0; e < STARTS; e++) {
        bool leaves = a == 0 && e % 2 == 0;
        episodes[a][k][e] = (vg_episode){.outcome = leaves ? VG_OUTCOME_OFF_ROAD : VG_OUTCOME_ON_ROAD,
                                         .off_time = leaves ? 10 + e : -1,
                                         .off_s = leaves ? 100 : -1,
                                         .stall_time = -1,
                                         .distance_on = leaves ? 100 : 200};
        for (int t = 0; t < TIMES; t++)
            trace[a][k][e][t] = (vg_trace_point){.s = (float)(10 * t + 40 * e),
                                                 .offset = 0.1f * (float)(t * (e - 1)),
                                                 .edge = 5,
                                                 .departed = leaves && t >= 10 + e};
    }
    rollouts[a][k] = (vg_rollout){.count = STARTS,
                                  .samples = TIMES,
                                  .sample_seconds = 1,
                                  .episodes = episodes[a][k],
                                  .trace = trace[a][k][0]};
    seeds[a][k] = (vg_arm_seed){(uint64_t)k + 1, 0xabcdef, &rollouts[a][k], NULL, a ? NAN : 0.02 + 0.01 * k};
    off_seeds[a][k] = a ? 0 : 0.4 + 0.2 * k;
    open_seeds[a][k] = 0.01 * (k + 1), drift_seeds[a][k] = a ? NAN : 0.3;
}

static void analyse(int a, vg_analysis *out) {
    const vg_estimate none = {NAN, NAN, NAN};
    *out = (vg_analysis){.seeds = SEEDS, .units = 1, .each = STARTS};
#define X(name, unit, worse, text) out->name = a ? none : about(0.5);
    VG_METRICS(X)
#undef X
    out->collision = (vg_estimate){0, 0, 0.3};
    out->pinned_99 = a == 0;
    out->off_road_iqm = out->off_road_worst = a ? 0 : 0.6;
    out->off_road_seeds = off_seeds[a], out->open_seeds = open_seeds[a], out->drift_seeds = drift_seeds[a];
    out->survival = (vg_survival){.lives = SEEDS * STARTS, .departed = a ? 0 : 4, .hazard_ratio = none};
    out->survival.rising_p = NAN;
    if (a) out->off_road = (vg_estimate){0, 0, 0.312};
    out->times = times, out->alive = alive[a], out->time_drift = time_drift[a], out->time_count = TIMES;
    out->way_drift = way_drift[a], out->way_count = TIMES;
    for (int t = 0; t < TIMES; t++) {
        double u = t / (double)(TIMES - 1);
        times[t] = t;
        alive[a][t] = (vg_estimate){a ? 1 : 1 - 0.5 * u, a ? NAN : 1 - 0.7 * u, a ? NAN : 1 - 0.3 * u};
        time_drift[a][t] = (vg_curve_point){t, 0.1 + 0.3 * u, 0.2 + 0.5 * u, a ? 0.3 + 0.5 * u : 1};
        way_drift[a][t] = (vg_curve_point){10 * t, 0.1 + 0.3 * u, 0.2 + 0.5 * u, a ? NAN : 1};
    }
    for (int k = 0; k < VG_HAZARD_BINS; k++) out->hazard[k] = a ? none : about(0.01 + 0.002 * k);
    out->horizon_count = HORIZONS;
    out->has_b = a == 0;
    out->growth_a.overall = out->growth_a.b = none;
    out->growth_b.overall = about(1.6), out->growth_b.b = about(0.012), out->growth_b.b_p = 0.003;
    for (int k = 0; k < HORIZONS; k++) {
        double h = out->horizons[k] = 2.5 * (1 << k);
        out->growth_a.cost[k] = a ? (vg_estimate){0, NAN, NAN} : about(0.02 * h * h);
        out->growth_b.cost[k] = about(0.03 * h * h), out->growth_b.slope[k] = about(2);
        out->growth_b.fit[k] = k > 1;
    }
}

static vg_outcome example(void) {
    static const char *const labels[ARMS] = {HOSTILE, "a < b & 'two'"};
    static const vg_outcome_floor floor = {"human: <log>", 12, 1, 0.003, 0.1, 0.4, 1.1, 2.2, 14};
    static vg_outcome_pair pair = {.a = 0, .b = 1, .metric = "off_road", .p_holm = 0.02};
    road = circle_road(60, 5);
    snprintf(suite.name, sizeof suite.name, "ring & co");
    suite.config.starts = STARTS, suite.config.horizon = 20, suite.config.seed = 1;
    suite.test.roads = &road, suite.test.names = names, suite.test.count = 1;
    for (int a = 0; a < ARMS; a++) {
        for (int k = 0; k < SEEDS; k++) drive(a, k);
        arms[a] = (vg_outcome_arm){.label = labels[a],
                                   .kind = "bc",
                                   .source = "scaling=<zscore>",
                                   .sense = "lidar",
                                   .budget = 1000 * (a + 1),
                                   .shown = a + 1,
                                   .group = "bc"};
        arms[a].arm = (vg_arm){labels[a], seeds[a], SEEDS, 1, STARTS, 20, 1};
        analyse(a, &arms[a].analysis);
    }
    pair.result = (vg_difference){about(0.5), NAN, 0.01, 0.25, about(0.25)};
    return (vg_outcome){.kind = "study",
                        .name = "two <drivers>",
                        .about = "An example.",
                        .command = "verge study two.yaml && echo \"<done>\"",
                        .configuration = "suite: \"ring\"\nabout: <none>\n",
                        .suite = &suite,
                        .study_hash = 7,
                        .reference = "pursuit",
                        .shown_unit = "demonstrations",
                        .floors = &floor,
                        .floor_count = 1,
                        .arms = arms,
                        .arm_count = ARMS,
                        .pairs = &pair,
                        .pair_count = 1};
}

static char folder[200];

static void make_folder(void) {
    const char *root = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%s/verge-test-page-XXXXXX", root ? root : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

static const char *inside(const char *name) {
    static char path[300];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void clear_folder(void) {
    DIR *figures = opendir(inside("figures"));
    for (struct dirent *entry; figures && (entry = readdir(figures));) {
        char name[300];
        snprintf(name, sizeof name, "figures/%.200s", entry->d_name);
        if (entry->d_name[0] != '.') ck_assert_int_eq(unlink(inside(name)), 0);
    }
    if (figures) closedir(figures);
    unlink(inside("index.html"));
    rmdir(inside("figures"));
    ck_assert_int_eq(rmdir(folder), 0); // and nothing else was written
    vg_road_destroy(road);
}

START_TEST(a_page_is_well_formed_and_loads_nothing) {
    char *page;
    int64_t size;
    vg_outcome outcome = example();
    make_folder();
    ck_ok(vg_report_page_write(&outcome, folder, VG_KEEP, &diag));
    ck_ok(vg_file_read(inside("index.html"), 0, &page, &size, &diag));
    ck_assert(!strncmp(page, "<!DOCTYPE html>\n", 16));
    ck_assert(xml_is_well_formed(page + 16));
    ck_assert(xml_ids_differ(page));
    for (const char *at = page; (at = strstr(at, "http")); at++)
        ck_assert(!strncmp(at - 7, "xmlns=\"", 7) || !strncmp(at, "http-equiv=\"Content-Security", 28));
    ck_assert_ptr_null(strstr(page, "src="));
    ck_assert_ptr_null(strstr(page, "url(http"));
    ck_assert_ptr_null(strstr(page, "<g data-episode")); // without a player no picture can be clicked
    ck_assert_ptr_null(strstr(page, "@import"));
    if (getenv("VERGE_TEST_PAGE"))
        ck_ok(vg_file_write(getenv("VERGE_TEST_PAGE"), page, size, VG_REPLACE, &diag));
    vg_free(page);
    clear_folder();
}
END_TEST

START_TEST(a_page_escapes_what_it_was_given) {
    char *page;
    int64_t size;
    vg_outcome outcome = example();
    make_folder();
    ck_ok(vg_report_page_write(&outcome, folder, VG_KEEP, &diag));
    ck_ok(vg_file_read(inside("index.html"), 0, &page, &size, &diag));
    ck_assert_ptr_nonnull(strstr(page, "<th scope=\"row\">" HOSTILE_ESCAPED));
    ck_assert_ptr_nonnull(strstr(page, "<th scope=\"row\">a &lt; b &amp; 'two'"));
    ck_assert_ptr_nonnull(strstr(page, "<title>two &lt;drivers&gt;</title>"));
    ck_assert_ptr_nonnull(strstr(page, "about: &lt;none&gt;"));
    ck_assert_ptr_null(strstr(page, "<b>"));
    ck_assert_ptr_null(strstr(page, "<log>"));
    ck_assert_ptr_nonnull(
        strstr(page, "0 of 8<span class=\"small bound\">below 31.2 %: new seeds and roads"));
    ck_assert_ptr_nonnull(strstr(page, "<td>edge<"));
    ck_assert_ptr_null(strstr(page, "nan"));
    vg_free(page);
    clear_folder();
}
END_TEST

// What a reader meets first: who left the road and how often, where, and the worst episodes with their
// command.
START_TEST(a_page_begins_with_its_verdict) {
    char *page, command[400];
    int64_t size;
    vg_outcome outcome = example();
    make_folder();
    ck_ok(vg_report_page_write(&outcome, folder, VG_KEEP, &diag));
    ck_ok(vg_file_read(inside("index.html"), 0, &page, &size, &diag));
    const char *verdict = strstr(page, "<p class=\"verdict\">");
    ck_assert_ptr_nonnull(verdict);
    ck_assert_ptr_nonnull(strstr(verdict, "</strong> left the road in 50 % of its 8 drives (35 to 70 %)"));
    ck_assert_ptr_nonnull(strstr(verdict, "</strong> in none of its 8 drives. Chance does not explain"));
    ck_assert(verdict < strstr(page, "id=\"figure-exits-1\"") && verdict < strstr(page, "id=\"headline\""));
    ck_assert_int_eq(access(inside("figures/exits-1.png"), F_OK), 0);
    // The earliest of four departures is that of start 0, of either training seed.
    snprintf(command, sizeof command, "verge view %s --episode 'ring &lt;1&gt;:0' --follow", folder);
    ck_assert_ptr_nonnull(strstr(page, command));
    ck_assert_ptr_nonnull(strstr(page, "data-episode=\"ring &lt;1&gt;:0\""));
    ck_assert_ptr_nonnull(strstr(page, "data-episode=\"ring &lt;1&gt;:0;training=2\""));
    ck_assert_ptr_nonnull(strstr(page, "--training-seed 2 --follow"));
    ck_assert_int_eq(access(inside("figures/worst-5.png"), F_OK), 0);
    ck_assert_ptr_nonnull(strstr(page, "<figure id=\"figure-maps-2\" data-driver=\"2\">"));
    ck_assert_ptr_nonnull(strstr(page, "<title>10 s: 75 % (65 to 85 %)</title>"));
    vg_free(page);
    clear_folder();
}
END_TEST

// Of obstacles only where somebody hit one; who avoids them stands against who does not.
START_TEST(a_page_tells_of_obstacles_that_were_hit) {
    char *page;
    int64_t size;
    vg_outcome outcome = example();
    make_folder();
    ck_ok(vg_report_page_write(&outcome, folder, VG_KEEP, &diag));
    ck_ok(vg_file_read(inside("index.html"), 0, &page, &size, &diag));
    ck_assert_ptr_null(strstr(page, "or hit an obstacle"));
    vg_free(page);
    clear_folder();
    outcome = example();
    vg_outcome_arm arms[8];
    ck_assert_int_le(outcome.arm_count, 8);
    memcpy(arms, outcome.arms, sizeof *arms * (size_t)outcome.arm_count);
    arms[0].analysis.collision.value = 0.25;
    outcome.arms = arms;
    make_folder();
    ck_ok(vg_report_page_write(&outcome, folder, VG_KEEP, &diag));
    ck_ok(vg_file_read(inside("index.html"), 0, &page, &size, &diag));
    ck_assert_ptr_nonnull(strstr(page, "and hit an obstacle in 25 %, <strong>"));
    ck_assert_ptr_nonnull(strstr(page, "</strong> did neither in its 8 drives."));
    ck_assert_ptr_nonnull(strstr(page, "Where they left the road or hit an obstacle"));
    vg_free(page);
    clear_folder();
    // Who never leaves the road but hits obstacles more often than another leaves it is not the best.
    outcome = example();
    memcpy(arms, outcome.arms, sizeof *arms * (size_t)outcome.arm_count);
    outcome.arms = arms;
    for (int32_t i = 0; i < outcome.arm_count; i++) {
        arms[i].analysis.off_road.value = i == 0 ? 0.125 : i == 1 ? 0 : 0.5;
        arms[i].analysis.collision.value = i == 1 ? 0.25 : 0;
    }
    make_folder();
    ck_ok(vg_report_page_write(&outcome, folder, VG_KEEP, &diag));
    ck_ok(vg_file_read(inside("index.html"), 0, &page, &size, &diag));
    ck_assert_ptr_nonnull(
        strstr(page, "obstacle in 25 %, <strong>&lt;b&gt;&amp;&quot; one</strong> in 12.5 %"));
    vg_free(page);
    clear_folder();
}
END_TEST

START_TEST(a_write_that_fails_leaves_no_page) {
    vg_outcome outcome = example();
    int64_t live = vg_memory_live();
    make_folder();
    for (int n = 1; n < 400; n++) {
        vg_file_fail_after(n);
        vg_err err = vg_report_page_write(&outcome, folder, VG_REPLACE, &diag);
        vg_file_fail_never();
        if (!err) break;
        ck_assert_int_eq(err, VG_ERR_IO);
        ck_assert_int_eq(vg_memory_live(), live);
        ck_assert_int_ne(access(inside("index.html"), F_OK), 0);
        n += 20; // a few places are enough: each draws every picture before it
    }
    ck_ok(vg_report_page_write(&outcome, folder, VG_REPLACE, &diag));
    ck_fails(vg_report_page_write(&outcome, folder, VG_KEEP, &diag), VG_ERR_EXISTS, "index.html");
    clear_folder();
}
END_TEST

// The rounds of two seeds. The second arm has the first one's cells, scored elsewhere, and the third has
// none.
START_TEST(a_page_tells_of_claims_and_rounds) {
    static char of_rounds[2][64] = {"departures_per_lap", "off_road"};
    static double values[2 * SEEDS * 3] = {4, 2, 1, 8, 4, 3, 0.5, 0.25, NAN, 0.75, 0.25, 0};
    static vg_outcome_record record = {of_rounds, 2, SEEDS, 3, values};
    vg_outcome outcome = example();
    arms[0].record = &record;
    char *page;
    int64_t size;
    vg_claims claims = {.count = 2};
    claims.rows = vg_new(vg_claim, 2);
    for (int i = 0; i < 2; i++) {
        vg_claim *claim = &claims.rows[i];
        snprintf(claim->id, sizeof claim->id, "%d", i + 1);
        snprintf(claim->text, sizeof claim->text, "it <holds>");
        snprintf(claim->condition, sizeof claim->condition, "off_road(a) < 0.%d", 7 - i);
        claim->estimate = about(0.65), claim->holds = i == 0;
    }
    outcome.claims = &claims;
    make_folder();
    ck_ok(vg_report_page_write(&outcome, folder, VG_KEEP, &diag));
    ck_ok(vg_file_read(inside("index.html"), 0, &page, &size, &diag));
    ck_assert(xml_is_well_formed(page + 16));
    ck_assert_ptr_nonnull(strstr(page, "<code>off_road(a) &lt; 0.7</code>"));
    ck_assert_ptr_nonnull(strstr(page, "it &lt;holds&gt;"));
    ck_assert_ptr_nonnull(strstr(page, "Of 2 claims, 1 holds.</p>"));
    ck_assert_ptr_nonnull(strstr(page, "<td class=\"text\">holds</td>"));
    ck_assert_ptr_nonnull(strstr(page, "<strong>does not hold</strong>"));
    const char *rounds = strstr(page, "Round by round");
    ck_assert_ptr_nonnull(rounds);
    ck_assert_ptr_nonnull(strstr(rounds, "Departures a lap after each round"));
    ck_assert_ptr_nonnull(strstr(rounds, "Off the road on validation roads"));
    ck_assert_ptr_nonnull(strstr(rounds, ">6<")); // (4 + 8) / 2 in the first
    vg_free(page);
    vg_free(claims.rows);
    unlink(inside("figures/departures_per_lap.png"));
    unlink(inside("figures/off_road.png"));
    clear_folder();
}
END_TEST

START_TEST(a_page_takes_its_player_along) {
    char *page;
    int64_t size;
    const char script[] = "if(1<2&&document)play();";
    const vg_report_player player = {script, sizeof script - 1, "{\"results\":[\"</script>&\"]}"};
    vg_outcome outcome = example();
    outcome.player = &player;
    make_folder();
    ck_ok(vg_report_page_write(&outcome, folder, VG_KEEP, &diag));
    ck_ok(vg_file_read(inside("index.html"), 0, &page, &size, &diag));
    ck_assert(xml_is_well_formed(page + 16));
    ck_assert_ptr_nonnull(strstr(page, script));
    ck_assert_ptr_nonnull(strstr(page, "<section id=\"watch\" hidden=\"\">")); // without script nothing plays
    ck_assert_ptr_nonnull(strstr(page, "[\"\\u003c/script>\\u0026\"]")); // data does not end its element
    // All scripts that run have the mark of the policy.
    const char *mark = strstr(page, "script-src 'nonce-");
    ck_assert_ptr_nonnull(mark);
    for (const char *at = page; (at = strstr(at, "<script nonce=")); at++)
        ck_assert_int_eq(strncmp(at + 15, mark + 18, 16), 0);
    vg_free(page);
    clear_folder();
}
END_TEST

// Whether a part of the page from `from` to the next `to` has the text.
static bool within(const char *page, const char *from, const char *to, const char *text) {
    const char *begin = strstr(page, from), *end = begin ? strstr(begin, to) : NULL, *at;
    ck_assert_msg(end != NULL, "no %s", from);
    at = strstr(begin, text);
    return at && at < end;
}

// Titles, dots and rows. Of four departures, two a training seed, the last is start 2 of the second.
START_TEST(dots_titles_and_rows_play) {
    static const char title[] = "<g data-episode=\"ring &lt;1&gt;:0\">\n<text";
    static const char dot[] =
        "<g data-episode=\"ring &lt;1&gt;:2;training=2\">\n<title>ring &lt;1&gt;, start 2, "
        "training seed 2</title>";
    static const char row[] = "<th scope=\"row\"><a class=\"play\" href=\"#play=ring &lt;1&gt;:0\" "
                              "data-episode=\"ring &lt;1&gt;:0\">ring &lt;1&gt;</a></th>";
    const vg_report_player player = {"play();", 7, "{}"};
    vg_outcome outcome = example();
    char *page;
    int64_t size;
    outcome.player = &player;
    make_folder();
    ck_ok(vg_report_page_write(&outcome, folder, VG_KEEP, &diag));
    ck_ok(vg_file_read(inside("index.html"), 0, &page, &size, &diag));
    ck_assert(xml_is_well_formed(page + 16));
    ck_assert(within(page, "id=\"figure-exits-1\"", "</figure>", title));
    ck_assert(within(page, "id=\"figure-exits-1\"", "</figure>", dot));
    ck_assert(!within(page, "id=\"figure-exits-1\"", "</figure>", "data-episode=\"ring &lt;1&gt;:1"));
    ck_assert(within(page, "id=\"figure-worst-1\"", "</figure>", title));
    ck_assert(within(page, "id=\"figure-maps-1\"", "</figure>", title));
    ck_assert(within(page, "id=\"figure-maps-1\"", "</figure>", "data-episode=\"ring &lt;1&gt;:2\""));
    ck_assert(within(page, "id=\"figure-roads-1\"", "</figure>", row));
    vg_free(page);
    clear_folder();
}
END_TEST

CK_MAIN("page", dots_titles_and_rows_play, a_page_takes_its_player_along,
        a_page_is_well_formed_and_loads_nothing, a_page_escapes_what_it_was_given,
        a_page_begins_with_its_verdict, a_page_tells_of_obstacles_that_were_hit,
        a_page_tells_of_claims_and_rounds, a_write_that_fails_leaves_no_page)
