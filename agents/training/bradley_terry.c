#include "agents/training/bradley_terry.h"

#include "agents/nets/gradient.h"
#include "sim/base/exact.h"
#include "sim/base/memory.h"

struct vg_bradley_terry {
    vg_bradley_terry_def def;
    vg_gradient *gradient;
    int64_t *order; // [2 most length] the rows of the batch: of each comparison a's, then b's
    int32_t *of; // [2 most length] which comparison they belong to: its number for a's, -1 - number for b's
    float *rewards;  // [2 most length] r of these rows
    double *margins; // [most] R_a - R_b
    float *slopes;   // [most] derivative of the mean loss by R_a - R_b
};

vg_err vg_bradley_terry_create(const vg_bradley_terry_def *def, const vg_network *net, vg_bradley_terry **out,
                               vg_diag *diag) {
    *out = NULL;
    if (def->length < 1 || def->most < 1 || !(def->label_noise >= 0 && def->label_noise < 1) ||
        vg_network_shape_of(net)->outputs != 1)
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "snippets of 1 row or more, 1 comparison or more, a label noise in [0, 1) and a "
                       "network with 1 output are needed");
    vg_bradley_terry *w = vg_new(vg_bradley_terry, 1);
    if (!w) return vg_fail_memory(diag);
    int64_t rows = 2 * (int64_t)def->most * def->length;
    w->def = *def;
    vg_err err = vg_gradient_create(net, VG_LOSS_OWN, rows, def->threads, &w->gradient, diag);
    w->order = vg_new(int64_t, rows);
    w->of = vg_new(int32_t, rows);
    w->rewards = vg_new(float, rows);
    w->margins = vg_new(double, def->most);
    w->slopes = vg_new(float, def->most);
    if (!err && (!w->order || !w->of || !w->rewards || !w->margins || !w->slopes)) err = vg_fail_memory(diag);
    if (err)
        vg_bradley_terry_destroy(w);
    else
        *out = w;
    return err;
}

void vg_bradley_terry_destroy(vg_bradley_terry *w) {
    if (!w) return;
    vg_gradient_destroy(w->gradient);
    vg_free(w->order);
    vg_free(w->of);
    vg_free(w->rewards);
    vg_free(w->margins);
    vg_free(w->slopes);
    vg_free(w);
}

const double *vg_bradley_terry_margins(const vg_bradley_terry *w) { return w->margins; }

// Rows of a batch, called from any thread: the first pass keeps r, the second gives the derivatives by r.
static double take_rows(void *context, const vg_loss_rows *rows) {
    vg_bradley_terry *w = context;
    for (int32_t i = 0; i < rows->count; i++) {
        int32_t of = w->of[rows->begin + i];
        if (rows->deltas)
            rows->deltas[i * rows->stride] = of < 0 ? -w->slopes[-1 - of] : w->slopes[of];
        else
            w->rewards[rows->begin + i] = rows->y[i * rows->stride];
    }
    return 0;
}

// The loss of one comparison by its margin, and its derivative.
static double cross_entropy(double margin, double label, double noise, double *slope) {
    // For a large margin 1 - p would round to 0, so both probabilities are computed.
    double tail = vg_exp(-vg_abs(margin)), far = tail / (1 + tail), near = 1 / (1 + tail);
    double p = margin > 0 ? near : far, q = margin > 0 ? far : near;
    double yes = (1 - noise) * p + noise / 2, no = (1 - noise) * q + noise / 2;
    if (noise == 0) { // by logarithms of the margin itself: no probability can become 0
        double rest = vg_log1p(tail);
        *slope = p - label;
        return rest + (margin > 0 ? (1 - label) * margin : -label * margin);
    }
    *slope = -(label / yes - (1 - label) / no) * (1 - noise) * p * q;
    return -label * vg_ln(yes) - (1 - label) * vg_ln(no);
}

// The rows of all snippets, one after the other; returns their number.
static int64_t order_rows(vg_bradley_terry *w, const vg_comparison *comparisons, int32_t count) {
    int64_t rows = 0;
    for (int32_t i = 0; i < count; i++)
        for (int32_t side = 0; side < 2; side++)
            for (int32_t k = 0; k < comparisons[i].length; k++, rows++) {
                w->order[rows] = (side ? comparisons[i].b : comparisons[i].a) + k;
                w->of[rows] = side ? -1 - i : i;
            }
    return rows;
}

// R_a - R_b of each comparison, summed in the order of the rows.
static void add_up(vg_bradley_terry *w, int64_t rows, int32_t count) {
    for (int32_t i = 0; i < count; i++) w->margins[i] = 0;
    for (int64_t r = 0; r < rows; r++) {
        int32_t of = w->of[r];
        w->margins[of < 0 ? -1 - of : of] += of < 0 ? -(double)w->rewards[r] : (double)w->rewards[r];
    }
}

double vg_bradley_terry_run(vg_bradley_terry *w, const vg_network *net, const float *inputs,
                            const vg_comparison *comparisons, int32_t count, float *gradient, double *right) {
    vg_batch batch = {.inputs = inputs,
                      .order = w->order,
                      .count = order_rows(w, comparisons, count),
                      .own = take_rows,
                      .context = w};
    double loss = 0, correct = 0;
    vg_gradient_run(w->gradient, net, &batch, NULL);
    add_up(w, batch.count, count);
    for (int32_t i = 0; i < count; i++) {
        double slope, label = comparisons[i].a_better;
        loss += cross_entropy(w->margins[i], label, w->def.label_noise, &slope);
        w->slopes[i] = (float)(slope / count);
        double sure = w->margins[i] * (label - 0.5);
        correct += sure > 0 ? 1 : sure < 0 ? 0 : 0.5;
    }
    if (gradient) vg_gradient_run(w->gradient, net, &batch, gradient);
    if (right) *right = correct;
    return loss / count;
}
