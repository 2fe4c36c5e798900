// Ratliff, Bagnell & Zinkevich 2006, "Maximum margin planning", ICML, on a road: weights for which each lap
// beats every other drive from the same start by a margin that grows with how different that drive is.
//
//     c(w) = l2 / 2 |w|^2 + 1 / steps sum over laps of [ max over drives of (r_w(drive) + margin loss(drive))
//                                                        - r_w(lap) ]
//
// The maximum is a planning problem: hard value iteration on the lattice for the reward plus the loss of each
// place and speed (vg_lattice_step_loss: 0 where the lap is, 1 from 5 offsets or 4 speeds away). Its drive
// gives the subgradient l2 w + (f(lap) - f(drive)) / steps. The paper projects each step onto its bounds; our
// weights differ by orders of magnitude, so we step in log w instead (an exponentiated subgradient), which
// keeps w above 0 as well: along the subgradient by a length that falls with the root of the steps. The best
// w is kept, by c. Weights are in units in which every feature of the laps is 1 a step.
#include "agents/learners/max_margin_learner.h"

#include <math.h>
#include <string.h>

#include "sim/base/exact.h"

static const vg_key keys[] = {
#define X(...) VG_KEY_ROW(vg_max_margin_config, , "", __VA_ARGS__)
    VG_MAX_MARGIN_KEYS(X)
#undef X
#define X(...) VG_KEY_ROW(vg_max_margin_config, lattice., "", __VA_ARGS__)
        VG_LATTICE_KEYS(X)
#undef X
};
const vg_schema vg_max_margin_schema = {"max-margin-planning", keys, sizeof keys / sizeof *keys, NULL};

enum { COUNT = VG_DRIVING_COUNT };

vg_err vg_max_margin_objective(const vg_lattice_drives *drives, const double scale[COUNT],
                               const vg_max_margin_config *config, int32_t threads, const double w[COUNT],
                               double *value, double gradient[COUNT], double *loss, vg_diag *diag) {
    double theta[COUNT], driven = 0, square = 0, steps = (double)drives->steps;
    for (int32_t k = 0; k < COUNT; k++) {
        theta[k] = w[k] / scale[k];
        driven -= theta[k] * drives->features[k];
        square += w[k] * w[k];
    }
    vg_lattice_planned planned;
    vg_err err = vg_lattice_drives_plan(drives, theta, config->margin, threads, &planned, diag);
    if (err) return err;
    *value =
        0.5 * config->l2_weight * square + (planned.reward + config->margin * planned.loss - driven) / steps;
    if (loss) *loss = planned.loss / steps;
    for (int32_t k = 0; k < COUNT; k++)
        gradient[k] =
            config->l2_weight * w[k] + (drives->features[k] - planned.features[k]) / (steps * scale[k]);
    return VG_OK;
}

// One step in log w along the subgradient, of length `rate`.
static void step(double w[COUNT], const double gradient[COUNT], double rate) {
    double slope[COUNT], square = 0;
    for (int32_t k = 0; k < COUNT; k++) {
        slope[k] = w[k] * gradient[k];
        square += slope[k] * slope[k];
    }
    for (int32_t k = 0; k < COUNT && square > 0; k++) w[k] *= vg_exp(-rate * slope[k] / sqrt(square));
}

static vg_err descend(vg_lattice_learner *l, const vg_max_margin_config *config, double best[COUNT],
                      vg_diag *diag) {
    double w[COUNT], gradient[COUNT], least = INFINITY;
    vg_err err = VG_OK;
    for (int32_t k = 0; k < COUNT; k++) w[k] = 1.0 / COUNT;
    for (int64_t i = 0; i < config->iterations && !err; i++) {
        double value, loss;
        err = vg_max_margin_objective(&l->drives, l->scale, config, l->run.def->threads, w, &value, gradient,
                                      &loss, diag);
        if (err) break;
        if (value < least) {
            least = value;
            l->run.report.best_round = i + 1;
            memcpy(best, w, sizeof w);
        }
        step(w, gradient, config->learning_rate / sqrt((double)(i + 1)));
        vg_run_note(&l->run, "objective", value);
        vg_run_note(&l->run, "augmented_loss", loss);
        err = vg_lattice_learner_end_round(l, config->iterations, diag);
    }
    l->run.report.train_loss = least;
    return err;
}

static vg_err train(const vg_learner_def *def, vg_learner_report *report, vg_diag *diag) {
    vg_lattice_learner l = {0};
    const vg_max_margin_config *config = def->config;
    double w[COUNT] = {0};
    vg_err err = vg_lattice_learner_open(&l, &vg_learner_max_margin_planning, def, &config->lattice, diag);
    if (!err) err = descend(&l, config, w, diag);
    for (int32_t k = 0; k < COUNT && !err; k++) w[k] /= l.scale[k];
    if (!err) err = vg_lattice_learner_write(&l, w, false, diag);
    *report = l.run.report;
    vg_lattice_learner_close(&l);
    return err;
}

const vg_learner vg_learner_max_margin_planning = {
    .name = "max-margin-planning",
    .schema = &vg_max_margin_schema,
    .config_size = sizeof(vg_max_margin_config),
    .needs = VG_LEARNER_LOGS | VG_LEARNER_ANEW,
    .writes = VG_WRITES_REWARD,
    .round = "step",
    .summary = "maximum margin planning: the reward for which the laps beat every other drive",
    .details =
        "Finds the weights of a driving reward for which each lap of the logs is better than every other "
        "drive from the same start, the more so the more different that drive is (Ratliff, Bagnell & "
        "Zinkevich 2006). The strongest rival is planned on a lattice of the road in each step. Writes a "
        "reward file, by which the planner drives on any road.",
    .examples = "verge train max-margin-planning --logs kart.vlog --out why.safetensors",
    .train = train};
