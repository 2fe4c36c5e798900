#include "agents/learners/absorbing.h"

#include "sim/base/exact.h"

double vg_absorbing_share(double terminations, double rows, double discount) {
    double absorbed = terminations / (1 - discount);
    return absorbed / (rows + absorbed);
}

double vg_absorbing_logit(double label, double expert, double learner) {
    enum { ENDLESS = 1000000 };
    double yes = label * expert + (1 - label) * learner, no = (1 - label) * expert + label * learner;
    if (!(yes > 0) && !(no > 0)) return 0;
    return !(yes > 0) ? -ENDLESS : !(no > 0) ? ENDLESS : vg_ln(yes / no);
}
