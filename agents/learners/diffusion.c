// Diffusion policy.
//
//   Chi et al. 2023, "Diffusion policy: visuomotor policy learning via action diffusion", RSS. The policy
//   draws the next chunk of actions from what the demonstrator might do, of which there may be several
//   things, by taking noise out of pure noise. It is fitted by regression alone: no likelihood, and no modes
//   to count. Ho, Jain & Abbeel 2020, "Denoising diffusion probabilistic models"; Nichol & Dhariwal 2021 for
//   the cosine schedule; Song, Meng & Ermon 2021, "Denoising diffusion implicit models", for few steps of
//   sampling.
//
// In full:
//
//     for each row t: x0 = the actions a_t ... a_{t+T_p-1}, each scaled to [-1, 1] by its range
//         draw a level k and noise e; x = sqrt(abar_k) x0 + sqrt(1 - abar_k) e
//         minimise |e_theta(o_{t-T_o+1} ... o_t, x, k) - e|^2
//     keep a moving average of the weights
//     to drive: x ~ N(0, 1); for k = the last of 10 levels to the first
//         x0 = (x - sqrt(1 - abar_k) e_theta) / sqrt(abar_k), cut to [-1, 1]
//         x = sqrt(abar_k') x0 + sqrt(1 - abar_k') e_theta, k' the next level
//     and drive the first T_a of the T_p actions, then draw again
//
// T_o = n_obs_steps, T_p = chunk_size, T_a = n_action_steps: 2, 16 and 8 as in the paper. Actions are scaled
// by their range, not by their deviation: what is cut to [-1, 1] would otherwise lose all that is farther
// than one deviation from the mean. (agents/nets/denoiser.c has the schedule and the step,
// agents/learners/denoise.c the fit, agents/policy/head_denoise.c the drive.)
//
// Where this differs from the paper: the network is a multilayer perceptron, which is shown history, chunk
// and time side by side; the paper's is a convolutional network or a transformer over images. Rows at the end
// of an episode lack actions; these are padding, and are not learned.
#include "agents/learners/diffusion.h"

static const vg_key keys[] = {VG_DENOISE_ROWS(VG_DIFFUSION_KEYS(VG_DENOISE_ROW))};
const vg_schema vg_diffusion_schema = {"diffusion", keys, sizeof keys / sizeof *keys,
                                       vg_imitation_check_text};

static vg_err train(const vg_learner_def *def, vg_learner_report *report, vg_diag *diag) {
    return vg_denoise_train(&vg_learner_diffusion, VG_DENOISING_DIFFUSION, def, report, diag);
}

const vg_learner vg_learner_diffusion = {
    .name = "diffusion",
    .schema = &vg_diffusion_schema,
    .config_size = sizeof(vg_denoise_learner_config),
    .needs = VG_LEARNER_LOGS,
    .round = "epoch",
    .summary = "diffusion policy: chunks of actions, drawn by taking the noise out of noise",
    .details =
        "Learns to tell the noise in a chunk of actions of the logs to which noise was added, and drives by "
        "chunks that it draws from pure noise so (Chi et al. 2023). Where a driver does now this, now "
        "that, it does either, not the mean of both. The network is a multilayer perceptron.",
    .examples = "verge train diffusion --logs kart.vlog --out diffusion.safetensors\n"
                "verge train diffusion --logs kart.vlog --out d.safetensors --set n_action_steps=4 --set "
                "num_inference_steps=20",
    .train = train};
