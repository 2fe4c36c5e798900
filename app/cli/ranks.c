#define _GNU_SOURCE
#include "app/cli/ranks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Set by Open MPI's mpirun, and by srun and others that speak PMIx or PMI.
static const char *const marks[] = {"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK"};

static bool is_one_of_several(void) {
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (getenv(marks[i])) return true;
    return false;
}

void vg_become_mpi(int argc, char **argv) {
    char path[1024];
    if (vg_mpi_open || !is_one_of_several() || argc < 2) return;
    if (strcmp(argv[1], "study") != 0 && strcmp(argv[1], "eval") != 0 && strcmp(argv[1], "train") != 0)
        return;
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 8);
    if (length <= 0 || (size_t)length >= sizeof path - 8) return;
    memcpy(path + length, "-mpi", 5);
    execv(path, argv); // returns where there is none
}

vg_err vg_ranks_open(vg_ranks *out, vg_diag *diag) {
    const char *count = getenv(marks[0]);
    *out = (vg_ranks){.count = 1};
    if (vg_mpi_open) return is_one_of_several() ? vg_mpi_open(out, diag) : VG_OK;
    if (!count || atoi(count) < 2) return VG_OK;
    return vg_fail(
        diag, VG_ERR_ARGUMENT,
        "this is one of %s processes of mpirun, but this build of verge has no MPI: each would do all of the "
        "work (build with -DVERGE_MPI=ON)",
        count);
}

vg_err vg_ranks_close(vg_ranks *ranks, vg_err err, vg_diag *diag) {
    err = vg_ranks_agree(ranks, err, diag);
    if (vg_ranks_many(ranks) && vg_mpi_close) vg_mpi_close();
    return vg_ranks_first(ranks) ? err : VG_OK;
}
