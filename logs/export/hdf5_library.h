// logs/export/hdf5_library.h -- libhdf5, loaded when the first file is opened. Internal to logs/export; only
// for builds with HDF5.
//
// Linked in the usual way it brings some thirty libraries (curl, Kerberos, TLS) whose names the loader looks
// up at each start of any program that has verge in it: 38 million instructions, most of what a start takes.
// So its functions are found by name, by those who need them.
#ifndef VG_LOGS_EXPORT_HDF5_LIBRARY_H
#define VG_LOGS_EXPORT_HDF5_LIBRARY_H

#include <hdf5.h>

#include "sim/base/error.h"

// Its constants call these two functions first; vg_hdf5_library_open has called the one and checked what the
// other would.
#undef H5CHECK
#define H5CHECK
#undef H5OPEN
#define H5OPEN

// X(function)
// clang-format off
#define VG_HDF5_FUNCTIONS(X)                                                                                 \
    X(H5Aclose) X(H5Acreate2) X(H5Aexists) X(H5Aget_space) X(H5Aget_type) X(H5Aopen) X(H5Aread) X(H5Awrite)  \
    X(H5Dclose) X(H5Dcreate2) X(H5Dget_space) X(H5Dget_storage_size) X(H5Dget_type) X(H5Dopen2) X(H5Dread)   \
    X(H5Dwrite) X(H5Eget_auto2) X(H5Eset_auto2) X(H5Ewalk2) X(H5Fclose) X(H5Fcreate) X(H5Fis_hdf5)           \
    X(H5Fopen) X(H5Gclose) X(H5Gcreate2) X(H5Gget_info) X(H5Gopen2) X(H5Iget_name) X(H5Lcreate_hard)         \
    X(H5Lexists) X(H5Pclose) X(H5Pcreate) X(H5Pset_chunk) X(H5Pset_deflate) X(H5Pset_obj_track_times)        \
    X(H5Pset_shuffle) X(H5Sclose) X(H5Screate) X(H5Screate_simple) X(H5Sget_simple_extent_ndims)             \
    X(H5Sget_simple_extent_npoints) X(H5Tclose) X(H5Tcopy) X(H5Tcreate) X(H5Tenum_create) X(H5Tenum_insert)  \
    X(H5Tget_class) X(H5Tget_member_class) X(H5Tget_member_index) X(H5Tget_member_name) X(H5Tget_nmembers)   \
    X(H5Tget_size) X(H5Tinsert) X(H5Tis_variable_str) X(H5Tpack) X(H5Tset_cset) X(H5Tset_size)               \
    X(H5Tset_strpad) X(H5free_memory) X(H5get_libversion) X(H5open)

// X(field, libhdf5's variable): identifiers that it gives out once H5open has run.
#define VG_HDF5_IDENTIFIERS(X)                                                                               \
    X(f32, H5T_NATIVE_FLOAT_g) X(f64, H5T_NATIVE_DOUBLE_g) X(i8, H5T_NATIVE_INT8_g)                          \
    X(i32, H5T_NATIVE_INT32_g) X(i64, H5T_NATIVE_INT64_g) X(u8, H5T_NATIVE_UINT8_g)                          \
    X(u64, H5T_NATIVE_UINT64_g) X(text, H5T_C_S1_g) X(set, H5P_CLS_DATASET_CREATE_ID_g)
// clang-format on

// libhdf5's functions by their own names, and its identifiers.
typedef struct vg_hdf5_library {
    void *handle;
#define X(name) __typeof__(name) *name;
    VG_HDF5_FUNCTIONS(X)
#undef X
#define X(field, variable) hid_t field;
    VG_HDF5_IDENTIFIERS(X)
#undef X
} vg_hdf5_library;

// Loads libhdf5, if nothing did before, and finds its names. It stays loaded until the process ends. Errors:
// VG_ERR_NOT_FOUND (there is no libhdf5, or it is another than verge was built with), VG_ERR_MEMORY; *out is
// then NULL.
VG_NODISCARD vg_err vg_hdf5_library_open(vg_hdf5_library **out, vg_diag *diag);
void vg_hdf5_library_close(vg_hdf5_library *lib); // NULL is fine

#endif
