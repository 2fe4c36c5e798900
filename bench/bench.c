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

// Has its own name in every build: script/count counts the instructions within.
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

// Finds by doubling the number of pieces that take about `seconds`; this also warms up.
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

// An opened piece, and its measurements so far.
typedef struct seat {
    bench_result *result;
    void *state;
    double wall, cpu;
} seat;

static vg_err open_seat(const bench_plan *plan, const bench_case *piece, int32_t threads, seat *seat,
                        vg_diag *diag) {
    bench_result *r = seat->result;
    *r = (bench_result){.piece = piece, .repeats = plan->repeats, .threads = threads, .pieces = plan->fixed};
    r->values = vg_new(double, plan->repeats);
    if (!r->values) return vg_fail_memory(diag);
    vg_err err = piece->open(threads, &seat->state, &r->work, diag);
    if (!err && !plan->fixed) err = calibrate(piece, seat->state, plan->seconds, &r->pieces, diag);
    return err;
}

static vg_err run_seat(const bench_plan *plan, seat *seat, int32_t repeat, vg_diag *diag) {
    bench_result *r = seat->result;
    double taken = 0, began = bench_now(), cpu = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
    vg_err err = bench_run_pieces(r->piece, seat->state, r->pieces, &taken, diag);
    seat->wall += bench_now() - began;
    cpu = seconds_of(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    seat->cpu += cpu;
    if (plan->cpu) taken = cpu;
    r->values[repeat] = r->piece->lower ? taken / (double)r->pieces : r->work * (double)r->pieces / taken;
    return err;
}

// Median of values [count], which are sorted in place.
static void summarise(double *values, int32_t count, double *median, double *least, double *most) {
    qsort(values, (size_t)count, sizeof *values, by_value);
    *least = values[0];
    *most = values[count - 1];
    *median = (values[(count - 1) / 2] + values[count / 2]) / 2;
}

static vg_err close_seat(seat *seat, vg_err err, vg_diag *diag) {
    bench_result *r = seat->result;
    double *sorted = err ? NULL : vg_new(double, r->repeats);
    if (!err && !sorted) err = vg_fail_memory(diag);
    if (!err) {
        memcpy(sorted, r->values, sizeof *sorted * (size_t)r->repeats);
        summarise(sorted, r->repeats, &r->median, &r->least, &r->most);
        r->share = seat->cpu / seat->wall;
    }
    if (seat->state) r->piece->close(seat->state);
    vg_free(sorted);
    return err;
}

vg_err bench_measure(const bench_plan *plan, const bench_case *const *pieces, int32_t count,
                     bench_result *results, int32_t *measured, vg_diag *diag) {
    seat seats[2 * BENCH_PIECES_MOST];
    int32_t used = 0;
    vg_err err = VG_OK;
    *measured = 0;
    if (plan->repeats < 1 || plan->threads < 1)
        return vg_fail(diag, VG_ERR_ARGUMENT, "%d repeats on %d threads, both must be 1 or more",
                       plan->repeats, plan->threads);
    if (plan->cpu && plan->threads > 1)
        return vg_fail(diag, VG_ERR_ARGUMENT, "the processor's time cannot measure %d threads",
                       plan->threads);
    for (int32_t i = 0; i < count && !err; i++)
        for (int32_t more = 0; more <= (plan->threads > 1 && !pieces[i]->alone) && !err; more++) {
            seats[used] = (seat){.result = &results[used]};
            err = open_seat(plan, pieces[i], more ? plan->threads : 1, &seats[used], diag);
            used++;
        }
    for (int32_t repeat = 0; repeat < plan->repeats; repeat++)
        for (int32_t i = 0; i < used && !err; i++) err = run_seat(plan, &seats[i], repeat, diag);
    for (int32_t i = 0; i < used; i++) err = close_seat(&seats[i], err, diag);
    *measured = used;
    return err;
}

void bench_results_free(bench_result *results, int32_t count) {
    for (int32_t i = 0; i < count; i++) vg_free(results[i].values);
}

// --- pairs -------------------------------------------------------------------------------------------------

bool bench_compare(bench_pair *pair) {
    int32_t repeats = pair->of->repeats;
    double *ratios = vg_new(double, repeats);
    if (!ratios) return false;
    for (int32_t i = 0; i < repeats; i++) {
        double a = pair->of->values[i], b = pair->beside->values[i];
        ratios[i] = pair->of->piece->lower ? b / a : a / b;
    }
    summarise(ratios, repeats, &pair->median, &pair->least, &pair->most);
    vg_free(ratios);
    return true;
}

// The speed wanted of two threads, relative to one; for more threads in proportion.
static double wanted_of_threads(int32_t threads) { return 0.95 * threads; }

int32_t bench_pairs(const bench_result *results, int32_t count, bench_pair *pairs) {
    int32_t found = 0;
    for (const bench_result *of = results; of < results + count; of++)
        for (const bench_result *by = results; by < results + count; by++) {
            bool peer = by->piece->with && strcmp(by->piece->with, of->piece->name) == 0 &&
                        of->threads == 1 && by->threads == 1;
            bool threads = by->piece == of->piece && of->threads > 1 && by->threads == 1;
            if ((!peer && !threads) || found == BENCH_PAIRS_MOST) continue;
            pairs[found] =
                (bench_pair){.of = of,
                             .beside = by,
                             .wanted = threads ? wanted_of_threads(of->threads) : by->piece->wanted};
            if (!bench_compare(&pairs[found++])) return -1;
        }
    return found;
}

const char *bench_beside(const bench_pair *pair) {
    return pair->beside->piece == pair->of->piece ? "1 thread" : pair->beside->piece->name;
}

// --- output ------------------------------------------------------------------------------------------------

char *bench_format(double value, bool seconds, char buffer[32]) {
    if (seconds)
        snprintf(buffer, 32, "%.4f", value);
    else if (value >= 1e9)
        snprintf(buffer, 32, "%.1f G", value / 1e9);
    else if (value >= 1e6)
        snprintf(buffer, 32, "%.2f M", value / 1e6);
    else
        snprintf(buffer, 32, "%.1f k", value / 1e3);
    return buffer;
}

static void add_row(vg_text *out, const char *machine, const bench_result *r, const char *beside,
                    const char *unit, const double values[4]) {
    char date[32], number[4][32];
    time_t now = time(NULL);
    strftime(date, sizeof date, "%Y-%m-%d", gmtime(&now));
    for (int k = 0; k < 4; k++) vg_format_double(values[k], number[k]);
    vg_text_add(out, "%s,%s,%s,%s,%d,%s,%s,%s,%s,%s,%s,%s,%d,%.2f\n", date, VG_VERSION, machine,
                vg_level_name(vg_level_now()), r->threads, r->piece->name, beside, unit, number[0], number[1],
                number[2], values[3] > 0 ? number[3] : "", r->repeats, r->share);
}

void bench_csv(const bench_result *results, int32_t count, const char *machine, vg_text *out) {
    vg_text_add(out,
                "date,version,machine,level,threads,piece,beside,unit,median,least,most,goal,repeats,cpu\n");
    for (const bench_result *r = results; r < results + count; r++) {
        char unit[40];
        snprintf(unit, sizeof unit, r->piece->lower ? "s" : "%s/s", r->piece->unit);
        add_row(out, machine, r, "", unit,
                (double[]){r->median, r->least, r->most, r->threads == 1 ? r->piece->goal : 0});
    }
    bench_pair *pairs = vg_new(bench_pair, BENCH_PAIRS_MOST);
    int32_t found = pairs ? bench_pairs(results, count, pairs) : -1;
    for (const bench_pair *p = pairs; p < pairs + found; p++)
        add_row(out, machine, p->of, bench_beside(p), "x",
                (double[]){p->median, p->least, p->most, p->wanted});
    if (found < 0) out->failed = true;
    vg_free(pairs);
}
