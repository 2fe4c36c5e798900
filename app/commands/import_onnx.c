#include "app/commands/import_onnx.h"

#include <stddef.h>

#include "agents/policy/onnx.h"
#include "agents/policy/policy_file.h"
#include "app/cli/output.h"
#include "tracks/library.h"

typedef struct options {
    const char *sense, *car, *out;
} options;

static vg_err run(const vg_call *call, int *status, vg_diag *diag) {
    const options *o = call->options;
    const char *path = call->operands.items[0];
    vg_car car;
    vg_sense *sense = NULL;
    vg_policy *policy = NULL;
    (void)status;
    vg_err err = vg_file_may_write(o->out, vg_call_overwrite(call), diag);
    if (!err && o->sense) err = vg_sense_create(o->sense, &sense, diag);
    if (!err && o->car) err = vg_car_load(o->car, &car, diag);
    const vg_onnx_def def = {.sense = sense, .car = o->car ? &car : NULL};
    if (!err) err = vg_onnx_read(path, &def, &policy, diag);
    if (!err)
        err = vg_policy_write(o->out, vg_call_overwrite(call), vg_network_policy_info(policy),
                              vg_network_policy_network(policy), diag);
    if (!err)
        vg_say("wrote %s: %s for the car '%s'", o->out, vg_sense_text(policy->sense), policy->car->name);
    vg_policy_destroy(policy);
    vg_sense_destroy(sense);
    return err;
}

static const vg_flag flags[] = {
    {"sense", VG_FLAG_TEXT, offsetof(options, sense), "S",
     .help = "what the policy senses, in the order of its inputs; a model that verge wrote says it itself"},
    {"car", VG_FLAG_TEXT, offsetof(options, car), "CAR",
     .help = "the car it was made for: a preset or a file; without it, the model's, else the sedan"},
    {"out", VG_FLAG_TEXT, offsetof(options, out), "POLICY", .required = true,
     .help = "the policy file to write"},
};

const vg_command vg_command_import_onnx = {
    .name = "onnx",
    .summary = "an ONNX model to a policy file",
    .synopsis = "X.onnx --sense S --out POLICY",
    .details = "Reads a multilayer perceptron: one input, the observations, float [batch, values], unscaled "
               "as the sense "
               "shows them; one output, steering and acceleration; between them a chain of Gemm (or MatMul "
               "and Add), Tanh or "
               "Relu. Sub, Add, Mul and Div by constants are taken in front of the first layer, where they "
               "scale the "
               "inputs, and right behind a layer. Clip to [-1, 1] may stand at the end, Identity, Flatten "
               "and Dropout "
               "anywhere; a Tanh or Relu may end the network. A graph with anything else is refused, by the "
               "node's name and "
               "operator. The numbers must be in the file itself.",
    .examples = "verge import onnx mine.onnx --sense offset,heading,speed --out mine.safetensors",
    VG_FLAGS(flags),
    .options_size = sizeof(options),
    .least_operands = 1,
    .most_operands = 1,
    .takes = VG_TAKES_FORCE,
    .run = run,
};
