// app/drive/keys.h -- the keys of `verge drive`, for its help overlay and for `verge drive --help`.
#ifndef VG_APP_DRIVE_KEYS_H
#define VG_APP_DRIVE_KEYS_H

typedef struct vg_drive_key {
    const char *keys, *what;
} vg_drive_key;

// X(keys, what they do)
#define VG_DRIVE_KEY_ROWS(X)                                                                                 \
    X("Left  Right", "steer (or A D)")                                                                       \
    X("Up  Down", "throttle, brake (or W S; Space brakes)")                                                  \
    X("R", "restart at the line: a new episode")                                                             \
    X("Backspace", "back onto the road, slowly")                                                             \
    X("P", "pause")                                                                                          \
    X("Enter", "hand back to the policy")                                                                    \
    X("L", "label: the policy drives, your steering is the label")                                           \
    X("[  ]", "slower, faster steering")                                                                     \
    X("M", "steer by the mouse; buttons are the pedals")                                                     \
    X("K", "calibrate the wheel")                                                                            \
    X("C", "camera: chase, heading up, north up")                                                            \
    X("+  -", "closer, further (or the mouse wheel)")                                                        \
    X("Tab", "map on, off")                                                                                  \
    X("G", "ghost of the best lap on, off")                                                                  \
    X("F11", "full screen")                                                                                  \
    X("F12", "save a picture")                                                                               \
    X("H", "these keys")                                                                                     \
    X("Escape", "end the drive (or Q)")

#define VG_DRIVE_KEY_ROW(keys, what) {keys, what},
#define VG_DRIVE_KEYS                VG_DRIVE_KEY_ROWS(VG_DRIVE_KEY_ROW)

#endif
