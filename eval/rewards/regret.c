#include "eval/rewards/regret.h"

#include <math.h>

#include "sim/base/memory.h"

// The sum of the drives of a unit, over seed `seed`, or over all: -1.
static vg_drive_features sum_of(const vg_drive_table *table, int32_t seed, int32_t unit) {
    vg_drive_features sum = {0};
    for (int32_t s = 0; s < table->seeds; s++)
        for (int32_t j = 0; j < table->each && (seed < 0 || s == seed); j++)
            vg_drive_features_add(&sum, &table->drives[s][unit * table->each + j]);
    return sum;
}

static double price(const vg_driving_reward_def *reward, const vg_drive_features *sum) {
    return sum->metres > 0 ? vg_drive_cost(reward, sum) / sum->metres : NAN;
}

double vg_best_pay(const vg_driving_reward_def *reward, const vg_drive_table *best, int32_t unit) {
    vg_drive_features sum = sum_of(best, -1, unit);
    return price(reward, &sum);
}

// The mean value of a seed's drives on a unit.
static double value_of(const vg_driving_reward_def *reward, double pay, const vg_drive_table *table,
                       int32_t seed, int32_t unit) {
    double sum = 0;
    for (int32_t j = 0; j < table->each; j++)
        sum += vg_drive_value(reward, pay, &table->drives[seed][unit * table->each + j], table->horizon,
                              table->action);
    return sum / table->each;
}

static double mean_value(const vg_driving_reward_def *reward, double pay, const vg_drive_table *table,
                         int32_t unit) {
    double sum = 0;
    for (int32_t s = 0; s < table->seeds; s++) sum += value_of(reward, pay, table, s, unit);
    return sum / table->seeds;
}

vg_err vg_regret_cells(const vg_driving_reward_def *reward, const vg_drive_table *best,
                       const vg_drive_table *worst, const vg_drive_table *arm, double *cells, vg_diag *diag) {
    double *pay = vg_new(double, arm->units), *top = vg_new(double, arm->units), apart = 0;
    vg_err err = pay && top ? VG_OK : vg_fail_memory(diag);
    for (int32_t u = 0; u < arm->units && !err; u++) {
        pay[u] = vg_best_pay(reward, best, u);
        top[u] = mean_value(reward, pay[u], best, u);
        apart += (top[u] - mean_value(reward, pay[u], worst, u)) / arm->units;
    }
    for (int32_t i = 0; i < arm->seeds * arm->units && !err; i++) {
        int32_t u = i % arm->units;
        double lost = top[u] - value_of(reward, pay[u], arm, i / arm->units, u);
        cells[i] = apart > 0 ? lost / apart : NAN;
    }
    vg_free(pay);
    vg_free(top);
    return err;
}

void vg_excess_cost_cells(const vg_driving_reward_def *reward, const vg_drive_table *best,
                          const vg_drive_table *arm, double *cells) {
    for (int32_t i = 0; i < arm->seeds * arm->units; i++) {
        vg_drive_features sum = sum_of(arm, i / arm->units, i % arm->units);
        cells[i] = price(reward, &sum) / vg_best_pay(reward, best, i % arm->units) - 1;
    }
}
