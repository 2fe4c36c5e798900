// app/web/compat/cairo.h -- the calls of Cairo that scene, viewer and figures make, for a page: cairo.js
// answers them with HTML canvases. Names and meaning are Cairo's (cairographics.org); what is not called is
// not here.
#ifndef VG_APP_WEB_COMPAT_CAIRO_H
#define VG_APP_WEB_COMPAT_CAIRO_H

typedef struct _cairo cairo_t;
typedef struct _cairo_surface cairo_surface_t;
typedef struct _cairo_pattern cairo_pattern_t;
typedef enum { CAIRO_FORMAT_ARGB32, CAIRO_FORMAT_RGB24 } cairo_format_t;
typedef enum { CAIRO_LINE_CAP_BUTT, CAIRO_LINE_CAP_ROUND, CAIRO_LINE_CAP_SQUARE } cairo_line_cap_t;
typedef enum { CAIRO_LINE_JOIN_MITER, CAIRO_LINE_JOIN_ROUND, CAIRO_LINE_JOIN_BEVEL } cairo_line_join_t;
typedef enum { CAIRO_ANTIALIAS_DEFAULT, CAIRO_ANTIALIAS_NONE } cairo_antialias_t;
enum { CAIRO_STATUS_SUCCESS };

cairo_surface_t *cairo_image_surface_create(cairo_format_t format, int width, int height);
cairo_surface_t *cairo_image_surface_create_for_data(unsigned char *data, cairo_format_t format, int width,
                                                     int height, int stride);
unsigned char *cairo_image_surface_get_data(cairo_surface_t *surface);
int cairo_image_surface_get_width(cairo_surface_t *surface);
int cairo_image_surface_get_height(cairo_surface_t *surface);
int cairo_image_surface_get_stride(cairo_surface_t *surface);
void cairo_surface_flush(cairo_surface_t *surface);
void cairo_surface_mark_dirty(cairo_surface_t *surface);
void cairo_surface_destroy(cairo_surface_t *surface);

cairo_t *cairo_create(cairo_surface_t *surface);
void cairo_destroy(cairo_t *cairo);
int cairo_status(cairo_t *cairo);
void cairo_save(cairo_t *cairo);
void cairo_restore(cairo_t *cairo);
void cairo_translate(cairo_t *cairo, double x, double y);
void cairo_scale(cairo_t *cairo, double x, double y);
void cairo_rotate(cairo_t *cairo, double angle);

void cairo_new_path(cairo_t *cairo);
void cairo_new_sub_path(cairo_t *cairo);
void cairo_close_path(cairo_t *cairo);
void cairo_move_to(cairo_t *cairo, double x, double y);
void cairo_line_to(cairo_t *cairo, double x, double y);
void cairo_curve_to(cairo_t *cairo, double x1, double y1, double x2, double y2, double x3, double y3);
void cairo_rectangle(cairo_t *cairo, double x, double y, double width, double height);
void cairo_arc(cairo_t *cairo, double x, double y, double radius, double from, double to);
void cairo_clip(cairo_t *cairo);

void cairo_set_source_rgba(cairo_t *cairo, double red, double green, double blue, double alpha);
void cairo_set_source(cairo_t *cairo, cairo_pattern_t *pattern);
void cairo_set_source_surface(cairo_t *cairo, cairo_surface_t *surface, double x, double y);
cairo_pattern_t *cairo_pattern_create_linear(double x0, double y0, double x1, double y1);
void cairo_pattern_add_color_stop_rgba(cairo_pattern_t *pattern, double offset, double red, double green,
                                       double blue, double alpha);
void cairo_pattern_destroy(cairo_pattern_t *pattern);

void cairo_set_line_width(cairo_t *cairo, double width);
void cairo_set_line_cap(cairo_t *cairo, cairo_line_cap_t cap);
void cairo_set_line_join(cairo_t *cairo, cairo_line_join_t join);
void cairo_set_dash(cairo_t *cairo, const double *dashes, int count, double offset);
void cairo_set_antialias(cairo_t *cairo, cairo_antialias_t antialias);
void cairo_fill(cairo_t *cairo);
void cairo_fill_preserve(cairo_t *cairo);
void cairo_stroke(cairo_t *cairo);
void cairo_paint(cairo_t *cairo);
void cairo_paint_with_alpha(cairo_t *cairo, double alpha);
void cairo_push_group(cairo_t *cairo);
void cairo_pop_group_to_source(cairo_t *cairo);

#endif
