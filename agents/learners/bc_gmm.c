// BC-GMM: behavioural cloning with a mixture density network.
//
//   Bishop 1994, "Mixture density networks", NCRG/94/004: least squares learns the mean of what was done.
//   Where drivers pass an obstacle now on the left, now on the right, the mean is the obstacle. A network
//   that gives a mixture of Gaussians, fitted by the likelihood, keeps both ways apart. Mandlekar et al.
//   2021, "What matters in learning from offline human demonstrations for robot manipulation", CoRL
//   (robomimic), from which the name, the parametrisation and the defaults are: five modes, and low noise
//   when the policy is scored. Its least deviation is 1e-4; here it is 0.05, because drivers that are
//   programs hold still on straights, and the likelihood of rows without noise would outweigh all bends.
//
// The loss, with weights w_m, means mu_m and deviations sigma_m of the state (agents/nets/mixture.h):
//
//     -log sum_m w_m N(a; mu_m, diag(sigma_m^2))
//
// The policy draws a mode by its weight at every action, and drives by its mean (agents/policy/head_gmm.c).
// Nothing binds one action's mode to the next one's: robomimic's recurrent variant does that, this one does
// not.
//
// A mixture may collapse: one mode does all the work, and the policy is a Gaussian with five times the
// parameters. So after the fit the learner counts the modes in use, as the perplexity of the share p_m of
// the rows that each mode is responsible for, exp(-sum p_m log p_m): 5 where all do the same work, 1 where
// one does all.
#include "agents/learners/bc_gmm.h"

#include <string.h>

#include "agents/training/clone.h"
#include "sim/base/exact.h"
#include "sim/base/memory.h"

static const vg_key keys[] = {
#define X(...) VG_KEY_ROW(vg_bc_gmm_config, fit., "", __VA_ARGS__)
    VG_NETWORK_KEYS(X) VG_ACTION_SPACE_KEY(X)
#undef X
#define X(...) VG_KEY_ROW(vg_bc_gmm_config, gmm., "", __VA_ARGS__)
        VG_GMM_KEYS(X)
#undef X
#define X(...) VG_KEY_ROW(vg_bc_gmm_config, fit.bc., "bc.", __VA_ARGS__)
            VG_FIT_KEYS(X)
#undef X
};
const vg_schema vg_bc_gmm_schema = {"bc-gmm", keys, sizeof keys / sizeof *keys, vg_imitation_check_text};

// --- the modes in use --------------------------------------------------------------------------------------

// Sums over rows.
typedef struct usage {
    double by_mode[VG_MIXTURE_MODES_MOST]; // responsibilities
    double log_std;                        // of the modes, weighted by responsibility, mean of both actions
} usage;

static void add_row(const vg_mixture_def *def, const float *y, const float *action, usage *sum) {
    double by_mode[VG_MIXTURE_MODES_MOST];
    vg_mixture mixture;
    vg_mixture_read(def, y, &mixture);
    vg_mixture_nll(def, &mixture, action, by_mode);
    for (int32_t m = 0; m < def->modes; m++) {
        sum->by_mode[m] += by_mode[m];
        for (int32_t d = 0; d < def->dims; d++)
            sum->log_std += by_mode[m] * vg_ln(mixture.std[m][d]) / def->dims;
    }
}

static void add_block(const vg_mixture_def *def, const vg_network *net, const vg_batch *rows, int64_t first,
                      int32_t count, float *scratch, usage *sum) {
    int64_t in = vg_net_stride(vg_network_shape_of(net)->inputs),
            out = vg_net_stride(vg_mixture_outputs(def));
    memcpy(vg_network_inputs(net, scratch), rows->inputs + first * in, sizeof(float) * (size_t)(count * in));
    vg_network_forward(net, count, scratch);
    for (int32_t r = 0; r < count; r++)
        add_row(def, vg_network_outputs(net, scratch) + r * out, rows->targets + (first + r) * def->dims,
                sum);
}

// Note the modes in use, and how wide they are, on the rows held out.
static vg_err count_modes(void *context, const vg_network *net, const vg_batch *rows, vg_diag *diag) {
    const vg_learner_def *learner = context;
    const vg_bc_gmm_config *config = learner->config;
    const vg_mixture_def def = vg_gmm_mixture(&config->gmm);
    usage sum = {0};
    float *scratch = vg_new(float, vg_network_scratch(net, false));
    if (!scratch) return vg_fail_memory(diag);
    for (int64_t first = 0; first < rows->count; first += VG_NETWORK_BLOCK) {
        int64_t left = rows->count - first;
        add_block(&def, net, rows, first, (int32_t)(left < VG_NETWORK_BLOCK ? left : VG_NETWORK_BLOCK),
                  scratch, &sum);
    }
    vg_free(scratch);
    static const char *const names[] = {"modes", "modes_in_use", "geometric_std"};
    const double values[] = {def.modes, vg_bc_gmm_in_use(sum.by_mode, def.modes),
                             vg_exp(sum.log_std / (double)rows->count)};
    const vg_learner_round round = {.count = 3, .names = names, .values = values};
    if (learner->on_round) learner->on_round(learner->context, &round);
    return VG_OK;
}

double vg_bc_gmm_in_use(const double *by_mode, int32_t modes) {
    double total = 0, entropy = 0;
    for (int32_t m = 0; m < modes; m++) total += by_mode[m];
    for (int32_t m = 0; m < modes; m++) {
        double share = by_mode[m] / total;
        if (share > 0) entropy -= share * vg_ln(share);
    }
    return vg_exp(entropy);
}

// A mixture of two modes of which one has one row in a hundred has a perplexity of 1.06.
static const double COLLAPSED = 1.06;

static const char *diagnose(const vg_learner_round *round, int32_t *state) {
    (void)state;
    double modes = round->values[0], in_use = round->values[1];
    if (modes < 2 || in_use > COLLAPSED) return NULL;
    return "the mixture has collapsed: one mode accounts for all rows held out. Either the driver does one "
           "thing "
           "in each state, then bc with bc.loss=gaussian says the same with fewer parameters; or try another "
           "seed, or a smaller bc.learning_rate";
}

vg_imitation_head vg_bc_gmm_head(const vg_bc_gmm_config *config, vg_mixture_def *mixture) {
    *mixture = vg_gmm_mixture(&config->gmm);
    return (vg_imitation_head){.head = &vg_head_gmm,
                               .hyperparameters = &config->gmm,
                               .window = {(int32_t)config->gmm.n_obs_steps, 1},
                               .loss = vg_mixture_loss,
                               .context = mixture};
}

static vg_err train(const vg_learner_def *def, vg_learner_report *report, vg_diag *diag) {
    const vg_bc_gmm_config *config = def->config;
    vg_mixture_def mixture;
    vg_imitation_head own = vg_bc_gmm_head(config, &mixture);
    vg_clone_def how = {.network = &config->fit,
                        .own = &own,
                        .inspect = count_modes,
                        .inspect_context = (void *)(uintptr_t)def};
    return vg_clone_logs(&vg_learner_bc_gmm, def, &how, report, diag);
}

const vg_learner vg_learner_bc_gmm = {
    .name = "bc-gmm",
    .schema = &vg_bc_gmm_schema,
    .config_size = sizeof(vg_bc_gmm_config),
    .needs = VG_LEARNER_LOGS,
    .round = "epoch",
    .summary = "cloning with a mixture of Gaussians, for drivers who do now this, now that",
    .details =
        "Fits a mixture of Gaussians to the actions of the logs by their likelihood, and drives by a mode "
        "drawn for each action (Bishop 1994; Mandlekar et al. 2021, whose BC-GMM it is, without "
        "recurrence). Where a driver passes an obstacle on either side, bc learns the mean of both and "
        "hits it; a mixture keeps them apart. It says when one mode does all the work.",
    .examples = "verge train bc-gmm --logs kart.vlog --out gmm.safetensors\n"
                "verge train bc-gmm --logs kart.vlog --out gmm.safetensors --set num_modes=3 --set "
                "mode_selection=likeliest",
    .diagnose = diagnose,
    .train = train};
