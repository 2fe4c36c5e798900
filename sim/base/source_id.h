// sim/base/source_id.h -- of what sources this build is.
#ifndef VG_SIM_BASE_SOURCE_ID_H
#define VG_SIM_BASE_SOURCE_ID_H

#ifdef __cplusplus
extern "C" {
#endif

// 16 hexadecimal digits: a hash of the sources in sim, tracks, logs, agents and eval/study, by which a policy
// is trained. Two builds with the same digits train the same policy from the same data, whatever compiler and
// flags they were made with; of two builds with other digits nothing is known. Made by
// script/cmake/source_id.cmake.
extern const char vg_source_id[17];

#ifdef __cplusplus
}
#endif
#endif
