// agents/nets/spectral.h -- layers whose largest singular value is fixed: spectral normalisation (Miyato,
// Kataoka, Koyama & Yoshida 2018, "Spectral normalization for generative adversarial networks").
//
// The learned parameters are stored separately. The network holds each layer's weights divided by their
// largest singular value (eq. 8), which one power iteration per update estimates (algorithm 1), times a
// bound.
#ifndef VG_AGENTS_NETS_SPECTRAL_H
#define VG_AGENTS_NETS_SPECTRAL_H

#include "agents/nets/network.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_spectral vg_spectral; // opaque

// Take a network's parameters as the learned ones, and normalise the network. seed: of the initial vectors of
// the power iteration. Errors: VG_ERR_ARGUMENT (bound not above 0), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_spectral_create(vg_network *net, double bound, uint64_t seed, vg_spectral **out,
                                       vg_diag *diag);
void vg_spectral_destroy(vg_spectral *spectral);
// The vectors of the power iteration, [*count]: with the parameters, all that a checkpoint must hold.
float *vg_spectral_state(vg_spectral *spectral, int64_t *count);

// The learned parameters, [vg_network_count].
float *vg_spectral_parameters(vg_spectral *spectral);
// Copy them into the network, normalised and packed; with `iterate`, after a power iteration.
void vg_spectral_apply(vg_spectral *spectral, vg_network *net, bool iterate);
// Convert a gradient by the network's weights into one by the learned parameters (eq. 12), in place. The
// singular vectors count as constants, as in the paper.
void vg_spectral_backward(const vg_spectral *spectral, const vg_network *net, float *gradient);

#ifdef __cplusplus
}
#endif
#endif
