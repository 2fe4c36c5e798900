#include "app/drive/hud.h"

#include <cairo.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/drive/keys.h"
#include "app/scene/panel.h"

static const uint32_t GREEN = 0x3ccf9a, RED = 0xff5a45, BLUE = 0x56a9e6, AMBER = 0xf5b942, MUTED = 0x9aa4ae;
static const double EDGE = 18;  // units from the window's edges
static const double LAPS = 174; // height of the box of laps
static const double MAP = 200;  // side of the map

char *vg_hud_time(int64_t ticks, double tick_seconds, char buffer[24]) {
    int64_t ms = llround((double)ticks * tick_seconds * 1000);
    if (ticks)
        snprintf(buffer, 24, "%d:%02d.%03d", (int)(ms / 60000), (int)(ms / 1000 % 60), (int)(ms % 1000));
    else
        snprintf(buffer, 24, "-:--.---");
    return buffer;
}

static void fill_round(cairo_t *cairo, double x, double y, double width, double height, double radius,
                       uint32_t rgb, double opacity) {
    vg_panel_round(cairo, x, y, width, height, radius);
    vg_panel_colour(cairo, rgb, opacity);
    cairo_fill(cairo);
}

// --- laps ------------------------------------------------------------------------------------------------

static void lap_row(cairo_t *cairo, double y, const char *name, const char *value, uint32_t colour) {
    vg_panel_text(cairo, EDGE + 18, y, name, (vg_panel_type){.size = 13, .colour = MUTED});
    vg_panel_text(
        cairo, EDGE + 172, y, value,
        (vg_panel_type){.size = 15, .bold = true, .digits = true, .align = VG_PANEL_RIGHT, .colour = colour});
}

// How far behind the best lap, at this place.
static void draw_delta(cairo_t *cairo, const vg_hud *h) {
    const vg_session_view *s = h->session;
    char text[32] = "-.--";
    double delta = (double)s->delta_ticks * h->tick_seconds;
    if (s->has_delta) snprintf(text, sizeof text, "%+.2f", delta);
    lap_row(cairo, EDGE + 130, "To best", text, !s->has_delta ? MUTED : delta > 0 ? AMBER : GREEN);
}

// The times of the sectors driven, the best ones where none is yet.
static void draw_sectors(cairo_t *cairo, const vg_hud *h) {
    const vg_session_view *s = h->session;
    for (int k = 0; k < VG_SECTORS; k++) {
        char text[32] = "--.-";
        int64_t ticks = s->sectors[k] ? s->sectors[k] : s->best_sectors[k];
        uint32_t colour = !s->sectors[k] ? MUTED : ticks == s->best_sectors[k] ? GREEN : 0xffffff;
        if (ticks) snprintf(text, sizeof text, "%.1f", (double)ticks * h->tick_seconds);
        vg_panel_text(cairo, EDGE + 18 + 53 * k, EDGE + 157, (const char *[]){"S1", "S2", "S3"}[k],
                      (vg_panel_type){.size = 10, .colour = MUTED});
        vg_panel_text(
            cairo, EDGE + 66 + 53 * k, EDGE + 157, text,
            (vg_panel_type){
                .size = 13, .bold = true, .digits = true, .align = VG_PANEL_RIGHT, .colour = colour});
    }
}

static void draw_laps(cairo_t *cairo, const vg_hud *h) {
    const vg_session_view *s = h->session;
    char text[64], time[24];
    vg_panel_box(cairo, EDGE, EDGE, 190, LAPS, 12, 0.66);
    snprintf(text, sizeof text, "LAP %d", s->lap);
    vg_panel_text(cairo, EDGE + 18, EDGE + 26, text,
                  (vg_panel_type){.size = 13, .bold = true, .colour = MUTED});
    if (!s->timed || !s->clean)
        vg_panel_text(cairo, EDGE + 172, EDGE + 26, s->timed ? "off" : "not timed",
                      (vg_panel_type){.size = 13, .align = VG_PANEL_RIGHT, .colour = AMBER});
    vg_hud_time(s->lap_ticks, h->tick_seconds, time);
    vg_panel_text(cairo, EDGE + 172, EDGE + 59, s->timed ? time : "-:--.---",
                  (vg_panel_type){.size = 29, .bold = true, .digits = true, .align = VG_PANEL_RIGHT});
    uint32_t last = !s->last_ticks                                    ? MUTED
                    : s->last_clean && s->last_ticks == s->best_ticks ? GREEN
                                                                      : 0xffffff;
    lap_row(cairo, EDGE + 84, "Last", vg_hud_time(s->last_ticks, h->tick_seconds, time), last);
    lap_row(cairo, EDGE + 107, "Best", vg_hud_time(s->best_ticks, h->tick_seconds, time),
            s->best_ticks ? GREEN : MUTED);
    draw_delta(cairo, h);
    draw_sectors(cairo, h);
}

// --- speed and pedals ------------------------------------------------------------------------------------

static void pedal(cairo_t *cairo, double x, double y, double share, uint32_t colour) {
    const double width = 12, height = 66;
    fill_round(cairo, x, y, width, height, 4, 0xffffff, 0.12);
    double up = height * fmin(fmax(share, 0), 1);
    if (up > 0.5) fill_round(cairo, x, y + height - up, width, up, 4, colour, 1);
}

static void draw_speed(cairo_t *cairo, const vg_hud *h, double bottom) {
    char text[16];
    vg_panel_box(cairo, EDGE, bottom - 96, 190, 96, 12, 0.66);
    snprintf(text, sizeof text, "%.0f", h->shown.speed * 3.6);
    vg_panel_text(cairo, EDGE + 102, bottom - 36, text,
                  (vg_panel_type){.size = 50, .bold = true, .digits = true, .align = VG_PANEL_RIGHT});
    vg_panel_text(cairo, EDGE + 102, bottom - 15, "km/h",
                  (vg_panel_type){.size = 13, .align = VG_PANEL_RIGHT, .colour = MUTED});
    double pedals = h->session->command[1];
    pedal(cairo, EDGE + 119, bottom - 86, -pedals, RED);
    pedal(cairo, EDGE + 156, bottom - 86, pedals, GREEN);
    const vg_panel_type name = {.size = 11, .align = VG_PANEL_MIDDLE, .colour = MUTED};
    vg_panel_text(cairo, EDGE + 125, bottom - 6, "brake", name);
    vg_panel_text(cairo, EDGE + 162, bottom - 6, "throttle", name);
}

// --- steering and offset ---------------------------------------------------------------------------------

static const double BAR = 112; // half the length of a bar

// A bar from full right to full left, in the direction of the hands: left is left. Shows the request, and the
// raw input as a notch.
static void draw_steering(cairo_t *cairo, const vg_hud *h, double middle, double y) {
    const double half = BAR;
    double command = h->session->command[0];
    fill_round(cairo, middle - half, y, 2 * half, 10, 5, 0xffffff, 0.12);
    double to = middle - half * fmin(fmax(command, -1), 1);
    fill_round(cairo, fmin(middle, to) - 1, y, fabs(to - middle) + 2, 10, 3, BLUE, 1);
    fill_round(cairo, middle - 0.75, y - 3, 1.5, 16, 0, 0xffffff, 0.7);
    double notch = middle - half * fmin(fmax(h->raw.steer, -1), 1);
    if (h->session->who == VG_WHO_HUMAN && h->raw.steer != 0)
        fill_round(cairo, notch - 2, y - 4, 4, 18, 2, 0xffffff, 0.9);
}

// The road from edge to edge, and the car's position on it.
static void draw_offset(cairo_t *cairo, const vg_hud *h, double middle, double y) {
    const double half = BAR;
    vg_road_point here = vg_road_at(h->road, h->shown.s);
    double offset = h->shown.offset, side = offset > 0 ? here.left : here.right;
    double share = offset / side; // 1: at the left edge
    double near = fabs(share);
    uint32_t colour = near > 1 ? RED : near > 0.75 ? AMBER : GREEN;
    fill_round(cairo, middle - half, y, 2 * half, 4, 2, 0xffffff, 0.28);
    for (int k = -1; k <= 1; k++)
        fill_round(cairo, middle + k * half - 1, y - 5, 2, 14, 0, 0xffffff, k ? 0.8 : 0.35);
    double x = middle - half * fmin(fmax(share, -1.18), 1.18);
    fill_round(cairo, x - 7, y - 5, 14, 14, 7, colour, 1);
    char text[32];
    const char *where = fabs(offset) < 0.005 ? "" : offset > 0 ? " left" : " right";
    snprintf(text, sizeof text, "%.2f m%s", fabs(offset), where);
    vg_panel_text(cairo, middle, y - 14, text,
                  (vg_panel_type){
                      .size = 13, .bold = true, .digits = true, .align = VG_PANEL_MIDDLE, .colour = colour});
}

static void draw_hands(cairo_t *cairo, const vg_hud *h, double middle, double bottom) {
    vg_panel_box(cairo, middle - 182, bottom - 86, 364, 86, 12, 0.66);
    const vg_panel_type name = {.size = 12, .colour = MUTED};
    vg_panel_text(cairo, middle - 174, bottom - 44, "offset", name);
    vg_panel_text(cairo, middle - 174, bottom - 16, "steer", name);
    draw_offset(cairo, h, middle, bottom - 50);
    draw_steering(cairo, h, middle, bottom - 25);
}

// --- the corners on the right ------------------------------------------------------------------------------

static void draw_record(cairo_t *cairo, const vg_hud *h, double right, double bottom) {
    const vg_recorder_state *r = &h->record;
    char text[64];
    bool behind = r->waiting > r->capacity / 8;
    double left = right - 190, top = bottom - (h->disturbance ? 76 : 58);
    vg_panel_type note = {.size = 12, .colour = MUTED};
    vg_panel_box(cairo, left, top, 190, bottom - top, 12, 0.66);
    cairo_new_path(cairo);
    cairo_arc(cairo, left + 20, top + 21, 5, 0, 2 * M_PI);
    vg_panel_colour(cairo, h->recording && !r->failed ? RED : MUTED, 1);
    cairo_fill(cairo);
    if (!h->recording)
        snprintf(text, sizeof text, "not recorded");
    else
        snprintf(text, sizeof text, "%lld ticks safe", (long long)r->safe);
    vg_panel_text(cairo, left + 34, top + 26, text,
                  (vg_panel_type){.size = 13, .bold = true, .digits = true});
    snprintf(text, sizeof text, "%s, %s", vg_hand_word(h->hand), h->camera);
    vg_panel_text(cairo, left + 34, top + 45, text, note);
    if (h->disturbance) {
        snprintf(text, sizeof text, "disturbance: %.14s", h->disturbance);
        vg_panel_text(cairo, left + 34, top + 63, text, note);
    }
    if (!behind) return;
    // The recorder's queue, shown once it is longer than a healthy disk ever needs.
    double full = (double)r->waiting / r->capacity;
    fill_round(cairo, left, top - 8, 190, 5, 2, 0xffffff, 0.2);
    fill_round(cairo, left, top - 8, 190 * full, 5, 2, full > 0.5 ? RED : AMBER, 1);
}

// --- words in the middle -----------------------------------------------------------------------------------

static void pill(cairo_t *cairo, double middle, double y, const char *text, uint32_t back, uint32_t front,
                 double opacity) {
    vg_panel_type type = {
        .size = 15, .bold = true, .align = VG_PANEL_MIDDLE, .colour = front, .opacity = opacity};
    double width = vg_panel_text_width(cairo, text, type) + 32;
    fill_round(cairo, middle - width / 2, y, width, 30, 15, back, 0.86 * opacity);
    vg_panel_text(cairo, middle, y + 20.5, text, type);
}

static void draw_who(cairo_t *cairo, const vg_hud *h, double middle, double *y) {
    if (!h->policy) return;
    char text[200];
    bool person = h->session->who == VG_WHO_HUMAN;
    if (h->session->labelling)
        snprintf(text, sizeof text, "%s drives; your steering is recorded as the label  (L: stop)",
                 h->policy);
    else if (person)
        snprintf(text, sizeof text, "You drive  (Enter: hand back to %s)", h->policy);
    else
        snprintf(text, sizeof text, "%s drives  (steer to take over)", h->policy);
    pill(cairo, middle, *y, text,
         h->session->labelling ? 0x6a3d7c
         : person              ? 0x14532d
                               : 0x17456b,
         0xffffff, 1);
    *y += 38;
}

// Red light from the edges of the window.
static void glow(cairo_t *cairo, double width, double height) {
    const double depth = 46;
    const struct {
        double x, y, width, height, from_x, from_y, to_x,
            to_y; // a box, and the direction in which the light fades
    } sides[] = {{0, 0, depth, height, 0, 0, depth, 0},
                 {width - depth, 0, depth, height, width, 0, width - depth, 0},
                 {0, 0, width, depth, 0, 0, 0, depth},
                 {0, height - depth, width, depth, 0, height, 0, height - depth}};
    for (int i = 0; i < 4; i++) {
        cairo_pattern_t *fade =
            cairo_pattern_create_linear(sides[i].from_x, sides[i].from_y, sides[i].to_x, sides[i].to_y);
        cairo_pattern_add_color_stop_rgba(fade, 0, 1, 0.2, 0.15, 0.5);
        cairo_pattern_add_color_stop_rgba(fade, 1, 1, 0.2, 0.15, 0);
        cairo_rectangle(cairo, sides[i].x, sides[i].y, sides[i].width, sides[i].height);
        cairo_set_source(cairo, fade);
        cairo_fill(cairo);
        cairo_pattern_destroy(fade);
    }
}

static void draw_words(cairo_t *cairo, const vg_hud *h, double width, double height) {
    // Placed below the boxes of the corners if there is no space between them.
    double y = width < 940 ? EDGE + fmax(LAPS, MAP) + 8 : EDGE;
    if (h->session->off_road || h->session->colliding) glow(cairo, width, height);
    draw_who(cairo, h, width / 2, &y);
    if (h->session->off_road)
        pill(cairo, width / 2, y, "Off the road  (Backspace: put the car back onto it)", 0x8f1d14, 0xffffff,
             1),
            y += 38;
    else if (h->session->colliding)
        pill(cairo, width / 2, y, "A collision: this lap does not count", 0x8f1d14, 0xffffff, 1), y += 38;
    if (h->session->finished)
        pill(cairo, width / 2, y, "The road ends here  (R: restart)", 0x14532d, 0xffffff, 1), y += 38;
    if (h->held_up)
        pill(cairo, width / 2, y, "The disk is too slow: waiting for it; nothing is lost", 0x8a5a00, 0xffffff,
             1),
            y += 38;
    if (h->toast[0]) pill(cairo, width / 2, y, h->toast, 0x0e1316, 0xffffff, h->toast_opacity);
}

// --- cards -----------------------------------------------------------------------------------------------

static void shade_all(cairo_t *cairo, double width, double height, double opacity) {
    cairo_rectangle(cairo, 0, 0, width, height);
    vg_panel_colour(cairo, 0x05080a, opacity);
    cairo_fill(cairo);
}

static void key_cap(cairo_t *cairo, double right, double y, const char *text) {
    vg_panel_type type = {.size = 12.5, .bold = true};
    double width = vg_panel_text_width(cairo, text, type) + 16;
    fill_round(cairo, right - width, y - 15, width, 21, 5, 0xffffff, 0.16);
    vg_panel_text(cairo, right - width + 8, y, text, type);
}

static void draw_help(cairo_t *cairo, const vg_hud *h, double width, double height) {
    static const vg_drive_key keys[] = {VG_DRIVE_KEYS};
    enum { COUNT = sizeof keys / sizeof *keys, ROWS = (COUNT + 1) / 2 };
    const double row = 27, column = 390, wide = 2 * column + 60, high = ROWS * row + 92;
    char text[64];
    shade_all(cairo, width, height, 0.45);
    vg_panel_card(cairo, width, height, wide, high);
    vg_panel_box(cairo, 0, 0, wide, high, 16, 0.93);
    vg_panel_text(cairo, 30, 38, "Keys", (vg_panel_type){.size = 20, .bold = true});
    snprintf(text, sizeof text, "steering at %.1f times its rate", h->steer_rate);
    vg_panel_text(cairo, wide - 30, 38, text,
                  (vg_panel_type){.size = 13, .align = VG_PANEL_RIGHT, .colour = MUTED});
    for (int i = 0; i < COUNT; i++) {
        double left = 24 + (i / ROWS) * column, line = 78 + (i % ROWS) * row;
        key_cap(cairo, left + 138, line, keys[i].keys);
        vg_panel_text(cairo, left + 152, line, keys[i].what,
                      (vg_panel_type){.size = 13.5, .colour = 0xdfe4e8});
    }
    cairo_restore(cairo);
}

void vg_hud_card(vg_scene *scene, const char *title, const char *const *lines, int32_t count) {
    cairo_t *cairo = vg_scene_cairo(scene);
    double width = vg_scene_width(scene), height = vg_scene_height(scene), wide = 320;
    vg_panel_type plain = {.size = 14.5, .colour = 0xdfe4e8};
    for (int32_t i = 0; i < count; i++) wide = fmax(wide, vg_panel_text_width(cairo, lines[i], plain) + 84);
    double high = 92 + 29 * count;
    shade_all(cairo, width, height, 0.45);
    vg_panel_card(cairo, width, height, wide, high);
    vg_panel_box(cairo, 0, 0, wide, high, 16, 0.93);
    vg_panel_text(cairo, 32, 44, title, (vg_panel_type){.size = 22, .bold = true});
    for (int32_t i = 0; i < count; i++) {
        double line = 84 + 29 * i;
        bool typed = strncmp(lines[i], "$ ", 2) == 0;
        if (typed) fill_round(cairo, 24, line - 19, wide - 48, 27, 6, 0xffffff, 0.10);
        vg_panel_text(cairo, 32, line, lines[i],
                      typed ? (vg_panel_type){.size = 14.5, .bold = true, .colour = GREEN} : plain);
    }
    cairo_restore(cairo);
}

// In a small window everything is smaller, so that nothing is left out; below half its size nobody could read
// it. In a large one all is larger.
static double share_of(double width, double height) {
    return vg_panel_grown(width, height) * fmin(1, fmax(0.5, fmin(width / 800, height / 440)));
}

vg_view_box vg_hud_map(double width, double height) {
    double share = share_of(width, height), side = share * MAP;
    return (vg_view_box){width - side - share * EDGE, share * EDGE, side, side};
}

void vg_hud_draw(vg_scene *scene, const vg_hud *h) {
    cairo_t *cairo = vg_scene_cairo(scene);
    double part = share_of(vg_scene_width(scene), vg_scene_height(scene));
    double width = vg_scene_width(scene) / part, height = vg_scene_height(scene) / part,
           bottom = height - EDGE;
    cairo_save(cairo);
    cairo_scale(cairo, part, part);
    draw_laps(cairo, h);
    draw_speed(cairo, h, bottom);
    draw_record(cairo, h, width - EDGE, bottom);
    draw_hands(cairo, h, width / 2, bottom);
    draw_words(cairo, h, width, height);
    cairo_restore(cairo);
    if (h->asked) {
        const char *lines[] = {h->asked, h->trouble ? h->trouble : "", "Then press Enter.  Escape cancels."};
        vg_hud_card(scene, "Calibrating the wheel", lines, 3);
    } else if (h->help) {
        draw_help(cairo, h, vg_scene_width(scene), vg_scene_height(scene));
    } else if (h->paused) {
        const char *lines[] = {"P continues, R restarts, H shows the keys, Escape ends the drive."};
        vg_hud_card(scene, "Paused", lines, 1);
    }
}
