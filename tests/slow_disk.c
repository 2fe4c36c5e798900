// A disk that takes 200 ms for a sync, for LD_PRELOAD: instead of the C library's fsync and fdatasync.
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static void nap(void) { nanosleep(&(struct timespec){0, 200 * 1000 * 1000}, NULL); }

int fsync(int fd) {
    nap();
    return (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd) {
    nap();
    return (int)syscall(SYS_fdatasync, fd);
}
