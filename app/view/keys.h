// app/view/keys.h -- the keys of `verge view`, for its help overlay and for `verge view --help`.
#ifndef VG_APP_VIEW_KEYS_H
#define VG_APP_VIEW_KEYS_H

// X(keys, what they do)
#define VG_VIEW_KEYS(X)                                                                                      \
    X("Space", "play, pause")                                                                                \
    X("Left  Right", "1 s back, forward; with Shift 0.05 s")                                                 \
    X("Home  End", "to the start, to the end")                                                               \
    X("N  P", "to the next departure, the previous one")                                                     \
    X("Up  Down", "faster, slower")                                                                          \
    X("Tab  1 to 9", "follow the next car, car number N")                                                    \
    X("C", "camera: chase, heading up, north up")                                                            \
    X("A", "all cars of the road in the picture, or the followed one")                                       \
    X("+  -", "closer, further (or the mouse wheel)")                                                        \
    X("G", "colour the trails by driver, by drift")                                                          \
    X("M", "show the road, the map of its drift")                                                            \
    X("L", "light, dark")                                                                                    \
    X("F11", "full screen (or F)")                                                                           \
    X("F12", "save a picture (or S)")                                                                        \
    X("1  2  0", "with --rank: the left lap is better, the right one, they are equal")                       \
    X("Backspace", "with --rank: take the last judgement back")                                              \
    X("H", "these keys")                                                                                     \
    X("Escape", "close (or Q)")

#endif
