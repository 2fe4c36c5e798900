// The picture of `verge view`: complete, the same twice, and what is under the pointer.
#include <math.h>
#include <string.h>

#include "agents/rewards/driving.h"
#include "agents/rewards/progress.h"
#include "app/view/film.h"
#include "app/view/finish.h"
#include "app/view/reward_heat.h"
#include "eval/figures/png.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"
#include "tests/out_of_memory.h"
#include "tests/roads.h"
#include "tests/scratch.h"

static vg_diag diag;

// Two cars round a circle for 4 s, the second further out, off the road from 3 s on.
static vg_view view_of(void) {
    enum { MOMENTS = 81 };
    vg_view view = {.roads = {{.road = circle_road(50, 5)}}, .road_count = 1, .title = "two laps"};
    vg_car sedan = vg_car_default();
    for (int c = 0; c < 2; c++) {
        vg_moment *m = vg_new(vg_moment, MOMENTS);
        for (int i = 0; i < MOMENTS; i++) {
            double t = i / 20.0, s = 20 + 12 * t, sine, cosine, offset = c ? -2 * t : 1;
            vg_sincos(s / 50, &sine, &cosine);
            m[i] = (vg_moment){.t = t,
                               .state = {.x = (50 - offset) * cosine,
                                         .y = (50 - offset) * sine,
                                         .yaw = s / 50 + VG_PI / 2,
                                         .s = s,
                                         .offset = (float)offset,
                                         .speed = 12},
                               .events = c && i == 51 ? VG_EVENT_OFF : 0};
        }
        vg_view_group *group = vg_view_group_of(&view, 0, c ? "wide" : "near", &sedan);
        ck_ok(vg_view_add_drive(&view, group, m, MOMENTS, -1, &diag));
        ck_assert(vg_view_show(&view, group, 0, group->label));
    }
    ck_ok(vg_view_finish(&view, &diag));
    return view;
}

// The picture at t with the film's current options.
static uint64_t hash_of(vg_film_reel *reel, double t) {
    ck_assert_int_eq(reel->picture.width * reel->picture.height, 640 * 400);
    ck_ok(vg_film_paint(reel, (int64_t)(t * reel->film->fps + 0.5), &diag));
    return vg_hash_bytes(0, reel->picture.pixels, sizeof(uint32_t) * 640 * 400);
}

START_TEST(a_picture_depends_on_what_it_shows) {
    vg_view view = view_of();
    vg_film film = vg_film_default(&view);
    film.width = 640, film.height = 400, film.look.camera = VG_CAMERA_HEADING; // which does not lag
    vg_film_reel reel, other;
    ck_ok(vg_film_open(&film, &reel, &diag));
    ck_ok(vg_film_open(&film, &other, &diag));
    uint64_t first = hash_of(&reel, 0);
    ck_assert_uint_eq(hash_of(&other, 0), first);
    vg_film_close(&other);
    ck_assert_uint_ne(hash_of(&reel, 0.2), first);
    // Each option gives another picture, and the old option gives the old picture again.
    const vg_stage_look plain = film.look;
    vg_reward_heat heat;
    vg_reward *reward;
    const vg_progress_def progress = vg_progress_default();
    ck_ok(vg_progress_create(&progress, &reward, &diag));
    ck_ok(vg_reward_heat_make(&heat, &view, 0, reward, &diag));
    vg_reward_destroy(reward); // it is not needed to paint
    for (int i = 0; i < 9; i++) {
        if (i == 0) film.look.theme = VG_THEME_DARK;
        if (i == 1) film.look.followed = 1;
        if (i == 2) film.look.camera = VG_CAMERA_NORTH;
        if (i == 3) film.look.heat = true;
        if (i == 4) film.look.map = true;
        if (i == 5) film.look.help = true;
        if (i == 6) film.look.sides = true;
        if (i == 7) film.look.reward = &heat;
        if (i == 8) film.look.fit = true;
        ck_assert_uint_ne(hash_of(&reel, 0), first);
        film.look = plain;
        ck_assert_msg(hash_of(&reel, 0) == first, "look %d does not lead back", i);
    }
    vg_reward_heat_free(&heat);
    vg_film_close(&reel);
    vg_view_free(&view);
}
END_TEST

// Two roads are side by side, and each side is the picture that its road would give in that place alone: what
// is moved on one road changes its own half alone.
START_TEST(several_roads_are_side_by_side) {
    enum { WIDTH = 640, HEIGHT = 400, MOMENTS = 81 };
    vg_view view = view_of();
    vg_car kart = vg_car_default();
    vg_moment *m = vg_new(vg_moment, MOMENTS);
    for (int i = 0; i < MOMENTS; i++) m[i] = (vg_moment){.t = i / 20.0, .state = {.x = 80, .speed = 3}};
    int32_t road = vg_view_add_road(&view, circle_road(80, 5), "larger");
    vg_view_group *group = vg_view_group_of(&view, road, "near", &kart);
    ck_assert(group == &view.groups[2]); // of the same name, but on another road
    ck_ok(vg_view_add_drive(&view, group, m, MOMENTS, -1, &diag));
    ck_assert(vg_view_show(&view, group, 0, "other"));
    ck_ok(vg_view_finish(&view, &diag));
    vg_film film = vg_film_default(&view);
    film.width = WIDTH, film.height = HEIGHT, film.look.camera = VG_CAMERA_HEADING;
    vg_film_reel reel;
    static uint32_t before[WIDTH * HEIGHT];
    ck_ok(vg_film_open(&film, &reel, &diag));
    hash_of(&reel, 0);
    memcpy(before, reel.picture.pixels, sizeof before);
    for (int i = 0; i < MOMENTS; i++) m[i].state.x -= 2;
    hash_of(&reel, 0);
    int64_t left = 0, right = 0;
    for (int y = 0; y < 200; y++)
        for (int x = 0; x < WIDTH; x++)
            *(x < WIDTH / 2 ? &left : &right) += before[y * WIDTH + x] != reel.picture.pixels[y * WIDTH + x];
    ck_assert_int_eq(left, 0);
    ck_assert_int_gt(right, 1000);
    // A click on a row follows its car, on whichever side.
    double t;
    int32_t car = -1;
    vg_side_layout l = vg_layout_side(WIDTH / 2.0, 214, 2);
    for (int32_t c = 0; c < 3; c++) {
        vg_view_box row = vg_layout_side_row(&l, c % 2);
        double x = row.x + 5 + (c == 2 ? WIDTH / 2.0 : 0);
        ck_assert_int_eq(vg_stage_under(reel.stage, x, row.y + 5, &reel.timeline, &t, &car), VG_HIT_CAR);
        ck_assert_int_eq(car, c);
    }
    film.look.map = true;
    uint64_t first = hash_of(&reel, 0);
    film.look.followed = 2; // the map of the other road
    ck_assert_uint_ne(hash_of(&reel, 0), first);
    vg_film_close(&reel);
    vg_view_free(&view);
}
END_TEST

// The reward has values where the car was, and a driving reward its line, on the road and all the way round.
START_TEST(a_reward_is_painted_where_the_car_was) {
    vg_view view = view_of();
    vg_reward_heat heat;
    vg_reward *reward;
    const vg_driving_reward_def def = vg_driving_reward_default();
    ck_ok(vg_driving_reward_create(&def, &reward, &diag));
    for (int32_t car = 0; car < 2; car++) {
        ck_ok(vg_reward_heat_make(&heat, &view, car, reward, &diag));
        int32_t first = heat.grid.stations, last = 0, lanes = heat.grid.lanes;
        for (int32_t i = 0; i < heat.grid.stations; i++)
            if (isfinite(heat.grid.value[i * lanes])) first = i < first ? i : first, last = i;
        // From 20 m on for 4 s at 12 m/s; the second car leaves the road before its end.
        ck_assert_double_eq_tol(first * heat.grid.spacing, 20, 2.1);
        ck_assert_double_eq_tol(last * heat.grid.spacing, car ? 20 + 12 * 2.5 : 68, 2.1);
        ck_assert(heat.seconds && heat.own_count == 81 && heat.line_count > 100);
        for (int64_t k = 0; k < heat.line_count; k++)
            ck_assert_double_le(fabs(hypot(heat.line_x[k], heat.line_y[k]) - 50), 5);
        ck_assert_double_eq_tol(heat.line_x[0], heat.line_x[heat.line_count - 1], 1e-6);
        vg_reward_heat_free(&heat);
    }
    for (oom turn = {.share = 10, .diag = &diag}; oom_next(&turn);) {
        turn.err = vg_reward_heat_make(&heat, &view, 0, reward, &diag);
        vg_reward_heat_free(&heat);
    }
    vg_reward_destroy(reward);
    vg_view_free(&view);
}
END_TEST

START_TEST(sizes_and_times_are_checked) {
    vg_view view = view_of();
    vg_film film = vg_film_default(&view);
    ck_ok(vg_film_check(&film, &diag));
    film.width = 100;
    ck_assert_int_eq(vg_film_check(&film, &diag), VG_ERR_ARGUMENT);
    film = vg_film_default(&view);
    film.from = 99;
    ck_assert_int_eq(vg_film_check(&film, &diag), VG_ERR_ARGUMENT);
    ck_assert(strstr(diag.text, "0 to 4 s"));
    film.from = 2, film.to = 1;
    ck_assert_int_eq(vg_film_check(&film, &diag), VG_ERR_ARGUMENT);
    film = vg_film_default(&view);
    ck_assert_int_eq(vg_film_count(&film), 121); // 4 s at 30, both ends
    film.speed = 2, film.from = 1, film.to = 3;
    ck_assert_int_eq(vg_film_count(&film), 31);
    film.fps = 240, film.speed = 1e-5;
    ck_assert_int_eq(vg_film_check(&film, &diag), VG_ERR_ARGUMENT);
    vg_view_free(&view);
}
END_TEST

START_TEST(a_shot_is_a_png_with_its_provenance) {
    vg_view view = view_of();
    vg_film film = vg_film_default(&view);
    const vg_png_text texts[] = {{"Software", "verge"}, {"Policies", "sway"}};
    film.width = 1000, film.height = 700, film.scale = 1.25, film.texts = texts, film.text_count = 2;
    const char *path = scratch("shot.png");
    ck_ok(vg_film_shot(&film, path, &diag));
    vg_png_info info;
    ck_ok(vg_png_info_read(path, &info, &diag));
    ck_assert_int_eq(info.width, 1000);
    ck_assert_int_eq(info.height, 700);
    ck_assert_str_eq(info.texts[1].value, "sway");
    vg_png_info_free(&info);
    ck_assert_int_eq(vg_film_shot(&film, path, &diag), VG_ERR_EXISTS);
    ck_assert_int_eq(vg_film_shot(&film, scratch("shot.gif"), &diag), VG_ERR_ARGUMENT);
    vg_view_free(&view);
}
END_TEST

START_TEST(the_pointer_finds_what_it_is_over) {
    vg_view view = view_of();
    vg_film film = vg_film_default(&view);
    vg_film_reel reel;
    double t = -1;
    int32_t car = -1;
    ck_ok(vg_film_open(&film, &reel, &diag));
    ck_assert_int_eq(vg_stage_under(reel.stage, 5, 5, &reel.timeline, &t, &car), VG_HIT_NONE);
    ck_ok(vg_film_paint(&reel, 0, &diag));
    vg_layout l = vg_layout_make(1280, 720, 2);
    ck_assert_int_eq(vg_stage_under(reel.stage, l.button.x + 5, l.button.y + 5, &reel.timeline, &t, &car),
                     VG_HIT_BUTTON);
    ck_assert_int_eq(vg_stage_under(reel.stage, l.rows[1].x + 5, l.rows[1].y + 5, &reel.timeline, &t, &car),
                     VG_HIT_CAR);
    ck_assert_int_eq(car, 1);
    double x = l.track.x + l.track.width / 4, y = l.track.y + 5;
    ck_assert_int_eq(vg_stage_under(reel.stage, x, y, &reel.timeline, &t, &car), VG_HIT_TIME);
    ck_assert_double_eq_tol(t, 1, 1e-9);
    // A drag continues outside the box in which it began.
    ck_assert_double_eq_tol(vg_stage_drag(reel.stage, x, y, l.track.x + l.track.width / 2, &reel.timeline), 2,
                            1e-9);
    ck_assert_double_eq(vg_stage_drag(reel.stage, x, y, 5000, &reel.timeline), 4);
    // The panels also give a time.
    const vg_view_box *panel = &l.panels[VG_PANEL_ALIVE];
    ck_assert_int_eq(vg_stage_under(reel.stage, panel->x + panel->width / 2, panel->y + panel->height / 2,
                                    &reel.timeline, &t, &car),
                     VG_HIT_TIME);
    ck_assert_double_gt(t, 1.5);
    ck_assert_double_lt(t, 2.5);
    ck_assert_int_eq(vg_stage_under(reel.stage, 700, 300, &reel.timeline, &t, &car), VG_HIT_NONE);
    vg_film_close(&reel);
    vg_view_free(&view);
}
END_TEST

CK_MAIN("stage", a_picture_depends_on_what_it_shows, several_roads_are_side_by_side,
        a_reward_is_painted_where_the_car_was, sizes_and_times_are_checked,
        a_shot_is_a_png_with_its_provenance, the_pointer_finds_what_it_is_over)
