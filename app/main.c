// The program: find the command, read its arguments, run it, say what went wrong, exit.
#include <fenv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/cli/completion.h"
#include "app/cli/interrupt.h"
#include "app/cli/output.h"
#include "app/cli/ranks.h"
#include "app/commands/commands.h"
#include "sim/base/level.h"
#include "sim/base/version.h"

static const char *const planned[] = {
#define X(name) #name,
    VG_COMMANDS(X)
#undef X
};
enum { PLANNED = sizeof planned / sizeof *planned };

// What this build has, in the order of the help; NULL-terminated.
static void list_commands(const vg_command *commands[PLANNED + 1]) {
    const vg_command *const all[] = {
#define X(name) &vg_command_##name,
        VG_COMMANDS(X)
#undef X
    };
    int count = 0;
    for (int i = 0; i < PLANNED; i++)
        if (all[i]) commands[count++] = all[i];
    commands[count] = NULL;
}

static vg_err print_help(const vg_command *const *commands, const vg_call *call, vg_diag *diag) {
    vg_text text = {0};
    if (call->command)
        vg_help_command(call->command, call->name, &text);
    else
        vg_help_program(commands, &text);
    vg_err err = vg_print_text(&text, diag);
    vg_text_free(&text);
    return err;
}

static vg_err print_completion(const vg_command *const *commands, const char *name, vg_diag *diag) {
    vg_text text = {0};
    vg_shell shell;
    vg_err err = vg_shell_find(name, &shell, diag);
    if (err) return err;
    vg_completion_write(commands, shell, &text);
    err = vg_print_text(&text, diag);
    vg_text_free(&text);
    return err;
}

// What is on its way to stdout must get there: a full disk behind `>` is a failed run.
static vg_err flush(vg_diag *diag) {
    if (fflush(stdout) == 0 && !ferror(stdout)) return VG_OK;
    return vg_fail(diag, VG_ERR_IO, "cannot write to stdout: %m");
}

// A command that exists but is not in this build: the message says so, since the name is not misspelled.
static bool left_out(const vg_command *const *commands, const char *name) {
    for (; *commands; commands++)
        if (strcmp((*commands)->name, name) == 0) return false;
    for (int i = 0; i < PLANNED; i++)
        if (strcmp(planned[i], name) == 0) return true;
    return false;
}

static vg_err dispatch(const vg_command *const *commands, int argc, char **argv, vg_call *call, int *status,
                       vg_diag *diag) {
    if (strcmp(argv[0], "--version") == 0) {
        printf("verge %s\n", VG_VERSION);
        return VG_OK;
    }
    bool help = strcmp(argv[0], "help") == 0;
    if (help && argc == 3 && strcmp(argv[1], "--man") == 0) return vg_man_write(commands, argv[2], diag);
    if (help && argc == 3 && strcmp(argv[1], "--completion") == 0)
        return print_completion(commands, argv[2], diag);
    if (left_out(commands, argv[help && argc > 1]))
        return vg_fail(diag, VG_ERR_ARGUMENT, "this build of verge has no '%s'", argv[help && argc > 1]);
    vg_err err = help ? vg_args_find(commands, argc - 1, argv + 1, call, diag)
                      : vg_args_parse(commands, argc, argv, call, diag);
    if (err) {
        *status = 2; // a usage error: main shows the way to the help
        return err;
    }
    return call->help ? print_help(commands, call, diag) : call->command->run(call, status, diag);
}

// The library takes VERGE_LEVEL where it can and is silent where it cannot; here somebody asked for it by
// hand.
static void check_level(void) {
    const char *wish = getenv("VERGE_LEVEL");
    if (!wish || strcmp(wish, vg_level_name(vg_level_now())) == 0) return;
    vg_say_warning(
        "VERGE_LEVEL is '%s', which is none of base, v3 and v4 or more than this machine has; using %s", wish,
        vg_level_name(vg_level_now()));
}

int main(int argc, char **argv) {
    const vg_command *commands[PLANNED + 1];
    list_commands(commands);
    if (argc < 2) {
        vg_text text = {0};
        vg_help_program(commands, &text);
        if (!text.failed) fputs(text.bytes, stderr);
        vg_text_free(&text);
        return 2;
    }
    // Rounding, flush to zero, trapped exceptions: whatever a preloaded library or a constructor has set.
    fesetenv(FE_DFL_ENV);
    vg_become_mpi(argc, argv);
    vg_interrupt_install();
    check_level();
    vg_diag diag = {0};
    vg_call call = {0};
    int status = 0;
    vg_err err = dispatch(commands, argc - 1, argv + 1, &call, &status, &diag);
    if (!err) err = flush(&diag);
    // Whatever a call that a signal woke made of it.
    if (err && err != VG_ERR_INTERRUPTED && vg_interrupted()) err = vg_interrupt_check(&diag);
    if (err) {
        diag.code = err;
        vg_say_diag(&diag);
        if (status == 2 && err == VG_ERR_ARGUMENT)
            vg_say("see 'verge help%s%s'", call.name[0] ? " " : "", call.name);
        status = vg_err_exit_status(err);
    }
    vg_args_free(&call);
    return status;
}
