// app/web/player.h -- the viewer in a page: `verge view` of one episode of results, on an HTML canvas.
// player.js calls it.
#ifndef VG_APP_WEB_PLAYER_H
#define VG_APP_WEB_PLAYER_H

#include <stdint.h>

typedef struct vg_web_player vg_web_player; // opaque

// Drives an episode of results again. results: paths, one a line, all on the same roads. episode: ROAD:START,
// or a number. training_seed: of the arms, from 1 on. seed: of the suite; below 0: each result's own. The
// cars' names begin with what stands before a tab on the result's line, if one does. NULL: Module.trouble
// says why.
vg_web_player *vg_web_play(const char *results, const char *episode, int32_t training_seed, double seed);
void vg_web_close(vg_web_player *player); // NULL is fine

// The next frame, dt seconds after the last, onto the page's canvas of width x height pixels with `scale`
// pixels a unit. Returns 0, or 1 with an error.
int32_t vg_web_paint(vg_web_player *player, double dt, int32_t width, int32_t height, double scale);

// Keys by the names of app/window/events.h ("LEFT", "SPACE", "A"). Returns what the page has to do: vg_wish.
int32_t vg_web_press(vg_web_player *player, const char *key, int32_t repeat, int32_t shift);
// The mouse, in units; pressed: the button went down since the last call; wheel: clicks away from the user.
void vg_web_point(vg_web_player *player, double x, double y, int32_t held, int32_t pressed, double wheel);

// What is shown.
double vg_web_time(const vg_web_player *player);
int32_t vg_web_cars(const vg_web_player *player);
double vg_web_duration(const vg_web_player *player);
void vg_web_seek(vg_web_player *player, double t);
void vg_web_set_dark(vg_web_player *player, int32_t dark);
int32_t vg_web_is_playing(const vg_web_player *player);
const char *vg_web_title(const vg_web_player *player);
const char *vg_web_hash(vg_web_player *player);       // vg_view_hash, 16 hexadecimal digits
double vg_web_departure(const vg_web_player *player); // s, the first of any car; -1: none

#endif
