// app/web/letters.h -- what cairo.js gives beyond Cairo's calls: the browser's own letters, and the page's
// frame.
#ifndef VG_APP_WEB_LETTERS_H
#define VG_APP_WEB_LETTERS_H

#include <cairo.h>
#include <stdint.h>

// Of one line, in the context's units.
double vg_web_text_width(cairo_t *cairo, const char *text, double size, int bold);
// Fills it with the source, its baseline at (x, y); halo: strokes its outline instead.
void vg_web_text(cairo_t *cairo, double x, double y, const char *text, double size, int bold, int halo);

// From now on a surface over these pixels is the canvas on the page. Its first surface gets all rows from
// memory.
void vg_web_frame(uint32_t *pixels);

#endif
