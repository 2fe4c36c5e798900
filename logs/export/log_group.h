// logs/export/log_group.h -- an episode of a log, with every value, as a group of an HDF5 file. Internal to
// logs/export; only for builds with HDF5.
//
//     log/                 the episode's head as attributes, `content_hash` among them
//     log/road/            x, y, right, left; name, closed and spacing as attributes. One for all episodes on
//     it log/car/             every field as an attribute. One for all episodes of it log/step             a
//     compound for each tick, as docs/log-format.md has it log/event, log/source_sample, log/delay_line
//
// Columns are those of logs/store/log_table.h, whose names, types and ranges hold here, too.
#ifndef VG_LOGS_EXPORT_LOG_GROUP_H
#define VG_LOGS_EXPORT_LOG_GROUP_H

#include "logs/export/hdf5_file.h"
#include "logs/store/log.h"

// The roads and cars that were written so far, and where. Zero-initialise; free it.
typedef struct vg_log_groups {
    struct vg_log_place_written {
        uint64_t road, car; // hashes, with their names; 0: not written there
        char path[48];      // of the group `log`
    } * items;
    int64_t count, capacity;
} vg_log_groups;
void vg_log_groups_free(vg_log_groups *groups);

// Write episode `index` of a log into `parent`, which is the group at `path` in the file.
void vg_log_group_write(vg_hdf5 *h, hid_t parent, const char *path, vg_log *log, int32_t index,
                        vg_log_groups *groups);

// Append the episode in the group `log` of `parent` to a log that is being made. Errors: VG_ERR_FORMAT (a
// group, a data set or an attribute is missing, of another type or out of its range; the values are not those
// that were written), VG_ERR_MEMORY, those of writing the log. *last: the road of the episode before, for
// this one if it is on the same; NULL at first; the caller destroys it at last.
void vg_log_group_read(vg_hdf5 *h, hid_t parent, vg_log *log, vg_road **last);

#endif
