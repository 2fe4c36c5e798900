// app/cli/ranks.h -- the processes that mpirun or srun started together.
//
// `verge` itself has no MPI, whose libraries every start would pay for. Where it finds that it is one of
// several processes, it becomes verge-mpi, the same program with MPI, which lies beside it.
#ifndef VG_APP_CLI_RANKS_H
#define VG_APP_CLI_RANKS_H

#include "sim/base/ranks.h"

// For main: where this is `verge study`, `verge eval` or `verge train`, started by mpirun or srun, becomes
// verge-mpi; returns otherwise, and where there is none.
void vg_become_mpi(int argc, char **argv);

// Meets the other processes of this run; the only one, where there are none. Errors: VG_ERR_ARGUMENT (there
// are others, but this program has no MPI), VG_ERR_IO.
VG_NODISCARD vg_err vg_ranks_open(vg_ranks *out, vg_diag *diag);

// Ends a command that all ranks ran: returns the error of the lowest rank that has one on rank 0, VG_OK on
// all others, so that it is told once.
VG_NODISCARD vg_err vg_ranks_close(vg_ranks *ranks, vg_err err, vg_diag *diag);

// Of app/mpi, in verge-mpi alone; else they are null.
vg_err vg_mpi_open(vg_ranks *out, vg_diag *diag) __attribute__((weak));
void vg_mpi_close(void) __attribute__((weak));

#endif
