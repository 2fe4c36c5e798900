// app/window/events.h -- the input of a window, as plain data: keys, the mouse, devices.
#ifndef VG_APP_WINDOW_EVENTS_H
#define VG_APP_WINDOW_EVENTS_H

#include "sim/base/config.h"

#include <stdbool.h>
#include <stdint.h>

// Keys by their label, so that letters are where the user's keyboard layout has them. X(name, SDL's name)
#define VG_KEYS(X)                                                                                           \
    X(LEFT, SDLK_LEFT)                                                                                       \
    X(RIGHT, SDLK_RIGHT)                                                                                     \
    X(UP, SDLK_UP)                                                                                           \
    X(DOWN, SDLK_DOWN)                                                                                       \
    X(SPACE, SDLK_SPACE)                                                                                     \
    X(ENTER, SDLK_RETURN)                                                                                    \
    X(ESCAPE, SDLK_ESCAPE)                                                                                   \
    X(TAB, SDLK_TAB)                                                                                         \
    X(BACKSPACE, SDLK_BACKSPACE)                                                                             \
    X(HOME, SDLK_HOME)                                                                                       \
    X(END, SDLK_END)                                                                                         \
    X(PAGE_UP, SDLK_PAGEUP)                                                                                  \
    X(PAGE_DOWN, SDLK_PAGEDOWN)                                                                              \
    X(PLUS, SDLK_PLUS)                                                                                       \
    X(MINUS, SDLK_MINUS)                                                                                     \
    X(EQUALS, SDLK_EQUALS)                                                                                   \
    X(COMMA, SDLK_COMMA)                                                                                     \
    X(PERIOD, SDLK_PERIOD)                                                                                   \
    X(BRACKET_LEFT, SDLK_LEFTBRACKET)                                                                        \
    X(BRACKET_RIGHT, SDLK_RIGHTBRACKET)                                                                      \
    X(0, SDLK_0)                                                                                             \
    X(1, SDLK_1)                                                                                             \
    X(2, SDLK_2)                                                                                             \
    X(3, SDLK_3)                                                                                             \
    X(4, SDLK_4)                                                                                             \
    X(5, SDLK_5)                                                                                             \
    X(6, SDLK_6)                                                                                             \
    X(7, SDLK_7)                                                                                             \
    X(8, SDLK_8)                                                                                             \
    X(9, SDLK_9)                                                                                             \
    X(A, SDLK_a)                                                                                             \
    X(B, SDLK_b)                                                                                             \
    X(C, SDLK_c)                                                                                             \
    X(D, SDLK_d)                                                                                             \
    X(E, SDLK_e)                                                                                             \
    X(F, SDLK_f)                                                                                             \
    X(G, SDLK_g)                                                                                             \
    X(H, SDLK_h)                                                                                             \
    X(I, SDLK_i)                                                                                             \
    X(J, SDLK_j)                                                                                             \
    X(K, SDLK_k)                                                                                             \
    X(L, SDLK_l)                                                                                             \
    X(M, SDLK_m)                                                                                             \
    X(N, SDLK_n)                                                                                             \
    X(O, SDLK_o)                                                                                             \
    X(P, SDLK_p)                                                                                             \
    X(Q, SDLK_q)                                                                                             \
    X(R, SDLK_r)                                                                                             \
    X(S, SDLK_s)                                                                                             \
    X(T, SDLK_t)                                                                                             \
    X(U, SDLK_u)                                                                                             \
    X(V, SDLK_v)                                                                                             \
    X(W, SDLK_w)                                                                                             \
    X(X, SDLK_x)                                                                                             \
    X(Y, SDLK_y)                                                                                             \
    X(Z, SDLK_z)                                                                                             \
    X(F1, SDLK_F1)                                                                                           \
    X(F11, SDLK_F11)                                                                                         \
    X(F12, SDLK_F12)

typedef enum vg_window_key {
    VG_KEY_NONE,
#define X(name, sdl) VG_KEY_##name,
    VG_KEYS(X)
#undef X
        VG_KEY_COUNT
} vg_window_key;

enum { VG_WINDOW_PRESSES = 32, VG_WINDOW_DEVICES = 8, VG_DEVICE_AXES = 16, VG_DEVICE_BUTTONS = 32 };

// One press of a key. repeat: the key is held down, and the system repeats the press.
typedef struct vg_press {
    vg_window_key key;
    bool repeat, shift, control;
} vg_press;

// A game controller, its axes in SDL's standard order (left x, y, right x, y, left and right trigger), or any
// other joystick, such as a wheel. Axes are unchanged: sticks and wheels in [-1, 1], triggers in [0, 1].
typedef struct vg_device {
    int32_t id;      // id of this plugging; never used again
    char name[64];   // "Logitech G29"
    char kind[40];   // the same for every device of its make; identifies saved bindings
    bool controller; // else a joystick
    int32_t axis_count, button_count;
    float axes[VG_DEVICE_AXES];
    uint32_t buttons; // bit i: button i is down
    uint32_t pressed; // since the last pump
} vg_device;

// The current state, and the events since the previous pump.
typedef struct vg_input {
    bool quit;    // the window was closed
    bool focused; // the window has the keyboard's focus; when it loses it, all keys count as released
    bool held[VG_KEY_COUNT];
    vg_press presses[VG_WINDOW_PRESSES]; // [press_count], in order
    int32_t press_count;

    double mouse_x, mouse_y;                // units
    double moved_x, moved_y;                // motion in units, since the previous pump
    double wheel;                           // turns of the wheel, in clicks away from the user
    uint32_t mouse_buttons;                 // bit 0: left, 1: middle, 2: right; down
    uint32_t mouse_pressed, mouse_released; // pressed since the previous pump

    vg_device devices[VG_WINDOW_DEVICES]; // [device_count] plugged in now
    int32_t device_count;
    char plugged[64], unplugged[64]; // name of a device plugged in or out since the previous pump, else ""
} vg_input;

#endif
