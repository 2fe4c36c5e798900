// verge info: what a file is, where it came from, whether it is sound; without a file: this build.
#include <stdio.h>

#include "app/args.h"
#include "app/output.h"
#include "sim/base/blocks.h"
#include "sim/base/level.h"
#include "sim/base/version.h"

static vg_err info_build(const vg_call *call, vg_diag *diag) {
#ifdef VG_WITH_SDL2
    const bool window = true;
#else
    const bool window = false;
#endif
#ifdef VG_WITH_FIGURES
    const bool figures = true;
#else
    const bool figures = false;
#endif
    const char *level = vg_level_name(vg_level_now()), *best = vg_level_name(vg_level_best());
    if (call->json)
        return vg_print_json(json_pack("{ss ss ss si sb sb}", "version", VG_VERSION, "level", level,
                                       "level_best", best, "threads", vg_blocks_threads(), "window", window,
                                       "figures", figures),
                             diag);
    printf("verge    %s\nlevel    %s (this machine has %s)\nthreads  %d\nwindow   %s\nfigures  %s\n",
           VG_VERSION, level, best, vg_blocks_threads(), window ? "yes" : "no, built without SDL2",
           figures ? "yes" : "no, built without Cairo");
    return VG_OK;
}

static vg_err run(const vg_call *call, int *status, vg_diag *diag) {
    (void)status;
    return info_build(call, diag);
}

const vg_command vg_command_info = {
    .name = "info",
    .summary = "what a file is, where it came from, whether it is sound",
    .synopsis = "",
    .details = "Says which version this is, what the machine has and what was built in.",
    .most_operands = 0,
    .takes = VG_TAKES_JSON,
    .run = run,
};
