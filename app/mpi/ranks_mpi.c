// Messages between ranks by MPI: all that verge knows of it.
#include <limits.h>
#include <mpi.h>

#include "app/cli/ranks.h"

static vg_err fail_mpi(int status, const char *what, vg_diag *diag) {
    char text[MPI_MAX_ERROR_STRING] = "";
    int length;
    MPI_Error_string(status, text, &length);
    return vg_fail(diag, VG_ERR_IO, "MPI cannot %s: %.200s", what, text);
}

static vg_err send(void *state, int32_t to, int32_t tag, const void *bytes, int64_t size, vg_diag *diag) {
    (void)state;
    if (size > INT_MAX)
        return vg_fail(diag, VG_ERR_IO, "a message of %lld bytes is more than MPI takes", (long long)size);
    int status = MPI_Send(bytes, (int)size, MPI_BYTE, to, tag, MPI_COMM_WORLD);
    return status == MPI_SUCCESS ? VG_OK : fail_mpi(status, "send a message", diag);
}

static bool poll(void *state, int32_t *from, int32_t *tag, int64_t *size) {
    MPI_Status status;
    int there = 0, count;
    (void)state;
    if (MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &there, &status) != MPI_SUCCESS || !there)
        return false;
    MPI_Get_count(&status, MPI_BYTE, &count);
    *from = status.MPI_SOURCE, *tag = status.MPI_TAG, *size = count;
    return true;
}

static vg_err receive(void *state, int32_t from, int32_t tag, void *bytes, int64_t size, vg_diag *diag) {
    (void)state;
    int status = MPI_Recv(bytes, (int)size, MPI_BYTE, from, tag, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    return status == MPI_SUCCESS ? VG_OK : fail_mpi(status, "receive a message", diag);
}

static const vg_ranks_transport transport = {send, poll, receive};

vg_err vg_mpi_open(vg_ranks *out, vg_diag *diag) {
    int provided, rank, count, status = MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &provided);
    if (status != MPI_SUCCESS) return fail_mpi(status, "begin", diag);
    if (provided < MPI_THREAD_SERIALIZED)
        return vg_fail(diag, VG_ERR_IO, "this MPI may be used by one thread only");
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &count);
    *out = (vg_ranks){rank, count, &transport, NULL};
    return VG_OK;
}

void vg_mpi_close(void) { MPI_Finalize(); }
