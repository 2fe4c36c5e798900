// app/cli/terms.h -- the terms on which the program opens a policy. Ctrl-C works while it waits for one.
#ifndef VG_APP_CLI_TERMS_H
#define VG_APP_CLI_TERMS_H

#include "agents/policy_open.h"
#include "app/cli/args.h"

// For policies that the user names by an argument or a flag.
vg_policy_terms vg_terms_named(void);

// For policies that a file names: programs and libraries are opened only under --allow-exec.
vg_policy_terms vg_terms_of_file(const vg_call *call);

#endif
