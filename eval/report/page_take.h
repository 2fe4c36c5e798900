// eval/report/page_take.h -- who takes the figures of a page one by one.
#ifndef VG_EVAL_REPORT_PAGE_TAKE_H
#define VG_EVAL_REPORT_PAGE_TAKE_H

// A figure as an SVG document of its own: the name that the page has it by, its title, and its text, which is
// borrowed for the call.
typedef void (*vg_report_take)(void *context, const char *name, const char *title, const char *svg);

#endif
