// logs/export/hdf5_file.h -- a file of libhdf5 with verge's errors, internal to logs/export. Only for builds
// with HDF5.
//
// The first error is kept, and later calls do nothing, so that a writer checks once, at the end. libhdf5
// prints nothing meanwhile. Files hold no times: the same calls give the same bytes.
#ifndef VG_LOGS_EXPORT_HDF5_FILE_H
#define VG_LOGS_EXPORT_HDF5_FILE_H

#include "logs/export/hdf5_library.h"

typedef struct vg_hdf5 {
    vg_hdf5_library *lib; // NULL: it could not be loaded, or the file is closed
    hid_t file;
    const char *name; // for messages; borrowed
    vg_diag *diag;
    vg_err err;
    H5E_auto2_t print; // what libhdf5 did with errors before
    void *print_context;
} vg_hdf5;

// path: where the bytes go; name: what messages call it. Close it in any case.
void vg_hdf5_create(vg_hdf5 *h, const char *path, const char *name, vg_diag *diag);
void vg_hdf5_open(vg_hdf5 *h, const char *path, vg_diag *diag);
// Errors: the first one.
VG_NODISCARD vg_err vg_hdf5_close(vg_hdf5 *h);

// Note an error about `name` in a group; its field is the path in the file. Returns h->err.
vg_err vg_hdf5_fail(vg_hdf5 *h, vg_err err, hid_t group, const char *name, const char *format, ...)
    VG_PRINTF(5, 6);

// --- writing -----------------------------------------------------------------------------------------------

// A new group; close it by H5Gclose, also after an error.
hid_t vg_hdf5_group(vg_hdf5 *h, hid_t parent, const char *name);
// The object at `target`, a path from the root, under another name: it is there once.
void vg_hdf5_link(vg_hdf5 *h, const char *target, hid_t parent, const char *name);
// Scalars as attributes. type is one of h->lib's.
void vg_hdf5_attribute(vg_hdf5 *h, hid_t object, const char *name, hid_t type, const void *value);
void vg_hdf5_text(vg_hdf5 *h, hid_t object, const char *name, const char *text);
// An array [rows][columns] (columns 0: [rows]) that can grow, compressed. stored: its type in the file.
void vg_hdf5_array(vg_hdf5 *h, hid_t group, const char *name, hid_t stored, hid_t type, int64_t rows,
                   int64_t columns, const void *values);
// A list of texts, of fixed length.
void vg_hdf5_texts(vg_hdf5 *h, hid_t group, const char *name, const char *const *texts, int64_t count);
// The type of a flag as h5py has it (an enumeration of FALSE and TRUE, in a byte); close it by H5Tclose.
hid_t vg_hdf5_bool(vg_hdf5 *h);

// --- reading -----------------------------------------------------------------------------------------------

bool vg_hdf5_has(vg_hdf5 *h, hid_t parent, const char *name);
hid_t vg_hdf5_group_of(vg_hdf5 *h, hid_t parent, const char *name);
// A scalar attribute, converted within its class (a whole number, a real number).
void vg_hdf5_get(vg_hdf5 *h, hid_t object, const char *name, hid_t type, void *value);
// A text of at most `most` bytes; the caller frees it (vg_free). NULL after an error.
char *vg_hdf5_get_text(vg_hdf5 *h, hid_t object, const char *name, int64_t most);
// A one-dimensional array into memory of its own (vg_free), `size` bytes a row. The rows that the file claims
// are checked against the bytes that it stores. NULL after an error.
void *vg_hdf5_get_rows(vg_hdf5 *h, hid_t group, const char *name, hid_t type, size_t size, int64_t *rows);

#endif
