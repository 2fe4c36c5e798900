// eval/report/player.h -- what a page plays its episodes with. The page stays what it is without it, and
// without script.
#ifndef VG_EVAL_REPORT_PLAYER_H
#define VG_EVAL_REPORT_PLAYER_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// All borrowed. The script is that of app/web: the viewer compiled for a browser. It plays what is clicked
// and has the attribute data-episode="ROAD:START", and the links #play=ROAD:START.
typedef struct vg_report_player {
    const char *script; // [size] without ]]> and without the end of a script
    int64_t size;
    const char *data; // JSON: {"results": [{"path", "label"}], "files": [{"path", "text" or "base64"}]}
} vg_report_player;

#ifdef __cplusplus
}
#endif
#endif
