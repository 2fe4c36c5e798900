// app/cli/terms.h -- on what terms the program opens a policy: Ctrl-C is heard while one is awaited.
#ifndef VG_APP_CLI_TERMS_H
#define VG_APP_CLI_TERMS_H

#include "agents/policy_open.h"
#include "app/cli/args.h"

// Of what the user names by an argument or a flag.
vg_policy_terms vg_terms_named(void);

// Of what a file names: programs and libraries only under --allow-exec.
vg_policy_terms vg_terms_of_file(const vg_call *call);

#endif
