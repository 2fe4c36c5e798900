// A disk that takes 200 ms for a sync, for LD_PRELOAD: it replaces the C library's fsync and fdatasync. It
// says on stderr when the process's first thread had to wait.
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static void wait_for_disk(void) {
    static const char text[] = "the first thread waits for the disk\n";
    nanosleep(&(struct timespec){0, 200 * 1000 * 1000}, NULL);
    if (gettid() == getpid() && write(STDERR_FILENO, text, sizeof text - 1) < 0) return;
}

int fsync(int fd) {
    wait_for_disk();
    return (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd) {
    wait_for_disk();
    return (int)syscall(SYS_fdatasync, fd);
}
