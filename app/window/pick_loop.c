#include "app/window/pick_loop.h"

#include <math.h>

#include "app/drive/menu_paint.h"
#include "app/scene/shot.h"

typedef struct loop {
    const vg_pick_def *def;
    vg_menu *menu;
    vg_scene *scene;
    const vg_road *road; // the scene's
    vg_menu_layout layout;
    bool arranged, shoot;
} loop;

// --- input -----------------------------------------------------------------------------------------------

static vg_menu_move move_of(const vg_press *press) {
    switch (press->key) {
    case VG_KEY_UP: return VG_MENU_UP;
    case VG_KEY_DOWN: return VG_MENU_DOWN;
    case VG_KEY_LEFT: return VG_MENU_LEFT;
    case VG_KEY_RIGHT: return VG_MENU_RIGHT;
    case VG_KEY_TAB: return press->shift ? VG_MENU_LEFT : VG_MENU_RIGHT;
    case VG_KEY_PAGE_UP: return VG_MENU_PAGE_UP;
    case VG_KEY_PAGE_DOWN: return VG_MENU_PAGE_DOWN;
    case VG_KEY_HOME: return VG_MENU_FIRST;
    case VG_KEY_END: return VG_MENU_LAST;
    case VG_KEY_ENTER:
    case VG_KEY_SPACE: return press->repeat ? VG_MENU_STAY : VG_MENU_ACCEPT;
    case VG_KEY_ESCAPE: return press->repeat ? VG_MENU_STAY : VG_MENU_CANCEL;
    default: return VG_MENU_STAY;
    }
}

static void press(loop *l, const vg_press *press) {
    vg_window *window = l->def->window;
    if (press->key >= VG_KEY_A && press->key <= VG_KEY_Z && !press->control)
        vg_menu_letter(l->menu, (char)('a' + (int)(press->key - VG_KEY_A)));
    else if (press->key == VG_KEY_F11 && !press->repeat)
        vg_window_set_fullscreen(window, !vg_window_fullscreen(window));
    else if (press->key == VG_KEY_F12 && !press->repeat)
        l->shoot = true;
    else
        vg_menu_go(l->menu, move_of(press));
}

static double way(uint32_t buttons, int less, int more) {
    return (double)(buttons >> more & 1) - (double)(buttons >> less & 1);
}

// Game controllers, in SDL's order: A and Start accept, B cancels; the left stick and the cross (up, down,
// left, right: 11 to 14) move.
static void take_controllers(loop *l, const vg_input *in, double dt) {
    double x = 0, y = 0;
    for (int32_t i = 0; i < in->device_count; i++) {
        const vg_device *device = &in->devices[i];
        if (!device->controller) continue;
        x += (double)device->axes[0] + way(device->buttons, 13, 14);
        y += (double)device->axes[1] + way(device->buttons, 11, 12);
        if (device->pressed & (1u << 0 | 1u << 6)) vg_menu_go(l->menu, VG_MENU_ACCEPT);
        if (device->pressed & 1u << 1) vg_menu_go(l->menu, VG_MENU_CANCEL);
    }
    vg_menu_stick(l->menu, x, y, dt);
}

// What comes behind the key that closes the menu is for what follows.
static void take_input(loop *l, double dt) {
    const vg_input *in = vg_window_pump(l->def->window);
    for (int32_t i = 0; i < in->press_count && l->menu->state == VG_MENU_OPEN; i++) press(l, &in->presses[i]);
    take_controllers(l, in, dt);
    if (l->arranged) {
        if (in->mouse_pressed & 1) vg_menu_click(l->menu, &l->layout, in->mouse_x, in->mouse_y);
        vg_menu_wheel(l->menu, &l->layout, in->mouse_x, in->mouse_y, in->wheel);
    }
    if (in->quit) vg_menu_go(l->menu, VG_MENU_CANCEL);
}

// --- frames ----------------------------------------------------------------------------------------------

static vg_err draw(loop *l, const vg_scene_picture *picture, vg_diag *diag) {
    vg_road_view road = vg_road_get(l->road);
    vg_scene_car car = {.car = vg_menu_car(l->menu), .x = road.x[0], .y = road.y[0], .yaw = road.heading[0]};
    vg_camera_target target = {car.x, car.y, car.yaw, 0, car.car->length};
    vg_camera camera;
    double width = picture->width / picture->scale, height = picture->height / picture->scale;
    vg_camera_follow(&camera, VG_CAMERA_CHASE, &target, 1, height, -1);
    vg_err err = vg_scene_begin(l->scene, picture, &camera, diag);
    if (err) return err;
    vg_scene_cars(l->scene, &car, 1);
    l->layout = vg_menu_arrange(l->menu, width, height);
    l->arranged = true;
    vg_menu_paint(l->scene, l->menu, &l->layout);
    return vg_scene_end(l->scene, diag);
}

static vg_err show(loop *l, vg_diag *diag) {
    const vg_road *road = vg_menu_chosen(l->menu, VG_MENU_ROADS)->road;
    vg_scene_picture picture;
    vg_err err = VG_OK;
    if (road != l->road) {
        vg_scene_destroy(l->scene);
        l->scene = NULL;
        l->road = road;
        err = vg_scene_create(road, &l->scene, diag);
    }
    if (!err) err = vg_window_frame(l->def->window, &picture, diag);
    if (!err) err = draw(l, &picture, diag);
    if (err) return err;
    if (l->shoot)
        vg_scene_keep(&picture, "verge drive", l->def->shots, l->menu->message, sizeof l->menu->message);
    l->shoot = false;
    return vg_window_present(l->def->window, diag);
}

vg_err vg_pick_run(const vg_pick_def *def, vg_diag *diag) {
    const double least = 1.0 / 120; // if the window does not wait for the screen
    loop l = {.def = def, .menu = def->menu};
    double before = vg_window_seconds();
    vg_err err = VG_OK;
    def->menu->state = VG_MENU_OPEN;
    while (!err && def->menu->state == VG_MENU_OPEN) {
        err = show(&l, diag);
        double dt = vg_window_seconds() - before;
        if (dt < least) vg_window_wait(least - dt), dt = vg_window_seconds() - before;
        before += dt;
        if (!err && def->stop()) err = vg_fail(diag, VG_ERR_INTERRUPTED, "stopped");
        if (!err) take_input(&l, fmin(dt, 0.25));
    }
    vg_scene_destroy(l.scene);
    return err;
}
