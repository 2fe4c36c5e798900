// eval/study/cell_store.h -- trained cells by what decides them, in a folder that studies, processes and
// machines share: `verge study --cache DIR`.
//
// An entry is one file, DIR/ab/abcd...0123.cell, named by the hash of its identity: a text of everything that
// decides the cell. It holds that text, so that no hash is trusted with it, and a hash of all its bytes, by
// which a damaged one is found. It is written beside its place, synced and renamed, and never changed: no
// locks are needed, so any number of processes may use the folder, over NFS too. Who reads an entry that is
// removed meanwhile has it, or finds none. The entry's time of change is the time it was last used.
//
// The bytes: a line "verge-cell 1 HASH", where HASH is of all that follows; a line of JSON with `identity`,
// `facts` and `parts` (each a name and a size); the parts' bytes, one behind the other.
#ifndef VG_EVAL_STUDY_CELL_STORE_H
#define VG_EVAL_STUDY_CELL_STORE_H

#include <jansson.h>

#include "sim/base/text.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_CELL_PARTS = 8, VG_CELL_KEY = 33 };

typedef struct vg_cell_part {
    const char *name; // ".safetensors"
    const char *bytes;
    int64_t size;
} vg_cell_part;

// One entry, read. Free it by vg_cell_free.
typedef struct vg_cell {
    json_t *facts; // an object: the writer's
    vg_cell_part parts[VG_CELL_PARTS];
    int32_t count;
    json_t *head; // what the above point into
    char *bytes;
} vg_cell;

// The name of an entry: 32 hexadecimal digits. Returns key.
char *vg_cell_key(const char *identity, char key[VG_CELL_KEY]);

// Writes an entry and takes over facts (NULL: memory ran out). One that is there already is replaced. Errors:
// those of vg_file_write.
VG_NODISCARD vg_err vg_cell_put(const char *dir, const char *identity, json_t *facts,
                                const vg_cell_part *parts, int32_t count, vg_diag *diag);

// Reads an entry, and marks it as used now. Errors: VG_ERR_NOT_FOUND, VG_ERR_FORMAT (damaged, or of another
// identity), VG_ERR_IO, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_cell_get(const char *dir, const char *identity, vg_cell *out, vg_diag *diag);
// Takes an entry apart whose bytes these are: path is for messages; bytes are taken over, also after an
// error.
VG_NODISCARD vg_err vg_cell_parse(char *bytes, int64_t size, const char *path, vg_cell *out, vg_diag *diag);
const char *vg_cell_identity(const vg_cell *cell);
void vg_cell_free(vg_cell *cell); // all zeros are fine

// --- all of them -------------------------------------------------------------------------------------------

typedef struct vg_cell_entry {
    char key[VG_CELL_KEY];
    int64_t size;    // bytes
    int64_t used;    // s since 1970: when it was last read or written
    bool unfinished; // no entry: the temporary file of a writer that died, or of one that is writing
    char path[1024];
} vg_cell_entry;

// Lists a folder, the one unused for longest first; free *out by vg_free. Errors: VG_ERR_NOT_FOUND (no such
// folder), VG_ERR_IO, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_cell_list(const char *dir, vg_cell_entry **out, int64_t *count, vg_diag *diag);

// What vg_cell_collect removes. Start from vg_cell_collect_default.
typedef struct vg_cell_collect_def {
    int64_t now;     // s since 1970
    double older;    // s: entries that nobody used for longer; INFINITY: none for that reason
    int64_t largest; // bytes of all that stays: those unused for longest go first; INT64_MAX: no bound
} vg_cell_collect_def;
vg_cell_collect_def vg_cell_collect_default(void);

typedef struct vg_cell_collected {
    int64_t removed, removed_bytes, damaged, kept, kept_bytes; // damaged are among the removed
} vg_cell_collected;

// Removes damaged entries, temporary files that are older than a day, and what the def says. Errors: those of
// vg_cell_list; VG_ERR_IO (an entry cannot be removed).
VG_NODISCARD vg_err vg_cell_collect(const char *dir, const vg_cell_collect_def *def, vg_cell_collected *out,
                                    vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
