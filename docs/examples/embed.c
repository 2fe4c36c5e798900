// docs/examples/embed.c -- embed libverge: a driver, a library road, and how far it strays from the middle.
#include <math.h>
#include <stdio.h>

#include <verge/verge.h>

int main(int argc, char **argv) {
    vg_diag diag = {0};
    char text[512];
    vg_road *road = NULL;
    vg_policy *expert = NULL;
    vg_world *world = NULL;
    vg_driver driver = {0};
    vg_err err = vg_track_load(argc > 1 ? argv[1] : "test-1", &road, &diag);
    vg_policy_terms terms = {.trust = VG_NAMED_BY_USER}; // on the command line: programs may run
    if (!err) err = vg_policy_open(argc > 2 ? argv[2] : "pursuit-noisy", &terms, &expert, &diag);
    if (!err) {
        vg_world_def def = vg_world_default(); // one sedan, ticks of 1/60 s, an action every third
        const vg_road *roads[] = {road};
        def.roads = roads;
        def.road_count = 1;
        err = vg_world_create(&def, &world, &diag);
    }
    if (!err) err = vg_driver_open(expert, 1, &driver, &diag);
    if (!err) vg_driver_reset(&driver, 0, &(vg_episode_key){.seed = 1});
    float action[2], worst = 0;
    double squares = 0;
    for (int step = 0; step < 1200 && !err; step++) { // a minute
        err = vg_driver_act(&driver, world, action);
        if (!err) err = vg_world_step(world, action);
        vg_state now = vg_world_state(world, 0);
        squares += (double)now.offset * now.offset / 1200;
        worst = fmaxf(worst, fabsf(now.offset));
    }
    if (err)
        fprintf(stderr, "embed: %s: %s\n", vg_err_text(err), vg_diag_format(&diag, text, sizeof text));
    else
        printf("a minute: %.0f m; drift %.2f m rms, %.2f m at worst\n", vg_world_get(world).progress[0],
               sqrt(squares), worst);
    vg_driver_close(&driver);
    vg_world_destroy(world);
    vg_policy_destroy(expert);
    vg_road_destroy(road);
    return err ? vg_err_exit_status(err) : 0;
}
