// Real human laps, where they are available: every lap is kept, and followed as closely as promised.
//
// Looks in VERGE_DATA, else in ../shared/data beside the source tree; skips if there is no data.
#include <dirent.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "logs/import/import_file.h"
#include "logs/store/replay.h"
#include "tests/check.h"
#include "tracks/library.h"

static vg_diag diag;

static const char *data(void) {
    const char *set = getenv("VERGE_DATA");
    return set && *set ? set : VG_ROOT "/../shared/data";
}

// rms of the steering rate of a path by other definitions: from the heading column, and from the circle
// through three neighbouring samples.
static double rate_by(const vg_lap *lap, double wheelbase, bool by_heading) {
    double before = 0, sum = 0;
    int32_t used = 0;
    for (int32_t i = 1; i + 1 < lap->count; i++) {
        const vg_log_sample *a = &lap->samples[i - 1], *b = a + 1, *c = a + 2;
        double u = hypot(b->x - a->x, b->y - a->y), v = hypot(c->x - b->x, c->y - b->y);
        double cross = (b->x - a->x) * (c->y - b->y) - (b->y - a->y) * (c->x - b->x);
        double turn = remainder(c->heading - b->heading, 2 * M_PI) / v;
        double steer =
            atan(wheelbase * (by_heading ? turn : 2 * cross / (u * v * hypot(c->x - a->x, c->y - a->y))));
        if (i > 1) sum += pow((steer - before) / (c->t - b->t), 2), used++;
        before = steer;
    }
    return sqrt(sum / used);
}

// The steering of the log, tick by tick and command by command.
static void check_log(const char *path, const vg_lap *lap, const vg_car *car,
                      const vg_import_report *report) {
    vg_log *log;
    vg_log_episode episode;
    vg_log_step *steps;
    vg_log_sample *samples;
    int64_t count, sample_count;
    vg_replay_report replay;
    ck_ok(vg_log_open(path, &log, &diag));
    ck_ok(vg_log_episode_at(log, 0, &episode, &diag));
    ck_ok(vg_log_steps(log, episode.id, &steps, &count, &diag));
    ck_ok(vg_log_read_samples(log, episode.id, &samples, &sample_count, &diag));
    ck_assert_int_eq(count, report->ticks);
    ck_assert_int_eq(sample_count, lap->count);
    double ticks = 0, commands = 0;
    for (int64_t i = 1; i < count; i++)
        ticks += pow((steps[i].state.steer - steps[i - 1].state.steer) * 60, 2);
    for (int64_t i = 3; i < count; i += 3)
        commands += pow((steps[i].command[0] - steps[i - 3].command[0]) * car->steer_max * 20, 2);
    ck_assert_double_lt(sqrt(ticks / (count - 1)), 1.5 * report->measure.path_rate);
    ck_assert_double_lt(sqrt(commands / (count / 3 - 1)), 1.5 * report->measure.path_rate);
    // Every sample again, from the rows of the log.
    for (int32_t i = 0; i < lap->count; i++) {
        double at = (samples[i].t - samples[0].t) * 60;
        int64_t tick = (int64_t)at < count - 1 ? (int64_t)at : count - 1;
        const vg_state *a = &steps[tick].state,
                       *b = tick + 1 < count ? &steps[tick + 1].state : &episode.final;
        double share = at - (double)tick, x = a->x + share * (b->x - a->x), y = a->y + share * (b->y - a->y);
        ck_assert_double_lt(hypot(x - samples[i].x, y - samples[i].y), report->measure.worst + 1e-9);
    }
    ck_ok(vg_replay_episode(log, &episode, &replay, &diag));
    ck_assert_int_eq(replay.first_differing, -1);
    vg_free(steps);
    vg_free(samples);
    ck_ok(vg_log_close(log, &diag));
}

// Import every lap whose file begins with `prefix`, and check the promise for each.
static void check_set(const char *prefix, const char *track, const char *car_name, int least) {
    char path[1024], out[] = "/tmp/verge-real-XXXXXX", log_path[64];
    vg_car car;
    vg_road *road;
    ck_ok(vg_car_load(car_name, &car, &diag));
    snprintf(path, sizeof path, "%s/tracks/%s", data(), track);
    ck_ok(vg_track_load(path, &road, &diag));
    ck_assert_ptr_nonnull(mkdtemp(out));
    snprintf(log_path, sizeof log_path, "%s/lap.vlog", out);
    snprintf(path, sizeof path, "%s/logs", data());
    DIR *folder = opendir(path);
    ck_assert_ptr_nonnull(folder);
    int laps = 0;
    double p95 = 0, worst = 0, own = 0, heading = 0, circle = 0;
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (strncmp(entry->d_name, prefix, strlen(prefix)) != 0) continue;
        snprintf(path, sizeof path, "%s/logs/%s", data(), entry->d_name);
        vg_lap lap;
        vg_import_file_report report = {0};
        vg_import_file_def def = vg_import_file_default();
        def.import.road = road, def.import.car = &car;
        ck_ok(vg_lap_read(NULL, path, NULL, &lap, &diag));
        ck_ok(vg_log_create(log_path, VG_REPLACE, &def.import.log, &diag));
        ck_ok(vg_import_file(&def, NULL, path, NULL, &report, &diag));
        ck_ok(vg_log_close(def.import.log, &diag));
        // They are clean, and stay as they are.
        ck_assert(report.lap_count == 1 && report.laps[0].piece.kind == VG_PIECE_WHOLE);
        const vg_clean_report *clean = &report.drives[0].clean;
        if (!clean->left_alone || clean->lost.count || clean->far.count || clean->spikes.count)
            ck_abort_msg("%s: noise %g m, %d lost, %d far, %d wild", path, clean->smoothing.noise,
                         clean->lost.count, clean->far.count, clean->spikes.count);
        const vg_fit_measure *m = &report.laps[0].report.measure;
        if (m->p95 > 0.05 || m->worst > 0.5) ck_abort_msg("%s: %g and %g m", path, m->p95, m->worst);
        check_log(log_path, &lap, &car, &report.laps[0].report);
        p95 = fmax(p95, m->p95), worst = fmax(worst, m->worst), own = fmax(own, m->steer_rate / m->path_rate);
        heading = fmax(heading, m->steer_rate / rate_by(&lap, car.wheelbase, true));
        circle = fmax(circle, m->steer_rate / rate_by(&lap, car.wheelbase, false));
        vg_lap_free(&lap);
        vg_import_file_free(&report);
        laps++;
    }
    closedir(folder);
    unlink(log_path);
    rmdir(out);
    vg_road_destroy(road);
    printf("%s: %d laps, 95 %% within %.3f m, worst %.3f m; steering rate %.2f of the path's own, %.2f by "
           "heading, "
           "%.2f by three points\n",
           prefix, laps, p95, worst, own, heading, circle);
    ck_assert_int_ge(laps, least);
    ck_assert_double_lt(own, 1.5);
    ck_assert_double_lt(heading, 1.5);
    ck_assert_double_lt(circle, 1.5);
}

START_TEST(kart_laps) { check_set("krp_essay_AS_lap0", "krp_essay_est.csv", "kart", 4); }
END_TEST
START_TEST(sakhir_laps) { check_set("f1_sakhir", "sakhir_adj.csv", "formula", 32); }
END_TEST
START_TEST(monza_laps) { check_set("f1_monza", "monza_ac.csv", "formula", 13); }
END_TEST

int main(void) {
    char path[1024];
    snprintf(path, sizeof path, "%s/logs", data());
    if (access(path, R_OK)) {
        printf("SKIP: no laps in %s; set VERGE_DATA to the folder that holds them\n", path);
        return 77;
    }
    const TTest *const tests[] = {kart_laps, sakhir_laps, monza_laps};
    return ck_run("import_real", tests, sizeof tests / sizeof *tests);
}
