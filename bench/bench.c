#include "bench/bench.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/base/level.h"
#include "sim/base/memory.h"
#include "sim/base/version.h"

static double seconds_of(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

double bench_now(void) { return seconds_of(CLOCK_MONOTONIC); }

char *bench_machine(char *buffer) {
    char line[256] = "";
    FILE *file = fopen("/proc/cpuinfo", "r");
    while (file && fgets(line, sizeof line, file) && strncmp(line, "model name", 10) != 0) line[0] = 0;
    if (file) fclose(file);
    const char *from = strchr(line, ':');
    int length = 0;
    for (from = from ? from + 1 : "unknown"; *from && *from != '@' && length < 62; from++) {
        if (*from == '(') // (R), (TM)
            while (from[1] && *from != ')') from++;
        else if (isalnum((unsigned char)*from))
            buffer[length++] = (char)tolower((unsigned char)*from);
        else if (length && buffer[length - 1] != '-')
            buffer[length++] = '-';
    }
    while (length && buffer[length - 1] == '-') length--;
    buffer[length] = 0;
    return buffer;
}

// Under its own name in every build: script/count counts the instructions within.
__attribute__((noinline)) vg_err bench_run_pieces(const bench_case *piece, void *state, int64_t pieces,
                                                  double *seconds, vg_diag *diag) {
    double begin = bench_now();
    for (int64_t i = 0; i < pieces; i++) {
        vg_err err = piece->run(state, diag);
        if (err) return err;
    }
    *seconds = bench_now() - begin;
    return VG_OK;
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// Pieces that take about `seconds`, found by doubling; it warms up as well.
static vg_err calibrate(const bench_case *piece, void *state, double seconds, int64_t *pieces,
                        vg_diag *diag) {
    double taken = 0;
    for (*pieces = 1;; *pieces *= 2) {
        vg_err err = bench_run_pieces(piece, state, *pieces, &taken, diag);
        if (err) return err;
        if (taken > seconds / 4 || *pieces > INT64_MAX / 4) break;
    }
    *pieces = (int64_t)((double)*pieces * seconds / taken);
    if (*pieces < 1) *pieces = 1;
    return VG_OK;
}

vg_err bench_measure(const bench_case *piece, int32_t threads, double seconds, int32_t repeats, int64_t fixed,
                     bench_result *out, vg_diag *diag) {
    if (repeats < 1) return vg_fail(diag, VG_ERR_ARGUMENT, "repeats is %d, must be 1 or more", repeats);
    *out = (bench_result){.piece = piece, .repeats = repeats};
    void *state = NULL;
    double work = 0, *values = vg_new(double, repeats);
    vg_err err = values ? piece->open(threads, &state, &work, diag) : vg_fail_memory(diag);
    out->pieces = fixed;
    if (!err && !fixed) err = calibrate(piece, state, seconds, &out->pieces, diag);
    double began = bench_now(), cpu = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
    for (int32_t i = 0; i < repeats && !err; i++) {
        double taken = 0;
        err = bench_run_pieces(piece, state, out->pieces, &taken, diag);
        values[i] = piece->lower ? taken / (double)out->pieces : work * (double)out->pieces / taken;
    }
    if (!err) {
        out->share = (seconds_of(CLOCK_PROCESS_CPUTIME_ID) - cpu) / (bench_now() - began);
        qsort(values, (size_t)repeats, sizeof *values, by_value);
        out->least = values[0];
        out->most = values[repeats - 1];
        out->median = (values[(repeats - 1) / 2] + values[repeats / 2]) / 2;
    }
    if (state) piece->close(state);
    vg_free(values);
    return err;
}

char *bench_format(double value, bool seconds, char buffer[32]) {
    if (seconds)
        snprintf(buffer, 32, "%.4f", value);
    else if (value >= 1e6)
        snprintf(buffer, 32, "%.2f M", value / 1e6);
    else
        snprintf(buffer, 32, "%.1f k", value / 1e3);
    return buffer;
}

void bench_csv(const bench_result *results, int32_t count, const char *machine, int32_t threads,
               vg_text *out) {
    char date[32], median[32], least[32], most[32];
    time_t now = time(NULL);
    strftime(date, sizeof date, "%Y-%m-%d", gmtime(&now));
    vg_text_add(out, "date,version,machine,level,threads,piece,unit,median,least,most,repeats,cpu\n");
    for (int32_t i = 0; i < count; i++) {
        const bench_result *r = &results[i];
        vg_text_add(out, "%s,%s,%s,%s,%d,%s,%s%s,%s,%s,%s,%d,%.2f\n", date, VG_VERSION, machine,
                    vg_level_name(vg_level_now()), threads, r->piece->name,
                    r->piece->lower ? "s" : r->piece->unit, r->piece->lower ? "" : "/s",
                    vg_format_double(r->median, median), vg_format_double(r->least, least),
                    vg_format_double(r->most, most), r->repeats, r->share);
    }
}
