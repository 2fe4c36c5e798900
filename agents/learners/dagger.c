// DAgger: dataset aggregation.
//
//   Ross, Gordon & Bagnell 2011, "A reduction of imitation learning and structured prediction to no-regret
//   online learning", AISTATS. Behavioural cloning learns on the expert's states but drives on its own.
//   DAgger lets the learner drive, asks the expert what it would have done there, and learns from all such
//   labels together. One of N policies made in this way does well on the states it leads to (theorem 3.2);
//   the validation roads find which.
//
// Its algorithm 3.1; the code below follows these steps:
//
//     D <- {}; pi_1 <- any policy
//     for i = 1 to N
//         pi_i <- beta_i pi* + (1 - beta_i) pi_i       a mixture: each action by one of both, by chance
//         sample T-step trajectories using pi_i
//         D_i <- {(s, pi*(s))} of the states visited   labels by the expert, whoever drove
//         D <- D u D_i
//         train pi_{i+1} on D
//     return the best pi_i on validation
//
// With beta_1 = 1 the first round is cloning, so demonstrations given as logs can take its place.
#include "agents/learners/dagger.h"

static const vg_key keys[] = {VG_INTERACTIVE_ROWS("10000")
#define X(...) VG_KEY_ROW(vg_dagger_config, , "", __VA_ARGS__)
                                  VG_DAGGER_KEYS(X)
#undef X
};
const vg_schema vg_dagger_schema = {"dagger", keys, sizeof keys / sizeof *keys, vg_imitation_check_text};

enum { SCHEDULE_INDICATOR, SCHEDULE_EXPONENTIAL, SCHEDULE_LINEAR };

// Section 3: beta_i = I(i = 1), which has no parameter and often did best in their experiments; or p^(i-1).
// The guarantees need no more than that the mean of beta_i goes to 0.
double vg_dagger_beta(const vg_dagger_config *config, int32_t round) {
    if (round == 0) return 1;
    if (config->beta_schedule == SCHEDULE_INDICATOR) return 0;
    double beta = 1;
    if (config->beta_schedule == SCHEDULE_EXPONENTIAL) {
        for (int32_t i = 0; i < round; i++) beta *= config->beta_decay;
        return beta;
    }
    beta = 1 - (double)round / (double)config->beta_rampdown_rounds;
    return beta > 0 ? beta : 0;
}

static vg_err one_round(vg_interactive *a, const vg_dagger_config *config, vg_diag *diag) {
    double beta = vg_dagger_beta(config, (int32_t)a->run.round);
    vg_err err = VG_OK;
    if (a->run.round > 0 || a->run.def->log_count == 0) {
        vg_collect_def plan = vg_interactive_plan(a);
        if (a->run.round > 0) plan.learner = a->policy;
        plan.beta = beta;
        err = vg_interactive_collect(a, &plan, NULL, diag); // D <- D u D_i
    }
    if (!err) err = vg_interactive_fit(a, diag); // pi_{i+1}
    if (!err) err = vg_interactive_measure(a, diag);
    if (err) return err;
    vg_run_note(&a->run, "beta", beta);
    return vg_interactive_end(a, diag);
}

static vg_err train(const vg_learner_def *def, vg_learner_report *report, vg_diag *diag) {
    vg_interactive a = {.anyone = true};
    vg_err err = vg_interactive_open(&a, &vg_learner_dagger, def, diag);
    while (!err && a.run.round < a.run.rounds) err = one_round(&a, def->config, diag);
    if (!err) err = vg_interactive_finish(&a, diag);
    *report = a.run.report;
    vg_interactive_close(&a);
    return err;
}

const vg_learner vg_learner_dagger = {
    .name = "dagger",
    .schema = &vg_dagger_schema,
    .config_size = sizeof(vg_dagger_config),
    .needs = VG_LEARNER_ROADS | VG_LEARNER_EXPERT | VG_LEARNER_SPREADS,
    .round = "round",
    .summary = "the learner drives, the expert labels the states it comes to",
    .details = "In each round the learner drives, the expert labels every state that the learner comes "
               "to, and the network is fitted to all labels so far (Ross, Gordon & Bagnell 2011). The "
               "round that drives best on the validation roads is kept. Logs, if given, are the first "
               "round; otherwise the expert drives it. The same input gives the same bytes, also when "
               "stopped and resumed.",
    .examples = "verge train dagger --logs demo.vlog --roads train-1 train-2 --expert pursuit --out "
                "dagger.safetensors\n"
                "verge train dagger --roads train-1 --expert pursuit --out dagger.safetensors --set "
                "labels=6000 --set rounds=5",
    .train = train};
