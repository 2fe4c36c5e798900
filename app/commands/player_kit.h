// app/commands/player_kit.h -- gathers what a page plays its episodes with: the player's script, results, and
// the files that these name.
#ifndef VG_APP_COMMANDS_PLAYER_KIT_H
#define VG_APP_COMMANDS_PLAYER_KIT_H

#include <jansson.h>

#include "eval/outcome/outcome.h"
#include "eval/report/player.h"

enum { VG_KIT_MOST = 8 << 20 }; // bytes of files that a page takes along

// Start from zero; end by vg_player_kit_free.
typedef struct vg_player_kit {
    vg_report_player player; // valid after vg_player_kit_close, where `found`
    bool found; // this program has a player: share/verge/web/player.js, or the file that VERGE_PLAYER names
    char *script, *data;
    json_t *results, *files;
    int64_t bytes; // of files so far
} vg_player_kit;

// Where there is no player, *kit stays empty, and the next two do nothing. Errors: those of vg_file_read,
// VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_player_kit_open(vg_player_kit *kit, vg_diag *diag);
// Adds an outcome as the result `label` ("": by its arms' own labels), with the policies and roads of its
// files. A file that is gone or that does not fit is left out: the page says so when it is needed. folder:
// where its result.json will be. Errors: VG_ERR_MEMORY, those of vg_result_json.
VG_NODISCARD vg_err vg_player_kit_add(vg_player_kit *kit, const vg_outcome *outcome, const char *folder,
                                      const char *label, vg_diag *diag);
// The pieces of the above, for what is no outcome. A result: the text of a result.json.
VG_NODISCARD vg_err vg_player_kit_add_result(vg_player_kit *kit, const char *result, const char *label,
                                             vg_diag *diag);
// What a driver reads: the policy's file, or the files that an expert's settings name. *whole: the kit has
// all of it.
VG_NODISCARD vg_err vg_player_kit_add_policy(vg_player_kit *kit, const char *source, bool *whole,
                                             vg_diag *diag);
// Roads that are files, of a suite's list of roads.
VG_NODISCARD vg_err vg_player_kit_add_roads(vg_player_kit *kit, const char *list, bool *whole, vg_diag *diag);
VG_NODISCARD vg_err vg_player_kit_close(vg_player_kit *kit, vg_diag *diag);
void vg_player_kit_free(vg_player_kit *kit);

#endif
