// agents/nets/cvae.h -- a conditional variational autoencoder as one network to be trained.
//
// Kingma & Welling 2014, "Auto-encoding variational Bayes"; Sohn, Lee & Yan 2015, "Learning structured output
// representation using deep conditional generative models". An encoder is shown a condition and what was done
// there, and gives the mean and the log variance of a latent variable z; a decoder is shown the condition and
// a z drawn from them, and shall do the same. What z tells is kept small by its divergence from N(0, 1), so
// that the decoder drives well at z = 0, the most probable one.
//
// A row of inputs is [condition | what was done | noise of z, from N(0, 1)], a row of outputs [the decoder's
// | mean of z | log variance of z]: z = mean + exp(log variance / 2) noise is drawn within. So whatever
// trains a network trains this one. It is no architecture of a file: what drives is vg_cvae_driver.
#ifndef VG_AGENTS_NETS_CVAE_H
#define VG_AGENTS_NETS_CVAE_H

#include "agents/nets/network.h"

#ifdef __cplusplus
extern "C" {
#endif

// Widths of the parts of a row of inputs; each >= 1.
typedef struct vg_cvae_def {
    int32_t condition, target, latent;
} vg_cvae_def;

// Takes both networks, also if it fails. The encoder has condition + target inputs and 2 latent outputs, the
// decoder condition + latent inputs; neither has log_std. Errors: VG_ERR_ARGUMENT, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_cvae_create(const vg_cvae_def *def, vg_network *encoder, vg_network *decoder,
                                   vg_network **out, vg_diag *diag);

// The decoder at z = 0 as a network of the condition alone, of the decoder's kind: the weights of z are left
// out. Errors: VG_ERR_ARGUMENT (this is no such autoencoder), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_cvae_driver(const vg_network *net, vg_network **out, vg_diag *diag);

// The divergence of N(mean, exp(log_variance)) from N(0, 1), summed over the latent values of a row, in nats;
// mean and log variance stand one after the other, [2 latent].
double vg_cvae_divergence(const float *posterior, int32_t latent);
// Its derivatives by these, times share: [2 latent].
void vg_cvae_divergence_gradient(const float *posterior, int32_t latent, double share, float *out);

#ifdef __cplusplus
}
#endif
#endif
