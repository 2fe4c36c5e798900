#include "eval/figures/canvas_private.h"

#include <assert.h>
#include <math.h>
#include <string.h>

vg_canvas_def vg_canvas_default(void) {
    return (vg_canvas_def){.width = 800, .height = 500, .scale = 2, .id = "vg"};
}

vg_err vg_canvas_setup(vg_canvas *canvas, const vg_canvas_ops *ops, const vg_canvas_def *def, vg_diag *diag) {
    if (!(def->width >= 1 && def->width <= 10000 && def->height >= 1 && def->height <= 10000))
        return vg_fail(diag, VG_ERR_ARGUMENT, "a canvas of %g x %g: each must be in [1, 10000]", def->width,
                       def->height);
    canvas->ops = ops;
    canvas->width = def->width;
    canvas->height = def->height;
    canvas->theme = def->theme;
    canvas->transform = (vg_transform){1, 1, 0, 0};
    return VG_OK;
}

void vg_canvas_teardown(vg_canvas *canvas) {
    vg_free(canvas->path_ops);
    vg_free(canvas->points);
}

void vg_canvas_destroy(vg_canvas *canvas) {
    if (canvas) canvas->ops->destroy(canvas);
}

double vg_canvas_width(const vg_canvas *canvas) { return canvas->width; }
double vg_canvas_height(const vg_canvas *canvas) { return canvas->height; }

void vg_canvas_set_transform(vg_canvas *canvas, vg_transform transform) { canvas->transform = transform; }
vg_transform vg_canvas_get_transform(const vg_canvas *canvas) { return canvas->transform; }

// --- paths -----------------------------------------------------------------------------------------------

static bool make_room(vg_canvas *canvas) {
    if (canvas->op_count == canvas->op_room) {
        int64_t room = canvas->op_room ? 2 * canvas->op_room : 256;
        uint8_t *ops = vg_realloc(canvas->path_ops, canvas->op_count, room, sizeof *ops);
        if (!ops) return false;
        canvas->path_ops = ops;
        canvas->op_room = room;
    }
    if (canvas->point_count + 3 > canvas->point_room) {
        int64_t room = canvas->point_room ? 2 * canvas->point_room : 256;
        double *points = vg_realloc(canvas->points, 2 * canvas->point_count, 2 * room, sizeof *points);
        if (!points) return false;
        canvas->points = points;
        canvas->point_room = room;
    }
    return true;
}

// No canvas reaches farther than this. A point farther out is drawn here, because Cairo's coordinates end at
// 2^23 and a dashed line to a distant point would have very many dashes.
static const double FAR = 40000;

// Appends an operation whose points are in canvas units already.
static void append(vg_canvas *canvas, vg_path_op op, const double *points, int32_t count) {
    if (canvas->failed) return;
    for (int32_t i = 0; i < 2 * count; i++)
        if (!(fabs(points[i]) < 1e9)) return;
    if (op == VG_PATH_CLOSE && canvas->op_count == 0) return;
    if (!make_room(canvas)) {
        canvas->failed = true;
        return;
    }
    bool starts = canvas->op_count == 0 || canvas->path_ops[canvas->op_count - 1] == VG_PATH_CLOSE;
    if (op == VG_PATH_LINE && starts) op = VG_PATH_MOVE;
    canvas->path_ops[canvas->op_count++] = (uint8_t)op;
    double *to = canvas->points + 2 * canvas->point_count;
    for (int32_t i = 0; i < 2 * count; i++) to[i] = fmax(-FAR, fmin(FAR, points[i]));
    canvas->point_count += count;
}

static double to_x(const vg_canvas *canvas, double x) {
    return x * canvas->transform.sx + canvas->transform.dx;
}
static double to_y(const vg_canvas *canvas, double y) {
    return y * canvas->transform.sy + canvas->transform.dy;
}

void vg_move(vg_canvas *canvas, double x, double y) {
    append(canvas, VG_PATH_MOVE, (double[]){to_x(canvas, x), to_y(canvas, y)}, 1);
}

void vg_line(vg_canvas *canvas, double x, double y) {
    append(canvas, VG_PATH_LINE, (double[]){to_x(canvas, x), to_y(canvas, y)}, 1);
}

void vg_curve(vg_canvas *canvas, double x1, double y1, double x2, double y2, double x, double y) {
    append(canvas, VG_PATH_CURVE,
           (double[]){to_x(canvas, x1), to_y(canvas, y1), to_x(canvas, x2), to_y(canvas, y2), to_x(canvas, x),
                      to_y(canvas, y)},
           3);
}

void vg_close(vg_canvas *canvas) { append(canvas, VG_PATH_CLOSE, NULL, 0); }

void vg_rect(vg_canvas *canvas, double x, double y, double width, double height) {
    vg_move(canvas, x, y);
    vg_line(canvas, x + width, y);
    vg_line(canvas, x + width, y + height);
    vg_line(canvas, x, y + height);
    vg_close(canvas);
}

void vg_circle(vg_canvas *canvas, double x, double y, double radius) {
    double cx = to_x(canvas, x), cy = to_y(canvas, y), r = radius;
    double k = 0.5522847498 * r; // a quarter circle as one cubic
    if (!(fabs(cx) < 1e9 && fabs(cy) < 1e9)) return;
    append(canvas, VG_PATH_MOVE, (double[]){cx + r, cy}, 1);
    append(canvas, VG_PATH_CURVE, (double[]){cx + r, cy + k, cx + k, cy + r, cx, cy + r}, 3);
    append(canvas, VG_PATH_CURVE, (double[]){cx - k, cy + r, cx - r, cy + k, cx - r, cy}, 3);
    append(canvas, VG_PATH_CURVE, (double[]){cx - r, cy - k, cx - k, cy - r, cx, cy - r}, 3);
    append(canvas, VG_PATH_CURVE, (double[]){cx + k, cy - r, cx + r, cy - k, cx + r, cy}, 3);
    append(canvas, VG_PATH_CLOSE, NULL, 0);
}

// The cone of directions in which one straight segment from the anchor may reach along a polyline: it passes
// every point so far within the tolerance.
typedef struct vg_cone {
    double x, y;           // the anchor
    double ux, uy, vx, vy; // its right and left bounds
    double reach;          // distance of the farthest point
    bool bounded;
} vg_cone;

static const double TOLERANCE = 0.06;

// Whether a segment from the anchor to (x, y) still passes all points between them; if so, narrows the cone
// by it.
static bool cone_takes(vg_cone *cone, double x, double y) {
    double dx = x - cone->x, dy = y - cone->y, distance = sqrt(dx * dx + dy * dy);
    if (distance < cone->reach - TOLERANCE) return false; // the line turns back
    if (distance <= TOLERANCE) return true;
    if (cone->bounded && (cone->ux * dy - cone->uy * dx < 0 || cone->vx * dy - cone->vy * dx > 0))
        return false;
    double sine = TOLERANCE / distance, cosine = sqrt(1 - sine * sine);
    double ux = dx * cosine + dy * sine, uy = dy * cosine - dx * sine;
    double vx = dx * cosine - dy * sine, vy = dy * cosine + dx * sine;
    if (!cone->bounded || cone->ux * uy - cone->uy * ux > 0) cone->ux = ux, cone->uy = uy;
    if (!cone->bounded || cone->vx * vy - cone->vy * vx < 0) cone->vx = vx, cone->vy = vy;
    cone->bounded = true;
    if (distance > cone->reach) cone->reach = distance;
    return true;
}

void vg_polyline(vg_canvas *canvas, const double *x, const double *y, int64_t count, bool close) {
    vg_cone cone = {0};
    double last[2] = {0};
    bool open = false, pending = false;
    for (int64_t i = 0; i < count; i++) {
        double now[2] = {to_x(canvas, x[i]), to_y(canvas, y[i])};
        if (!(fabs(now[0]) < 1e9 && fabs(now[1]) < 1e9)) {
            if (pending) append(canvas, VG_PATH_LINE, last, 1);
            open = pending = false;
            continue;
        }
        if (!open) {
            append(canvas, VG_PATH_MOVE, now, 1);
            cone = (vg_cone){.x = now[0], .y = now[1]};
            open = true;
        } else {
            if (!cone_takes(&cone, now[0], now[1])) {
                append(canvas, VG_PATH_LINE, last, 1);
                cone = (vg_cone){.x = last[0], .y = last[1]};
                (void)cone_takes(&cone, now[0], now[1]);
            }
            pending = true;
        }
        memcpy(last, now, sizeof last);
    }
    if (pending) append(canvas, VG_PATH_LINE, last, 1);
    if (close && open) vg_close(canvas);
}

void vg_draw(vg_canvas *canvas, vg_ink ink) {
    if (ink.fill_opacity == 0) ink.fill_opacity = 1;
    if (ink.stroke_opacity == 0) ink.stroke_opacity = 1;
    if (ink.width <= 0) ink.stroke = VG_ROLE_NONE;
    if (!canvas->failed && canvas->op_count > 0 && (ink.fill || ink.stroke)) canvas->ops->draw(canvas, &ink);
    canvas->op_count = canvas->point_count = 0;
}

// --- text ------------------------------------------------------------------------------------------------

// The number of bytes of the UTF-8 character at text, or 0 if it is malformed; its code in *code.
static int32_t character(const unsigned char *text, uint32_t *code) {
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    int32_t length = text[0] < 0x80 ? 1 : text[0] >= 0xf0 ? 4 : text[0] >= 0xe0 ? 3 : 2;
    if (text[0] > 0xf4 || (text[0] >= 0x80 && text[0] < 0xc2)) return 0;
    *code = length == 1 ? text[0] : text[0] & (0xffu >> (length + 1));
    for (int32_t i = 1; i < length; i++) {
        if ((text[i] & 0xc0) != 0x80) return 0;
        *code = *code << 6 | (text[i] & 0x3f);
    }
    if (*code < least[length] || *code > 0x10ffff || (*code >= 0xd800 && *code < 0xe000)) return 0;
    return length;
}

void vg_clean_text(vg_text *out, const char *text) {
    for (const unsigned char *at = (const unsigned char *)text; *at;) {
        uint32_t code = 0;
        int32_t length = character(at, &code);
        bool fine =
            length && code >= 0x20 && (code < 0x7f || code >= 0xa0) && code != 0xfffe && code != 0xffff;
        if (fine)
            vg_text_bytes(out, at, length);
        else
            vg_text_bytes(out, "\xef\xbf\xbd", 3);
        at += length ? length : 1;
    }
}

// Advances of Inter 4.0 from ' ' to '~', in thousandths of an em.
static const int16_t advances[2][95] = {
    {281, 278, 403, 631, 638, 813, 639, 222, 362, 362, 500, 659, 280, 460, 276, 357, 625, 464, 605,
     636, 642, 608, 624, 586, 616, 624, 276, 280, 659, 659, 659, 507, 936, 676, 651, 727, 719, 598,
     587, 743, 740, 264, 543, 652, 563, 889, 753, 761, 635, 761, 639, 638, 642, 741, 676, 949, 642,
     665, 625, 362, 318, 362, 469, 452, 497, 564, 621, 558, 621, 582, 361, 609, 591, 237, 237, 544,
     237, 869, 585, 597, 609, 609, 372, 523, 364, 581, 557, 813, 540, 557, 541, 362, 327, 362, 659},
    {248, 309, 396, 643, 649, 844, 663, 213, 393, 393, 543, 673, 295, 466, 290, 379, 667, 481,  621,
     652, 666, 632, 648, 602, 646, 648, 290, 295, 673, 673, 673, 544, 999, 724, 657, 744, 724,  608,
     586, 755, 744, 275, 561, 677, 566, 906, 741, 775, 643, 776, 651, 649, 660, 734, 724, 1007, 690,
     705, 653, 393, 339, 393, 481, 468, 497, 575, 630, 577, 630, 593, 377, 625, 613, 261, 261,  569,
     261, 898, 610, 608, 625, 625, 397, 549, 380, 608, 576, 837, 563, 576, 562, 393, 358, 393,  673},
};

double vg_write_width(const char *text, double size, bool bold) {
    int64_t sum = 0;
    for (const unsigned char *at = (const unsigned char *)text; *at; at++)
        if (*at >= ' ' && *at <= '~')
            sum += advances[bold][*at - ' '];
        else if ((*at & 0xc0) != 0x80)
            sum += 640; // most other characters are about as wide as a digit
    return (double)sum * size / 1000;
}

void vg_write(vg_canvas *canvas, double x, double y, const char *text, vg_type type) {
    double at_x = to_x(canvas, x), at_y = to_y(canvas, y);
    if (canvas->failed || !text || !*text || !(type.size > 0)) return;
    if (!(fabs(at_x) < 1e9 && fabs(at_y) < 1e9)) return;
    if (type.role == VG_ROLE_NONE) type.role = VG_ROLE_TEXT;
    vg_text clean = {0};
    vg_clean_text(&clean, text);
    if (clean.failed)
        canvas->failed = true;
    else
        canvas->ops->write(canvas, at_x, at_y, clean.bytes, &type);
    vg_text_free(&clean);
}

void vg_write_within(vg_canvas *canvas, double x, double y, double width, const char *text, vg_type type) {
    static const char dots[] = "\xe2\x80\xa6";
    if (!text || vg_write_width(text, type.size, type.bold) <= width) {
        vg_write(canvas, x, y, text, type);
        return;
    }
    int64_t length = (int64_t)strlen(text), room = length + (int64_t)sizeof dots;
    char *cut = vg_new(char, room);
    if (!cut) {
        canvas->failed = true;
        return;
    }
    memcpy(cut, text, (size_t)length);
    do {
        while (length > 0 && ((unsigned char)cut[--length] & 0xc0) == 0x80)
            ; // back to the beginning of a character
        memcpy(cut + length, dots, sizeof dots);
    } while (length > 0 && vg_write_width(cut, type.size, type.bold) > width);
    vg_write(canvas, x, y, cut, type);
    vg_free(cut);
}

// --- groups ----------------------------------------------------------------------------------------------

void vg_group_begin(vg_canvas *canvas, vg_group group) {
    assert(canvas->depth < VG_CANVAS_DEPTH);
    canvas->saved[canvas->depth++] = canvas->transform;
    double x0 = to_x(canvas, group.x), x1 = to_x(canvas, group.x + group.clip_width);
    double y0 = to_y(canvas, group.y), y1 = to_y(canvas, group.y + group.clip_height);
    group.x = fmin(x0, x1);
    group.y = fmin(y0, y1);
    group.clip_width = fabs(x1 - x0);
    group.clip_height = fabs(y1 - y0);
    canvas->ops->begin(canvas, &group);
}

void vg_group_end(vg_canvas *canvas) {
    assert(canvas->depth > 0);
    canvas->ops->end(canvas);
    canvas->transform = canvas->saved[--canvas->depth];
}
