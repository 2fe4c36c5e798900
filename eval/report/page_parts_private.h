// eval/report/page_parts_private.h -- a page while it is written.
#ifndef VG_EVAL_REPORT_PAGE_PARTS_PRIVATE_H
#define VG_EVAL_REPORT_PAGE_PARTS_PRIVATE_H

#include "eval/figures/picture.h"
#include "eval/outcome/outcome.h"
#include "eval/report/page_take.h"

enum { VG_PAGE_ARMS = 8, VG_PAGE_TEXTS = 6, VG_PAGE_PATH = 1024 };

// An error sticks, as on a canvas: after an error, further calls do nothing.
typedef struct vg_page {
    const vg_outcome *outcome;             // NULL in a gate's page
    const struct vg_report_player *player; // player.h; NULL: nothing here plays
    const char *folder;
    vg_overwrite overwrite;
    vg_diag *diag;
    vg_err err;
    vg_text html;
    int32_t shown;   // arms in figures
    int32_t figures; // placed so far
    vg_png_text texts[VG_PAGE_TEXTS];
    int32_t text_count;
    vg_text policies, suite, seed; // memory of texts
    char nonce[17];                // marks the page's own scripts for its content-security policy
    vg_report_take take;           // NULL: figures go into the page; else they alone are made
    void *context;
} vg_page;

// The page's head up to its title, in a header with a division in it; and its end behind <main>. The caller
// closes division and header, with the button between them, and opens <main>.
void vg_page_open(vg_page *page, const char *title);
void vg_page_shut(vg_page *page);
#define VG_PAGE_THEME                                                                                        \
    "<button id=\"theme\" type=\"button\" aria-label=\"Light or dark\" hidden=\"\">Dark</button>\n"

// Tables. All text is escaped, for elements and for attributes in double quotes.
void vg_page_text(vg_page *page, const char *text);
void vg_page_table(vg_page *page,
                   const char *caption); // write heads, body, rows of cells and end in this order
void vg_page_head(vg_page *page, const char *text);
void vg_page_body(vg_page *page);
void vg_page_row(vg_page *page, const char *label);
void vg_page_cell(vg_page *page, double value);             // NaN: printed as a dash
void vg_page_estimate(vg_page *page, vg_estimate estimate); // with its interval below it
void vg_page_share(vg_page *page, vg_estimate estimate);    // in percent
void vg_page_plain_share(vg_page *page, double value);      // without an interval
#define VG_PAGE_DASH "\xe2\x80\x93"                         // for what is not known
// " 1 to 2" below a value, both times factor; nothing where neither is known.
void vg_page_interval(vg_page *page, double low, double high, double factor);
void vg_page_row_end(vg_page *page);
void vg_page_table_end(vg_page *page);
// A cell of a table that narrow screens show as cards: with its column's name, and a bar of a share.
void vg_page_named_share(vg_page *page, const char *name, vg_estimate estimate, bool bar);
void vg_page_named_estimate(vg_page *page, const char *name, vg_estimate estimate);
// "12.3 %"; buffer holds 40 bytes. Returns buffer.
char *vg_page_percent(double value, char *buffer);
// A number to three digits; NaN as a dash. buffer holds at least 32 bytes. Returns buffer.
char *vg_page_number(double value, char *buffer);

// A figure, shown in the page and written as figures/NAME.png; all borrowed.
typedef struct vg_page_figure {
    const char *name;    // name of the file, without the ending
    const char *title;   // in a few words
    const char *desc;    // text for readers who cannot see the picture: what it shows, in a sentence
    const char *caption; // how to read it
    double width, height;
    vg_paint_fn paint;
    const void *figure;
    int32_t driver;                               // of one driver alone: its index + 1; 0: of all
    void (*table)(vg_page *page, const void *of); // the table of its numbers
    const void *of;
} vg_page_figure;
void vg_page_place(vg_page *page, const vg_page_figure *figure);

// Figures side by side, one a driver, with one title and one caption; place them between begin and end.
// Nothing is written to a page that gives figures away.
void vg_page_each_begin(vg_page *page, const char *title);
void vg_page_each_end(vg_page *page, const char *caption, void (*table)(vg_page *page, const void *of),
                      const void *of);

// Any episode to play, by its road and start: a section that only the player's script shows. Nothing where
// the page has no player.
typedef struct vg_page_choice {
    const char *says; // how the episode is driven; escaped already
    int32_t roads, starts;
    const char *(*road)(const void *of, int32_t i); // the name of road i
    const void *of;
} vg_page_choice;
void vg_page_choose(vg_page *page, const vg_page_choice *choice);
// Whether what is written now can be played: there is a player, and the figures stay in the page.
bool vg_page_plays(const vg_page *page);

// The sections, in the page's order.
void vg_page_verdict(vg_page *page);
void vg_page_headline(vg_page *page);
void vg_page_watch(vg_page *page); // nothing where the page has no player
void vg_page_claims(vg_page *page);
void vg_page_worst_episodes(vg_page *page);
void vg_page_survival(vg_page *page);
void vg_page_drift(vg_page *page);
void vg_page_roads(vg_page *page);
void vg_page_budget(vg_page *page);
void vg_page_progress(vg_page *page);
void vg_page_pairs(vg_page *page);
void vg_page_made(vg_page *page);

// The arm with the largest share off the road or against obstacles, the first of equals; -1: there is none.
int32_t vg_page_worst(const vg_outcome *outcome);
// The share of drives that left the road or hit an obstacle. NaN: nobody drove.
double vg_page_failed(const vg_analysis *analysis);
// Whether any driver hit an obstacle. Only then do the first lines speak of obstacles.
bool vg_page_has_collisions(const vg_outcome *outcome);

#endif
