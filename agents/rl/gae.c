#include "agents/rl/gae.h"

void vg_gae(const vg_gae_lane *lane, double gamma, double lambda, float *advantages, float *returns) {
    double later = 0; // A_t+1 of the same episode
    for (int32_t t = lane->count - 1; t >= 0; t--) {
        double value = (double)lane->values[t];
        double error = (double)lane->rewards[t] + gamma * (double)lane->next[t] - value; // the TD residual
        if (lane->ending[t] != VG_ENDING_NONE) later = 0;
        later = error + gamma * lambda * later; // eq. 16
        advantages[t] = (float)later;
        returns[t] = (float)(later + value);
    }
}
