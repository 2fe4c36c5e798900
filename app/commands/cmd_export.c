// verge export: policies and logs in the formats of other tools.
#include <stddef.h>

#include "agents/policy/onnx.h"
#include "agents/policy_open.h"
#include "app/cli/args.h"
#include "app/cli/output.h"
#include "app/commands/export_data.h"

// --- a policy ----------------------------------------------------------------------------------------------

typedef struct onnx_options {
    const char *out;
} onnx_options;

static vg_err run_onnx(const vg_call *call, int *status, vg_diag *diag) {
    const onnx_options *o = call->options;
    const char *path = call->operands.items[0];
    vg_policy_terms terms = {.trust = VG_NAMED_BY_FILE};
    vg_policy *policy;
    (void)status;
    vg_err err = vg_policy_open(path, &terms, &policy, diag);
    if (err) return err;
    const vg_policy_info *info = vg_network_policy_info(policy);
    if (info)
        err = vg_onnx_write(o->out, vg_call_overwrite(call), info, vg_network_policy_network(policy), diag);
    else
        err = vg_fail_at(diag, VG_ERR_ARGUMENT, path, 0, NULL,
                         "is no learned policy: an expert has no network");
    vg_policy_destroy(policy);
    if (!err) vg_say("wrote %s", o->out);
    return err;
}

static const vg_flag onnx_flags[] = {
    {"out", VG_FLAG_TEXT, offsetof(onnx_options, out), "X.onnx", .required = true,
     .help = "the model to write"},
};

static const vg_command command_onnx = {
    .name = "onnx",
    .summary = "a policy as an ONNX model",
    .synopsis = "POLICY --out X.onnx",
    .details =
        "The model is the whole policy, so that any runtime can drive by it: its input `observation`, "
        "float32 "
        "[batch, values], is what the sense shows, unscaled, in SI units; its output `action`, float32 "
        "[batch, "
        "2], is steering and acceleration in [-1, 1]. Scaling and clamp are part of the graph. Of a Gaussian "
        "head the mean is given. The metadata has all that the policy file says, and the names of the sensed "
        "values (`sense_names`). Operator set 13. `verge import onnx` makes the same policy of it again.",
    .examples = "verge export onnx bc.safetensors --out bc.onnx",
    VG_FLAGS(onnx_flags),
    .options_size = sizeof(onnx_options),
    .least_operands = 1,
    .most_operands = 1,
    .takes = VG_TAKES_FORCE,
    .run = run_onnx,
};

static const vg_command *const children[] = {&command_onnx, &vg_command_export_minari,
                                             &vg_command_export_robomimic, &vg_command_export_csv, NULL};

const vg_command vg_command_export = {
    .name = "export",
    .summary = "policies and logs in other formats",
    .synopsis = "onnx POLICY --out X.onnx\nminari|robomimic|csv LOG... --out FILE",
    .children = children,
};
