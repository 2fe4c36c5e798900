#include "app/cli/output.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "sim/base/memory.h"

static vg_progress *active; // the bar on the terminal, to be wiped before a message

static bool terminal(void) {
    const char *term = getenv("TERM");
    return isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0;
}

static bool coloured(void) {
    const char *no = getenv("NO_COLOR");
    return terminal() && !(no && no[0]);
}

static void wipe_bar(void) {
    if (active && active->shown) fputs("\r\033[K", stderr);
    if (active) active->drawn = 0;
}

// Prints one line on stderr, in one write: "verge: LEAD text".
static void message(const char *colour, const char *lead, const char *format, va_list args) {
    char text[2048];
    vsnprintf(text, sizeof text, format, args);
    // A file's name, or what SQLite says of a broken one, may have line ends in it.
    vg_make_harmless(text, (int64_t)strlen(text), false);
    wipe_bar();
    bool paint = colour && coloured();
    fprintf(stderr, "verge: %s%s%s%s\n", paint ? colour : "", lead, paint ? "\033[0m" : "", text);
}

void vg_say(const char *format, ...) {
    va_list args;
    va_start(args, format);
    message(NULL, "", format, args);
    va_end(args);
}

void vg_say_warning(const char *format, ...) {
    va_list args;
    va_start(args, format);
    message("\033[33m", "warning: ", format, args);
    va_end(args);
}

static void error_line(const char *format, ...) {
    va_list args;
    va_start(args, format);
    message("\033[31m", "error: ", format, args);
    va_end(args);
}

void vg_say_diag(const vg_diag *diag) {
    char text[1024];
    vg_diag_format(diag, text, sizeof text);
    error_line("%s", text[0] ? text : vg_err_text(diag->code));
}

vg_err vg_print_text(const vg_text *text, vg_diag *diag) {
    if (text->failed) return vg_fail_memory(diag);
    enum { PIECE = 4096 };
    char piece[PIECE];
    wipe_bar();
    for (int64_t at = 0, size; at < text->size; at += size) {
        size = text->size - at < PIECE ? text->size - at : PIECE;
        // Not within a character: back to where one begins.
        while (at + size < text->size && size > PIECE - 4 &&
               ((unsigned char)text->bytes[at + size] & 0xc0) == 0x80)
            size--;
        memcpy(piece, text->bytes + at, (size_t)size);
        vg_make_harmless(piece, size, true);
        fwrite(piece, 1, (size_t)size, stdout);
    }
    return VG_OK;
}

void vg_print(const char *format, ...) {
    vg_text text = {0};
    vg_diag diag;
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    char *line = length < 0 ? NULL : vg_new(char, length + 1);
    if (line) {
        vsnprintf(line, (size_t)length + 1, format, again);
        vg_text_bytes(&text, line, length);
    }
    va_end(again);
    va_end(args);
    if (!line || vg_print_text(&text, &diag)) fputs("(out of memory)\n", stdout);
    vg_free(line);
    vg_text_free(&text);
}

// --- progress --------------------------------------------------------------------------------------------

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

// 1234567 as "1.23 M".
static void short_number(double value, char text[32]) {
    static const char *const suffix[] = {"", " k", " M", " G", " T"};
    int step = 0;
    for (; value >= 1000 && step < 4; step++) value /= 1000;
    snprintf(text, 32, "%.3g%s", value, suffix[step]);
}

// "  1:05 left" once it can be told, else "".
static void time_left(double part, double elapsed, char text[32]) {
    text[0] = '\0';
    if (!(part > 0) || elapsed <= 0.5) return;
    long rest = lround(elapsed * (1 - part) / part);
    snprintf(text, 32, "  %ld:%02ld left", rest / 60, rest % 60);
}

static double part_of(int64_t done, int64_t total) {
    double part = total > 0 ? (double)done / (double)total : 0;
    return part > 1 ? 1 : part;
}

static void draw(vg_progress *p, double now) {
    enum { WIDTH = 24 };
    int64_t done = p->done;
    double part = part_of(done, p->total), elapsed = now - p->began;
    char bar[WIDTH + 1], rate[32], left[32];
    for (int i = 0; i < WIDTH; i++) bar[i] = i < (int)(part * WIDTH) ? '#' : '.';
    bar[WIDTH] = 0;
    short_number(elapsed > 0 ? (double)done / elapsed : 0, rate);
    time_left(part, elapsed, left);
    fprintf(stderr, "\r\033[K%s [%s] %3.0f %%  %s %s/s%s", p->title, bar, 100 * part, rate, p->unit, left);
    fflush(stderr);
    p->drawn = now;
}

void vg_progress_line(const vg_progress *p, double elapsed, char text[VG_PROGRESS_LINE]) {
    int64_t done = p->done, total = p->total;
    char left[32], of[32], share[64] = "";
    long seconds = lround(elapsed);
    time_left(part_of(done, total), elapsed, left);
    short_number((double)done, of);
    if (total > 0) {
        char all[32];
        short_number((double)total, all);
        snprintf(share, sizeof share, " of %s", all);
    }
    int size = snprintf(text, VG_PROGRESS_LINE, "%s: %s%s %s", p->title, of, share, p->unit);
    if (total > 0 && size < VG_PROGRESS_LINE)
        size += snprintf(text + size, (size_t)(VG_PROGRESS_LINE - size), " (%.0f %%)",
                         100 * part_of(done, total));
    if (size < VG_PROGRESS_LINE)
        snprintf(text + size, (size_t)(VG_PROGRESS_LINE - size), "  %ld:%02ld so far%s", seconds / 60,
                 seconds % 60, left);
}

static void say_line(void *context) {
    const vg_progress *p = context;
    char text[VG_PROGRESS_LINE];
    vg_progress_line(p, seconds() - p->began, text);
    vg_say("%s", text);
}

void vg_progress_begin(vg_progress *progress, const char *title, const char *unit, int64_t total) {
    const double every = 10; // s between lines
    *progress = (vg_progress){.title = title, .unit = unit, .total = total, .shown = terminal()};
    progress->began = seconds();
    if (!progress->shown) {
        vg_heartbeat_begin(&progress->heartbeat, every, say_line, progress);
        return;
    }
    active = progress;
    draw(progress, progress->began);
}

void vg_progress_update(vg_progress *progress, int64_t done) {
    progress->done = done;
    if (!progress->shown) return;
    double now = seconds();
    if (now - progress->drawn >= 0.1) draw(progress, now);
}

void vg_progress_end(vg_progress *progress) {
    vg_heartbeat_end(&progress->heartbeat);
    wipe_bar();
    if (active == progress) active = NULL;
    progress->shown = false; // NOLINT: never NULL, though `active` may be
    fflush(stderr);
}
