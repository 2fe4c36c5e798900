// What a program that is a policy answers, its first frame and its actions. No program is started: the target
// stands in for the C library's functions that would, and the input is all that the program ever says.
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "agents/policy/exec_policy.h"
#include "tests/fuzz/fuzz.h"

enum { PROGRAM = 0x7ffffff0, CARS = 2, ACTIONS = 3 }; // PROGRAM: a process that cannot be

static struct {
    const uint8_t *says;
    size_t size;
    int ends[4]; // of the pipes, as the program would have them: stdin, stdout, and at 3 its life
    int asked;   // its stdin, kept open
} program;

int posix_spawn_file_actions_adddup2(posix_spawn_file_actions_t *actions, int fd, int as) {
    (void)actions;
    program.ends[as] = fd;
    return 0;
}

int posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
                const posix_spawnattr_t *attributes, char *const argv[], char *const env[]) {
    (void)path, (void)actions, (void)attributes, (void)argv, (void)env;
    program.asked = fcntl(program.ends[0], F_DUPFD_CLOEXEC, 0);
    FUZZ_ASSERT(program.asked >= 0);
    FUZZ_ASSERT(write(program.ends[1], program.says, program.size) == (ssize_t)program.size);
    *pid = PROGRAM;
    return 0;
}

// It has ended well, once it is asked.
pid_t waitpid(pid_t pid, int *status, int options) {
    if (pid != PROGRAM) return (pid_t)syscall(SYS_wait4, pid, status, options, NULL);
    if (status) *status = 0;
    return PROGRAM;
}

// All it ever says lies there from the start: whoever only looks whether it has more to say is told no.
int poll(struct pollfd *fds, nfds_t count, int milliseconds) {
    struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000L};
    return milliseconds == 0 ? 0 : ppoll(fds, count, milliseconds < 0 ? NULL : &time, NULL);
}

int kill(pid_t pid, int number) { return pid == -PROGRAM ? 0 : (int)syscall(SYS_kill, pid, number); }

// --- what it was asked ------------------------------------------------------------------------------------

static uint32_t word(const uint8_t *at) {
    return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

// Whole frames, as the protocol has them. Returns how many.
static int check_asked(int32_t width) {
    static uint8_t bytes[1 << 16];
    fcntl(program.asked, F_SETFL, O_NONBLOCK);
    ssize_t size = read(program.asked, bytes, sizeof bytes), at = 0;
    close(program.asked);
    int count = 0;
    for (; at < size; at += 4 + (ssize_t)word(bytes + at), count++) {
        FUZZ_ASSERT(at + 12 <= size && at + 4 + (ssize_t)word(bytes + at) <= size);
        const uint8_t *frame = bytes + at + 4;
        const uint32_t sizes[] = {12, 28, 16 + 4 * (uint32_t)(CARS * width), 8};
        FUZZ_ASSERT(word(frame) < 4 && word(bytes + at) == sizes[word(frame)] && word(frame + 4) == 0);
    }
    return count;
}

// --- the drive --------------------------------------------------------------------------------------------

static vg_world *two_cars(void) {
    static vg_road *road;
    static const double x[] = {0, 100, 200}, y[3], width[] = {5, 5, 5};
    vg_diag diag;
    vg_world *world;
    if (!road) {
        vg_road_def def = vg_road_default();
        def.x = x, def.y = y, def.right = width, def.left = width, def.count = 3, def.closed = false;
        FUZZ_ASSERT(vg_road_create(&def, &road, &diag) == VG_OK);
    }
    vg_world_def def = vg_world_default();
    const vg_road *roads[] = {road};
    def.roads = roads, def.road_count = 1, def.car_count = CARS, def.threads = 1;
    FUZZ_ASSERT(vg_world_create(&def, &world, &diag) == VG_OK);
    return world;
}

static void drive(const vg_policy *policy) {
    vg_diag diag = {0};
    vg_driver driver;
    vg_world *world = two_cars();
    float actions[2 * CARS];
    vg_err err = VG_OK;
    FUZZ_ASSERT(vg_driver_open(policy, CARS, &driver, &diag) == VG_OK);
    for (int32_t car = 0; car < CARS; car++) vg_driver_reset(&driver, car, &(vg_episode_key){7, 1, 0});
    for (int i = 0; i < ACTIONS && !err; i++) {
        err = vg_driver_act(&driver, world, actions);
        for (int k = 0; k < 2 * CARS && !err; k++) FUZZ_ASSERT(!isnan(actions[k])); // the world clips
        FUZZ_ASSERT(err || vg_world_step(world, actions) == VG_OK);
    }
    for (int32_t car = 0; car < CARS; car++) {
        vg_state state = vg_world_state(world, car);
        FUZZ_ASSERT(isfinite(state.x) && isfinite(state.y) && isfinite(state.speed));
    }
    FUZZ_ASSERT(err == VG_OK || (err == VG_ERR_POLICY && vg_policy_trouble(policy)[0]));
    vg_driver_close(&driver);
    vg_world_destroy(world);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > 8192 + 1024) return 0; // the largest first frame and more; what a pipe holds
    vg_diag diag = {0};
    vg_policy *policy;
    int32_t width = 0;
    vg_world_destroy(two_cars());
    int64_t live = vg_memory_live();
    program.says = data, program.size = size;
    vg_err err = vg_exec_policy_start("program", NULL, &policy, &diag);
    if (fuzz_took(err, &diag)) {
        FUZZ_ASSERT(policy->name[0] && policy->sense && policy->hash == 0);
        FUZZ_ASSERT(policy->tick_num >= 0 && (policy->tick_num == 0) == (policy->ticks_per_action == 0));
        FUZZ_ASSERT((policy->tick_num == 0) == (policy->tick_den == 0));
        width = vg_sense_size(policy->sense);
        drive(policy);
        vg_policy_destroy(policy);
    }
    FUZZ_ASSERT(check_asked(width) >= (err ? 0 : 1 + CARS));
    FUZZ_ASSERT(vg_memory_live() == live);
    return 0;
}
