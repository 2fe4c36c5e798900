#include "app/commands/irl_figure.h"

#include <math.h>
#include <stdio.h>

static const double PANEL = 210, GAP = 24, MARGIN = 20, HEAD = 62, NOTE = 22; // canvas units

typedef struct panel {
    const vg_table_world *world;
    vg_canvas *canvas;
    double x, y, scale;                  // the lower left corner of the world, and units a square
    double x_least, y_least, wide, high; // the world's extent
} panel;

static panel extent(const vg_table_world *world, vg_canvas *canvas) {
    double x_most = -INFINITY, y_most = -INFINITY;
    panel p = {.world = world, .canvas = canvas, .x_least = INFINITY, .y_least = INFINITY};
    for (int32_t s = 0; s < world->mdp.states; s++) {
        const vg_world_place *at = &world->places[s];
        double margin = world->roads ? 0.3 : 0;
        p.x_least = fmin(p.x_least, at->x - margin), p.y_least = fmin(p.y_least, at->y - margin);
        x_most = fmax(x_most, at->x + (world->roads ? margin : 1));
        y_most = fmax(y_most, at->y + (world->roads ? margin : 1));
    }
    p.wide = x_most - p.x_least, p.high = y_most - p.y_least;
    p.scale = PANEL / fmax(p.wide, p.high);
    return p;
}

static double at_x(const panel *p, double x) { return p->x + (x - p->x_least) * p->scale; }
static double at_y(const panel *p, double y) { return p->y - (y - p->y_least) * p->scale; }

static bool same_place(const vg_world_place *a, const vg_world_place *b) {
    return a->x == b->x && a->y == b->y && a->x_to == b->x_to && a->y_to == b->y_to;
}

// Several states may be one road, entered by different turns: the sum of their visits, and the reward without
// a turn.
static bool value_at(const vg_table_world *world, const double *values, bool sums, int32_t s, double *value) {
    const vg_world_place *at = &world->places[s];
    *value = values[s];
    if (!world->roads) return true;
    if (at->x == at->x_to && at->y == at->y_to) return false;
    for (int32_t other = 0; other < world->mdp.states; other++) {
        if (other == s || !same_place(at, &world->places[other])) continue;
        if (other < s) return false;
        if (sums) *value += values[other];
    }
    return true;
}

static void draw_place(const panel *p, int32_t s, double level) {
    const vg_world_place *at = &p->world->places[s];
    vg_role role = vg_role_ramp(level);
    if (!p->world->roads) {
        vg_rect(p->canvas, at_x(p, at->x), at_y(p, at->y + 1), p->scale, p->scale);
        vg_draw(p->canvas, (vg_ink){.fill = role});
        return;
    }
    double dx = at->x_to - at->x, dy = at->y_to - at->y, length = sqrt(dx * dx + dy * dy);
    double aside_x = 0.09 * dy / length, aside_y = -0.09 * dx / length; // traffic keeps to the right
    vg_move(p->canvas, at_x(p, at->x + aside_x), at_y(p, at->y + aside_y));
    vg_line(p->canvas, at_x(p, at->x_to + aside_x), at_y(p, at->y_to + aside_y));
    vg_draw(p->canvas, (vg_ink){.stroke = role, .width = 1 + 2.5 * level, .cap = VG_CAP_ROUND});
}

static void draw_values(const panel *p, const double *values, bool sums) {
    double least = INFINITY, most = -INFINITY, value;
    char note[64];
    for (int32_t s = 0; s < p->world->mdp.states; s++)
        if (value_at(p->world, values, sums, s, &value)) least = fmin(least, value), most = fmax(most, value);
    for (int32_t s = 0; s < p->world->mdp.states; s++)
        if (value_at(p->world, values, sums, s, &value)) {
            double level = most > least ? (value - least) / (most - least) : 0;
            draw_place(p, s, 0.999 * (sums ? sqrt(level) : level)); // visits differ by orders of magnitude
        }
    snprintf(note, sizeof note, "%s %.3g to %.3g", sums ? "visits" : "reward", least, most);
    vg_write(p->canvas, p->x, p->y + 15, note, (vg_type){.size = 11, .role = VG_ROLE_MUTED});
}

// The mean direction of a state's actions; long where they agree. In large worlds every so many squares.
static void draw_arrows(const panel *p, const double *policy) {
    const vg_mdp *mdp = &p->world->mdp;
    int32_t every = (int32_t)ceil(6 / p->scale);
    for (int32_t s = 0; s < mdp->states && !p->world->roads; s++) {
        const vg_world_place *at = &p->world->places[s];
        double dx = 0, dy = 0, x = at_x(p, at->x + 0.5), y = at_y(p, at->y + 0.5), r = 0.4 * p->scale * every;
        if ((int32_t)at->x % every || (int32_t)at->y % every) continue;
        for (int64_t pair = (int64_t)s * mdp->actions; pair < ((int64_t)s + 1) * mdp->actions; pair++)
            dx += policy[pair] * p->world->arrows[2 * pair],
                dy -= policy[pair] * p->world->arrows[2 * pair + 1];
        if (dx * dx + dy * dy < 0.01) {
            vg_circle(p->canvas, x, y, 0.15 * r);
            vg_draw(p->canvas, (vg_ink){.fill = VG_ROLE_PAPER});
            continue;
        }
        vg_move(p->canvas, x - r * dx, y - r * dy);
        vg_line(p->canvas, x + r * dx, y + r * dy);
        vg_line(p->canvas, x + r * (0.3 * dx - 0.5 * dy), y + r * (0.3 * dy + 0.5 * dx));
        vg_move(p->canvas, x + r * dx, y + r * dy);
        vg_line(p->canvas, x + r * (0.3 * dx + 0.5 * dy), y + r * (0.3 * dy - 0.5 * dx));
        vg_draw(p->canvas,
                (vg_ink){.stroke = VG_ROLE_PAPER, .width = fmax(0.7, 0.14 * r), .cap = VG_CAP_ROUND});
    }
}

static vg_err paint(vg_canvas *canvas, const void *context, vg_diag *diag) {
    (void)diag;
    const vg_irl_figure *figure = context;
    panel p = extent(figure->world, canvas);
    vg_paint_paper(canvas);
    vg_write(canvas, MARGIN, 26, figure->title, (vg_type){.size = 16, .bold = true});
    for (int32_t i = 0; i < figure->count; i++) {
        const vg_irl_column *column = &figure->columns[i];
        p.x = MARGIN + i * (PANEL + GAP);
        vg_write(canvas, p.x, HEAD - 10, column->name, (vg_type){.size = 13, .bold = true});
        p.y = HEAD + p.high * p.scale;
        draw_values(&p, column->reward, false);
        p.y += NOTE + p.high * p.scale;
        draw_values(&p, column->occupancy, true);
        draw_arrows(&p, column->policy);
    }
    return VG_OK;
}

vg_err vg_irl_figure_write(const vg_irl_figure *figure, const char *path, vg_overwrite overwrite,
                           vg_diag *diag) {
    panel p = extent(figure->world, NULL);
    vg_picture picture = vg_picture_default();
    picture.overwrite = overwrite;
    picture.canvas.width = 2 * MARGIN + figure->count * PANEL + (figure->count - 1) * GAP;
    picture.canvas.height = HEAD + 2 * (p.high * p.scale + NOTE) + MARGIN;
    picture = vg_picture_titled(
        &picture, figure->title,
        "Columns: the true reward and the expert, then each method. Top: the reward of each state. "
        "Below: how often a state is visited, with arrows for the actions.");
    return vg_picture_write(&picture, paint, figure, path, diag);
}
