// app/view/request.h -- the options of `verge view`.
#ifndef VG_APP_VIEW_REQUEST_H
#define VG_APP_VIEW_REQUEST_H

#include "app/cli/terms.h"

// Texts are NULL if not given.
typedef struct vg_view_request {
    vg_list files;    // logs and results
    vg_list policies; // policies to drive; for results: labels to show
    vg_list episodes; // for a log numbers; for a result ROAD:START or the number of a row
    const char *suite, *road, *car;
    int64_t start;                // -1: not given
    int64_t training_seed;        // which training seed of a result's arms: 1 is the first
    double horizon, start_spread; // s, m: for policies on a road without a suite
    uint64_t seed;                // for policies on a road without a suite, or in place of a suite's own
    bool seed_given;              // so that it stands for the suite's own
    int32_t threads;              // 0: one per core
    vg_policy_terms of_file;      // the terms on which policies that a result names are opened
} vg_view_request;

#endif
