// logs/store/preferences.h -- which of two laps a person prefers, in a file of JSON lines.
//
//     {"format": "verge-preferences", "format_version": 1}
//     {"left": "00c0ffee00c0ffee", "right": "0123456789abcdef", "preferred": "left",
//      "left_lap": "monday.vlog:3", "right_lap": "monday.vlog:4"}
//
// Each of these is one line. A lap is named by its content (vg_log_episode_hash), so a log may be renamed,
// merged or cut; the names of file and episode are for people, and may be left out.
#ifndef VG_LOGS_STORE_PREFERENCES_H
#define VG_LOGS_STORE_PREFERENCES_H

#include "sim/base/file.h"
#include "sim/base/text.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_PREFERENCES_VERSION = 1, VG_PREFERENCES_MOST = 1000000 };

// X(constant, word)
#define VG_PREFERRED(X)                                                                                      \
    X(LEFT, "left")                                                                                          \
    X(RIGHT, "right")                                                                                        \
    X(EQUAL, "equal")

typedef enum vg_preferred {
#define X(name, word) VG_PREFERRED_##name,
    VG_PREFERRED(X)
#undef X
} vg_preferred;
const char *vg_preferred_word(vg_preferred preferred);

typedef struct vg_preference_row {
    uint64_t left, right; // content of the laps; they differ
    vg_preferred preferred;
    char left_lap[128], right_lap[128]; // "monday.vlog:3"; "" where not known
} vg_preference_row;

// Start from zero.
typedef struct vg_preferences {
    vg_preference_row *rows; // [count]
    int64_t count, capacity;
} vg_preferences;

// Errors: VG_ERR_NOT_FOUND, VG_ERR_FORMAT with line and field (no preferences, of a later version, not JSON,
// a value of another kind, a lap compared with itself, a pair for the second time), VG_ERR_IO,
// VG_ERR_MEMORY. On failure *out is zero.
VG_NODISCARD vg_err vg_preferences_read(const char *path, vg_preferences *out, vg_diag *diag);
// The same from memory; path stands in messages.
VG_NODISCARD vg_err vg_preferences_parse(const char *bytes, int64_t size, const char *path,
                                         vg_preferences *out, vg_diag *diag);
// The whole file, at once: it has all rows or is as it was. Errors: those of vg_file_write, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_preferences_write(const vg_preferences *preferences, const char *path, vg_diag *diag);
// What it writes.
void vg_preferences_text(const vg_preferences *preferences, vg_text *out);
void vg_preferences_free(vg_preferences *preferences); // a zeroed one is fine

// Which row compares these two laps, either way round; -1: none.
int64_t vg_preferences_find(const vg_preferences *preferences, uint64_t a, uint64_t b);
// Add a row; one of the same two laps is replaced. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_preferences_set(vg_preferences *preferences, const vg_preference_row *row,
                                       vg_diag *diag);
// Take away the last row, if there is one.
void vg_preferences_undo(vg_preferences *preferences);

#ifdef __cplusplus
}
#endif
#endif
