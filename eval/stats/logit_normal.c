#include "eval/stats/logit_normal.h"

#include <math.h>
#include <string.h>

#include "sim/base/exact.h"
#include "sim/base/memory.h"

// Logits stand on a grid of 0.05 from -25.6 to 25.6. sigma runs from 0.1 to 12.8, five values an octave. A
// likelihood smoothed by a normal of sigma is the smoothed one of the sigma before, smoothed a little
// further; and as it has no detail finer than sigma, each octave halves its grid. So all sigmas together cost
// little more than the first few.
enum {
    OCTAVES = 8,
    AN_OCTAVE = 5,
    SIGMAS = 7 * AN_OCTAVE + 1,
    FIRST = 1025, // points of the first grid; of octave k: (FIRST - 1) / 2^k + 1
    POINTS = AN_OCTAVE * (1025 + 513 + 257 + 129 + 65 + 33 + 17) + 9,
    REACH = 12, // of a smoothing kernel, in points
    FINE = 4 * (FIRST - 1) + 1,
    BINS = 5121, // of theta's logit, 0.01 apart
    EACH_FLUSH = 8,
    NODES = 24, // of the shared error, to either side
};
static const double half_range = 25.6, first_step = 0.05, fine_step = 0.0125, bin = 0.01;
static const double prior_centre = -2, prior_scale = 4;
// Below e^-32 of the largest density nothing is kept. A product of EACH_FLUSH floors is still a number.
static const double kept = 32, floor_of_likelihood = 1e-36;

struct vg_logit_normal {
    double ln_p[FIRST], ln_q[FIRST]; // of the logits' shares, and of 1 less them
    double kernels[SIGMAS][REACH + 1];
    double theta[POINTS];      // logit of E p at each sigma and mu
    double likelihood[POINTS]; // its logarithm, of all lines
    double product[POINTS];    // of lines not yet in `likelihood`
    double prior[FINE];        // of mu
    double a[FIRST + 2 * REACH], b[FIRST + 2 * REACH];
    double mass[BINS], moved[BINS];  // of theta's logit
    double below[BINS], above[BINS]; // the mass to either side of a bin's middle
};

static double sigma_of(int32_t j) {
    static const double within[AN_OCTAVE] = {1, 0x1.26111f0dbdb0bp+0, 0x1.51cb453b9536ep+0,
                                             0x1.8406003b2ae5cp+0, 0x1.bdb8cdadbe12p+0}; // 2^(k / 5)
    return 0.1 * (1 << j / AN_OCTAVE) * within[j % AN_OCTAVE];
}
static int32_t points_of(int32_t j) { return ((FIRST - 1) >> j / AN_OCTAVE) + 1; }
static double step_of(int32_t j) { return first_step * (1 << j / AN_OCTAVE); }

static double logistic(double y) { return y > 0 ? 1 / (1 + vg_exp(-y)) : 1 - 1 / (1 + vg_exp(y)); }

// --- smoothing ---------------------------------------------------------------------------------------------

// Half of the kernel that takes sigma j - 1 to sigma j, on the grid of j - 1.
static void make_kernel(int32_t j, double *kernel) {
    double last = j ? sigma_of(j - 1) : 0, sigma = sigma_of(j), sum = 0;
    double sd = sqrt(sigma * sigma - last * last) / (j ? step_of(j - 1) : first_step);
    for (int32_t k = 0; k <= REACH; k++) {
        kernel[k] = vg_exp(-0.5 * (k / sd) * (k / sd));
        sum += k ? 2 * kernel[k] : kernel[k];
    }
    for (int32_t k = 0; k <= REACH; k++) kernel[k] /= sum;
}

// in[REACH...] to out[REACH...], every stride-th point of it; beyond its ends `in` stays as it is there.
static void smooth(const double *kernel, double *in, int32_t n, int32_t stride, double *out) {
    double *from = in + REACH, *to = out + REACH;
    int32_t count = (n - 1) / stride + 1;
    for (int32_t k = 1; k <= REACH; k++) from[-k] = from[0], from[n - 1 + k] = from[n - 1];
    for (int32_t i = 0; i < count; i++) to[i] = kernel[0] * from[i * stride];
    for (int32_t k = 1; k <= REACH; k++) {
        const double weight = kernel[k], *left = from - k, *right = from + k;
        if (stride == 1)
            for (int32_t i = 0; i < count; i++) to[i] += weight * (left[i] + right[i]);
        else
            for (int32_t i = 0; i < count; i++) to[i] += weight * (left[i * stride] + right[i * stride]);
    }
}

// Smooth m->a by each sigma in turn, and let `use` have the result and its place among the POINTS.
typedef void use_of(vg_logit_normal *m, int32_t at, const double *smoothed, int32_t n, void *context);

static void for_each_sigma(vg_logit_normal *m, use_of *use, void *context) {
    double *in = m->a, *out = m->b;
    int32_t at = 0, before = FIRST;
    for (int32_t j = 0; j < SIGMAS; j++) {
        int32_t n = points_of(j);
        smooth(m->kernels[j], in, before, before == n ? 1 : 2, out);
        use(m, at, out + REACH, n, context);
        at += n, before = n;
        double *swap = in;
        in = out, out = swap;
    }
}

// --- the model's own part ----------------------------------------------------------------------------------

static void keep_theta(vg_logit_normal *m, int32_t at, const double *smoothed, int32_t n, void *context) {
    (void)context;
    for (int32_t i = 0; i <= n / 2; i++) { // small ones, whose logits are exact; the others mirror them
        double logit = vg_ln(smoothed[i] / (1 - smoothed[i]));
        m->theta[at + i] = logit, m->theta[at + n - 1 - i] = -logit;
    }
    m->theta[at + n / 2] = 0;
}

vg_err vg_logit_normal_create(vg_logit_normal **out, vg_diag *diag) {
    vg_logit_normal *m = *out = vg_new(vg_logit_normal, 1);
    if (!m) return vg_fail_memory(diag);
    for (int32_t j = 0; j < SIGMAS; j++) make_kernel(j, m->kernels[j]);
    for (int32_t i = 0; i < FIRST; i++) {
        double eta = first_step * (i - (FIRST - 1) / 2);
        m->ln_p[i] = eta < 0 ? eta - vg_log1p(vg_exp(eta)) : -vg_log1p(vg_exp(-eta));
        m->ln_q[i] = m->ln_p[i] - eta;
        m->a[REACH + i] = vg_exp(m->ln_p[i]);
    }
    for_each_sigma(m, keep_theta, NULL);
    return VG_OK;
}

void vg_logit_normal_free(vg_logit_normal *model) { vg_free(model); }

// --- likelihood --------------------------------------------------------------------------------------------

static void flush(vg_logit_normal *m) {
    for (int32_t i = 0; i < POINTS; i++) m->likelihood[i] += vg_ln(m->product[i]), m->product[i] = 1;
}

static void multiply(vg_logit_normal *m, int32_t at, const double *smoothed, int32_t n, void *context) {
    (void)context;
    for (int32_t i = 0; i < n; i++) {
        double x = smoothed[i];
        m->product[at + i] *= x > floor_of_likelihood ? x : floor_of_likelihood;
    }
}

static void raise(vg_logit_normal *m, int32_t at, const double *smoothed, int32_t n, void *context) {
    double times = *(const int32_t *)context;
    for (int32_t i = 0; i < n; i++) {
        double x = smoothed[i];
        m->likelihood[at + i] += times * vg_ln(x > floor_of_likelihood ? x : floor_of_likelihood);
    }
}

// Into m->a. Trials beyond what makes a logit sure to 0.05, a step of the grid, are left out: sigma is 0.1 at
// least, so they would add nothing.
static void line_likelihood(vg_logit_normal *m, vg_line line) {
    double share = line.events / line.trials, apart = share * (1 - share);
    double scale = line.trials * apart > 400 ? 400 / (line.trials * apart) : 1;
    double events = scale * line.events, others = scale * (line.trials - line.events), most = -HUGE_VAL;
    double *e = m->a + REACH;
    for (int32_t i = 0; i < FIRST; i++) {
        e[i] = events * m->ln_p[i] + others * m->ln_q[i];
        most = e[i] > most ? e[i] : most;
    }
    for (int32_t i = 0; i < FIRST; i++) e[i] = vg_exp(e[i] - most);
}

// How many of the lines from `i` on are like line i; 0: an earlier one was.
static int32_t times_of(const vg_line *lines, int32_t count, int32_t i) {
    int32_t times = 0;
    for (int32_t k = 0; k < count; k++) {
        bool same = lines[k].events == lines[i].events && lines[k].trials == lines[i].trials;
        if (same && k < i) return 0;
        times += same;
    }
    return times;
}

static void likelihood_of(vg_logit_normal *m, const vg_line *lines, int32_t count) {
    int32_t pending = 0;
    for (int32_t i = 0; i < POINTS; i++) m->likelihood[i] = 0, m->product[i] = 1;
    for (int32_t i = 0; i < count; i++) {
        int32_t times = lines[i].trials > 0 ? times_of(lines, count, i) : 0;
        if (times == 0) continue;
        line_likelihood(m, lines[i]);
        if (times > 1) {
            for_each_sigma(m, raise, &times);
            continue;
        }
        for_each_sigma(m, multiply, NULL);
        if (++pending % EACH_FLUSH == 0) flush(m);
    }
    if (pending % EACH_FLUSH) flush(m);
}

// --- the distribution --------------------------------------------------------------------------------------

// Which of the two outcomes is the rare one: 0 events are, 1 the others are.
static void make_prior(vg_logit_normal *m, const vg_line *lines, int32_t count) {
    double events = 0, trials = 0;
    for (int32_t i = 0; i < count; i++) events += lines[i].events, trials += lines[i].trials;
    double share = trials > 0 ? events / trials : 0, common = share * share * (3 - 2 * share);
    for (int32_t i = 0; i < FINE; i++) {
        double mu = fine_step * i - half_range;
        m->prior[i] = (1 - common) * vg_exp(-fabs(mu - prior_centre) / prior_scale) +
                      common * vg_exp(-fabs(mu + prior_centre) / prior_scale);
    }
}

static void add_mass(vg_logit_normal *m, double logit, double mass) {
    double at = (logit + half_range) / bin;
    at = at < 0 ? 0 : at > BINS - 1.001 ? BINS - 1.001 : at;
    int32_t i = (int32_t)at;
    m->mass[i] += mass * (i + 1 - at), m->mass[i + 1] += mass * (at - i);
}

// Lagrange's cubic through y[0] to y[3], at x = 0 to 3.
static double cubic(const double *y, double x) {
    double a = x, b = x - 1, c = x - 2, d = x - 3;
    return (-b * c * d * y[0] + 3 * a * c * d * y[1] - 3 * a * b * d * y[2] + a * b * c * y[3]) / 6;
}

// The mass of one sigma. Between the points of its grid the logarithms are cubics; steps of mu are at most
// 0.1.
static void mass_of_sigma(vg_logit_normal *m, int32_t j, int32_t at, double most) {
    int32_t n = points_of(j), skip = j / AN_OCTAVE < 3 ? 1 << j / AN_OCTAVE : 8; // fine steps to one of mu
    int32_t parts = (4 << j / AN_OCTAVE) / skip;
    double sigma = sigma_of(j), weight = sigma / (1 + sigma * sigma) * skip; // d sigma is like sigma
    for (int32_t i = 0; i + 1 < n; i++) {
        const double *likelihood = m->likelihood + at + i;
        if (likelihood[0] < most - kept - 8 && likelihood[1] < most - kept - 8) continue;
        int32_t first = i == 0 ? 0 : i > n - 3 ? n - 4 : i - 1, last = i + 2 < n ? parts - 1 : parts;
        for (int32_t k = 0; k <= last; k++) {
            double x = i - first + (double)k / parts;
            double density = cubic(m->likelihood + at + first, x) - most;
            if (density < -kept) continue;
            int32_t fine = (i * parts + k) * skip;
            add_mass(m, cubic(m->theta + at + first, x), weight * m->prior[fine] * vg_exp(density));
        }
    }
}

// Spread the mass by the shared error's distribution.
static void share_error(vg_logit_normal *m, vg_shared_error shared) {
    double sum = 0, weights[2 * NODES + 1], sd = sqrt(shared.variance);
    for (int32_t k = -NODES; k <= NODES; k++) {
        double z = k / 4.0;
        weights[k + NODES] = vg_exp(-(shared.df + 1) / 2 * vg_log1p(z * z / shared.df));
        sum += weights[k + NODES];
    }
    int32_t low = 0, high = BINS - 1;
    while (low < high && m->mass[low] == 0) low++;
    while (high > low && m->mass[high] == 0) high--;
    memcpy(m->moved, m->mass, sizeof m->moved);
    memset(m->mass, 0, sizeof m->mass);
    for (int32_t k = -NODES; k <= NODES; k++) {
        double shift = sd * k / 4 / bin, weight = weights[k + NODES] / sum;
        for (int32_t i = low; i <= high; i++) {
            double to = i + shift;
            to = to < 0 ? 0 : to > BINS - 1.001 ? BINS - 1.001 : to;
            int32_t at = (int32_t)to;
            m->mass[at] += weight * m->moved[i] * (at + 1 - to);
            m->mass[at + 1] += weight * m->moved[i] * (to - at);
        }
    }
}

static void cumulate(vg_logit_normal *m) {
    double sum = 0, total = 0;
    for (int32_t i = 0; i < BINS; i++) total += m->mass[i];
    for (int32_t i = 0; i < BINS; i++) m->below[i] = (sum + m->mass[i] / 2) / total, sum += m->mass[i];
    sum = 0;
    for (int32_t i = BINS - 1; i >= 0; i--) m->above[i] = (sum + m->mass[i] / 2) / total, sum += m->mass[i];
}

void vg_logit_normal_learn(vg_logit_normal *m, const vg_line *lines, int32_t count, vg_shared_error shared) {
    likelihood_of(m, lines, count);
    make_prior(m, lines, count);
    double most = -HUGE_VAL;
    for (int32_t i = 0; i < POINTS; i++) most = m->likelihood[i] > most ? m->likelihood[i] : most;
    memset(m->mass, 0, sizeof m->mass);
    for (int32_t j = 0, at = 0; j < SIGMAS; at += points_of(j++)) mass_of_sigma(m, j, at, most);
    if (shared.variance > 0) share_error(m, shared);
    cumulate(m);
}

double vg_logit_normal_end(const vg_logit_normal *m, double tail, bool upper) {
    const double *mass = upper ? m->above : m->below;
    int32_t low = 0, high = BINS - 1; // below[low] < tail <= below[high], or its mirror
    while (high - low > 1) {
        int32_t middle = (low + high) / 2;
        if (upper ? mass[middle] > tail : mass[middle] < tail)
            low = middle;
        else
            high = middle;
    }
    double step = mass[high] - mass[low], part = step != 0 ? (tail - mass[low]) / step : 0;
    part = part < 0 ? 0 : part > 1 ? 1 : part;
    return logistic(bin * (low + part) - half_range);
}
