// bench/lap_csv.c -- 8 MB of CSV, 8 columns, to columns of numbers with units.
#include <string.h>

#include "bench/bench.h"
#include "logs/import/lap_formats.h"
#include "sim/base/exact.h"
#include "sim/base/memory.h"

enum { BYTES = 8 << 20 };

static void lap_csv_close(void *state) {
    vg_text_free(state);
    vg_free(state);
}

static vg_err lap_csv_open(int32_t threads, void **state, double *work, vg_diag *diag) {
    (void)threads;
    vg_text *text = vg_new(vg_text, 1);
    if (!text) return vg_fail_memory(diag);
    vg_text_add(text, "t_s,x_m,y_m,heading_rad,speed_mps,steer,throttle,brake\n");
    for (int i = 0; text->size < BYTES && !text->failed; i++) {
        double a = i * 0.001, wave = vg_sin(a);
        vg_text_add(text, "%.3f,%.3f,%.3f,%.4f,%.3f,%.5f,%.3f,%.3f\n", i * 0.01, 1000 * vg_cos(a),
                    1000 * wave, 0.1 * a, 100 + wave, 0.01 * wave, 0.5 + 0.5 * wave, 0.0);
    }
    *state = text;
    *work = (double)text->size;
    if (!text->failed) return VG_OK;
    lap_csv_close(text);
    return vg_fail_memory(diag);
}

static vg_err lap_csv_run(void *state, vg_diag *diag) {
    const vg_text *text = state;
    const vg_telemetry_source source = {text->bytes, text->size, "bench.csv", NULL, NULL};
    vg_telemetry telemetry;
    vg_err err = vg_telemetry_parse(NULL, &source, &telemetry, diag);
    vg_telemetry_free(&telemetry);
    return err;
}

const bench_case bench_lap_csv = {.name = "lap-csv",
                                  .unit = "bytes",
                                  .help = "telemetry of 8 columns as CSV, to numbers",
                                  .goal = 100e6,
                                  .open = lap_csv_open,
                                  .run = lap_csv_run,
                                  .close = lap_csv_close,
                                  .alone = true};
