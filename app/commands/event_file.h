// app/commands/event_file.h -- a training's numbers as an event file that TensorBoard reads.
//
// Records are framed as TensorFlow does (TFRecord): eight bytes of length, its masked CRC-32C, an Event
// message (app/commands/tensorboard.proto), its masked CRC-32C, all little-endian. The file holds times of
// the clock, so no two files are the same.
#ifndef VG_APP_COMMANDS_EVENT_FILE_H
#define VG_APP_COMMANDS_EVENT_FILE_H

#include "agents/training/learner.h"
#include "sim/base/text.h"

// Zero-initialise all fields but `path` and, if errors are to be reported, `diag`.
typedef struct vg_event_file {
    const char *path; // borrowed
    vg_diag *diag;
    vg_text bytes;
    double written; // s, time of the last write; the file is whole at any moment
    vg_err err;     // the first error; later calls return it
} vg_event_file;

// Writes the name under which TensorBoard finds the file in a folder,
// "DIR/events.out.tfevents.SECONDS.verge", into path[1024].
void vg_event_file_name(const char *folder, char *path);
// Adds a round's numbers as scalars named training/NAME, at step round + 1. Numbers that were not measured
// are left out.
void vg_event_file_round(vg_event_file *file, const vg_learner_round *round);
// Writes the rest of the file and frees it. Errors: those of vg_file_write; VG_ERR_MEMORY; VG_ERR_ARGUMENT
// (this build is without protobuf-c).
VG_NODISCARD vg_err vg_event_file_end(vg_event_file *file);

// CRC-32C (Castagnoli): 0xe3069283 for "123456789".
uint32_t vg_crc32c(const void *bytes, int64_t size);

#endif
