#include "eval/figures/canvas_private.h"

#include <math.h>
#include <string.h>

typedef struct vg_canvas_svg_back {
    vg_canvas base;
    vg_text defs, body, id, title, desc; // the last three are clean
    bool embedded;
    bool fills[VG_ROLE_COUNT], strokes[VG_ROLE_COUNT]; // roles used
    int32_t clips;
} svg_back;

// --- small pieces ----------------------------------------------------------------------------------------

// Hundredths as the shortest decimal, with a blank in front if two numbers would run together.
static void add_hundredths(vg_text *out, int64_t value, bool blank) {
    char digits[32];
    int32_t at = sizeof digits;
    uint64_t left = value < 0 ? -(uint64_t)value : (uint64_t)value;
    uint64_t part = left % 100, whole = left / 100;
    if (part % 10) digits[--at] = (char)('0' + part % 10);
    if (part) digits[--at] = (char)('0' + part / 10), digits[--at] = '.';
    if (whole == 0 && !part) digits[--at] = '0';
    for (; whole; whole /= 10) digits[--at] = (char)('0' + whole % 10);
    if (value < 0)
        digits[--at] = '-';
    else if (blank)
        digits[--at] = ' ';
    vg_text_bytes(out, digits + at, (int64_t)sizeof digits - at);
}

static int64_t hundredths(double value) { return llround(value * 100); }

static void add_number(vg_text *out, const char *name, double value) {
    vg_text_add(out, " %s=\"", name);
    add_hundredths(out, hundredths(value), false);
    vg_text_add(out, "\"");
}

static void add_string(vg_text *out, const char *text) { vg_text_bytes(out, text, (int64_t)strlen(text)); }

// Escapes the characters that XML reserves; the text is clean UTF-8.
static void add_escaped(vg_text *out, const char *text) {
    for (; *text; text++) {
        switch (*text) {
        case '&': add_string(out, "&amp;"); break;
        case '<': add_string(out, "&lt;"); break;
        case '>': add_string(out, "&gt;"); break;
        case '"': add_string(out, "&quot;"); break;
        default: vg_text_bytes(out, text, 1);
        }
    }
}

static void add_unclean(vg_text *out, const char *text) {
    vg_text clean = {0};
    vg_clean_text(&clean, text);
    if (clean.failed) out->failed = true;
    if (clean.size > 0) add_escaped(out, clean.bytes);
    vg_text_free(&clean);
}

// Replaces characters that may not be in an id or a class.
static void add_name(vg_text *out, const char *text) {
    for (; *text; text++) {
        bool plain = (*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z') ||
                     (*text >= '0' && *text <= '9') || *text == '-' || *text == '_';
        vg_text_bytes(out, plain ? text : "-", 1);
    }
}

// --- drawing ---------------------------------------------------------------------------------------------

// Path data: one absolute move at first, then everything relative, so that numbers stay short. Positions are
// rounded before they are subtracted, so that errors don't add up.
static void add_path(vg_text *out, const vg_canvas *canvas) {
    int64_t x = 0, y = 0, start_x = 0, start_y = 0;
    const double *point = canvas->points;
    char last = 0;
    for (int64_t i = 0; i < canvas->op_count; i++) {
        static const char letters[] = "mlcz";
        vg_path_op op = canvas->path_ops[i];
        char letter = i == 0 ? 'M' : letters[op];
        if (letter != last || op == VG_PATH_MOVE) vg_text_bytes(out, &letter, 1);
        if (op == VG_PATH_CLOSE) x = start_x, y = start_y;
        int32_t count = op == VG_PATH_CLOSE ? 0 : op == VG_PATH_CURVE ? 3 : 1;
        int64_t to_x = x, to_y = y;
        for (int32_t k = 0; k < count; k++, point += 2) {
            to_x = hundredths(point[0]);
            to_y = hundredths(point[1]);
            add_hundredths(out, to_x - x, k > 0 || (letter == last && op != VG_PATH_MOVE));
            add_hundredths(out, to_y - y, true);
        }
        x = to_x;
        y = to_y;
        if (op == VG_PATH_MOVE) start_x = x, start_y = y;
        last = letter;
    }
}

// class="vg-f-road vg-s-edge", and the same as attributes for viewers that ignore styles.
static void add_paint(svg_back *svg, vg_role fill, vg_role stroke) {
    vg_text *out = &svg->body;
    vg_theme theme = svg->base.theme;
    svg->fills[fill] = svg->strokes[stroke] = true;
    vg_text_add(out, " class=\"%s%s%s%s%s\"", fill ? "vg-f-" : "", fill ? vg_role_name(fill) : "",
                fill && stroke ? " " : "", stroke ? "vg-s-" : "", stroke ? vg_role_name(stroke) : "");
    if (fill) vg_text_add(out, " fill=\"#%06x\"", (unsigned)vg_role_colour(fill, theme));
    if (stroke) vg_text_add(out, " stroke=\"#%06x\"", (unsigned)vg_role_colour(stroke, theme));
}

static void svg_draw(vg_canvas *canvas, const vg_ink *ink) {
    svg_back *svg = (svg_back *)canvas;
    vg_text *out = &svg->body;
    vg_text_add(out, "<path");
    add_paint(svg, ink->fill, ink->stroke);
    if (ink->fill && ink->fill_opacity < 1) add_number(out, "fill-opacity", ink->fill_opacity);
    if (ink->stroke) {
        if (ink->stroke_opacity < 1) add_number(out, "stroke-opacity", ink->stroke_opacity);
        if (ink->width != 1) add_number(out, "stroke-width", ink->width);
        if (ink->cap == VG_CAP_ROUND) vg_text_add(out, " stroke-linecap=\"round\"");
        if (ink->join == VG_JOIN_MITER) vg_text_add(out, " stroke-linejoin=\"miter\"");
        if (ink->dash > 0 || ink->gap > 0) {
            vg_text_add(out, " stroke-dasharray=\"");
            add_hundredths(out, hundredths(ink->dash), false);
            add_hundredths(out, hundredths(ink->gap), true);
            vg_text_add(out, "\"");
        }
    }
    vg_text_add(out, " d=\"");
    add_path(out, canvas);
    vg_text_add(out, "\"/>\n");
}

static void svg_write(vg_canvas *canvas, double x, double y, const char *text, const vg_type *type) {
    static const char *const anchors[] = {"start", "middle", "end"};
    svg_back *svg = (svg_back *)canvas;
    vg_text *out = &svg->body;
    vg_text_add(out, "<text");
    add_number(out, "x", x);
    add_number(out, "y", y);
    add_number(out, "font-size", type->size);
    if (type->bold) vg_text_add(out, " font-weight=\"600\"");
    if (type->anchor != VG_ANCHOR_START) vg_text_add(out, " text-anchor=\"%s\"", anchors[type->anchor]);
    add_paint(svg, type->role, type->halo);
    if (type->halo) {
        add_number(out, "stroke-width", type->size * 0.3);
        vg_text_add(out, " paint-order=\"stroke\"");
    }
    if (type->angle != 0) {
        vg_text_add(out, " transform=\"rotate(");
        add_hundredths(out, hundredths(type->angle), false);
        add_hundredths(out, hundredths(x), true);
        add_hundredths(out, hundredths(y), true);
        vg_text_add(out, ")\"");
    }
    vg_text_add(out, ">");
    add_escaped(out, text);
    vg_text_add(out, "</text>\n");
}

static void svg_begin(vg_canvas *canvas, const vg_group *group) {
    svg_back *svg = (svg_back *)canvas;
    vg_text *out = &svg->body;
    vg_text_add(out, "<g");
    if (group->name) {
        vg_text_add(out, " class=\"vg-");
        add_name(out, group->name);
        if (canvas->depth == 1) { // within another group a name may be used again
            vg_text_add(out, "\" id=\"%s-", svg->id.bytes);
            add_name(out, group->name);
        }
        vg_text_add(out, "\"");
    }
    if (group->episode) {
        vg_text_add(out, " data-episode=\"");
        add_unclean(out, group->episode);
        vg_text_add(out, "\"");
    }
    if (group->clip) {
        vg_text *defs = &svg->defs;
        svg->clips++;
        vg_text_add(defs, "<clipPath id=\"%s-clip%d\"><rect", svg->id.bytes, svg->clips);
        add_number(defs, "x", group->x);
        add_number(defs, "y", group->y);
        add_number(defs, "width", group->clip_width);
        add_number(defs, "height", group->clip_height);
        vg_text_add(defs, "/></clipPath>\n");
        vg_text_add(out, " clip-path=\"url(#%s-clip%d)\"", svg->id.bytes, svg->clips);
    }
    vg_text_add(out, ">\n");
    if (group->title) {
        vg_text_add(out, "<title>");
        add_unclean(out, group->title);
        vg_text_add(out, "</title>\n");
    }
}

static void svg_end(vg_canvas *canvas) { vg_text_add(&((svg_back *)canvas)->body, "</g>\n"); }

static void svg_destroy(vg_canvas *canvas) {
    svg_back *svg = (svg_back *)canvas;
    vg_text *const texts[] = {&svg->defs, &svg->body, &svg->id, &svg->title, &svg->desc};
    for (int32_t i = 0; i < 5; i++) vg_text_free(texts[i]);
    vg_canvas_teardown(canvas);
    vg_free(svg);
}

static const vg_canvas_ops svg_ops = {svg_draw, svg_write, svg_begin, svg_end, svg_destroy};

vg_err vg_canvas_svg(const vg_canvas_def *def, vg_canvas **out, vg_diag *diag) {
    *out = NULL;
    svg_back *svg = vg_new(svg_back, 1);
    if (!svg) return vg_fail_memory(diag);
    vg_err err = vg_canvas_setup(&svg->base, &svg_ops, def, diag);
    if (err) goto fail;
    svg->embedded = def->embedded;
    add_name(&svg->id, def->id && *def->id ? def->id : "vg");
    vg_clean_text(&svg->title, def->title ? def->title : "");
    vg_clean_text(&svg->desc, def->desc ? def->desc : "");
    if (svg->id.failed || svg->title.failed || svg->desc.failed) {
        err = vg_fail_memory(diag);
        goto fail;
    }
    *out = &svg->base;
    return VG_OK;
fail:
    svg_destroy(&svg->base);
    return err;
}

// --- the document ----------------------------------------------------------------------------------------

static void add_head(vg_text *out, const svg_back *svg) {
    static const char *const families[] = {VG_FONT_FAMILIES};
    const char *id = svg->id.bytes;
    if (!svg->embedded) vg_text_add(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    vg_text_add(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" id=\"%s\" class=\"vg-figure\" role=\"img\"",
                id);
    if (svg->title.size > 0)
        vg_text_add(out, " aria-labelledby=\"%s-title%s%s%s\"", id, svg->desc.size > 0 ? " " : "",
                    svg->desc.size > 0 ? id : "", svg->desc.size > 0 ? "-desc" : "");
    add_number(out, "width", svg->base.width);
    add_number(out, "height", svg->base.height);
    vg_text_add(out, " viewBox=\"0 0");
    add_hundredths(out, hundredths(svg->base.width), true);
    add_hundredths(out, hundredths(svg->base.height), true);
    vg_text_add(out, "\" fill=\"none\" stroke-linejoin=\"round\" font-family=\"");
    for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
        const char *quote = strchr(families[i], ' ') ? "'" : "";
        vg_text_add(out, "%s%s%s%s", i ? ", " : "", quote, families[i], quote);
    }
    vg_text_add(out, "\">\n");
    if (svg->title.size > 0) {
        vg_text_add(out, "<title id=\"%s-title\">", id);
        add_escaped(out, svg->title.bytes);
        vg_text_add(out, "</title>\n");
    }
    if (svg->desc.size > 0) {
        vg_text_add(out, "<desc id=\"%s-desc\">", id);
        add_escaped(out, svg->desc.bytes);
        vg_text_add(out, "</desc>\n");
    }
}

static void add_metadata(vg_text *out, const vg_png_text *texts, int32_t count) {
    if (count == 0) return;
    vg_text_add(out, "<metadata xmlns:vg=\"urn:verge:provenance\">\n");
    for (int32_t i = 0; i < count; i++) {
        vg_text_add(out, "<vg:text key=\"");
        add_unclean(out, texts[i].key);
        vg_text_add(out, "\">");
        add_unclean(out, texts[i].value);
        vg_text_add(out, "</vg:text>\n");
    }
    vg_text_add(out, "</metadata>\n");
}

// A file of its own contains its dark colours.
static void add_style(vg_text *out, const svg_back *svg) {
    if (svg->embedded || svg->base.theme != VG_THEME_AUTO) return;
    vg_text_add(out, "<style>@media (prefers-color-scheme:dark){\n");
    for (vg_role role = VG_ROLE_PAPER; role < VG_ROLE_COUNT; role++) {
        unsigned dark = (unsigned)vg_role_colour(role, VG_THEME_DARK);
        const char *name = vg_role_name(role);
        if (svg->fills[role]) vg_text_add(out, ".vg-f-%s{fill:#%06x}\n", name, dark);
        if (svg->strokes[role]) vg_text_add(out, ".vg-s-%s{stroke:#%06x}\n", name, dark);
    }
    vg_text_add(out, "}</style>\n");
}

vg_err vg_canvas_svg_finish(vg_canvas *canvas, const vg_png_text *texts, int32_t count, vg_text *out,
                            vg_diag *diag) {
    svg_back *svg = (svg_back *)canvas;
    add_head(out, svg);
    add_metadata(out, texts, count);
    add_style(out, svg);
    if (svg->defs.size > 0) {
        vg_text_add(out, "<defs>\n");
        vg_text_bytes(out, svg->defs.bytes, svg->defs.size);
        vg_text_add(out, "</defs>\n");
    }
    if (svg->body.size > 0) vg_text_bytes(out, svg->body.bytes, svg->body.size);
    vg_text_add(out, "</svg>\n");
    if (canvas->failed || svg->defs.failed || svg->body.failed || out->failed) return vg_fail_memory(diag);
    return VG_OK;
}
