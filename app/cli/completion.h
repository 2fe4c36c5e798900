// app/cli/completion.h -- completion for shells, made from the same tables as the help: commands, flags,
// choices, keys for --set, and the names of shipped roads, cars, suites and experts.
#ifndef VG_APP_CLI_COMPLETION_H
#define VG_APP_CLI_COMPLETION_H

#include "app/cli/args.h"

typedef enum vg_shell { VG_SHELL_BASH, VG_SHELL_ZSH, VG_SHELL_FISH } vg_shell;

// "bash", "zsh" or "fish". Errors: VG_ERR_ARGUMENT, naming all three.
VG_NODISCARD vg_err vg_shell_find(const char *name, vg_shell *out, vg_diag *diag);

// Adds the script that such a shell loads: as /usr/share/bash-completion/completions/verge,
// /usr/share/zsh/site-functions/_verge or /usr/share/fish/vendor_completions.d/verge.fish.
void vg_completion_write(const vg_command *const *commands, vg_shell shell, vg_text *out);

#endif
