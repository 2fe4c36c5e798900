#ifdef VG_WITH_HDF5
#include "logs/export/hdf5_file.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/memory.h"

enum { CHUNK = 4096, DEFLATE = 4 };

// --- errors ------------------------------------------------------------------------------------------------

// The deepest reason of libhdf5's last error.
static herr_t deepest(unsigned n, const H5E_error2_t *error, void *context) {
    (void)n;
    if (error->desc && error->desc[0]) snprintf(context, 160, "%s", error->desc);
    return 0;
}

vg_err vg_hdf5_fail(vg_hdf5 *h, vg_err err, hid_t group, const char *name, const char *format, ...) {
    char text[240], field[512] = "";
    va_list list;
    if (h->err) return h->err;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    if (group >= 0 && h->lib->H5Iget_name(group, field, sizeof field / 2) > 1) strcat(field, "/");
    if (name) snprintf(field + strlen(field), sizeof field - strlen(field), "%.200s", name);
    return h->err = vg_fail_at(h->diag, err, h->name, 0, field[0] == '/' ? field + 1 : field, "%s", text);
}

// libhdf5 failed: why, in its own words.
static void fail_hdf5(vg_hdf5 *h, vg_err err, hid_t group, const char *name, const char *what) {
    char why[160] = "no reason given";
    h->lib->H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, deepest, why);
    vg_hdf5_fail(h, err, group, name, "cannot %s: %s", what, why);
}

// --- files -------------------------------------------------------------------------------------------------

static bool begin(vg_hdf5 *h, const char *name, vg_diag *diag) {
    *h = (vg_hdf5){.file = H5I_INVALID_HID, .name = name, .diag = diag};
    h->err = vg_hdf5_library_open(&h->lib, diag);
    if (h->err) return false;
    h->lib->H5Eget_auto2(H5E_DEFAULT, &h->print, &h->print_context);
    h->lib->H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    return true;
}

void vg_hdf5_create(vg_hdf5 *h, const char *path, const char *name, vg_diag *diag) {
    if (!begin(h, name, diag)) return;
    h->file = h->lib->H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    if (h->file < 0) fail_hdf5(h, VG_ERR_IO, H5I_INVALID_HID, NULL, "create it");
}

void vg_hdf5_open(vg_hdf5 *h, const char *path, vg_diag *diag) {
    if (!begin(h, path, diag)) return;
    htri_t is = h->lib->H5Fis_hdf5(path);
    if (is > 0) h->file = h->lib->H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (h->file < 0)
        vg_hdf5_fail(h, VG_ERR_FORMAT, H5I_INVALID_HID, NULL,
                     is > 0 ? "is a damaged HDF5 file" : "is no HDF5 file");
}

vg_err vg_hdf5_close(vg_hdf5 *h) {
    if (h->file >= 0 && h->lib->H5Fclose(h->file) < 0)
        fail_hdf5(h, VG_ERR_IO, H5I_INVALID_HID, NULL, "finish it");
    if (h->lib) h->lib->H5Eset_auto2(H5E_DEFAULT, h->print, h->print_context);
    vg_hdf5_library_close(h->lib);
    h->lib = NULL;
    return h->err;
}

// --- writing -----------------------------------------------------------------------------------------------

hid_t vg_hdf5_group(vg_hdf5 *h, hid_t parent, const char *name) {
    if (h->err) return H5I_INVALID_HID;
    hid_t group = h->lib->H5Gcreate2(parent, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    if (group < 0) fail_hdf5(h, VG_ERR_IO, parent, name, "write it");
    return group;
}

void vg_hdf5_link(vg_hdf5 *h, const char *target, hid_t parent, const char *name) {
    if (!h->err && h->lib->H5Lcreate_hard(h->file, target, parent, name, H5P_DEFAULT, H5P_DEFAULT) < 0)
        fail_hdf5(h, VG_ERR_IO, parent, name, "write it");
}

void vg_hdf5_attribute(vg_hdf5 *h, hid_t object, const char *name, hid_t type, const void *value) {
    if (h->err) return;
    hid_t space = h->lib->H5Screate(H5S_SCALAR),
          attribute = h->lib->H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    if (attribute < 0 || h->lib->H5Awrite(attribute, type, value) < 0)
        fail_hdf5(h, VG_ERR_IO, object, name, "write it");
    if (attribute >= 0) h->lib->H5Aclose(attribute);
    if (space >= 0) h->lib->H5Sclose(space);
}

static hid_t text_type(const vg_hdf5 *h, size_t size) {
    hid_t type = h->lib->H5Tcopy(h->lib->text);
    h->lib->H5Tset_size(type, size ? size : 1);
    h->lib->H5Tset_cset(type, H5T_CSET_UTF8);
    h->lib->H5Tset_strpad(type, H5T_STR_NULLPAD);
    return type;
}

void vg_hdf5_text(vg_hdf5 *h, hid_t object, const char *name, const char *text) {
    hid_t type = text_type(h, strlen(text));
    vg_hdf5_attribute(h, object, name, type, text);
    h->lib->H5Tclose(type);
}

// How an array is laid out: in chunks, compressed, without times.
static hid_t layout(const vg_hdf5 *h, int rank, const hsize_t *dims) {
    hid_t plist = h->lib->H5Pcreate(h->lib->set);
    hsize_t chunk[2] = {dims[0] < 1 ? 1 : dims[0] < CHUNK ? dims[0] : CHUNK, rank > 1 ? dims[1] : 1};
    h->lib->H5Pset_obj_track_times(plist, false);
    h->lib->H5Pset_chunk(plist, rank, chunk);
    h->lib->H5Pset_shuffle(plist);
    h->lib->H5Pset_deflate(plist, DEFLATE);
    return plist;
}

void vg_hdf5_array(vg_hdf5 *h, hid_t group, const char *name, hid_t stored, hid_t type, int64_t rows,
                   int64_t columns, const void *values) {
    if (h->err) return;
    int rank = columns ? 2 : 1;
    hsize_t dims[2] = {(hsize_t)rows, (hsize_t)columns}, most[2] = {H5S_UNLIMITED, (hsize_t)columns};
    hid_t space = h->lib->H5Screate_simple(rank, dims, most), plist = layout(h, rank, dims);
    hid_t set = h->lib->H5Dcreate2(group, name, stored, space, H5P_DEFAULT, plist, H5P_DEFAULT);
    if (set < 0 || (rows && h->lib->H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0))
        fail_hdf5(h, VG_ERR_IO, group, name, "write it");
    if (set >= 0 && h->lib->H5Dclose(set) < 0) fail_hdf5(h, VG_ERR_IO, group, name, "write it");
    h->lib->H5Pclose(plist);
    h->lib->H5Sclose(space);
}

void vg_hdf5_texts(vg_hdf5 *h, hid_t group, const char *name, const char *const *texts, int64_t count) {
    size_t size = 1;
    for (int64_t i = 0; i < count; i++)
        if (strlen(texts[i]) > size) size = strlen(texts[i]);
    char *bytes = h->err ? NULL : vg_new(char, count *(int64_t)size);
    if (!bytes) {
        if (!h->err) h->err = vg_fail_memory(h->diag);
        return;
    }
    for (int64_t i = 0; i < count; i++) memcpy(bytes + (size_t)i * size, texts[i], strlen(texts[i]));
    hid_t type = text_type(h, size);
    vg_hdf5_array(h, group, name, type, type, count, 0, bytes);
    h->lib->H5Tclose(type);
    vg_free(bytes);
}

hid_t vg_hdf5_bool(vg_hdf5 *h) {
    static const int8_t no = 0, yes = 1;
    if (h->err) return H5I_INVALID_HID;
    hid_t type = h->lib->H5Tenum_create(h->lib->i8);
    h->lib->H5Tenum_insert(type, "FALSE", &no);
    h->lib->H5Tenum_insert(type, "TRUE", &yes);
    return type;
}

// --- reading -----------------------------------------------------------------------------------------------

bool vg_hdf5_has(vg_hdf5 *h, hid_t parent, const char *name) {
    return !h->err && h->lib->H5Lexists(parent, name, H5P_DEFAULT) > 0;
}

hid_t vg_hdf5_group_of(vg_hdf5 *h, hid_t parent, const char *name) {
    if (h->err) return H5I_INVALID_HID;
    hid_t group = h->lib->H5Gopen2(parent, name, H5P_DEFAULT);
    if (group < 0)
        vg_hdf5_fail(h, VG_ERR_FORMAT, parent, name,
                     vg_hdf5_has(h, parent, name) ? "is no group" : "no such group");
    return group;
}

// An attribute of one value, of a class.
static hid_t attribute_of(vg_hdf5 *h, hid_t object, const char *name, H5T_class_t class, const char *what) {
    if (h->err) return H5I_INVALID_HID;
    hid_t attribute =
        h->lib->H5Aexists(object, name) > 0 ? h->lib->H5Aopen(object, name, H5P_DEFAULT) : H5I_INVALID_HID;
    if (attribute < 0) {
        vg_hdf5_fail(h, VG_ERR_FORMAT, object, name, "no such attribute, expected %s", what);
        return attribute;
    }
    hid_t type = h->lib->H5Aget_type(attribute), space = h->lib->H5Aget_space(attribute);
    bool good = type >= 0 && space >= 0 && h->lib->H5Tget_class(type) == class &&
                h->lib->H5Sget_simple_extent_npoints(space) == 1 &&
                (class != H5T_STRING || h->lib->H5Tis_variable_str(type) == 0);
    if (type >= 0) h->lib->H5Tclose(type);
    if (space >= 0) h->lib->H5Sclose(space);
    if (good) return attribute;
    vg_hdf5_fail(h, VG_ERR_FORMAT, object, name, "expected %s", what);
    h->lib->H5Aclose(attribute);
    return H5I_INVALID_HID;
}

void vg_hdf5_get(vg_hdf5 *h, hid_t object, const char *name, hid_t type, void *value) {
    bool real = h->lib->H5Tget_class(type) == H5T_FLOAT;
    hid_t attribute = attribute_of(h, object, name, real ? H5T_FLOAT : H5T_INTEGER,
                                   real ? "a real number" : "a whole number");
    if (attribute < 0) return;
    if (h->lib->H5Aread(attribute, type, value) < 0) fail_hdf5(h, VG_ERR_FORMAT, object, name, "read it");
    h->lib->H5Aclose(attribute);
}

char *vg_hdf5_get_text(vg_hdf5 *h, hid_t object, const char *name, int64_t most) {
    hid_t attribute = attribute_of(h, object, name, H5T_STRING, "a text of fixed length");
    if (attribute < 0) return NULL;
    hid_t stored = h->lib->H5Aget_type(attribute);
    size_t size = stored >= 0 ? h->lib->H5Tget_size(stored) : 0;
    char *text = NULL;
    if (!size || size > (size_t)most)
        vg_hdf5_fail(h, VG_ERR_FORMAT, object, name, "a text of %zu bytes, expected at most %lld", size,
                     (long long)most);
    else if (!(text = vg_new(char, (int64_t)size + 1)))
        h->err = vg_fail_memory(h->diag);
    else if (h->lib->H5Aread(attribute, stored, text) < 0)
        fail_hdf5(h, VG_ERR_FORMAT, object, name, "read it");
    if (stored >= 0) h->lib->H5Tclose(stored);
    h->lib->H5Aclose(attribute);
    if (!h->err) return text;
    vg_free(text);
    return NULL;
}

// Are the classes of a memory type's members, or of the type itself, those of the file? HDF5 would convert,
// or leave a member that the file does not have as it is.
static bool fits(const vg_hdf5 *h, hid_t stored, hid_t type) {
    if (stored < 0 || h->lib->H5Tget_class(stored) != h->lib->H5Tget_class(type)) return false;
    if (h->lib->H5Tget_class(type) != H5T_COMPOUND) return true;
    for (int i = 0; i < h->lib->H5Tget_nmembers(type); i++) {
        char *name = h->lib->H5Tget_member_name(type, (unsigned)i);
        int at = name ? h->lib->H5Tget_member_index(stored, name) : -1;
        bool same = at >= 0 && h->lib->H5Tget_member_class(stored, (unsigned)at) ==
                                   h->lib->H5Tget_member_class(type, (unsigned)i);
        h->lib->H5free_memory(name);
        if (!same) return false;
    }
    return true;
}

// The rows of a data set that is open; -1 where they are not what is expected.
static int64_t count_rows(vg_hdf5 *h, hid_t group, const char *name, hid_t set, hid_t type) {
    hid_t stored = h->lib->H5Dget_type(set), space = h->lib->H5Dget_space(set);
    int64_t rows = -1;
    if (!fits(h, stored, type))
        vg_hdf5_fail(h, VG_ERR_FORMAT, group, name, "values of another type than verge writes");
    else if (h->lib->H5Sget_simple_extent_ndims(space) != 1)
        vg_hdf5_fail(h, VG_ERR_FORMAT, group, name, "%d dimensions, expected 1",
                     h->lib->H5Sget_simple_extent_ndims(space));
    else
        rows = h->lib->H5Sget_simple_extent_npoints(space);
    // Deflate makes nothing more than some 1030 times smaller; what a file claims beyond that is not there.
    int64_t bytes = (int64_t)h->lib->H5Dget_storage_size(set),
            row = stored >= 0 ? (int64_t)h->lib->H5Tget_size(stored) : 1;
    if (rows > INT32_MAX || (rows > 0 && rows * row > 1100 * bytes)) {
        vg_hdf5_fail(h, VG_ERR_FORMAT, group, name, "claims %lld rows in %lld bytes", (long long)rows,
                     (long long)bytes);
        rows = -1;
    }
    if (stored >= 0) h->lib->H5Tclose(stored);
    if (space >= 0) h->lib->H5Sclose(space);
    return rows;
}

void *vg_hdf5_get_rows(vg_hdf5 *h, hid_t group, const char *name, hid_t type, size_t size, int64_t *rows) {
    *rows = 0;
    if (h->err) return NULL;
    hid_t set = h->lib->H5Dopen2(group, name, H5P_DEFAULT);
    if (set < 0) {
        vg_hdf5_fail(h, VG_ERR_FORMAT, group, name, "no such data set");
        return NULL;
    }
    void *values = NULL;
    int64_t count = count_rows(h, group, name, set, type);
    if (count >= 0 && !(values = vg_alloc(count, size))) h->err = vg_fail_memory(h->diag);
    if (!h->err && count && h->lib->H5Dread(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0)
        fail_hdf5(h, VG_ERR_FORMAT, group, name, "read it");
    h->lib->H5Dclose(set);
    if (h->err) {
        vg_free(values);
        return NULL;
    }
    *rows = count;
    return values;
}
#endif
