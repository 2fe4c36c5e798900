// Flow matching.
//
//   Lipman, Chen, Ben-Hamu, Nickel & Le 2023, "Flow matching for generative modeling", ICLR; with straight
//   paths from noise to data, as in Liu, Gong & Liu 2023, "Flow straight and fast", ICLR. As policies of
//   robots: Black et al. 2024, "pi_0: a vision-language-action flow model for general robot control".
//
// In full:
//
//     for each row: x1 = the chunk of actions, each scaled to [-1, 1] by its range
//         draw a time t in (0, 1) and noise e; x = t x1 + (1 - t) e
//         minimise |v_theta(o, x, t) - (x1 - e)|^2
//     to drive: x ~ N(0, 1); for i = 0 .. n - 1: x <- x + v_theta(o, x, i / n) / n
//
// It is diffusion.c with another path and another target: no schedule, and nothing is cut to [-1, 1].
#include "agents/learners/flow.h"

static const vg_key keys[] = {VG_DENOISE_ROWS()};
const vg_schema vg_flow_schema = {"flow", keys, sizeof keys / sizeof *keys, vg_imitation_check_text};

static vg_err train(const vg_learner_def *def, vg_learner_report *report, vg_diag *diag) {
    return vg_denoise_train(&vg_learner_flow, VG_DENOISING_FLOW, def, report, diag);
}

const vg_learner vg_learner_flow = {
    .name = "flow",
    .schema = &vg_flow_schema,
    .config_size = sizeof(vg_denoise_learner_config),
    .needs = VG_LEARNER_LOGS,
    .round = "epoch",
    .summary = "flow matching: chunks of actions that flow from noise",
    .details =
        "Learns the velocity from noise to the chunks of actions of the logs, and drives by chunks that "
        "follow it from pure noise (Lipman et al. 2023). It has the keys of diffusion but for the "
        "schedule. The network is a multilayer perceptron.",
    .examples = "verge train flow --logs kart.vlog --out flow.safetensors\n"
                "verge train flow --logs kart.vlog --out flow.safetensors --set num_inference_steps=20",
    .train = train};
